"""Writing a form as HTML that works without JavaScript: one column, the fewest surprises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from carebase.catalog.contact import Emergency
from carebase.forms import controls
from carebase.forms.controls import Question
from carebase.forms.form import Form, FormField
from carebase.forms.schema import TRAP
from carebase.i18n import count_text, list_text, text
from carebase.markup import Child, Markup, Value, element, join

# HTML Living Standard, "Autofill"; WCAG 2.2, 1.3.5 (Identify Input Purpose).
AUTOCOMPLETE: Mapping[str, str] = {
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "company": "organization",
    "street": "address-line1",
    "city": "address-level2",
    "town": "address-level2",
    "postcode": "postal-code",
    "zip": "postal-code",
    "country": "country-name",
}

SENDING_WORDS = (
    *(f"error.{name}" for name in ("required", "choose", "consent", "invalid")),
    *(f"error.{name}" for name in ("email", "number", "date", "future", "short", "long")),
    *(f"error.{name}" for name in ("low", "high", "few", "many", "early", "late")),
    "form.problem",
    "form.problems.",
    "send.",
)
SENT_WORDS = ("sent.", "wait.", "draft.")
FEEDBACK_WORDS = (
    "form.problem",
    "form.problems.one",
    "error.choose",
    "error.required",
    "send.",
    "sent.reference",
    "sent.status",
    "wait.",
    "feedback.more",
    "feedback.thanks",
)

Values = Mapping[str, Any]


def render_form(
    form: Form,
    *,
    endpoint: str | None,
    language: str = "en",
    context: Mapping[str, str] | None = None,
    products: Mapping[str, str] | None = None,
    values: Values | None = None,
    errors: Mapping[str, str] | None = None,
    contact_url: str | None = None,
    after_url: str | None = None,
    prefix: str | None = None,
    heading: int | None = None,
    emergency: Emergency | None = None,
) -> Markup:
    """Write a form with all its questions.

    `endpoint` is the base address below which `v1/…` lies, as seen from the page, with `/` at its
    end; without one the form is a sentence that leads to `contact_url`. `context` holds what is
    known already: `page`, `revision`, `product` and any hidden field; `products` the names of the
    site's products by id. `values` and `errors` (by field) show a form again that was refused.
    `after_url` is the address of the form's `after.page`. `prefix` keeps ids apart when a page has
    several forms (the form's id when left out); `heading` is the level of the title, none without.
    `emergency` stands beside the answers that ask for it.
    """
    context = context or {}
    prefix = prefix or form.id
    root: dict[str, Value] = {
        "class": "cb-widget",
        "data-carebase": "form",
        "data-form": form.id,
        "data-product": context.get("product"),
        "endpoint": endpoint,
    }
    title: Child = element(f"h{heading}", None, form.title) if heading else None
    if endpoint is None:
        return element("carebase-form", root, title, _elsewhere(language, contact_url))
    values = values or {}
    errors = errors or {}
    questions = _Questions(
        form, language, prefix, products or {}, context, values, errors, emergency
    )
    body = element(
        "form",
        {
            "class": "cb-form",
            "method": "post",
            "action": f"{endpoint}v1/forms/{form.id}",
            "aria-label": form.title,
        },
        title,
        _paragraphs(form.intro, "cb-intro"),
        controls.summary(questions.problems(), language),
        questions.fields(),
        questions.hidden(),
        _end(form, language),
    )
    return element(
        "carebase-form",
        root,
        body,
        _status(),
        _done(form, language, after_url),
        controls.words(language, (*SENDING_WORDS, *SENT_WORDS)),
    )


def render_feedback(
    form: Form,
    *,
    endpoint: str | None,
    language: str = "en",
    context: Mapping[str, str] | None = None,
    values: Values | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "feedback",
) -> Markup:
    """Write the feedback of a page: one question with large answers, then room for a comment.

    The first `choice` of the form is the question, its first `long_text` the comment; a form
    without both is written as any other. Nothing is written without an endpoint.
    """
    question = next((field for field in form.fields if field.type == "choice"), None)
    comment = next((field for field in form.fields if field.type == "long_text"), None)
    if endpoint is None:
        return Markup()
    if question is None or comment is None:
        return render_form(
            form, endpoint=endpoint, language=language, context=context, prefix=prefix
        )
    context = context or {}
    questions = _Questions(form, language, prefix, {}, context, values or {}, errors or {})
    body = element(
        "form",
        {"class": "cb-form", "method": "post", "action": f"{endpoint}v1/forms/{form.id}"},
        controls.summary(questions.problems(), language),
        questions.field(question, quiet=True),
        element(
            "div",
            {"class": "cb-more"},
            questions.field(comment),
            _end(form, language),
        ),
        questions.hidden(),
    )
    thanks = form.after.text or text(language, "feedback.received")
    root: dict[str, Value] = {
        "class": "cb-widget cb-feedback",
        "data-carebase": "page-feedback",
        "data-form": form.id,
        "data-product": context.get("product"),
        "endpoint": endpoint,
    }
    return element(
        "carebase-form",
        root,
        body,
        _status(),
        element("template", {"data-done": True}, element("p", None, thanks)),
        controls.words(language, FEEDBACK_WORDS),
    )


class _Questions:
    """The fields of one form as one page shows them."""

    def __init__(
        self,
        form: Form,
        language: str,
        prefix: str,
        products: Mapping[str, str],
        context: Mapping[str, str],
        values: Values,
        errors: Mapping[str, str],
        emergency: Emergency | None = None,
    ) -> None:
        self.form = form
        self.language = language
        self.prefix = prefix
        self.products = products
        self.context = context
        self.values = values
        self.errors = errors
        self.emergency = emergency

    def problems(self) -> list[tuple[str, str, str]]:
        """Give id, label and message of each error, in the order of the fields."""
        found = [
            (self._id(field), field.label, self.errors[field.id])
            for field in self.form.all_fields
            if field.id in self.errors and field.type != "hidden"
        ]
        known = {field.id for field in self.form.all_fields if field.type != "hidden"}
        return found + [("", "", said) for name, said in self.errors.items() if name not in known]

    def fields(self) -> Markup:
        """Write all questions, those of a group below its title."""
        parts: list[Child] = []
        for group, fields in self.form.grouped():
            written = [self.field(field) for field in fields if field.type != "hidden"]
            if group is None or not written:
                parts += written
                continue
            title = f"{self.prefix}-{group.id}-group"
            parts.append(
                element(
                    "div",
                    {"class": "cb-group", "role": "group", "aria-labelledby": title},
                    element("p", {"class": "cb-group__title", "id": title}, group.title),
                    written,
                )
            )
        return join(*parts)

    def hidden(self) -> Markup:
        """Write what is sent along unseen: the hidden fields, the page and its language."""
        sent = {
            field.id: self._given(field) or self.context.get(field.id, field.value)
            for field in self.form.fields
            if field.type == "hidden"
        }
        if self.context.get("page"):
            sent["_page"] = self.context["page"]
        sent["_lang"] = self.language
        written = [controls.hidden(name, value) for name, value in sent.items()]
        return join(*written, controls.trap(TRAP, f"{self.prefix}-{TRAP}", self.language))

    def field(self, field: FormField, *, quiet: bool = False) -> Markup:
        """Write one question; a quiet one does not say that it must be answered."""
        question = replace(self._question(field), quiet=quiet)
        match field.type:
            case "choice" | "choices":
                return self._choices(question, field)
            case "rating" | "nps":
                low, high = field.scale
                steps = [(str(step), str(step)) for step in range(low, high + 1)]
                return question.group(steps, kind="number", given=[self._given(field)])
            case "product" if self.products:
                given = self._given(field) or self.context.get("product", "")
                return controls.select(question, list(self.products.items()), given)
            case "consent":
                return question.box(checked=self._given(field) in ("True", "true", "on"))
            case "long_text" | "address":
                rows = 3 if field.type == "address" or self._is_comment(field) else 6
                return controls.block(
                    question, self._given(field), rows=rows, **_limits(field), **_purpose(field)
                )
        kinds = {"email": "email", "phone": "tel", "number": "number", "date": "date"}
        return controls.line(
            question,
            kinds.get(field.type, "text"),
            self._given(field),
            **_limits(field),
            **_purpose(field),
        )

    def _is_comment(self, field: FormField) -> bool:
        return not field.required and len(self.form.fields) < 8

    def _choices(self, question: Question, field: FormField) -> Markup:
        given = self.values.get(field.id, ())
        ticked = [str(one) for one in (given if isinstance(given, list | tuple) else [given])]
        choices = [(option.value, option.text) for option in field.options]
        kind = "list" if field.type == "choices" else "text"
        beside = {
            option.value: _emergency(self.emergency, self.language)
            for option in field.options
            if option.emergency and self.emergency
        }
        return question.group(choices, kind=kind, given=ticked, beside=beside)

    def _question(self, field: FormField) -> Question:
        conditions = self.form.conditions(field)
        return Question(
            name=field.id,
            id=self._id(field),
            label=field.label or field.id,
            language=self.language,
            help=field.help,
            error=self.errors.get(field.id, ""),
            required=field.required and not conditions,
            needed=field.required and bool(conditions),
            note=self._when(field),
            show_if={
                name: [_as_sent(answer) for answer in answers]
                for name, answers in conditions.items()
            }
            or None,
        )

    def _when(self, field: FormField) -> str:
        """Say when a question matters, for those who see all questions at once."""
        said = []
        for name, answers in (field.show_if or {}).items():
            asker = self.form.field(name)
            names = {option.value: option.text for option in asker.options} if asker else {}
            words = [
                text(self.language, "form.yes") if answer is True else names.get(str(answer), "")
                for answer in answers
            ]
            words = [word or str(answer) for word, answer in zip(words, answers, strict=True)]
            *first, last = words
            if first:
                last = text(self.language, "form.or", first=", ".join(first), last=last)
            label = (asker.label if asker else name).rstrip("?:. ")
            said.append(text(self.language, "form.when", question=label, answers=last))
        return list_text(self.language, said) if said else ""

    def _given(self, field: FormField) -> str:
        value = self.values.get(field.id)
        return "" if value is None else str(value)

    def _id(self, field: FormField) -> str:
        return f"{self.prefix}-{field.id}"


def _emergency(line: Emergency, language: str) -> Markup:
    """Write whom to call at once. It stands there with or without JavaScript, chosen or not."""
    number = re.sub(r"[^+0-9]", "", line.number)
    always = line.hours is not None and line.hours.always
    return join(
        element("strong", None, text(language, "form.danger")),
        " ",
        f"{line.name}: ",
        element("a", {"href": f"tel:{number}"}, line.number),
        f" ({text(language, 'form.always')}). " if always else ". ",
        line.note or "",
    )


def _limits(field: FormField) -> dict[str, Value]:
    limits: dict[str, Value] = {}
    if field.limits.min_length:
        limits["minlength"] = field.limits.min_length
    if field.max_length:
        limits["maxlength"] = field.max_length
    if field.type in ("number", "date"):
        for name, bound in (("min", field.limits.min), ("max", field.limits.max)):
            if bound == "today":
                # The day on which the page is read is known in the browser alone.
                limits[f"data-{name}"] = "today"
            elif bound is not None:
                limits[name] = bound.isoformat() if isinstance(bound, date) else bound
    if field.type == "number":
        limits |= {"step": "any", "inputmode": "decimal"}
    if field.type in ("serial", "order"):
        limits |= {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
    return limits


def _purpose(field: FormField) -> dict[str, Value]:
    by_type = {"email": "email", "phone": "tel", "address": "street-address"}
    purpose = by_type.get(field.type) or AUTOCOMPLETE.get(field.id)
    return {"autocomplete": purpose} if purpose else {}


def _as_sent(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)


def _paragraphs(said: str, name: str) -> list[Markup]:
    return [
        element("p", {"class": name}, " ".join(part.split()))
        for part in said.split("\n\n")
        if part.strip()
    ]


def _end(form: Form, language: str) -> Markup:
    button = element("button", {"class": "cb-button", "type": "submit"}, form.submit)
    kept = [form.purpose] if form.purpose else []
    if form.retention:
        kept.append(text(language, "form.retention", span=_span(form.retention, language)))
    return join(
        element(
            "div",
            {"class": "cb-send"},
            button,
            element("p", {"class": "cb-promise"}, form.promise) if form.promise else None,
        ),
        element("p", {"class": "cb-purpose"}, " ".join(kept)) if kept else None,
    )


def _span(span: str, language: str) -> str:
    count, _, unit = span.partition(" ")
    return count_text(language, f"span.{unit.rstrip('s')}", int(count))


def _done(form: Form, language: str, after_url: str | None) -> Markup:
    """Write what is read once the form has arrived, below the reference number."""
    said = [*_paragraphs(form.after.text, "cb-after")]
    if form.promise:
        said.insert(0, element("p", {"class": "cb-promise"}, form.promise))
    if after_url:
        link = element("a", {"href": after_url}, text(language, "sent.next"))
        said.append(element("p", {"class": "cb-after"}, link))
    return element("template", {"data-done": True}, said)


def _elsewhere(language: str, contact_url: str | None) -> Markup:
    link: Sequence[Child] = ()
    if contact_url:
        link = (" ", element("a", {"href": contact_url}, text(language, "form.contact")))
    return element("p", {"class": "cb-elsewhere"}, text(language, "form.elsewhere"), *link)


def _status() -> Markup:
    """Write the empty place from which screen readers speak what happens."""
    return element("div", {"class": "cb-status", "role": "status"})
