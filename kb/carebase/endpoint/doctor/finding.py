"""What an examination finds: a sentence on one subject, and the way out where there is a fault."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `said` in a sentence, `hint` what to do about it."""

    subject: str
    level: Level
    said: str
    hint: str = ""

    def as_text(self) -> str:
        """Give the lines for people."""
        line = f"{self.level:<8} {self.subject}: {self.said}"
        return f"{line}\n{'':8} {self.hint}" if self.hint else line

    def as_dict(self) -> dict[str, str]:
        """Give the object for programs."""
        return asdict(self)


def ok(subject: str, said: str) -> Finding:
    """Make a finding without a fault."""
    return Finding(subject, "ok", said)


def warning(subject: str, said: str, hint: str) -> Finding:
    """Make a finding that an operator should know."""
    return Finding(subject, "warning", said, hint)


def error(subject: str, said: str, hint: str) -> Finding:
    """Make a finding that costs customers something."""
    return Finding(subject, "error", said, hint)
