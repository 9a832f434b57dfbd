"""Writing GIFT, so that what is read back is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from carebase.training.gift.model import Choice, GiftQuestion, Rich, Span

_SIGNS = re.compile(r"([~=#{}:\\])")


def write_gift(questions: Iterable[GiftQuestion]) -> str:
    """Give the text of a file."""
    return "\n\n".join("\n".join(_entry(question)) for question in questions) + "\n"


def _entry(question: GiftQuestion) -> Iterator[str]:
    if question.kind == "category":
        yield f"$CATEGORY: {_escape(question.title or '')}"
        return
    marks = [f"[id:{question.id}]"] if question.id else []
    marks += [f"[tag:{tag}]" for tag in question.tags]
    if marks:
        yield f"// {' '.join(marks)}"
    title = f"::{_escape(' '.join(question.title.split()))}::" if question.title else ""
    style = question.before.format
    stem = title + ("" if style == "moodle" else f"[{style}]") + _text(question.before.text)
    if question.kind == "description":
        # A row of its own that begins like a comment would be taken for one.
        yield stem
        return
    space = "" if question.kind != "essay" and not question.before.text else " "
    apart = "" if question.after[:1] in (".", ",", ";", "!", "?", ")") else " "
    after = f"{apart}{_text(question.after)}" if question.after else ""
    rows = list(_answers(question, style))
    if question.general is not None:
        rows.append(f"####{_rich(question.general, style)}")
    if len(rows) == 1 and question.kind in ("true-false", "number", "essay"):
        yield f"{stem}{space}{{{rows[0]}}}{after}"
    elif not rows:
        yield f"{stem}{space}{{}}{after}"
    else:
        first = "#" if question.kind == "number" else ""
        if question.kind == "true-false":
            first = rows.pop(0)
        yield f"{stem}{space}{{{first}"
        yield from (f"\t{row}" for row in rows)
        yield f"}}{after}"


def _answers(question: GiftQuestion, style: str) -> Iterator[str]:
    if question.kind == "true-false":
        row = "TRUE" if question.is_true else "FALSE"
        if question.wrong or question.correct:
            row += f"#{_rich(question.wrong, style)}"
        if question.correct:
            row += f"#{_rich(question.correct, style)}"
        yield row
    elif question.kind == "matching":
        for pair in question.pairs:
            yield f"={_rich(pair.term, style)} -> {_text(pair.answer)}"
    elif question.kind == "number" and _is_plain(question):
        span = question.choices[0].number
        yield f"#{_span(span)}" if span else "#"
    else:
        for choice in question.choices:
            yield _choice(choice, style)


def _is_plain(question: GiftQuestion) -> bool:
    (first, *more) = question.choices
    return not more and first.feedback is None and first.weight is None and (
        question.general is None and first.number is not None
    )  # fmt: skip


def _choice(choice: Choice, style: str) -> str:
    weight = f"%{_decimal(choice.weight)}%" if choice.weight is not None else ""
    said = _span(choice.number) if choice.number else _rich(choice.text, style)
    feedback = f"#{_rich(choice.feedback, style)}" if choice.feedback else ""
    return f"{'=' if choice.right else '~'}{weight}{said}{feedback}"


def _span(span: Span) -> str:
    if span.by_ends:
        return f"{_decimal(span.low)}..{_decimal(span.high)}"
    value, tolerance = (span.low + span.high) / 2, (span.high - span.low) / 2
    return _decimal(value) if span.is_exact else f"{_decimal(value)}:{_decimal(tolerance)}"


def _decimal(number: Fraction) -> str:
    """Write a fraction with as many decimals as it needs, twelve at most."""
    whole = f"{float(number):.12f}".rstrip("0").rstrip(".")
    return "0" if whole in ("-0", "") else whole


def _rich(rich: Rich | None, style: str) -> str:
    if rich is None:
        return ""
    mark = "" if rich.format == style else f"[{rich.format}]"
    return mark + _text(rich.text)


def _text(text: str) -> str:
    return _escape(text).replace("\n", "\\n")


def _escape(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
