"""The answer to "is it covered?": rows side by side, and the one way they are written."""

import json
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal

RowKind = Literal["commercial", "statutory", "programme"]
Status = Literal[
    "not_offered",
    "void",
    "unknown",
    "ended_by_transfer",
    "used_up",
    "not_started",
    "expired",
    "depends",
    "covered",
    "may_have_rights",
]
Summary = Literal["covered", "not_started", "not_covered", "unknown", "partly"]


@dataclass(frozen=True, slots=True)
class Start:
    """When the policy's coverages start, and how sure that is."""

    day: date
    kind: str
    certainty: Literal["stated", "estimated"]

    def plain(self) -> dict[str, Any]:
        """Give the start with the keys and the order of the verdict."""
        return {"date": self.day.isoformat(), "from": self.kind, "certainty": self.certainty}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One coverage, statute or programme; its fields stand in the order of the verdict."""

    id: str
    kind: RowKind
    programme: str | None = None
    country: str | None = None
    who: str | None = None
    status: Status
    until: date | None = None
    days_left: int | None = None
    burden_until: date | None = None
    clause: str | None = None
    reason: str | None = None
    source: str | None = None
    note: str | None = None
    trace: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Give the row without what it lacks, dates as text."""
        values = ((part.name, getattr(self, part.name)) for part in fields(self))
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in values
            if value is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What holds for a unit on a day: the maker's promise, the law and the notices."""

    as_of: date
    verdict: Summary
    policy: str
    start: Start | None
    coverages: tuple[Row, ...]
    missing: tuple[str, ...] = field(default=())

    def plain(self) -> dict[str, Any]:
        """Give the verdict as JSON values, keys in the order of the contract."""
        start = {"start": self.start.plain()} if self.start else {}
        return {
            "as_of": self.as_of.isoformat(),
            "verdict": self.verdict,
            "policy": self.policy,
            **start,
            "coverages": [row.plain() for row in self.coverages],
            "missing": list(self.missing),
        }


def days_left(status: Status, until: date | None, as_of: date) -> int | None:
    """Count the days from as_of to the last covered one, for a row that is covered."""
    return (until - as_of).days if status == "covered" and until else None


def stringify(value: Any) -> str:
    """Write JSON byte for byte as JavaScript's ``JSON.stringify`` does (ECMA-262, 25.5.2)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
