"""The form beside a service plan that makes a calendar of it."""

from __future__ import annotations

from carebase.catalog.product import Product
from carebase.forms import controls
from carebase.forms.controls import Question
from carebase.i18n import text
from carebase.markup import Markup, Value, element

REMINDER_WORDS = (
    "answer.whole",
    "check.not_sold_yet",
    "check.unavailable",
    "date",
    "date.",
    "error.date",
    "error.early",
    "error.future",
    "error.required",
    "form.problem",
    "form.problems.",
    "list",
    "month.",
    "remind.",
)


def render_reminders(
    product: Product,
    *,
    endpoint: str | None,
    data_url: str,
    host: str = "",
    language: str = "en",
    prefix: str = "remind",
) -> Markup:
    """Write the form for one product: a day of purchase becomes a calendar file.

    `endpoint` and `data_url` are as `render_check` takes them. The browser makes the file by
    itself; without JavaScript the endpoint does, and without either the button does nothing.
    `host` is that of the site, by which the entries' ids are unique.
    """
    question = Question(
        name="bought",
        id=f"{prefix}-bought",
        label=text(language, "check.bought"),
        language=language,
        required=True,
    )
    form: dict[str, Value] = {"class": "cb-form"}
    if endpoint is not None:
        form |= {"method": "get", "action": f"{endpoint}v1/reminders.ics"}
    hint = text(language, "remind.help")
    if endpoint is None:
        hint += " " + text(language, "remind.local")
    root: dict[str, Value] = {
        "class": "cb-widget cb-remind",
        "data-carebase": "reminders",
        "data-product": product.id,
        "data-host": host or None,
        "data": f"{data_url}{product.id}.json",
        "endpoint": endpoint,
    }
    return element(
        "carebase-reminders",
        root,
        element(
            "form",
            form,
            element("p", {"class": "cb-group__title"}, text(language, "remind.title")),
            element("p", {"class": "cb-intro"}, hint),
            controls.hidden("product", product.id),
            controls.hidden("lang", language),
            controls.line(question, "date", "", **{"min": "1900-01-01", "data-max": "today"}),
            element(
                "div",
                {"class": "cb-send"},
                element(
                    "button",
                    {"class": "cb-button", "type": "submit", "disabled": endpoint is None},
                    text(language, "remind.download"),
                ),
            ),
        ),
        element("div", {"class": "cb-status", "role": "status"}),
        element("div", {"class": "cb-result", "role": "status"}),
        controls.words(language, REMINDER_WORDS),
    )
