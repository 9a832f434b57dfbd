"""The questions of one form as one page shows them: what is known already, what was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from carebase.catalog.contact import Emergency
from carebase.files.kinds import types_of
from carebase.forms import controls
from carebase.forms.context import CONTEXT_SCHEMAS
from carebase.forms.controls import Question
from carebase.forms.field import FormField
from carebase.forms.form import Form
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

Values = Mapping[str, Any]


class Questions:
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
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.files = files or {}
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
        for name in CONTEXT_SCHEMAS:
            # What the page leaves open is empty, for the browser to fill in.
            if (value := self.context.get(name, self.values.get(name))) is not None:
                sent[name] = str(value)
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
            case "file":
                return controls.files(
                    question,
                    types_of(field.kinds),
                    most=field.most_files,
                    most_bytes=field.most_bytes,
                    kept=[(token, self.files[token]) for token in self._tokens(field)],
                )
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

    def _tokens(self, field: FormField) -> list[str]:
        given = self.values.get(field.id, ())
        return [one for one in given if one in self.files] if isinstance(given, list) else []

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
            help=_help(field, self.language),
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
            label = controls.without_mark(asker.label if asker else name)
            said.append(text(self.language, "form.when", question=label, answers=last))
        return list_text(self.language, said) if said else ""

    def _given(self, field: FormField) -> str:
        value = self.values.get(field.id)
        if isinstance(value, list):
            value = value[-1] if value else None
        return "" if value is None else str(value)

    def _id(self, field: FormField) -> str:
        return f"{self.prefix}-{field.id}"


def _help(field: FormField, language: str) -> str:
    """Give what helps with a question; of files, what may be sent as well."""
    if field.type != "file":
        return field.help
    kinds = text(language, f"file.kinds.{'-'.join(sorted(field.kinds))}")
    limits = count_text(
        language,
        "file.limits",
        field.most_files,
        kinds=kinds,
        megabytes=field.most_bytes // 1_000_000,
    )
    return f"{field.help} {limits}".strip()


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
