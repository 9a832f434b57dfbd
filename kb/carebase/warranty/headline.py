"""The first sentence of an answer: what the maker's promise comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from carebase.catalog.product import Product
from carebase.i18n import date_text, list_text, strings, text

Row = Mapping[str, Any]

# Coverages of these ids are the product itself when it has no component of that name.
WHOLE = frozenset({"all", "product", "unit", "device", "whole", "standard", "general"})
GONE = frozenset({"expired", "void", "used_up", "ended_by_transfer", "not_offered"})
OPEN = frozenset({"depends", "unknown"})


def headline(verdict: Row, product: Product, language: str) -> str:
    """Say the maker's promise in one sentence, or two where some parts differ.

    A recall that concerns the unit is said before it: it is about safety.
    """
    said = _promise_in_short(verdict, product, language)
    if any(
        row["kind"] == "programme" and row["status"] == "covered" and row["programme"] == "recall"
        for row in verdict["coverages"]
    ):
        return f"{text(language, 'answer.recall', product=product.name)} {said}"
    return said


def _promise_in_short(verdict: Row, product: Product, language: str) -> str:
    rows = [row for row in verdict["coverages"] if row["kind"] == "commercial"]
    held = [row for row in rows if row["status"] == "covered"]
    gone = [row for row in rows if row["status"] in GONE]
    left = [row for row in rows if row["status"] in OPEN]
    dates = sorted({row["until"] for row in held if "until" in row})

    def say(key: str, day: str = "", parts: Iterable[Row] = ()) -> str:
        return text(
            language,
            f"answer.{key}",
            product=product.name,
            date=spell(day, language) if day else "",
            parts=_parts(parts, product, language),
        )

    if held:
        day = dates[0] if dates else ""
        end = "" if day else "_forever"
        if gone and (len(gone) > len(held) or rows[0]["status"] in GONE):
            said = [say("only" + end, day, held)]
        elif gone:
            said = [say("partly" + end, day, gone)]
        else:
            said = [say("covered" + end, day)]
        if day and any(row.get("until") != day for row in held):
            said.append(say("longer"))
        if left:
            said.append(say("open", parts=left))
        return " ".join(said)
    if any(
        row["kind"] == "programme" and row["status"] == "covered" for row in verdict["coverages"]
    ):
        return say("programme")
    if left:
        return say("depends")
    if any(row["status"] == "not_started" for row in rows):
        return say("not_started", verdict["start"]["date"])
    if rows and all(row["status"] == "not_offered" for row in rows):
        return say("not_offered")
    ends = [row["until"] for row in rows if "until" in row]
    if ends and all(row["status"] == "expired" for row in rows):
        return say("expired", max(ends))
    return say("ended")


def part_name(row: Row, product: Product, language: str) -> str:
    """Name a coverage as customers do: its component, the whole product, or its id in words."""
    name: str = row["id"]
    for component in product.components:
        if component.id == name:
            return component.name
    if name in WHOLE:
        return text(language, "answer.whole")
    said = name.replace("-", " ").replace("_", " ")
    return said[:1].upper() + said[1:]


def _parts(rows: Iterable[Row], product: Product, language: str) -> str:
    names = [part_name(row, product, language) for row in rows]
    if strings(language)["answer.parts"] == "lower":
        # An abbreviation such as LED keeps its capitals.
        names = [
            name[:1].lower() + name[1:] if name[1:2] == name[1:2].lower() else name
            for name in names
        ]
    return list_text(language, names) if names else ""


def spell(written: str, language: str) -> str:
    """Write a day of a verdict for reading."""
    return date_text(language, date.fromisoformat(written))
