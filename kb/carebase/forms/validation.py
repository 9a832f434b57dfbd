"""Checking what a customer sends against the form's schema, and saying what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jsonschema_rs import Draft202012Validator, EmailOptions, ValidationError

from carebase.errors import nearest
from carebase.forms.context import CONTEXT_SCHEMAS, clean_context
from carebase.forms.errors import FieldError
from carebase.forms.field import Bound, FormField
from carebase.forms.form import Form
from carebase.forms.schema import ENVELOPE_SCHEMAS, PROOF, SECONDS, TRAP, envelope_of, form_schema
from carebase.i18n import text as say

_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,10})?")
# Control characters carry no meaning in an answer, and PostgreSQL refuses U+0000.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENVELOPE = {name: Draft202012Validator(schema) for name, schema in ENVELOPE_SCHEMAS.items()}
_TICKED = {"on": True, "yes": True, "true": True, "1": True}
_WITH_SEVERAL = frozenset({"choices", "file"})
_SEVERAL_LINES = frozenset({"long_text", "address"})


def _trimmed(text: str) -> str:
    return _CONTROL.sub("", text).strip()


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: clean values, or what is wrong, at most one error a field.

    The values end in what the page sent along (`carebase.forms.context`), if anything.

    `trap` tells whether the field that people do not see was filled in, `seconds` how long it
    took to fill in the rest, where the page has measured that, `proof` the solved challenge.
    """

    values: dict[str, Any]
    errors: tuple[FieldError, ...] = ()
    page: str = ""
    language: str = ""
    trap: bool = False
    seconds: float | None = None
    proof: str = ""


@dataclass(slots=True)
class Checker:
    """Checks the submissions of one form; made once for each form, as compiling takes time.

    `products` are the ids that a `product` field may name.
    """

    form: Form
    products: Sequence[str] = ()
    _validator: Draft202012Validator = field(init=False, repr=False)
    _longest: Mapping[str, int] = field(init=False, repr=False)
    _most: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        schema = form_schema(self.form, self.products)
        self._longest = _limits(schema, "maxLength")
        self._most = _limits(schema, "maxItems")
        self._validator = Draft202012Validator(
            schema,
            validate_formats=True,
            email_options=EmailOptions(
                require_tld=True, allow_domain_literal=False, allow_display_text=False
            ),
        )

    def check(self, body: object, latest: date, language: str = "en") -> Checked:
        """Check a submission as JSON gave it (or `read` made it).

        `latest` is the last day that is today somewhere; dates limited to `today` may be as late.
        """
        found: dict[str, str] = {}
        for error in self._validator.iter_errors(body):
            for name, message in self._told(error, language):
                found.setdefault(name, message)
        if not isinstance(body, dict):
            return Checked({}, _ordered(self.form, found))
        for name, message in self._told_of_dates(body, latest, language):
            found.setdefault(name, message)
        return Checked(
            {} if found else self._clean(body),
            _ordered(self.form, found),
            page=_envelope(body, "_page"),
            language=_envelope(body, "_lang"),
            trap=bool(_envelope(body, TRAP).strip()),
            seconds=_seconds(body),
            proof=_envelope(body, PROOF),
        )

    def read(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Make of a plain form's names and texts the object that JSON would have sent.

        Texts lose the white space around them, empty answers are left out, numbers and ticks
        become such. Different answers to a question that takes one become a list, for `check` to
        refuse: which of them is meant, only their writer knows. A name that the form does not have
        is passed over: the page may be older than the form, and its reader could not mend it.
        """
        body: dict[str, Any] = {}
        given: dict[str, list[str]] = {}
        envelope = envelope_of(self.form)
        fields = {field.id: field for field in self.form.all_fields}
        for name, raw in pairs:
            written = raw.replace("\r\n", "\n")
            text = _trimmed(written)
            # Written by the page, not by a person: what does not fit is left out, not told.
            if name in envelope and _ENVELOPE[name].is_valid(text):
                body[name] = text
            asked = fields.get(name)
            # A limit is for what was written, and for how often, as of JSON.
            if len(written) > self._longest.get(name, len(written)):
                text = written
            if asked is None or not text:
                continue
            sent = given.setdefault(name, [])
            sent.append(text)
            several: list[str] = list(dict.fromkeys(sent))
            if len(sent) > self._most.get(name, len(sent)):
                several = sent
            is_one = asked.type not in _WITH_SEVERAL and len(several) == 1
            body[name] = _from_text(asked, text) if is_one else several
        return body

    def _clean(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for asked in self.form.all_fields:
            value = body.get(asked.id)
            if isinstance(value, str):
                value = _trimmed(value.replace("\r\n", "\n"))
                if asked.type not in _SEVERAL_LINES:
                    value = " ".join(value.split())
            if asked.type in ("rating", "nps") and isinstance(value, float):
                value = int(value)
            if value is None or value == "" or value == []:
                continue
            values[asked.id] = value
        for name in CONTEXT_SCHEMAS:
            if sent := clean_context(name, _envelope(body, name)):
                values[name] = sent
        return values

    def _told(self, error: ValidationError, language: str) -> Iterable[tuple[str, str]]:
        kind = error.kind.as_dict()
        path = error.instance_path
        if error.kind.name == "additionalProperties":
            names = [asked.id for asked in self.form.all_fields]
            for name in kind["unexpected"]:
                match = nearest(name, names)
                yield (
                    name,
                    say(language, "error.unknown_near", match=match)
                    if match
                    else say(language, "error.unknown"),
                )
        elif error.kind.name == "required":
            name = kind["property"]
            yield name, self._told_missing(self.form.field(name), language)
        elif not path:
            yield "", say(language, "error.object")
        else:
            name = str(path[0])
            yield name, self._told_value(self.form.field(name), error, kind, language)

    def _told_missing(self, asked: FormField | None, language: str) -> str:
        kind = asked.type if asked else "text"
        if kind == "consent":
            return say(language, "error.consent")
        if kind == "file":
            return say(language, "error.file_missing")
        chosen = kind in ("choice", "choices", "rating", "nps", "product")
        return say(language, "error.choose" if chosen else "error.required")

    def _told_value(
        self,
        asked: FormField | None,
        error: ValidationError,
        kind: Mapping[str, Any],
        language: str,
    ) -> str:
        if asked is None:
            return say(language, "error.invalid")
        value = error.instance
        if isinstance(value, list) and asked.type not in _WITH_SEVERAL:
            return say(language, "error.single")
        match error.kind.name:
            case "minLength" | "pattern" if isinstance(value, str) and not _trimmed(value):
                return self._told_missing(asked, language)
            case "minItems" if not value:
                return self._told_missing(asked, language)
            case "minLength":
                return say(language, "error.short", limit=kind["limit"])
            case "maxLength":
                key = f"error.long.{'one' if kind['limit'] == 1 else 'many'}"
                return say(language, key, limit=kind["limit"])
            case "minimum":
                return say(language, "error.low", limit=_plain(kind["limit"]))
            case "maximum":
                return say(language, "error.high", limit=_plain(kind["limit"]))
            case "minItems":
                return say(language, "error.few", limit=kind["limit"])
            case "maxItems":
                return say(language, "error.many", limit=kind["limit"])
            case "const":
                return say(language, "error.consent")
            case "pattern" if asked.type == "file":
                return say(language, "error.file_gone")
            case "enum":
                return say(language, "error.option", options=", ".join(map(str, kind["options"])))
            case "type" if asked.type == "number":
                return say(language, "error.number")
            case "type" if asked.type in ("rating", "nps"):
                return say(language, "error.whole")
            case "type" if asked.type == "consent":
                return say(language, "error.consent")
        if asked.type in ("email", "phone", "date"):
            return say(language, f"error.{asked.type}")
        return say(language, "error.text" if error.kind.name == "type" else "error.invalid")

    def _told_of_dates(
        self, body: Mapping[str, Any], latest: date, language: str
    ) -> Iterable[tuple[str, str]]:
        for asked in self.form.all_fields:
            value = body.get(asked.id)
            if asked.type != "date" or not isinstance(value, str):
                continue
            try:
                day = date.fromisoformat(value)
            except ValueError:
                continue
            low, high = _day(asked.limits.min, latest), _day(asked.limits.max, latest)
            if low and day < low:
                yield asked.id, say(language, "error.early", limit=low)
            elif high and day > high:
                future = asked.limits.max == "today"
                yield (
                    asked.id,
                    say(language, "error.future")
                    if future
                    else say(language, "error.late", limit=high),
                )


def _limits(schema: Mapping[str, Any], key: str) -> dict[str, int]:
    """Give the limits of one kind that a schema sets to its properties."""
    return {name: rule[key] for name, rule in schema["properties"].items() if key in rule}


def _from_text(asked: FormField, text: str) -> Any:
    match asked.type:
        case "number" if _NUMBER.fullmatch(text):
            number = float(text.replace(",", "."))
            return int(number) if number.is_integer() else number
        case "rating" | "nps" if re.fullmatch(r"-?\d{1,4}", text):
            return int(text)
        case "consent":
            return _TICKED.get(text.lower(), False)
    return text


def _ordered(form: Form, found: Mapping[str, str]) -> tuple[FieldError, ...]:
    """Give the errors in the order in which a person meets the fields."""
    order = {asked.id: place for place, asked in enumerate(form.all_fields)}
    names = sorted(found, key=lambda name: (order.get(name, math.inf), name))
    return tuple(FieldError(name, found[name]) for name in names)


def _envelope(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return _CONTROL.sub("", value) if isinstance(value, str) else ""


def _seconds(body: Mapping[str, Any]) -> float | None:
    match body.get(SECONDS):
        case bool():
            return None
        case int() | float() as seconds:
            return float(seconds)
    return None


def _day(bound: Bound | None, latest: date) -> date | None:
    if bound == "today":
        return latest
    return bound if isinstance(bound, date) else None


def _plain(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
