"""Writing a form as HTML that works without JavaScript: one column, the fewest surprises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carebase.catalog.contact import Emergency
from carebase.forms import controls
from carebase.forms.form import Form
from carebase.forms.questions import Questions, Values
from carebase.i18n import count_text, text
from carebase.markup import Child, Markup, Value, element, join

SENDING_WORDS = (
    *(f"error.{name}" for name in ("required", "choose", "consent", "invalid")),
    *(f"error.{name}" for name in ("email", "number", "date", "future", "short", "long.")),
    *(f"error.{name}" for name in ("low", "high", "few", "many", "early", "late")),
    "form.problem",
    "form.problems.",
    "send.",
)
SENT_WORDS = ("sent.", "wait.", "draft.")
SUGGEST_WORDS = ("suggest.",)
FILE_WORDS = (
    "file.",
    *(f"error.file_{name}" for name in ("missing", "kind", "size", "empty", "gone")),
)
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
    files: Mapping[str, str] | None = None,
) -> Markup:
    """Write a form with all its questions.

    `endpoint` is the base address below which `v1/…` lies, as seen from the page, with `/` at its
    end; without one the form is a sentence that leads to `contact_url`. `context` holds what is
    known already: `page`, `revision`, `product` and any hidden field; `products` the names of the
    site's products by id. `values` and `errors` (by field) show a form again that was refused.
    `after_url` is the address of the form's `after.page`. `prefix` keeps ids apart when a page has
    several forms (the form's id when left out); `heading` is the level of the title, none without.
    `emergency` stands beside the answers that ask for it. `files` are the names of files that have
    come with a form that was refused, by the ids under which `values` holds them.
    """
    context = context or {}
    prefix = prefix or form.id
    root: dict[str, Value] = {
        "class": "cb-widget",
        "data-carebase": "form",
        "data-form": form.id,
        "data-product": context.get("product"),
        "data-suggest": form.suggest,
        "endpoint": endpoint,
    }
    title: Child = element(f"h{heading}", None, form.title) if heading else None
    if endpoint is None:
        return element("carebase-form", root, title, _elsewhere(language, contact_url))
    values = values or {}
    errors = errors or {}
    questions = Questions(
        form, language, prefix, products or {}, context, values, errors, emergency, files
    )
    body = element(
        "form",
        {
            "class": "cb-form",
            "method": "post",
            "action": f"{endpoint}v1/forms/{form.id}",
            "aria-label": form.title,
            "enctype": "multipart/form-data" if form.takes_files else None,
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
        controls.words(
            language,
            (
                *SENDING_WORDS,
                *SENT_WORDS,
                *(SUGGEST_WORDS if form.suggest else ()),
                *(FILE_WORDS if form.takes_files else ()),
            ),
        ),
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
    questions = Questions(form, language, prefix, {}, context, values or {}, errors or {})
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
