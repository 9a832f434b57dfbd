"""Labs as Microsoft Learning publishes them: `Instructions/Labs` with a head `lab:` on each page.

A lab becomes a lesson with its exercises, tasks and steps; demonstrations and the pages for
trainers stand beside the lessons.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from carebase import i18n
from carebase.errors import ContentError, Problem, UsageError
from carebase.importing.coursework import Coursework, course_id
from carebase.importing.lessons.blocks import PARSER
from carebase.importing.lessons.boxes import Boxes
from carebase.importing.lessons.links import Course
from carebase.importing.lessons.page import Page, name_anchors, read_page
from carebase.importing.lessons.rows import Row, rows_of, with_code
from carebase.importing.lessons.writing import PageWriter
from carebase.importing.slugs import slug_of
from carebase.sources import Document, read_text, split_front_matter
from carebase.sources.edit import write_scalar

_HEADS = ("lab", "demo", "exercise")
_LESSONS = ("labs", "lab", "exercises", "walkthroughs", "modules")
_MINUTES = re.compile(
    r"(?P<count>\d+)\**\s*(?:(?:-|–|to)\s*(?P<most>\d+)\**\s*)?(?P<unit>minutes?|mins?|hours?|h)\b",
    re.I,
)
_IN_TITLE = re.compile(r"\s*\(\s*\d+\s*(?:-\s*\d+\s*)?(?:minutes?|mins?)\s*\)\s*\Z", re.IGNORECASE)
_ESTIMATE = re.compile(
    r"(?:estimated (?:time|timing|duration|lab time)|takes? (?:approximately|about|around)|"
    r"should take)[^\n]{0,60}?"
    r"(?P<span>\d+\**\s*(?:(?:-|–|to)\s*\d+\**\s*)?(?:minutes?|mins?|hours?))",
    re.IGNORECASE,
)
_H1 = re.compile(r"#[ \t]+(?P<text>.*?)[ \t#]*\Z")
_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]+(?P<text>.*?)[ \t#]*\Z")
_EXERCISE = re.compile(r"\W*exercise\b", re.IGNORECASE)
_TASK = re.compile(r"\W*task\b", re.IGNORECASE)
_STEP = re.compile(r" {0,3}\d+[.)][ \t]+\S")
_USED = frozenset(("title", "module", "description", "duration", "islab", "primarytopics"))
_SKIPPED = frozenset((".git", ".github", "node_modules", "_site", "_build", "_layouts",
                      "_includes"))  # fmt: skip
_LIST = ("index", "readme", "contributing", "code_of_conduct", "security", "license", "support")


@dataclass(slots=True)
class _Lab:
    """One page: a lab, a demonstration, or another page for trainers (`kind`)."""

    file: str
    kind: str
    title: str
    heading: str
    module: str
    description: str
    minutes: int | None
    topics: list[str]
    rows: list[Row]
    name: str = ""
    page: Page | None = None


def import_labs(folder: Path, wanted: str | None = None) -> Coursework:
    """Make a course of a repository of labs; `wanted` is its id.

    `UsageError` where the folder holds no labs, `ContentError` for files that cannot be read.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.")
    instructions = _instructions(root)
    left: list[Problem] = []
    problems: list[Problem] = []
    labs: list[_Lab] = []
    files = sorted(root.rglob("*.md"), key=lambda path: _natural(path.relative_to(root)))
    for path in files:
        parts = path.relative_to(root).parts
        if any(part in _SKIPPED for part in parts):
            continue
        file = "/".join(parts)
        if path.stem.lower() in _LIST:
            left.append(
                Problem(file, 1, 1, "page-left",
                        "The page is for people who work on the labs, or lists them: the outline"
                        " of the course takes its place.", severity="warning")
            )  # fmt: skip
            continue
        lab = _read(path, file, instructions, problems, left)
        if lab is not None:
            labs.append(lab)
    if problems:
        raise ContentError(problems)
    if not any(lab.kind == "lab" for lab in labs):
        raise UsageError(_no_labs(root))
    work = Coursework(course_id(wanted, root.name), _course_title(root))
    _write(root, labs, work, left)
    return work


def _instructions(root: Path) -> Path:
    if root.name.lower() == "instructions":
        return root
    found = [one for one in root.iterdir() if one.is_dir() and one.name.lower() == "instructions"]
    if not found:
        raise UsageError(_no_labs(root))
    return found[0]


def _no_labs(root: Path) -> str:
    if (root / "config.yaml").is_file():
        return f"{root} is a Workbench lesson: use `carebase import workbench {root}`."
    return (
        f"{root} holds no labs: they are Markdown files in Instructions/Labs or"
        " Instructions/Exercises."
    )


def _natural(path: Path) -> list[Any]:
    pieces = re.split(r"(\d+)", path.as_posix().lower())
    return [int(piece) if piece.isdigit() else piece for piece in pieces]


def _read(
    path: Path, file: str, instructions: Path, problems: list[Problem], left: list[Problem]
) -> _Lab | None:
    text, wrong = read_text(path, file)
    problems += wrong
    if wrong:
        return None
    head = split_front_matter(text, file)
    problems += head.document.problems
    if head.document.problems:
        return None
    data = head.document.data if isinstance(head.document.data, dict) else {}
    named = (data.get(key) for key in _HEADS)
    own = next((one for one in named if isinstance(one, dict)), data)
    own = {str(key): value for key, value in own.items()}
    _tell_keys(head.document, data, own, left)
    rows, heading = _without_h1(rows_of(head.body, file, head.body_line))
    title = str(own.get("title") or heading or path.stem.replace("_", " "))
    inside = path.is_relative_to(instructions)
    where = [part.lower() for part in path.relative_to(instructions).parts[:-1]] if inside else []
    is_lab = inside and "demo" not in data and (not where or where[0] in _LESSONS)
    topics = own.get("primarytopics")
    return _Lab(
        file=file,
        kind="lab" if is_lab else "demo" if inside else "other",
        title=_plain(_IN_TITLE.sub("", title)),
        heading=_plain(_IN_TITLE.sub("", heading)) if heading else "",
        module=str(own.get("module") or ""),
        description=" ".join(str(own.get("description") or "").split()),
        minutes=_minutes(own.get("duration"), title, head.body),
        topics=[str(one) for one in topics] if isinstance(topics, list) else [],
        rows=rows,
    )


def _tell_keys(
    document: Document, data: dict[str, Any], own: dict[str, Any], left: list[Problem]
) -> None:
    name = next((key for key in _HEADS if data.get(key) is not None), "")
    for key, value in own.items():
        if key in _USED or key in ("layout", "permalink"):
            continue
        place = (name, key) if own is not data and (name, key) in document.values else (key,)
        line, column = document.key_place(place)
        left.append(
            Problem(document.file, line, column, "key-unknown",
                    f"The key `{key}` has no counterpart.", found=f"`{key}: {str(value)[:80]}`",
                    severity="warning")
        )  # fmt: skip


def _without_h1(rows: list[Row]) -> tuple[list[Row], str]:
    """Take the heading of the first level off the top."""
    for index, row in enumerate(rows):
        if not row.text.strip():
            continue
        if found := _H1.match(row.text):
            return [*rows[:index], row.with_text(""), *rows[index + 1 :]], found["text"]
        break
    return rows, ""


def _minutes(duration: Any, title: str, body: str) -> int | None:
    """Find how long a lab takes: in its head, in its title, else where its text says it."""
    if isinstance(duration, int) and not isinstance(duration, bool):
        return duration or None
    estimate = _ESTIMATE.search(body)
    for text in (str(duration or ""), title, estimate["span"] if estimate else ""):
        found = _MINUTES.search(text)
        if found:
            count = int(found["most"] or found["count"])
            count *= 60 if found["unit"].lower().startswith("h") else 1
            return count if 0 < count <= 1000 else None
    return None


def _course_title(root: Path) -> str:
    for path in sorted(root.glob("*.md"), key=lambda one: one.stem.lower() != "readme"):
        if path.stem.lower() != "readme":
            break
        text, wrong = read_text(path, path.name)
        heading = re.search(r"^#[ \t]+(.+?)[ \t#]*$", text, re.MULTILINE)
        if heading and not wrong:
            return _plain(heading[1])
    return root.name


def _write(root: Path, labs: Sequence[_Lab], work: Coursework, left: list[Problem]) -> None:
    taken = {"index.md", "key-points.md", "glossary.md"}
    for lab in labs:
        lab.name = _free(lab, taken)
        lab.page = read_page(lab.file, lab.heading or lab.title, lab.rows, left)
    folders = sorted({posixpath.dirname(lab.file) for lab in labs})
    course = Course(root, {lab.file: lab.name for lab in labs}, ("", *folders))
    linked = {one for lab in labs if lab.page for one in lab.page.linked}
    for lab in labs:
        if lab.page:
            course.anchors[lab.file] = name_anchors(lab.page, linked)
    boxes = Boxes(work.language, left)
    writer = PageWriter(course, left, boxes)
    for lab in labs:
        if lab.page:
            work.texts[lab.name] = _page(lab, writer.write(lab.page))
            work.sources.append((lab.name, lab.file))
    work.texts["index.md"] = _index(labs, work)
    lessons = [lab for lab in labs if lab.kind == "lab"]
    rows = []
    for lab in lessons:
        minutes = f", minutes: {lab.minutes}" if lab.minutes else ""
        rows.append(f"  - {{page: {lab.name}, id: {lab.name.removesuffix('.md')}{minutes}}}")
    work.texts["course.yml"] = "\n".join([f"title: {write_scalar(work.title)}", "lessons:", *rows])
    work.texts["course.yml"] += "\n"
    work.copies = dict(course.copies)
    work.kept_html = writer.kept_html
    work.left = sorted(
        dict.fromkeys([*left, *_unused(root, course)]), key=lambda problem: problem.place
    )
    work.counts = {
        "labs": len(lessons),
        "exercises": sum(_count(lab, _EXERCISE) for lab in lessons),
        "tasks": sum(_count(lab, _TASK) for lab in lessons),
        "steps": sum(_steps(lab) for lab in lessons),
        "other_pages": len(labs) - len(lessons),
        "minutes": sum(lab.minutes or 0 for lab in lessons),
    }


def _free(lab: _Lab, taken: set[str]) -> str:
    stem = Path(lab.file).stem
    # `LAB[MB-240]_Lab01_Title`: what all names begin with says nothing.
    stem = re.sub(r"\A\w*\[[^\]]*\]_*", "", stem)
    stem = slug_of(stem)[:40].rstrip("-")
    stem = stem if stem[:1].isalpha() else f"lab-{stem}"
    name, number = f"{stem}.md", 2
    while name in taken:
        name, number = f"{stem[:36]}-{number}.md", number + 1
    taken.add(name)
    return name


def _page(lab: _Lab, body: str) -> str:
    lines = ["---", f"title: {write_scalar(lab.title)}"]
    if lab.kind != "lab":
        lines.append("kind: page")
    if lab.description:
        lines.append(f"description: {write_scalar(lab.description)}")
    if lab.topics:
        lines += ["keywords:", *(f"  - {write_scalar(one)}" for one in lab.topics)]
    lines += ["---", "", f"# {_escaped(lab.heading or lab.title)}", ""]
    if lab.module:
        lines += [f"**{_escaped(lab.module)}**", ""]
    return "\n".join([*lines, body.strip("\n")]).rstrip("\n") + "\n"


def _index(labs: Sequence[_Lab], work: Coursework) -> str:
    lines = ["---", f"title: {write_scalar(work.title)}", "---", "", f"# {_escaped(work.title)}"]
    others = [lab for lab in labs if lab.kind != "lab"]
    if others:
        lines += ["", f"## {i18n.text(work.language, 'lesson.trainers')}", ""]
        lines += [f"- [{_escaped(lab.title)}]({lab.name})" for lab in others]
    return "\n".join(lines) + "\n"


def _count(lab: _Lab, pattern: re.Pattern[str]) -> int:
    return sum(
        bool((found := _HEADING.match(row.text)) and pattern.match(found["text"]))
        for row, is_code in with_code(lab.rows)
        if not is_code
    )


def _steps(lab: _Lab) -> int:
    return sum(bool(_STEP.match(row.text)) for row, code in with_code(lab.rows) if not code)


def _unused(root: Path, course: Course) -> list[Problem]:
    return [
        Problem(file, 1, 1, "file-unused", "No page leads to this file: it was not copied.",
                severity="warning")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix.lower() not in (".md", ".yml", ".yaml", "")
        and not any(part in _SKIPPED for part in path.relative_to(root).parts)
        and (file := path.relative_to(root).as_posix()) not in course.used
        and len(path.relative_to(root).parts) > 1
    ]  # fmt: skip


def _plain(title: str) -> str:
    html = PARSER.renderInline(title)
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split()) or "Untitled"


def _escaped(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<#])", r"\\\1", title)
