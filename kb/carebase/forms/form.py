"""What a form file (`docs/forms/<id>.yml`) may say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

FieldType = Literal[
    "text",
    "long_text",
    "email",
    "phone",
    "number",
    "date",
    "choice",
    "choices",
    "rating",
    "nps",
    "product",
    "serial",
    "address",
    "order",
    "consent",
    "hidden",
]

# The longest answer where the file names no limit, in characters.
LONGEST: Mapping[str, int] = {
    "text": 200,
    "long_text": 5000,
    "email": 254,
    "phone": 40,
    "serial": 64,
    "address": 500,
    "order": 64,
    "hidden": 500,
}
WITH_OPTIONS = frozenset({"choice", "choices"})
# The most links of a `long_text` where the file names no limit; more make it look like spam.
MOST_LINKS = 3
WITH_LENGTH = frozenset(LONGEST)
WITH_LINKS = frozenset({"long_text"})
WITH_RANGE = frozenset({"number", "date", "choices", "rating"})

# What a field may be called: it becomes an HTML name, a JSON key and a column of an export.
# A leading underscore is kept for what the page tells of itself (`schema.ENVELOPE_SCHEMAS`).
FIELD_ID = re.compile(r"[a-z][a-z0-9_]*")
FORM_ID = re.compile(r"[a-z][a-z0-9-]*")
CONSENT = "consent"

_SPAN = re.compile(r"[1-9]\d{0,3} (?:day|week|month|year)s?")
_MAIL = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+")
_WEBHOOK = re.compile(r"https://[^\s/]+\S*|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\S*")

Answer = str | int | float | bool


def _option(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


def _conditions(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError("`show_if` names a field and the answer it waits for.")
    result: dict[str, tuple[Answer, ...]] = {}
    for name, answers in value.items():
        several = list(answers) if isinstance(answers, list | tuple) else [answers]
        if not several or not all(isinstance(answer, str | int | float) for answer in several):
            raise ValueError(f"`show_if` must give one answer of `{name}`, or a list of answers.")
        result[str(name)] = tuple(several)
    return result


def _bound(value: Any) -> Any:
    if isinstance(value, str) and value != "today":
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | date | str):
        raise ValueError("A limit must be a number, a date as YYYY-MM-DD, or `today`.")
    return value


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


def _span(value: Any) -> Any:
    if not isinstance(value, str) or not _SPAN.fullmatch(value):
        raise ValueError("`retention` must be a number of days, weeks, months or years.")
    return value


def _consent(value: Any) -> Any:
    return {"label": value} if isinstance(value, str) else value


def _after(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _filled(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("This text must not be empty.")
    return value


Text = Annotated[str, BeforeValidator(_filled)]
Bound = Annotated[
    int | float | date | Literal["today"],
    BeforeValidator(_bound),
    PlainSerializer(lambda bound: bound.isoformat() if isinstance(bound, date) else bound),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Model):
    """One answer that can be chosen; written as plain text, its value and label are the same."""

    value: Text = Field(description="What is stored.", examples=["fault"])
    label: str = Field(
        default="", description="What the customer reads.", examples=["Something is broken"]
    )
    emergency: bool = Field(
        default=False,
        description="Whether the emergency line of docs/contact.yml stands beside this answer.",
        examples=[True],
    )

    @property
    def text(self) -> str:
        """What the customer reads."""
        return self.label or self.value


class Limits(_Model):
    """How long a text, how large a number, how late a date, how many choices an answer may be."""

    min_length: int | None = Field(
        default=None, ge=1, description="The fewest characters of a text.", examples=[10]
    )
    max_length: int | None = Field(
        default=None, ge=1, le=20_000, description="The most characters of a text.", examples=[2000]
    )
    min: Bound | None = Field(
        default=None,
        description="The smallest number, earliest date, lowest rating or fewest choices.",
        examples=[1],
    )
    max: Bound | None = Field(
        default=None,
        description="The largest number, latest date (or `today`), highest rating or most choices.",
        examples=["today"],
    )
    max_links: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description=(
            f"The most links of a `long_text`, {MOST_LINKS} when left out;"
            " a text with more waits in quarantine."
        ),
        examples=[10],
    )


class FormField(_Model):
    """One question of a form."""

    id: str = Field(description="The name under which the answer is stored.", examples=["topic"])
    type: FieldType = Field(description="What kind of answer it takes.", examples=["choice"])
    label: str = Field(
        default="", description="The question itself.", examples=["What is it about?"]
    )
    help: str = Field(
        default="",
        description="A sentence below the label that makes the answer easy.",
        examples=["It stands on the label under the drip tray."],
    )
    required: bool = Field(
        default=False, description="Whether it must be answered.", examples=[True]
    )
    limits: Limits = Field(
        default=Limits(), description="How long or large the answer may be.", examples=["{max: 5}"]
    )
    options: tuple[Annotated[Option, BeforeValidator(_option)], ...] = Field(
        default=(),
        description="The answers of a `choice` or `choices`.",
        examples=["[{value: fault, label: Something is broken}]"],
    )
    show_if: Annotated[dict[str, tuple[Answer, ...]], BeforeValidator(_conditions)] | None = Field(
        default=None,
        description="Asked only when an earlier field has this answer (or one of these).",
        examples=["{topic: [fault, safety]}"],
    )
    group: str = Field(
        default="", description="The id of the group it stands in.", examples=["product"]
    )
    value: str = Field(
        default="", description="What a `hidden` field holds at first.", examples=["newsletter"]
    )

    @property
    def max_length(self) -> int | None:
        """The most characters a text answer may have; nothing for other kinds of answer."""
        return self.limits.max_length or LONGEST.get(self.type)

    @property
    def most_links(self) -> int:
        """The most links a text may have before it looks like spam."""
        return MOST_LINKS if self.limits.max_links is None else self.limits.max_links

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and highest step of a `rating` (1 to 5 unless limited) or `nps` (0 to 10)."""
        if self.type == "nps":
            return (0, 10)
        low, high = self.limits.min, self.limits.max
        return (
            int(low) if isinstance(low, int | float) else 1,
            int(high) if isinstance(high, int | float) else 5,
        )


class Group(_Model):
    """Fields that belong together under a heading of their own."""

    id: str = Field(description="The name that fields give as `group`.", examples=["product"])
    title: Text = Field(description="The heading.", examples=["Your product"])


class Consent(_Model):
    """What a customer agrees to by a tick, after all other fields."""

    label: Text = Field(
        description="The sentence beside the box.",
        examples=["You may use my answer to improve this page."],
    )
    required: bool = Field(
        default=True, description="Whether the form can be sent without it.", examples=[True]
    )


class Notify(_Model):
    """Who hears of a submission. Never part of the site."""

    mail: Annotated[tuple[str, ...], BeforeValidator(_mails)] = Field(
        default=(), description="Mail addresses.", examples=["care@fjellby.example"]
    )
    webhook: Annotated[str, BeforeValidator(_webhook)] | None = Field(
        default=None,
        description="An address that takes each submission as JSON.",
        examples=["https://desk.fjellby.example/hooks/carebase"],
    )


class After(_Model):
    """What a customer reads once the form has arrived: a text, or a page of the site."""

    text: str = Field(default="", description="A few sentences.", examples=["We look at it today."])
    page: str = Field(
        default="",
        description="A page to read on, relative to docs/.",
        examples=["support/what-happens-next.md"],
    )


class Form(_Model):
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
    retention: Annotated[str, BeforeValidator(_span)] | None = Field(
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
    submit: Text = Field(
        default="Send", description="The words on the button.", examples=["Send my request"]
    )

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


def same(given: Any, wanted: Answer) -> bool:
    """Tell whether an answer is the wanted one; `true` is neither `1` nor a text."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    return bool(given == wanted) or (given is not None and str(given) == str(wanted))
