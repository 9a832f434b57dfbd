"""What a question says of itself in braces behind its text: `{#scale points=2 partial}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from carebase.errors import suggestion
from carebase.sources.meant import Meant, find_meant
from carebase.training.question import KINDS

ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z")
LONGEST_ID = 40
MOST_POINTS = 1000
MOST_ATTEMPTS = 100

_BRACES = re.compile(r"\s*\{:?(?P<inner>[^{}]*)\}\s*#*\s*\Z")
_WORD = re.compile(
    r"#(?P<id>\S*)|(?P<name>[\w-]+)(?:=(?P<quote>[\"']?)(?P<value>[^\s\"']*)(?P=quote))?"
)
_POINTS = re.compile(r"\d{1,4}(?:\.\d{1,2})?\Z")

# Tells of one thing that is wrong: column, code, sentence, and found, allowed, hint.
Tell = Callable[..., None]


@dataclass(slots=True)
class Settings:
    """The settings of a question, read and checked; `id` is empty where none is written."""

    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    # Whether there are braces to put an id into, and where they begin in the line.
    place: int | None = None


def _points(text: str) -> Fraction | None:
    return Fraction(text) if _POINTS.match(text) and 0 < Fraction(text) <= MOST_POINTS else None


def _attempts(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,2}", text) and int(text) <= MOST_ATTEMPTS else None


def _flag(text: str) -> bool | None:
    return {"true": True, "": True, "false": False}.get(text)


def _kind(text: str) -> str | None:
    return text if text in KINDS else None


# The types of questions in the words of Moodle and other course programs.
_WORDS: Mapping[tuple[str, ...], str] = {
    ("single", "several"): "multiplechoice multichoice choice mcq quiz",
    ("single",): "radio one singlechoice",
    ("several",): "multiple multi multiselect multipleresponse multipleanswer checkbox checkboxes",
    ("true-false",): "truefalse boolean bool tf yesno",
    ("blank",): "cloze gap fill fillin fillintheblank text input short shortanswer",
    ("number",): "numeric numerical int integer float decimal",
    ("ordering",): "order sequence sequencing sort sorting rank ranking",
    ("matching",): "match pair pairs connect draganddrop",
}
_MEANT = Meant({word: ours for ours, words in _WORDS.items() for word in words.split()})

READERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "type": (_kind, ", ".join(KINDS)),
    "points": (_points, f"more than 0 and up to {MOST_POINTS}, as `2` or `0.5`"),
    "attempts": (_attempts, f"a whole number from 1 to {MOST_ATTEMPTS}"),
    "partial": (_flag, "`partial`, or `partial=false`"),
    "shuffle": (_flag, "`shuffle=false`, or `shuffle=true`"),
}


def read_flag(value: Any) -> bool | None:
    """Read an option that is true or false; None when it is neither."""
    return _flag(str(value).lower())


def read_value(name: str, value: Any) -> Any:
    """Read one setting; None when it does not have this value."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return READERS[name][0](text)


def split_settings(line: str) -> tuple[str, str, int | None]:
    """Give a heading's text, what its braces hold, and where that begins; None without braces.

    Braces that hold anything but settings belong to the text.
    """
    found = _BRACES.search(line)
    if not found or (found["inner"].strip() and not _looks_so(found["inner"])):
        return re.sub(r"\s#+\s*\Z", "", line).strip(), "", None
    return line[: found.start()].strip(), found["inner"], found.start("inner")


def _looks_so(inner: str) -> bool:
    return all(_WORD.fullmatch(word) or word.startswith((".", "#")) for word in inner.split())


def read_settings(inner: str, begin: int | None, tell: Tell) -> Settings:
    """Read what stands in the braces; `begin` is its place in the line, from 0."""
    settings = Settings(place=begin)
    for word in re.finditer(r"\S+", inner):
        column = (begin or 0) + word.start() + 1
        found = _WORD.fullmatch(word[0])
        if found and found["name"] is None:
            _take_id(settings, found["id"], column, tell)
        elif found is None or found["name"] not in READERS:
            name = found["name"] if found else word[0]
            tell(
                column,
                "question-setting",
                f"A question has no setting `{name}`.",
                found=f"`{word[0]}`",
                allowed=f"#id, {', '.join(READERS)}",
                hint=suggestion(name, READERS) or "delete it",
            )
        else:
            _take_value(settings, found["name"], found["value"] or "", column, tell)
    return settings


def _take_id(settings: Settings, written: str, column: int, tell: Tell) -> None:
    if settings.id:
        tell(
            column,
            "question-id",
            "A question has one id.",
            found=f"`#{settings.id}` and `#{written}`",
            hint="delete one of them: the one that no page links to",
        )
    elif not ID.match(written) or len(written) > LONGEST_ID:
        tell(
            column,
            "question-id",
            f"`{written}` is no id of a question.",
            found=f"`#{written}`",
            allowed=f"a small letter, then small letters, digits, `-`; up to {LONGEST_ID} signs",
        )
    else:
        settings.id = written


def _take_value(settings: Settings, name: str, value: str, column: int, tell: Tell) -> None:
    read, allowed = READERS[name]
    result = read(value)
    if result is None:
        tell(
            column,
            "question-setting",
            f"The setting `{name}` does not have this value.",
            found=f"`{name}={value}`",
            allowed=allowed,
            hint=find_meant(value, KINDS, (_MEANT,)) if name == "type" else "",
        )
    else:
        settings.values[name] = result
