"""Why a coverage ends when it does: the trace of a verdict in sentences (WARRANTY §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carebase.i18n import count_text, text

_ENTRY = re.compile(r"R(?P<rule>[0-9]+) (?P<what>.+) (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_LENGTH = re.compile(r"\+(?P<count>[0-9]+) (?P<unit>day|week|month|year)s?")
# The sentence of each rule that has one; the others are told apart by what they say.
_RULES = {5: "pause", 6: "replaced", 7: "repaired", 9: "used_up", 10: "void"}


def reasons(row: Mapping[str, Any], language: str, spell: Any) -> list[str]:
    """Give the reasons for a row's end, in order; `spell` writes a day for reading.

    The start is left out: it is the same for all rows, and is told once.
    """
    return list(_reasons(row, language, spell))


def _reasons(row: Mapping[str, Any], language: str, spell: Any) -> Iterator[str]:
    found = [entry for entry in map(_ENTRY.fullmatch, row.get("trace", ())) if entry]
    is_registered = any(entry["rule"] == "4" for entry in found)
    for entry in found:
        rule, what = int(entry["rule"]), entry["what"]
        length = _LENGTH.fullmatch(what)
        key = _RULES.get(rule, "")
        if rule == 2 and not is_registered:
            key = "length" if length else what.removeprefix("lifetime ")
        elif rule == 4:
            key = "registered" if length else what.removeprefix("lifetime ")
        elif rule == 8:
            key = "transferred" if what == "transferred" else "notice"
        elif rule == 11 and not what.startswith("no "):
            key = "over_used"
        if not key:
            continue
        span = f"span.{length['unit']}" if length else ""
        yield text(
            language,
            f"why.{key}",
            length=count_text(language, span, int(length["count"])) if length else "",
            date=spell(entry["day"], language),
            what=what.replace("-", " ").replace("_", " "),
        )
