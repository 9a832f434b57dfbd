"""Filling in a form as a customer would, whatever the site has made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from carebase.errors import CarebaseError
from carebase.forms.field import FormField
from carebase.forms.validation import Checker

NAME = "Carebase canary"
# So often more is asked because of what was answered.
_ROUNDS = 8


def fill_in(checker: Checker, mail: str, today: date) -> dict[str, Any]:
    """Answer what must be answered; `CarebaseError` names what only a person could."""
    given: dict[str, Any] = {}
    for _ in range(_ROUNDS):
        errors = checker.check(given, today).errors
        if not errors:
            return given
        fields = {field.id: field for field in checker.form.fields}
        missing = [error.field for error in errors if error.field in fields]
        for name in missing:
            given[name] = _answer(fields[name], mail, today, checker)
        if not missing:
            break
    told = "; ".join(f"{name}: {message}" for name, message in errors)
    raise CarebaseError(f"The canary cannot fill in the form `{checker.form.id}`: {told}")


def _answer(field: FormField, mail: str, today: date, checker: Checker) -> Any:
    calm = [option.value for option in field.options if not option.emergency]
    chosen = calm or [option.value for option in field.options]
    answers: Mapping[str, Callable[[], Any]] = {
        "text": lambda: NAME,
        "long_text": lambda: "This is an automatic test of the form. It removes itself.",
        "address": lambda: NAME,
        "email": lambda: mail,
        "phone": lambda: "+43 1 555 0142",
        "date": lambda: today.isoformat(),
        "choice": lambda: chosen[0],
        "choices": lambda: chosen[:1],
        "order": lambda: [option.value for option in field.options],
        "rating": lambda: 5,
        "nps": lambda: 10,
        "number": lambda: 1,
        "product": lambda: checker.products[0] if checker.products else "",
        "consent": lambda: True,
    }
    answer = answers.get(field.type)
    return answer() if answer else ""
