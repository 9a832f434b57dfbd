"""The one family of errors that a person may see, and the `Problem` that every check reports."""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]
# Ends of lines, what moves the cursor of a terminal, what turns the direction of a text, and halves
# of signs.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fix:
    """The only right thing to do about a problem: on one line, `old` becomes `new`."""

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place of one file.

    `file` is relative to the site's folder and uses `/`; `line` and `column` count from 1.
    `found` is what stands there, `allowed` what may stand there, `hint` the way out. `fix` is there
    where one change mends it for certain.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Severity = "error"
    fix: Fix | None = None

    def __post_init__(self) -> None:
        """Write signs that nobody sees as their escapes: each text stays on its line."""
        for name in ("message", "found", "allowed", "hint"):
            text = getattr(self, name)
            if not text.isprintable():
                object.__setattr__(self, name, _UNSEEN.sub(_escaped, text))

    def as_text(self) -> str:
        """Give the lines that `carebase check` prints for this problem."""
        lines = [
            f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}"
        ]
        for name in ("found", "allowed", "hint"):
            value = getattr(self, name)
            if value:
                lines.append(f"    {name}: {value}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str | int]:
        """Give the object that `carebase check --format json` prints for this problem."""
        return {name: value for name, value in asdict(self).items() if name != "fix"}

    @property
    def place(self) -> tuple[str, int, int, str]:
        """The key by which problems are sorted for people."""
        return (self.file, self.line, self.column, self.code)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


class CarebaseError(Exception):
    """Something that stops the work and is told in one sentence, never by a traceback."""

    exit_code = 1


class UsageError(CarebaseError):
    """A command was asked for something that cannot be: a missing folder, a wrong option."""

    exit_code = 2


class VerificationError(CarebaseError):
    """A built site lacks what its sources declare."""

    exit_code = 3


class ContentError(CarebaseError):
    """Files of the site have errors; `problems` holds all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.place)
        super().__init__("\n".join(problem.as_text() for problem in self.problems))


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed word most like `word`, or nothing when none is near enough to be meant."""
    choices = {choice.lower(): choice for choice in allowed}
    found = difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.6)
    return choices[found[0]] if found else None


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """Give the hint that names the nearest allowed word, or an empty text."""
    match = nearest(word, allowed)
    return f"did you mean `{match}`?" if match else ""


def sentence_of(error: Exception) -> str:
    """Say any error as a sentence; one that nobody foresaw with its kind."""
    if isinstance(error, CarebaseError):
        return str(error)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "The disk is full: make room, and save the file again."
        return f"{error.filename} cannot be used: {reason}." if error.filename else f"{reason}."
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no reason was given'}"
