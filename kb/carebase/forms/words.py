"""What is said about an answer that cannot be taken, one sentence for each kind of mistake."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "error.required": "Please fill this in.",
    "error.choose": "Please choose an answer.",
    "error.consent": "Please tick this box to go on.",
    "error.text": "Please write this as text.",
    "error.email": "Please write an e-mail address, such as name@example.com.",
    "error.phone": "Please write a phone number, such as +43 1 555 0142.",
    "error.number": "Please write a number.",
    "error.whole": "Please write a whole number.",
    "error.date": "Please give a date that exists, such as 2026-03-14.",
    "error.short": "Please write at least {limit} characters.",
    "error.long": "Please write at most {limit} characters.",
    "error.low": "Please give {limit} or more.",
    "error.high": "Please give {limit} or less.",
    "error.few": "Please choose at least {limit}.",
    "error.many": "Please choose at most {limit}.",
    "error.early": "Please give {limit} or a later date.",
    "error.late": "Please give {limit} or an earlier date.",
    "error.future": "This day is still to come.",
    "error.option": "Please choose one of: {options}.",
    "error.unknown": "This form has no such field.",
    "error.unknown_near": "This form has no such field. Did you mean {match}?",
    "error.object": "A submission is one JSON object with the fields of the form.",
    "error.invalid": "Please check this answer.",
}


def say(language: str, key: str, **values: object) -> str:
    """Give one sentence with its `{placeholders}` filled in."""
    return WORDS[key].format(**values)
