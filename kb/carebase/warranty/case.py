"""Cases: one JSON object a line that asks what covers a unit, read without mercy.

Every problem of a line is told, in one text; nothing is guessed.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from carebase.warranty.coverage import coverage
from carebase.warranty.dates import Span, read_day, read_span
from carebase.warranty.events import KINDS, PARTIAL_KINDS, Event
from carebase.warranty.fields import is_country, suggest
from carebase.warranty.notices import Notice
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statute
from carebase.warranty.verdict import stringify

JSON_SPACE: Final = " \t\n\r"

# What each kind may say beside its day, and what it must.
_TEXTS = {
    "repair_in": ("component",),
    "repair_out": ("component",),
    "claim": ("coverage",),
    "void": ("reason", "coverage"),
    "usage": ("unit",),
}
_NEEDED = {("claim", "coverage"), ("void", "reason"), ("usage", "unit")}


class CaseError(ValueError):
    """A line that is no case; its text tells all that is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question about a unit."""

    policy: Policy
    as_of: date
    country: str | None = None
    consumer: bool = True
    events: tuple[Event, ...] = ()
    serial: str | None = None
    model: str | None = None

    def answer(self, statutes: Sequence[Statute], notices: Sequence[Notice]) -> str:
        """Give the verdict as canonical JSON."""
        verdict = coverage(
            self.policy,
            self.events,
            self.country,
            self.as_of,
            self.consumer,
            statutes,
            notices,
            self.serial,
            self.model,
        )
        return stringify(verdict.plain())


def answer_lines(
    lines: Iterable[bytes],
    policies: Mapping[str, Policy],
    statutes: Sequence[Statute],
    notices: Sequence[Notice],
) -> Iterator[tuple[str, bool]]:
    """Answer each line of a file, in order: the JSON to print, and whether the line was a case.

    lines are those between line feeds; one of white space alone is skipped but counted.
    policies are by id@version.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip(JSON_SPACE.encode()):
            continue
        try:
            yield read_case(line, policies).answer(statutes, notices), True
        except CaseError as error:
            yield stringify({"error": str(error), "line": number}), False


def read_case(line: bytes | str, policies: Mapping[str, Policy]) -> Case:
    """Read one line; raises CaseError for a bad one."""
    found = _read_object(line)
    problems: list[str] = []
    name = _take_text(found, "policy", problems, needed=True)
    policy = policies.get(name) if name is not None else None
    if name is not None and policy is None:
        problems.append(f"The policy '{name}' is not known; {suggest(name, policies)}")
    country = _take_text(found, "country", problems)
    if country is not None and not is_country(country):
        problems.append(f"The country '{country}' is not of the form ES or GB-SCT.")
    as_of = _take_day(found, "as_of", problems)
    consumer = found.get("consumer")
    if not isinstance(consumer, bool | None):
        problems.append(f"The key 'consumer' is {_name(consumer)}, not true or false.")
    serial = _take_text(found, "serial", problems)
    model = _take_text(found, "model", problems)
    events = read_events(found.get("events"), policy, problems)
    if problems or policy is None or as_of is None:
        raise CaseError(" ".join(problems))
    return Case(
        policy=policy,
        as_of=as_of,
        country=country,
        consumer=consumer is not False,
        events=events,
        serial=serial or None,
        model=model or None,
    )


def read_events(values: Any, policy: Policy | None, problems: list[str]) -> tuple[Event, ...]:
    """Read a JSON list of events, adding what is wrong with them to problems.

    Without a policy the names of coverages and reasons are not looked up.
    """
    if values is None:
        return ()
    if not isinstance(values, list):
        problems.append(f"The key 'events' is {_name(values)}, not a list.")
        return ()
    events = []
    for number, value in enumerate(values, start=1):
        own: list[str] = []
        event = _read_event(value, policy, own)
        problems += [f"Event {number}: {text}" for text in own]
        if event:
            events.append(event)
    return tuple(events)


def _read_event(value: Any, policy: Policy | None, problems: list[str]) -> Event | None:
    if not isinstance(value, dict):
        problems.append(f"It is {_name(value)}, not an object.")
        return None
    name = _take_text(value, "kind", problems, needed=True)
    kind = next((kind for kind in KINDS if kind == name), None)
    if name is not None and kind is None:
        problems.append(f"The kind '{name}' is not known; {suggest(name, KINDS)}")
    day = _take_span(value, "on", problems, partial=kind is None or kind in PARTIAL_KINDS)
    if kind is None:
        return None
    texts = {
        key: _take_text(value, key, problems, needed=(kind, key) in _NEEDED)
        for key in _TEXTS.get(kind, ())
    }
    used = value.get("used") if kind == "purchased" else None
    if not isinstance(used, bool | None):
        problems.append(f"The key 'used' is {_name(used)}, not true or false.")
    reading = _take_reading(value, problems) if kind == "usage" else 0.0
    if policy:
        _check_names(texts, kind, policy, problems)
    if problems or day is None or reading is None:
        return None
    return Event(kind, day, **texts, used=used is True, value=reading)


def _check_names(
    texts: Mapping[str, str | None], kind: str, policy: Policy, problems: list[str]
) -> None:
    coverages = [coverage.id for coverage in policy.coverages]
    reasons = [exclusion.id for exclusion in policy.exclusions]
    for key, known, what in (
        ("coverage", coverages, "coverage"),
        ("reason", reasons, "exclusion"),
    ):
        name = texts.get(key)
        if name is not None and name not in known:
            problems.append(
                f"The policy {policy.name} has no {what} '{name}' to {kind}; {suggest(name, known)}"
            )


def _take_text(
    found: dict[str, Any], key: str, problems: list[str], *, needed: bool = False
) -> str | None:
    value = found.get(key)
    if value is None:
        if needed:
            problems.append(f"The key '{key}' is missing.")
        return None
    if not isinstance(value, str):
        problems.append(f"The key '{key}' is {_name(value)}, not a text.")
        return None
    return value


def _take_span(
    found: dict[str, Any], key: str, problems: list[str], *, partial: bool
) -> Span | None:
    text = _take_text(found, key, problems, needed=True)
    if text is None:
        return None
    try:
        if partial:
            return read_span(text)
        day = read_day(text)
        return Span(day, day)
    except ValueError as error:
        problems.append(f"The key '{key}': {error}.")
        return None


def _take_day(found: dict[str, Any], key: str, problems: list[str]) -> date | None:
    span = _take_span(found, key, problems, partial=False)
    return span.first if span else None


def _take_reading(found: dict[str, Any], problems: list[str]) -> float | None:
    value = found.get("value")
    if value is None:
        problems.append("The key 'value' is missing.")
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.append(f"The key 'value' is {_name(value)}, not a number.")
        return None
    try:
        reading = float(value)
    except OverflowError:
        reading = math.inf
    if not math.isfinite(reading) or reading < 0:
        problems.append("The key 'value' is not a finite number from 0.")
        return None
    return reading


def _read_object(line: bytes | str) -> dict[str, Any]:
    try:
        text = line.decode() if isinstance(line, bytes) else line
        # Whole numbers are doubles as well, as in JavaScript; Python refuses very long ones.
        found = json.loads(text, parse_constant=_refuse, parse_int=float, object_pairs_hook=_join)
        _encode(found)
    except UnicodeDecodeError:
        raise CaseError("The line is not UTF-8.") from None
    except UnicodeEncodeError:
        raise CaseError("The line has half a character (a lone surrogate).") from None
    except RecursionError:
        raise CaseError("The line is nested too deeply.") from None
    except json.JSONDecodeError as error:
        told = error.msg[:1].lower() + error.msg[1:]
        raise CaseError(f"The line is not JSON: {told}, at character {error.pos + 1}.") from None
    except ValueError as error:
        raise CaseError(f"The line is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise CaseError(f"The line is {_name(found)}, not an object.")
    return found


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _join(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # What a second key of the same name hides must be text, too.
        _encode(pairs)
    return found


def _encode(value: Any) -> bytes:
    """Write a value again; raises UnicodeEncodeError for a lone surrogate."""
    return json.dumps(value, ensure_ascii=False).encode()


def _name(value: Any) -> str:
    """Name the JSON type of a value for a sentence."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"
