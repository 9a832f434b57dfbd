"""What an erasure says: to those who answer, and to whom it was done for."""

from __future__ import annotations

from starlette.responses import Response

from carebase.endpoint.pages import page
from carebase.endpoint.service import Service
from carebase.endpoint.status import SECRET_HEADERS
from carebase.forms.asked import Asked
from carebase.i18n import count_text, text
from carebase.markup import Child, element
from carebase.store.letters import NewLetter
from carebase.store.submissions import Submission


def erasure_letters(
    service: Service, submission: Submission, asked: Asked, mentioned: bool = False
) -> tuple[NewLetter, ...]:
    """Give the mails that tell of an erasure; `mentioned` is somebody in the form of another."""
    checker = service.private.checker(submission.form, submission.language)
    form = checker.form if checker else None
    title = asked.title or submission.form
    return service.sending.letters_for_erasure(form, submission.ref, title, mentioned)


def erased_page(service: Service, language: str, number: int, back: str = "") -> Response:
    """Say that so many requests are erased, and what stays."""
    return page(
        service,
        text(language, "privacy.erased"),
        element("p", {"role": "status"}, count_text(language, "privacy.erased_text", number)),
        element("p", None, text(language, "privacy.stays")),
        language=language,
        back=back,
        headers=SECRET_HEADERS,
    )


def confirm_form(action: str, said: str, *, danger: bool = False) -> Child:
    """Write a form of one button, which does at last what a page has asked about."""
    style = "cb-button cb-button--danger" if danger else "cb-button"
    button = element("button", {"class": style, "type": "submit"}, said)
    return element(
        "form",
        {"method": "post", "action": action},
        element("div", {"class": "cb-send"}, button),
    )
