"""Reading GIFT: every entry of a file, and every problem with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from carebase.errors import Problem
from carebase.training.gift.model import Choice, GiftQuestion, Kind, Pair, Rich, Span

# Escaped signs are kept apart from those that mean something while a text is taken apart.
_ESCAPED = {sign: chr(0xE100 + index) for index, sign in enumerate("~=#{}:\\")} | {"n": "\ue1ff"}
_PLAIN = {code: ("\n" if sign == "n" else sign) for sign, code in _ESCAPED.items()}
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_CODES = re.compile("[" + "".join(_PLAIN) + "]")
_FORMAT = re.compile(r"\s*\[(?P<name>html|moodle|plain|markdown)\]", re.IGNORECASE)
_TITLE = re.compile(r"\s*::(?P<title>.*?)::", re.DOTALL)
_TRUE_FALSE = re.compile(r"(?P<value>TRUE|FALSE|T|F)\s*(?P<rest>#.*)?\Z", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r"\s*%(?P<weight>-?\d+(?:\.\d+)?)%")
_ID = re.compile(r"\[id:(?P<id>[^\]]*)\]")
_TAG = re.compile(r"\[tag:(?P<tag>[^\]]*)\]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(?P<name>.*)\Z")
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_ENDS = re.compile(rf"(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\Z")
_AROUND = re.compile(rf"(?P<value>{_NUMBER})(?:\s*:\s*(?P<tolerance>{_NUMBER}))?\Z")
_ARROW = "->"


@dataclass(slots=True)
class _Entry:
    """The rows of one entry, and what comments before it say."""

    rows: list[str]
    line: int
    id: str | None = None
    tags: list[str] = field(default_factory=list)


class _WrongError(Exception):
    """Something in an entry cannot be read."""

    def __init__(self, at: int, code: str, message: str, found: str, hint: str) -> None:
        super().__init__(message)
        self.at, self.code, self.message, self.found, self.hint = at, code, message, found, hint


def parse_gift(text: str, file: str, problems: list[Problem]) -> list[GiftQuestion]:
    """Read a file; what cannot be read is told and left out."""
    questions = []
    for entry in _entries(text):
        try:
            questions.append(_read(entry))
        except _WrongError as wrong:
            row = "\n".join(entry.rows)[: wrong.at].count("\n")
            problems.append(
                Problem(file, entry.line + row, 1, wrong.code, wrong.message, wrong.found,
                        hint=wrong.hint)
            )  # fmt: skip
    return questions


def _entries(text: str) -> Iterator[_Entry]:
    entry: _Entry | None = None
    pending = _Entry([], 0)
    for number, row in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if row.lstrip().startswith("//"):
            pending.tags += [found["tag"].strip() for found in _TAG.finditer(row)]
            if found := _ID.search(row):
                pending.id = found["id"].strip()
            if entry is not None:
                # Rows keep their numbers.
                entry.rows.append("\x00")
            continue
        if entry is None and (found := _CATEGORY.match(row)):
            yield _Entry([row], number)
            pending = _Entry([], 0)
            continue
        if not row.strip():
            if entry is not None:
                yield entry
                entry = None
            continue
        if entry is None:
            entry = _Entry([], number, pending.id, pending.tags)
            pending = _Entry([], 0)
        entry.rows.append(row)
    if entry is not None:
        yield entry


def _read(entry: _Entry) -> GiftQuestion:
    text = "\n".join(entry.rows)
    if found := _CATEGORY.match(text):
        name = _CODES.sub(lambda one: _PLAIN[one[0]], _coded(found["name"])).strip()
        return GiftQuestion("category", Rich(""), title=name, line=entry.line)
    coded = re.sub("\x00", "", _coded(text))
    title = None
    # Two colons, one of them escaped, belong to the title.
    if named := _TITLE.match(coded):
        title = " ".join(_decoded(named["title"]).split())
        coded = coded[: named.start()] + coded[named.end() :]
    elif coded.lstrip().startswith("::"):
        raise _WrongError(
            text.find("::"), "gift-name", "The name of this question is never closed.",
            f"`{text.strip().splitlines()[0][:60]}`", "write `::` behind the name too",
        )  # fmt: skip
    opened = coded.find("{")
    made = GiftQuestion("description", Rich(""), title=title, id=entry.id, tags=tuple(entry.tags),
                        line=entry.line)  # fmt: skip
    if opened < 0:
        if "}" in coded:
            raise _WrongError(
                text.find("}"), "gift-brace", "A brace closes answers that are not open.",
                "`}`", "write `\\}` where the sign itself is meant",
            )  # fmt: skip
        return replace(made, before=_rich(coded, "moodle"))
    closed = coded.find("}", opened)
    if closed < 0:
        raise _WrongError(
            text.find("{"), "gift-brace", "The answers of this question are never closed.",
            f"`{' '.join(text.split())[:60]}`",
            "write `}` behind the last answer; no empty row may stand between",
        )  # fmt: skip
    before = _rich(coded[:opened], "moodle")
    after = _rich(coded[closed + 1 :], before.format)
    if re.search(r"[{}]", coded[closed + 1 :]):
        raise _WrongError(
            text.rfind("{"), "gift-brace", "A question has one place for its answers.",
            "a second `{`", "write `\\{` where the sign itself is meant, or an empty row between"
            " two questions",
        )  # fmt: skip
    line = entry.line + text[: text.find("{") + 1].count("\n")
    made = replace(made, before=before, after=after.text)
    return _answers(made, coded[opened + 1 : closed], line, text)


def _answers(made: GiftQuestion, inner: str, line: int, text: str) -> GiftQuestion:
    style = made.before.format
    inner, mark, general = inner.partition("####")
    if mark:
        made = replace(made, general=_rich(general, style))
    body = inner.strip()
    if not body:
        return replace(made, kind="essay")
    if found := _TRUE_FALSE.match(body):
        feedback = [_rich(one, style) for one in (found["rest"] or "").split("#")[1:]]
        first, second = [one if one.text else None for one in (*feedback, Rich(""), Rich(""))][:2]
        is_true = found["value"].upper().startswith("T")
        return replace(made, kind="true-false", is_true=is_true, wrong=first, correct=second)
    if body.startswith("#"):
        return _numeric(made, inner, line, text)
    pieces = list(_pieces(inner, line))
    if pieces and all(sign == "=" and _ARROW in piece for sign, piece, _ in pieces):
        pairs = []
        for _, piece, at in pieces:
            term, _, answer = piece.partition(_ARROW)
            pairs.append(Pair(_rich(term, style), _rich(answer, style).text, at))
        return replace(made, kind="matching", pairs=tuple(pairs))
    if not pieces:
        # One right answer needs no sign.
        pieces = [("=", inner, line)]
    choices = tuple(_choice(sign, piece, at, style) for sign, piece, at in pieces)
    kind: Kind = "short" if all(one.right for one in choices) else "choice"
    return replace(made, kind=kind, choices=choices)


def _pieces(inner: str, line: int) -> Iterator[tuple[str, str, int]]:
    """Give each answer with its sign, without what stands before the first."""
    places = [found.start() for found in re.finditer(r"[=~]", inner)]
    for at, end in pairwise([*places, len(inner)]):
        yield inner[at], inner[at + 1 : end], line + inner.count("\n", 0, at)


def _choice(sign: str, piece: str, line: int, style: str) -> Choice:
    weight = None
    if found := _WEIGHT.match(piece):
        weight = Fraction(found["weight"])
        piece = piece[found.end() :]
    text, mark, feedback = piece.partition("#")
    rich = _rich(feedback, style)
    return Choice(sign == "=", _rich(text, style), weight, rich if mark and rich.text else None,
                  line=line)  # fmt: skip


def _numeric(made: GiftQuestion, inner: str, line: int, text: str) -> GiftQuestion:
    style = made.before.format
    shift = inner.index("#") + 1
    line += inner.count("\n", 0, shift)
    inner = inner[shift:]
    pieces = list(_pieces(inner, line))
    is_single = not pieces
    pieces = pieces or [("=", inner, line)]
    choices = []
    for sign, piece, at in pieces:
        choice = _choice(sign, piece, at, style)
        written = choice.text.text
        if written in ("", "*"):
            choices.append(replace(choice, text=Rich("*")))
            continue
        number = _span(written)
        if number is None:
            raise _WrongError(
                max(text.find(written), 0), "gift-number", "This number cannot be read.",
                f"`{written[:60]}`", "numbers are written as `9`, `9:0.5` or `8.5..9.5`",
            )  # fmt: skip
        choices.append(replace(choice, number=number))
    return replace(made, kind="number", choices=tuple(choices), is_single_number=is_single)


def _span(written: str) -> Span | None:
    if found := _ENDS.match(written):
        return Span(Fraction(found["low"]), Fraction(found["high"]), by_ends=True)
    if found := _AROUND.match(written):
        value = Fraction(found["value"])
        tolerance = abs(Fraction(found["tolerance"] or 0))
        return Span(value - tolerance, value + tolerance, is_exact=found["tolerance"] is None)
    return None


def _coded(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)


def _decoded(text: str) -> str:
    return _CODES.sub(lambda found: _PLAIN[found[0]], text)


def _rich(coded: str, style: str) -> Rich:
    if found := _FORMAT.match(coded):
        style = found["name"].lower()
        coded = coded[found.end() :]
    if style != "markdown" and "<pre" not in coded.lower():
        # A space that may not break is a sign like any other.
        coded = re.sub(r"[ \t\n\r\f]+", " ", coded)
    return Rich(_decoded(coded.strip(" \t\n\r\f")), style)


def tell_all(questions: Sequence[GiftQuestion]) -> dict[str, int]:
    """Count the entries by kind."""
    counts: dict[str, int] = {}
    for question in questions:
        counts[question.kind] = counts.get(question.kind, 0) + 1
    return counts
