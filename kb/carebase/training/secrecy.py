"""Does a built site give away what is right in its graded and hashed courses?

Every file of the site is read: pages, what stands for a page elsewhere, data, search indexes. What
a writer says about answers may stand nowhere but where other pages say the same words.
"""

from __future__ import annotations

import gzip
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carebase.training.asked import Asked, course_of_lesson
from carebase.training.course import Course
from carebase.training.question import Answer, Question

if TYPE_CHECKING:
    from carebase.articles.page import Page

# What tells a right answer from a wrong one on the page of a question.
_MARKS = re.compile(
    r"\sdata-(?:key|answer|right|text)\b|\bcb-(?:solution|feedback-text|explanation)\b"
    r"|<(?:input|option)\b[^>]*\s(?:checked|selected)\b"
)
_QUIZ = re.compile(r"<carebase-quiz\b(?P<rest>[^>]*)>(?P<inner>.*?)</carebase-quiz>", re.DOTALL)
_COURSE = re.compile(r"\sdata-course=\"?([\w-]+)")
# What a hashed question alone may hold.
_SEAL = re.compile(r"\sdata-sealed=")
_FIELDSET = re.compile(r"<fieldset\b[^>]*\sdata-question=\"?([a-z][\w-]*)")
_TAGS = re.compile(r"<[^>]*>|\\u003[ce]|\\[nrt\"]")
# A gap with what fills it, and a box with a tick, as they are written.
_WRITTEN = re.compile(r"\[\[[^\[\]\n]+\]\]|\[[xX]\][ \t]+\S[^\n\\]*")
_TARGET = re.compile(r"\]\([^()\s]*\)")
_WORD = re.compile(r"\w+")
# How the page of a question says that it does not tell what is right, by the level of the course.
_HIDDEN = {"graded": "data-graded", "hashed": "data-sealed"}
# Shorter remarks, such as "Right.", stand anywhere.
_SHORTEST = 12
_GZIP = b"\x1f\x8b"
# Pictures and the like; nothing of ours is written into them.
_OTHER = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".pdf", ".mp4")
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A file of the site, below its folder, and what it gives away."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def find_leaks(
    built: Path, pages: Sequence[Page], asked: Sequence[Asked], courses: Mapping[str, Course]
) -> list[Leak]:
    """Read a built site and give all that tells the right answers of hidden questions."""
    hidden = [one for one in asked if one.course and courses[one.course].grading in _HIDDEN]
    if not hidden:
        return []
    open_ = _plain("\n".join(_open_texts(pages, asked, courses)))
    secrets = {said: name for name, said in _secrets(hidden) if said not in open_}
    written = {found: name for name, found in _written(hidden)}
    names = {
        (one.course or "", one.question.id): courses[one.course or ""].grading for one in hidden
    }
    leaks: list[Leak] = []
    for path in sorted(built.rglob("*")):
        if path.is_file() and path.suffix.lower() not in _OTHER:
            name = path.relative_to(built).as_posix()
            text = _read(path)
            leaks += (Leak(name, what) for what in _told(text, secrets, written))
            if path.suffix == ".html":
                leaks += (Leak(name, what) for what in _marked(text, names))
    return list(dict.fromkeys(leaks))


def _open_texts(
    pages: Sequence[Page], asked: Sequence[Asked], courses: Mapping[str, Course]
) -> Iterator[str]:
    """Give what the site may say: all text outside of hidden questions, and what they ask."""
    for page in pages:
        course = course_of_lesson(page.src_uri, page.course, courses)
        if course is not None and course.grading in _HIDDEN:
            yield page.without_quizzes
        else:
            yield from (line.text for line in page.lines.lines)
    for one in asked:
        question = one.question
        yield from (question.text, question.after, question.more, *question.hints)
        yield from (answer.text for answer in _shown(question))
        yield from (answer.other for answer in _shown(question))


def _shown(question: Question) -> tuple[Answer, ...]:
    return () if question.kind in ("blank", "number") else question.answers


def _secrets(hidden: Iterable[Asked]) -> Iterator[tuple[str, str]]:
    for one in hidden:
        question = one.question
        for said in (question.explanation, *(answer.feedback for answer in question.answers)):
            plain = _plain(_TAGS.sub(" ", said))
            if len(plain) >= _SHORTEST:
                yield question.id, plain


def _written(hidden: Iterable[Asked]) -> Iterator[tuple[str, str]]:
    for one in hidden:
        question = one.question
        for blank in question.blanks:
            yield question.id, _plain(blank)
        if question.kind in ("single", "several", "true-false"):
            for answer in question.answers:
                if answer.right:
                    yield question.id, _plain(answer.text)


def _read(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith(_GZIP):
        # So are the parts of the readers' search index.
        data = gzip.decompress(data)
    return data.decode("utf-8", "replace")


def _told(text: str, secrets: Mapping[str, str], written: Mapping[str, str]) -> Iterator[str]:
    plain = _plain(html.unescape(_TAGS.sub(" ", text)))
    for said, name in secrets.items():
        if said in plain:
            yield f"what is said about the answers of `{name}`"
    for found in _WRITTEN.finditer(text):
        inner = found[0]
        parts = inner[2:-2].split("|") if inner.startswith("[[") else [inner[3:]]
        for part in parts:
            if question := written.get(_plain(html.unescape(part))):
                yield f"the right answer of `{question}` as it is written"


def _marked(text: str, names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for quiz in _QUIZ.finditer(text):
        course = _COURSE.search(quiz["rest"])
        mine = [
            (name, level)
            for name in _FIELDSET.findall(quiz["inner"])
            for (of, known), level in names.items()
            if name == known and (course is None or course[1] == of)
        ]
        if not mine:
            continue
        name, level = mine[0]
        if _HIDDEN[level] not in quiz["rest"]:
            checked = "checked in the browser" if level == "graded" else "read in the page"
            yield f"the question `{name}` as one that is {checked}"
        elif found := _MARKS.search(quiz["inner"]) or (
            _SEAL.search(quiz["inner"]) if level == "graded" else None
        ):
            yield f"`{found[0].strip()}` in a question of a {level} course"


def _plain(text: str) -> str:
    """Give the words of a text alone, however they are marked up."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", _TARGET.sub("]", text)).lower()))
