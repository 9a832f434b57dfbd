"""A further message on a request's page: what is asked, how it is checked, where it is written."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cache

from carebase.forms import controls
from carebase.forms.controls import Question
from carebase.forms.form import Form
from carebase.forms.schema import TRAP
from carebase.forms.validation import Checker
from carebase.i18n import text
from carebase.markup import Markup, element

# The name under which the limits of the endpoint count; no form can have it.
METER = "request/message"
# In characters; in any script it stays below what a request may have in bytes.
LONGEST = 5_000
FIELD, ONCE = "message", "_once"
_ID = "cb-message"


@cache
def checker(language: str) -> Checker:
    """Give what checks a further message, as it does the answers of any form."""
    field = {
        "id": FIELD,
        "type": "long_text",
        "label": text(language, "status.message"),
        "required": True,
        "limits": {"max_length": LONGEST},
    }
    definition = {"id": FIELD, "title": text(language, "status.write"), "fields": [field]}
    return Checker(Form.model_validate(definition))


def once_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Give what the page wrote of itself, so that sending it twice is one message."""
    return next((said[:100] for name, said in pairs if name == ONCE), "")


def summary(language: str, error: str) -> Markup:
    """Write what is wrong at the top of the page, with a link that leads there."""
    problems = [(_ID, text(language, "status.message"), error)] if error else []
    return controls.summary(problems, language)


def render(action: str, language: str, written: str = "", error: str = "") -> Markup:
    """Write the form for a further message; `written` is what came and could not be taken."""
    question = Question(
        FIELD,
        _ID,
        text(language, "status.message"),
        language,
        help=text(language, "status.help"),
        error=error,
        required=True,
        quiet=True,
    )
    return element(
        "form",
        {"class": "cb-form", "method": "post", "action": action, "accept-charset": "utf-8"},
        controls.block(question, written, maxlength=LONGEST),
        controls.hidden(ONCE, secrets.token_urlsafe(12)),
        controls.trap(TRAP, f"{_ID}-{TRAP}", language),
        element(
            "div",
            {"class": "cb-send"},
            element(
                "button", {"class": "cb-button", "type": "submit"}, text(language, "status.send")
            ),
        ),
    )
