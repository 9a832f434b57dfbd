"""GIFT: the questions of a course as text that Moodle and others read, with its exercises.

Exercises become essays; `carebase import gift` writes essays, descriptions and categories so that
they are found again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from carebase.articles.lines import Line, read_lines
from carebase.errors import UsageError
from carebase.sources import read_text, split_front_matter
from carebase.training.exports.source import Export, Source
from carebase.training.gift.model import DESCRIPTION, Choice, GiftQuestion, Kind, Pair, Rich, Span
from carebase.training.gift.parse import parse_gift
from carebase.training.gift.write import write_gift
from carebase.training.grading import rounded, said
from carebase.training.number import Quantity, read_quantity
from carebase.training.question import Answer, Question

_BLOCK = re.compile(
    r" {0,3}(?P<slashes>/{3,})[ \t]*(?P<name>[\w-]+)[ \t]*(?:\|[ \t]*(?P<title>.*))?\Z"
)
_CATEGORY = re.compile(r"##[ \t]+(?P<text>.*?)[ \t]*\{[ \t]*\.category[ \t]*\}\s*\Z")
_TITLE = re.compile(r"\*\*((?:\\.|[^*\\\n])+)\*\*\n\n(?=.)")
_OPTION = re.compile(r"(?: {4}|\t)[\w-]+:[ \t]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What would be read as Markdown if it stood in a text without being meant so.
_MARKUP = re.compile(r"(?<!\\)[*_`\[\]<]|~~|^\s*(?:#{1,6}|[-+>]|\d+[.)])\s|^\s*\||\n", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?:)[^)]*\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:)[^)]*\)")
_GAP = r"\_\_\_\_\_"
_TRUE = frozenset(("true", "wahr", "richtig", "verdadero", "vrai"))
_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something of a page beside its questions, by the line that it stands on."""

    line: int
    question: GiftQuestion


def export(source: Source) -> Export:
    """Write the questions of a course; `UsageError` where it has none."""
    notes: list[str] = []
    entries: list[GiftQuestion] = []
    course = source.course
    count = 0
    for lesson in course.lessons:
        if lesson.guide is not None:
            continue
        src_uri = lesson.source(course.id)
        path = source.site.docs_dir / src_uri
        text, _ = read_text(path, source.site.name_of(path))
        head = split_front_matter(text, src_uri)
        data = head.document.data if isinstance(head.document.data, dict) else {}
        pieces = list(_pieces(head.body, head.body_line))
        for one in source.asked:
            if one.src_uri == src_uri:
                pieces.append(_Piece(one.question.line, _question(one.question, one.file, notes)))
        pieces.sort(key=lambda piece: piece.line)
        if not pieces:
            continue
        if pieces[0].question.kind != "category":
            heading = re.search(r"^# +(.+?) *$", head.body, re.MULTILINE)
            own = _plain(heading[1]) if heading else src_uri.rpartition("/")[2]
            title = lesson.title or str(data.get("title") or own)
            name = "/".join(part.replace("/", "//") for part in (course.title, title))
            entries.append(GiftQuestion("category", Rich(""), title=f"$course$/top/{name}"))
        entries += [piece.question for piece in pieces]
        count += sum(piece.question.kind not in ("category", "description") for piece in pieces)
    if not count:
        raise UsageError(f"The course `{course.id}` has no questions to write as GIFT.")
    return Export(write_gift(entries).encode(), notes)


def _pieces(body: str, first: int) -> Iterator[_Piece]:
    """Give the categories, exercises and descriptions of a page."""
    lines = read_lines(body, first).lines
    at = 0
    while at < len(lines):
        line = lines[at]
        opened = None if line.code else _BLOCK.match(line.text)
        if opened:
            end = _end(lines, at, opened["slashes"])
            if opened["name"] == "exercise":
                inner = [one.text for one in lines[at + 1 : end] if not _OPTION.match(one.text)]
                yield _Piece(line.number, _essay(opened["title"] or "", inner))
            at = end
        elif line.text.strip() == DESCRIPTION:
            end = _end(lines, at, "</div>")
            inner = [one.text for one in lines[at + 1 : end]]
            yield _Piece(line.number, _description("\n".join(inner).strip()))
            at = end
        elif found := None if line.code else _CATEGORY.match(line.text):
            name = _ESCAPED.sub(r"\1", found["text"])
            category = GiftQuestion("category", Rich(""), title=f"$course$/top/{name}")
            yield _Piece(line.number, category)
        at += 1


def _end(lines: Sequence[Line], at: int, slashes: str) -> int:
    for index in range(at + 1, len(lines)):
        if not lines[index].code and lines[index].text.strip() == slashes:
            return index
    return len(lines) - 1


def _description(text: str) -> GiftQuestion:
    title = _TITLE.match(text)
    if title:
        return GiftQuestion("description", _rich(text[title.end() :]), title=_plain(title[1]))
    return GiftQuestion("description", _rich(text))


def _essay(title: str, inner: Sequence[str]) -> GiftQuestion:
    text = "\n".join(inner).strip()
    kept = re.fullmatch(r"```gift\n(.*)\n```", text, re.DOTALL)
    if kept and (found := parse_gift(kept[1], "", [])):
        return found[0]
    general = None
    text, mark, explained = text.partition("\n\n**Explanation:** ")
    if mark:
        general = _rich(explained)
    return GiftQuestion("essay", _rich(text), title=_plain(title) or None, general=general)


def _question(question: Question, file: str, notes: list[str]) -> GiftQuestion:
    place = f"{file}:{question.line}"
    text = "\n\n".join(part for part in (question.text, question.more) if part)
    if _PICTURE.search(_all_text(question)):
        notes.append(f"{place}: GIFT carries no pictures: put them in by hand.")
    if _LINK.search(_all_text(question)):
        notes.append(f"{place}: a link to a page of the site leads nowhere in another system.")
    if question.hints:
        notes.append(f"{place}: GIFT has no hints: {len(question.hints)} stay behind.")
    if question.points != 1:
        notes.append(f"{place}: GIFT has no points: set {rounded(question.points, 2)} there.")
    if question.attempts:
        notes.append(f"{place}: GIFT has no number of attempts: {question.attempts} stay behind.")
    made = GiftQuestion(
        "choice", _rich(text), title=question.id or None,
        general=_rich(question.explanation) if question.explanation else None,
    )  # fmt: skip
    match question.kind:
        case "matching":
            pairs = tuple(Pair(_rich(one.text), _plain(one.other)) for one in question.answers)
            _tell_feedback(question, place, notes)
            return replace(made, kind="matching", pairs=pairs)
        case "ordering":
            notes.append(f"{place}: GIFT has no ordering: the steps are matched with numbers.")
            _tell_feedback(question, place, notes)
            steps = enumerate(question.answers, 1)
            pairs = tuple(Pair(_rich(one.text), str(number)) for number, one in steps)
            return replace(made, kind="matching", pairs=pairs)
        case "blank":
            return _short(question, made)
        case "number":
            return _number(question, made)
        case _:
            return _choices(question, made, text)


def _all_text(question: Question) -> str:
    texts = [question.text, question.after, question.more, question.explanation]
    for one in question.answers:
        texts += [one.text, one.other, one.feedback]
    return "\n".join(texts)


def _tell_feedback(question: Question, place: str, notes: list[str]) -> None:
    if any(one.feedback for one in question.answers):
        notes.append(f"{place}: GIFT has no feedback for pairs: it stays behind.")


def _choices(question: Question, made: GiftQuestion, text: str) -> GiftQuestion:
    answers = question.answers
    if question.kind == "true-false" and said(answers[0].text) in _TRUE:
        right = next(one for one in answers if one.right)
        wrong = next(one for one in answers if not one.right)
        return replace(
            made, kind="true-false", is_true=answers[0].right,
            wrong=_feedback(wrong), correct=_feedback(right),
        )  # fmt: skip
    rights = sum(one.right for one in answers)
    share = Fraction(100, rights)
    several = question.kind == "several"
    choices = []
    for one in answers:
        weight = None
        if several:
            # All or nothing: one wrong answer takes all points.
            weight = share if one.right else (-share if question.partial else -_HUNDRED)
        choices.append(Choice(one.right and not several, _rich(one.text), weight, _feedback(one)))
    before, mark, after = text.partition(_GAP)
    if mark and _GAP not in after:
        parts = (_rich(before.strip()), _rich(after.strip()))
        if parts[0].format == parts[1].format:
            made = replace(made, before=parts[0], after=parts[1].text)
    return replace(made, choices=tuple(choices))


def _short(question: Question, made: GiftQuestion) -> GiftQuestion:
    feedback = {said(_plain(one.text)): one for one in question.answers}
    choices = []
    for text in question.blanks:
        one = feedback.pop(said(text), None)
        choices.append(Choice(True, Rich(text), None, _feedback(one) if one else None))
    choices += [
        Choice(True, Rich(_plain(one.text)), Fraction(0), _feedback(one))
        for one in feedback.values()
    ]
    return _around(question, replace(made, kind="short", choices=tuple(choices)))


def _number(question: Question, made: GiftQuestion) -> GiftQuestion:
    quantity = question.quantity or Quantity(Fraction(0))
    choices = [Choice(True, Rich(quantity.written), None, None, _span(quantity))]
    for one in question.answers:
        read = read_quantity(one.text)
        if isinstance(read, Quantity) and one.right:
            choices[0] = replace(choices[0], feedback=_feedback(one))
        elif isinstance(read, Quantity):
            choices.append(Choice(True, Rich(one.text), Fraction(0), _feedback(one), _span(read)))
        else:
            choices.append(Choice(False, Rich("*"), None, _feedback(one)))
    return _around(question, replace(made, kind="number", choices=tuple(choices)))


def _around(question: Question, made: GiftQuestion) -> GiftQuestion:
    """Put the answers where the gap is."""
    unit = question.quantity.unit if question.quantity else ""
    after = " ".join(part for part in (unit, question.after) if part)
    if not after:
        return made
    text = "\n\n".join(part for part in (question.more, question.text) if part)
    before, rest = _rich(text), _rich(after)
    kind: Kind = made.kind
    if before.format != rest.format:
        before, rest = Rich(text, "markdown"), Rich(after, "markdown")
    return replace(made, kind=kind, before=before, after=rest.text)


def _span(quantity: Quantity) -> Span:
    low, high = quantity.value - quantity.tolerance, quantity.value + quantity.tolerance
    return Span(low, high, is_exact=not quantity.tolerance)


def _feedback(answer: Answer) -> Rich | None:
    return _rich(answer.feedback) if answer.feedback else None


def _rich(text: str) -> Rich:
    """Give a text as Moodle's own where it is nothing but words, else as Markdown."""
    text = text.strip()
    if _MARKUP.search(text) or (re.search(r"&(?:lt|gt|amp|#\d+);?", text) and "<" in _plain(text)):
        return Rich(text, "markdown")
    return Rich(_plain(text))


def _plain(text: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", text.strip()))
