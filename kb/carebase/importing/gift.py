"""Files of GIFT questions as a course: a lesson for each file, with what Markdown cannot hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from carebase.errors import ContentError, Problem, UsageError
from carebase.importing.coursework import Coursework, course_id
from carebase.importing.gift_questions import Questions
from carebase.importing.gift_text import GiftText
from carebase.importing.slugs import slug_of
from carebase.sources import read_text
from carebase.sources.edit import write_scalar
from carebase.training.gift.model import DESCRIPTION, GiftQuestion
from carebase.training.gift.parse import parse_gift, tell_all
from carebase.training.locking import LOCK

_NO_QUESTION = ("category", "description")
# Other formats in which programs give out questions.
_XML = re.compile(r"\s*(?:<\?xml|<!--|<(?:quiz|questestinterop|assessment\w*|manifest)\b)", re.I)
_AIKEN = re.compile(r"^[A-Z][.)] .*\n(?:[A-Z][.)] .*\n)*ANSWER: *[A-Z]\b", re.M)
_ROOT = "$course$/top/"


def import_gift(paths: Sequence[Path], wanted: str | None = None) -> Coursework:
    """Make a course of files; a folder stands for the `.gift` files in it.

    `UsageError` for a file that is not there, `ContentError` for what cannot be read.
    """
    files = list(_files(paths))
    problems: list[Problem] = []
    read: dict[Path, list[GiftQuestion]] = {}
    for path in files:
        text, wrong = read_text(path, path.name)
        problems += wrong
        if not wrong:
            _refuse_others(path, text)
        read[path] = parse_gift(text, path.name, problems) if not wrong else []
    if problems:
        raise ContentError(problems)
    if all(one.kind in _NO_QUESTION for questions in read.values() for one in questions):
        raise UsageError(
            f"There is no question in {files[0] if len(files) == 1 else paths[0]}: in GIFT its"
            " answers stand in braces, as in `Hot? {=yes ~no}`."
        )
    title = paths[0].resolve().stem.replace("_", " ").replace("-", " ").strip()
    title = title[:1].upper() + title[1:]
    work = Coursework(course_id(wanted, paths[0].resolve().stem), title or "Questions")
    # The ids of the questions with the digests of their words, as the lock notes them.
    taken: dict[str, str] = {}
    counts: dict[str, int] = {}
    for path, questions in read.items():
        name = _free(slug_of(path.stem), work.texts)
        work.texts[name] = _page(path, name, questions, work, taken)
        work.sources.append((name, path.name))
        for kind, count in tell_all(questions).items():
            counts[kind] = counts.get(kind, 0) + count
    lessons = "".join(f"  - {{page: {name}}}\n" for name, _ in work.sources)
    work.texts["course.yml"] = f"title: {write_scalar(work.title)}\nlessons:\n{lessons}"
    if taken:
        work.texts[LOCK] = "".join(f"{one}: {taken[one]}\n" for one in sorted(taken))
    work.counts = {
        "lessons": len(work.sources),
        "questions": sum(n for kind, n in counts.items() if kind not in _NO_QUESTION),
        **{name: counts[kind] for kind, name in _NAMES.items() if kind in counts},
    }
    work.left.sort(key=lambda problem: problem.place)
    return work


_NAMES = {
    "choice": "choices",
    "true-false": "true_or_false",
    "short": "short_answers",
    "number": "numbers",
    "matching": "matchings",
    "essay": "essays",
    "description": "descriptions",
    "category": "categories",
}


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".gift")
            if not inside:
                raise UsageError(
                    f"{path} holds no file that ends in `.gift`: name the files themselves where"
                    " they end otherwise, as Moodle's `.txt` do."
                )
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            what = "is no file and no folder" if path.exists() else "is not there"
            raise UsageError(f"{path} {what}: name files of GIFT questions, or a folder.")
    return found


def _refuse_others(path: Path, text: str) -> None:
    """Raise UsageError for questions in another format, which would be taken for mere text."""
    is_aiken = _AIKEN.search(text) and "{" not in text
    if is_aiken or _XML.match(text):
        raise UsageError(
            f"{path} is {'Aiken' if is_aiken else 'XML'} and not GIFT: take it into Moodle, and"
            " export the questions there in the format GIFT."
        )


def _free(stem: str, taken: dict[str, str]) -> str:
    stem = f"{stem}-questions" if stem in ("index", "key-points", "glossary") else stem
    name, number = f"{stem}.md", 2
    while name in taken:
        name, number = f"{stem}-{number}.md", number + 1
    return name


def _page(
    path: Path,
    name: str,
    questions: Sequence[GiftQuestion],
    work: Coursework,
    taken: dict[str, str],
) -> str:
    title = path.stem.replace("_", " ").replace("-", " ").strip() or "Questions"
    title = title[:1].upper() + title[1:]
    level = 3 if any(one.kind == "category" for one in questions) else 2
    writer = Questions(path.name, f"{work.folder}/{name}", work.left, taken, level)
    text = GiftText(path.name, work.left)
    pieces: list[str] = []
    asked: list[str] = []

    def close() -> None:
        if asked:
            pieces.append("\n\n".join(["/// quiz", *asked, "///"]))
            asked.clear()

    for question in questions:
        if question.kind == "category":
            close()
            shown = (question.title or "").removeprefix(_ROOT)
            pieces.append(f"## {text.writer.escape(shown, set())} {{ .category }}")
        elif question.kind == "description":
            close()
            body = text.blocks(question.before, question.line)
            shown = text.writer.escape(question.title or "", set())
            pieces += [DESCRIPTION, *([f"**{shown}**"] if shown else []), *body, "</div>"]
            if question.tags or question.id:
                writer.tell(
                    question.line, "gift-marks",
                    "The number and the tags of a question stay behind.",
                    " ".join(f"`{one}`" for one in (question.id, *question.tags) if one),
                )  # fmt: skip
        else:
            written = writer.write(question) if question.kind != "essay" else ""
            if written:
                asked.append(written)
            else:
                close()
                pieces.append(writer.as_exercise(question))
    close()
    shown_title = text.writer.escape(title, set())
    return "\n\n".join([f"---\ntitle: {write_scalar(title)}\n---", f"# {shown_title}", *pieces]) + (
        "\n"
    )  # fmt: skip
