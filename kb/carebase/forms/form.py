"""What a form file (`docs/forms/<id>.yml`) may say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from carebase.forms.field import Answer, FormField, FormModel, Text, same
from carebase.forms.retention import Span

FORM_ID = re.compile(r"[a-z][a-z0-9-]*")
CONSENT = "consent"

_MAIL = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+")
_WEBHOOK = re.compile(r"https://[^\s/]+\S*|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\S*")


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _mails(value: Any) -> Any:
    value = _texts(value)
    if isinstance(value, list | tuple):
        for mail in value:
            if not isinstance(mail, str) or not _MAIL.fullmatch(mail):
                raise ValueError(f"`{mail}` is not a mail address.")
    return value


def _webhook(value: Any) -> Any:
    if isinstance(value, str) and not _WEBHOOK.fullmatch(value):
        raise ValueError("A webhook must be an address that begins with `https://`.")
    return value


def _consent(value: Any) -> Any:
    return {"label": value} if isinstance(value, str) else value


def _after(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Group(FormModel):
    """Fields that belong together under a heading of their own."""

    id: str = Field(description="The name that fields give as `group`.", examples=["product"])
    title: Text = Field(description="The heading.", examples=["Your product"])


class Consent(FormModel):
    """What a customer agrees to by a tick, after all other fields."""

    label: Text = Field(
        description="The sentence beside the box.",
        examples=["You may use my answer to improve this page."],
    )
    required: bool = Field(
        default=True, description="Whether the form can be sent without it.", examples=[True]
    )


class Notify(FormModel):
    """Who hears of a submission. Never part of the site."""

    mail: Annotated[tuple[str, ...], BeforeValidator(_mails)] = Field(
        default=(), description="Mail addresses.", examples=["care@fjellby.example"]
    )
    webhook: Annotated[str, BeforeValidator(_webhook)] | None = Field(
        default=None,
        description="An address that takes each submission as JSON.",
        examples=["https://desk.fjellby.example/hooks/carebase"],
    )


class After(FormModel):
    """What a customer reads once the form has arrived: a text, or a page of the site."""

    text: str = Field(default="", description="A few sentences.", examples=["We look at it today."])
    page: str = Field(
        default="",
        description="A page to read on, relative to docs/.",
        examples=["support/what-happens-next.md"],
    )


class Form(FormModel):
    """A form as its file describes it; `id` is the name of the file."""

    id: str = Field(
        default="", description="Left out, or the same as the file's name.", examples=["support"]
    )
    title: Text = Field(description="What the form is for.", examples=["Ask for help"])
    intro: str = Field(
        default="",
        description="A sentence or two before the fields.",
        examples=["Tell us what happens, in your own words."],
    )
    purpose: str = Field(
        default="",
        description="What the answers are used for, as the law wants it said.",
        examples=["We use what you send to answer you."],
    )
    retention: Span | None = Field(
        default=None, description="How long the answers are kept.", examples=["24 months"]
    )
    promise: str = Field(
        default="",
        description="What the customer may count on.",
        examples=["We answer within 2 working days."],
    )
    groups: tuple[Group, ...] = Field(
        default=(),
        description="Headings under which fields stand together.",
        examples=["[{id: product, title: Your product}]"],
    )
    fields: tuple[FormField, ...] = Field(
        min_length=1, description="The questions, in order.", examples=["[{id: …, type: text}]"]
    )
    consent: Annotated[Consent, BeforeValidator(_consent)] | None = Field(
        default=None,
        description="A sentence to agree to before sending.",
        examples=["You may use my answer to improve this page."],
    )
    notify: Notify = Field(
        default=Notify(), description="Who hears of it.", examples=["{mail: care@fjellby.example}"]
    )
    after: Annotated[After, BeforeValidator(_after)] = Field(
        default=After(),
        description="What the customer reads then: a text, or `{page: …}`.",
        examples=["Thank you. We look at it today."],
    )
    receipt: bool = Field(
        default=False,
        description="Whether the mail to the customer is a receipt, with what was sent, date and"
        " time. It is never held back, whatever a submission looks like.",
        examples=[True],
    )
    suggest: bool = Field(
        default=False,
        description="Whether articles that may answer are shown while a customer writes.",
        examples=[True],
    )
    submit: Text = Field(
        default="Send", description="The words on the button.", examples=["Send my request"]
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Form:
        """Give a copy, which works out for itself what follows from its other words."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("version", "all_fields"):
            copy.__dict__.pop(name, None)
        return copy

    @property
    def definition(self) -> dict[str, Any]:
        """The form as plain data without what is left at its default, as it is stored."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the form's definition.

        It goes with each submission, so that one knows later what the customer was asked.
        """
        text = json.dumps(
            self.definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def all_fields(self) -> tuple[FormField, ...]:
        """The fields, and the consent as the last of them."""
        if self.consent is None:
            return self.fields
        agreed = FormField(
            id=CONSENT,
            type="consent",
            label=self.consent.label,
            required=self.consent.required,
        )
        return (*self.fields, agreed)

    @property
    def takes_files(self) -> bool:
        """Whether any question is answered with files."""
        return any(field.type == "file" for field in self.fields)

    def field(self, name: str) -> FormField | None:
        """Give the field of this name."""
        return next((field for field in self.all_fields if field.id == name), None)

    def conditions(self, field: FormField) -> dict[str, tuple[Answer, ...]]:
        """Give all that must be answered for a field to be asked, its askers' own needs too."""
        found: dict[str, tuple[Answer, ...]] = {}
        waiting = [field]
        while waiting:
            for name, answers in (waiting.pop().show_if or {}).items():
                if name in found:
                    continue
                found[name] = answers
                before = self.field(name)
                if before is not None:
                    waiting.append(before)
        return found

    def is_asked(self, field: FormField, values: Mapping[str, Any]) -> bool:
        """Tell whether a field is asked, given the answers so far."""
        for name, wanted in self.conditions(field).items():
            given = values.get(name)
            answers = given if isinstance(given, list | tuple) else (given,)
            if not any(same(answer, one) for answer in answers for one in wanted):
                return False
        return True

    def grouped(self) -> Iterator[tuple[Group | None, list[FormField]]]:
        """Give the fields in runs that stand under one heading; hidden ones come with nothing."""
        titles = {group.id: group for group in self.groups}
        run: list[FormField] = []
        current: Group | None = None
        for field in self.all_fields:
            group = titles.get(field.group)
            if run and group is not current and field.type != "hidden":
                yield current, run
                run = []
            if field.type != "hidden":
                current = group
            run.append(field)
        if run:
            yield current, run
