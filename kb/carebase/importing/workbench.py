"""Lessons of the Carpentries Workbench: a folder with config.yaml and episodes becomes a course.

The layout and the boxes are those of sandpaper and pegboard (carpentries.github.io/sandpaper-docs);
episodes in R Markdown are read too, but nothing is run.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from carebase import i18n
from carebase.errors import ContentError, Problem, UsageError, nearest
from carebase.importing.coursework import Coursework, course_id
from carebase.importing.lessons.blocks import PARSER, Block
from carebase.importing.lessons.boxes import Boxes
from carebase.importing.lessons.chunks import Chunks
from carebase.importing.lessons.inline import SIGNS
from carebase.importing.lessons.links import Course
from carebase.importing.lessons.page import Page, name_anchors, read_page
from carebase.importing.lessons.rows import Row, rows_of
from carebase.importing.lessons.writing import PageWriter
from carebase.importing.slugs import slug_of
from carebase.sources import Document, parse_yaml, read_text, split_front_matter
from carebase.sources.edit import write_scalar

CONFIGS = ("config.yaml", "config.yml")
FOLDERS = ("episodes", "learners", "instructors", "profiles")
SUFFIXES = (".md", ".Rmd", ".rmd", ".qmd")
_OLD_FOLDERS = ("_episodes", "_episodes_rmd")
# Files of a repository that say nothing to learners.
_ABOUT = ("readme", "contributing", "authors", "citation", "maintainers", "news", "changelog",
          "pull_request_template", "issue_template")  # fmt: skip
# Pages that the Workbench shows from the top of the folder.
_TOP = ("LICENSE", "CODE_OF_CONDUCT")
# Keys of a page's head that steer the maker's tools alone.
_TECHNICAL = frozenset(
    ("title", "teaching", "exercises", "questions", "objectives", "keypoints", "start", "site",
     "layout", "root", "permalink", "slug", "source", "output", "editor_options", "knitr",
     "engine", "math", "date", "bibliography", "csl", "lang")
)  # fmt: skip
_LISTS = (("questions", True), ("objectives", True), ("keypoints", False))
_LONGEST_SUMMARY = 600
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
_UNUSED = frozenset((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".csv", ".tsv", ".zip",
                     ".pdf", ".txt", ".xlsx", ".json", ".r", ".py", ".sh", ".mp4"))  # fmt: skip


@dataclass(slots=True)
class _Source:
    """One Markdown file of the lesson, read; `role` is the folder that it stands in."""

    file: str
    role: str
    title: str
    head: Document
    rows: list[Row]
    is_r: bool
    name: str = ""
    page: Page | None = None


@dataclass(slots=True)
class _Lesson:
    """A lesson's folder, read."""

    root: Path
    config: Document
    sources: list[_Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    chunks: Chunks | None = None

    def text(self, key: str) -> str:
        value = self.config.data.get(key)
        return "" if value is None or isinstance(value, list | dict) else str(value).strip()


def import_workbench(
    folder: Path, wanted: str | None = None, *, open_solutions: bool = False
) -> Coursework:
    """Make a course of a lesson; `wanted` is its id.

    `open_solutions`: learners may open the solutions, which only trainers see otherwise.

    `UsageError` where the folder holds no lesson, `ContentError` for files that cannot be read.
    """
    lesson = _read(folder.resolve())
    language = lesson.text("lang") or "en"
    title = lesson.text("title") or folder.resolve().name
    work = Coursework(course_id(wanted, folder.resolve().name), _plain(title), language)
    course = _places(lesson)
    shared = _shared_links(lesson)
    for source in lesson.sources:
        source.page = read_page(
            source.file, source.title, source.rows, lesson.left, source.is_r, shared
        )
    linked = {one for source in lesson.sources if source.page for one in source.page.linked}
    for source in lesson.sources:
        if source.page:
            course.anchors[source.file] = name_anchors(source.page, linked)
    summary = _take_summary(lesson)
    boxes = Boxes(language, lesson.left, open_solutions=open_solutions)
    writer = PageWriter(course, lesson.left, boxes)
    notes: list[str] = []
    for source in lesson.sources:
        if source.page:
            writer.top = 3 if source.role == "instructors" else 2
            body = writer.write(source.page)
            if source.role == "instructors":
                notes.append(_note(source, body))
            else:
                work.texts[source.name] = _page(source, body, lesson, work)
            work.sources.append((source.name, source.file))
    work.texts.setdefault("index.md", f"# {_escaped(work.title)}\n\n{_ways(lesson, work)}\n")
    if notes:
        work.texts["index.md"] = "\n\n".join([work.texts["index.md"].rstrip("\n"), *notes, ""])
        work.texts["index.md"] = work.texts["index.md"].rstrip("\n") + "\n"
    work.texts["course.yml"] = _course_file(lesson, work, summary)
    work.copies = dict(course.copies)
    work.kept_html = writer.kept_html
    work.left = _unique([*lesson.left, *_unused(lesson, course)])
    counts = boxes.counts
    work.counts = {
        "lessons": sum(source.role == "episodes" for source in lesson.sources),
        "other_pages": sum(source.role not in ("episodes", "index") for source in lesson.sources),
        "challenges": counts["challenge"],
        "solutions": counts["solution"],
        "hints": counts["hint"],
        "callouts": counts["callout"] + counts["caution"],
        "discussions": counts["discussion"],
        "instructor_notes": counts["instructor"],
        "minutes": sum(_minutes(source) or 0 for source in lesson.sources),
    }
    return work


def _read(root: Path) -> _Lesson:
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.")
    path = next((root / name for name in CONFIGS if (root / name).is_file()), None)
    is_old = path is None and any((root / name).is_dir() for name in _OLD_FOLDERS)
    if is_old and (root / "_config.yml").is_file():
        path = root / "_config.yml"
    if path is None:
        raise UsageError(_no_lesson(root))
    text, problems = read_text(path, path.name)
    config = parse_yaml(text, path.name)
    problems += config.problems
    if not problems and not isinstance(config.data, dict):
        problems.append(
            Problem(path.name, 1, 1, "config-empty", "The configuration has no keys.",
                    allowed="`title` and `episodes`")
        )  # fmt: skip
    if problems:
        raise ContentError(problems)
    lesson = _Lesson(root, config)
    lesson.chunks = Chunks(root, lesson.problems, lesson.left)
    _read_sources(lesson)
    if lesson.problems:
        raise ContentError(lesson.problems)
    if not any(source.role == "episodes" for source in lesson.sources):
        index = next((one for one in lesson.sources if one.role == "index"), None)
        if index is None:
            raise UsageError(_no_lesson(root))
        # An overview has no episodes: its first page is what there is to read.
        index.role = "episodes"
    return lesson


def _no_lesson(root: Path) -> str:
    if (root / "Instructions").is_dir():
        return f"{root} holds labs and no Workbench lesson: use `carebase import labs {root}`."
    below = [one.parent for one in root.glob("*/config.yaml")]
    hint = f" Did you mean {below[0]}?" if len(below) == 1 else ""
    return (
        f"{root} is no Workbench lesson: it has no config.yaml with a folder `episodes` beside"
        f" it.{hint}"
    )


def _read_sources(lesson: _Lesson) -> None:
    root = lesson.root
    for name in ("index.md", "index.Rmd"):
        if (root / name).is_file():
            _read_source(lesson, root / name, "index")
            break
    folders = [(name, name) for name in FOLDERS]
    if not (root / "episodes").is_dir():
        folders[:1] = [(name, "episodes") for name in _OLD_FOLDERS if (root / name).is_dir()]
        folders += [("_extras", "learners")]
    for folder, role in folders:
        for path in _listed(lesson, folder, role):
            _read_source(lesson, path, role)
    for name in _TOP:
        if (path := root / f"{name}.md").is_file():
            _read_source(lesson, path, "top")
    known = {source.file for source in lesson.sources}
    read = lesson.chunks.read if lesson.chunks else set()
    for path in sorted(root.rglob("*")):
        file = path.relative_to(root).as_posix()
        if path.suffix not in SUFFIXES or not path.is_file() or file in known | read:
            continue
        if any(part.startswith((".", "_site")) or part in ("renv", "site") for part in
               path.relative_to(root).parts) or file == "links.md":  # fmt: skip
            continue
        about = path.stem.lower() in _ABOUT
        lesson.left.append(
            Problem(file, 1, 1, "page-left",
                    "The page is for people who work on the lesson, and was left behind." if about
                    else "No list of the configuration names this page, so it was left behind.",
                    hint="" if about else "copy by hand what learners should see of it",
                    severity="warning")
        )  # fmt: skip


def _listed(lesson: _Lesson, folder: str, role: str) -> Iterator[Path]:
    """Give the pages of a folder in the order of the configuration."""
    base = lesson.root / folder
    there = {
        path.name: path
        for path in sorted(base.glob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    }
    written = lesson.config.data.get(role)
    named = [str(one) for one in written if one] if isinstance(written, list) else []
    for index, name in enumerate(named):
        bare = posixpath.basename(name)
        found = there.pop(bare, None) or next(
            (there.pop(one) for one in list(there) if Path(one).stem == Path(bare).stem), None
        )
        if found is not None:
            yield found
            continue
        place = (role, index)
        line, column = lesson.config.place(place if place in lesson.config.values else (role,))
        match = nearest(bare, there)
        lesson.problems.append(
            Problem(lesson.config.file, line, column, "page-missing",
                    f"The configuration names a page that is not in `{folder}`.",
                    found=f"`{name}`", hint=f"did you mean `{match}`?" if match
                    else "put the file there, or delete the line")
        )  # fmt: skip
    # Episodes that no list names are drafts; of the other folders nothing is hidden.
    if not named or role != "episodes":
        # What learners do first comes first.
        yield from sorted(there.values(), key=lambda path: path.stem != "setup")


def _read_source(lesson: _Lesson, path: Path, role: str) -> None:
    file = path.relative_to(lesson.root).as_posix()
    text, wrong = read_text(path, file)
    lesson.problems += wrong
    if wrong or lesson.chunks is None:
        return
    head = split_front_matter(text, file)
    lesson.problems += head.document.problems
    if head.document.problems:
        return
    data = head.document.data if isinstance(head.document.data, dict) else {}
    head.document.data = data
    rows = rows_of(head.body, file, head.body_line)
    rows = lesson.chunks.write(rows, path.parent, (file,))
    title = data.get("title")
    if role == "index" and not title:
        title = lesson.text("title")
    rows, own = _without_title(rows, bool(title))
    rows = [*_from_head(head.document, False), *rows, *_from_head(head.document, True)]
    source = _Source(
        file, role, _plain(str(title or own or path.stem.replace("_", " "))), head.document, rows,
        path.suffix != ".md",
    )  # fmt: skip
    for key in data:
        if key not in _TECHNICAL:
            line, column = head.document.key_place((key,))
            lesson.left.append(
                Problem(file, line, column, "key-unknown", f"The key `{key}` has no counterpart.",
                        found=f"`{key}: {str(data[key])[:80]}`", severity="warning")
            )  # fmt: skip
    lesson.sources.append(source)


def _without_title(rows: list[Row], has_title: bool) -> tuple[list[Row], str]:
    """Take the heading of the first level off the top, where it is the page's own title."""
    for index, row in enumerate(rows):
        if not row.text.strip():
            continue
        found = re.match(r"#[ \t]+(?P<text>.*?)[ \t]*(?:\{[^{}]*\})?[ \t]*\Z", row.text)
        if found and not has_title:
            return [*rows[:index], row.with_text(""), *rows[index + 1 :]], found["text"]
        break
    return rows, ""


def _from_head(head: Document, at_end: bool) -> list[Row]:
    """Give boxes for lists that older lessons have in the head of a page."""
    rows: list[Row] = []
    for key, is_top in _LISTS:
        items = head.data.get(key)
        if is_top == at_end or not items:
            continue
        line = head.key_place((key,))[0]
        said = items if isinstance(items, list) else [items]
        rows += [Row(head.file, line, text) for text in ("", f"::: {key}", "")]
        for index, item in enumerate(said):
            place = (key, index)
            row = head.place(place)[0] if place in head.values else line
            rows.append(Row(head.file, row, "- " + " ".join(str(item).split())))
        rows += [Row(head.file, line, text) for text in ("", ":::", "")]
    return rows


def _places(lesson: _Lesson) -> Course:
    taken = {"key-points.md"}
    for source in lesson.sources:
        if source.role == "instructors":
            # Notes for instructors stand on the first page, in a block that learners do not get.
            source.name = "index.md"
            continue
        stem = "index" if source.role == "index" else slug_of(Path(source.file).stem)
        name, number = f"{stem}.md", 2
        while name in taken or (stem == "index" and source.role != "index"):
            stem, number = f"{stem.rstrip('-0123456789') or 'page'}-{number}", number + 1
            name = f"{stem}.md"
        taken.add(name)
        source.name = name
    return Course(
        lesson.root,
        {source.file: source.name for source in lesson.sources},
        ("", *FOLDERS, "_episodes", "_episodes_rmd"),
        lesson.text("url"),
        {"key-points": "key-points.md", "aio": "index.md", "schedule": "index.md"},
        hidden={source.file for source in lesson.sources if source.role == "instructors"},
    )


def _shared_links(lesson: _Lesson) -> list[Row]:
    path = lesson.root / "links.md"
    if not path.is_file():
        return []
    text, wrong = read_text(path, path.name)
    if wrong:
        raise ContentError(wrong)
    return rows_of(text, path.name)


def _page(source: _Source, body: str, lesson: _Lesson, work: Coursework) -> str:
    lines = ["---", f"title: {write_scalar(source.title)}"]
    if source.role not in ("episodes", "index"):
        lines.append("kind: page")
    lines += ["---", "", f"# {_escaped(source.title)}", "", body.strip("\n")]
    if source.name == "index.md" and (ways := _ways(lesson, work)):
        lines += ["", ways]
    return "\n".join(lines).rstrip("\n") + "\n"


def _note(source: _Source, body: str) -> str:
    """Put a page for instructors into a block that only trainers see."""
    longest = max((len(run) for run in re.findall(r"^ *(/{3,})", body, re.MULTILINE)), default=2)
    slashes = "/" * (longest + 1)
    body = body.strip("\n")
    return f"{slashes} instructor\n\n## {_escaped(source.title)}\n\n{body}\n\n{slashes}"


def _ways(lesson: _Lesson, work: Coursework) -> str:
    """List the pages beside the lessons, and say where the course is from."""
    pieces = []
    pages = [one for one in lesson.sources if one.role in ("learners", "profiles", "top")]
    if pages:
        links = [f"- [{_escaped(one.title)}]({one.name})" for one in pages]
        pieces.append("\n".join([f"## {i18n.text(work.language, 'lesson.learners')}", "", *links]))
    said = []
    if source := lesson.text("source"):
        said.append(i18n.text(work.language, "lesson.origin", source=f"<{source}>"))
    if licence := lesson.text("license"):
        said.append(i18n.text(work.language, "lesson.licence", licence=licence))
    return "\n\n".join([*pieces, *([". ".join(said) + "."] if said else [])])


def _course_file(lesson: _Lesson, work: Coursework, summary: str) -> str:
    lines = [f"title: {write_scalar(work.title)}"]
    if summary:
        lines.append(f"summary: {write_scalar(summary)}")
    lines.append("lessons:")
    taken: set[str] = set()
    for source in lesson.sources:
        if source.role != "episodes":
            continue
        parts = [f"page: {write_scalar(source.name)}"]
        name = re.sub(r"^[\d_-]+", "", source.name.removesuffix(".md"))[:40].rstrip("-")
        if _ID.match(name) and name not in taken:
            parts.append(f"id: {name}")
            taken.add(name)
        if minutes := _minutes(source):
            parts.append(f"minutes: {minutes}")
        lines.append(f"  - {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"


def _minutes(source: _Source) -> int | None:
    if source.role != "episodes":
        return None
    total = 0.0
    for key in ("teaching", "exercises"):
        value: Any = source.head.data.get(key)
        try:
            total += float(value) if value is not None else 0
        except (TypeError, ValueError):
            continue
    return min(round(total), 1000) or None


def _take_summary(lesson: _Lesson) -> str:
    """Take the first paragraph off the first page, where it is nothing but words.

    The course's page shows the summary above that page.
    """
    index = next((one for one in lesson.sources if one.role == "index" and one.page), None)
    if index is None or index.page is None or not index.page.blocks:
        return ""
    blocks = index.page.blocks[min(index.page.blocks)]
    first = blocks[0] if blocks else None
    if not isinstance(first, Block) or not re.fullmatch(r"<p>[^<]*</p>\s*", first.html):
        return ""
    text = " ".join(BeautifulSoup(first.html, "html.parser").get_text().split())
    if len(text) > _LONGEST_SUMMARY or SIGNS.search(text):
        return ""
    index.page.blocks[min(index.page.blocks)] = [one for one in blocks if isinstance(one, Block)][
        1:
    ]
    return text


def _unused(lesson: _Lesson, course: Course) -> Iterator[Problem]:
    for path in sorted(lesson.root.rglob("*")):
        file = path.relative_to(lesson.root).as_posix()
        parts = path.relative_to(lesson.root).parts
        if not path.is_file() or path.suffix.lower() not in _UNUSED or file in course.used:
            continue
        if any(part.startswith(".") or part in ("renv", "site", "_site") for part in parts):
            continue
        if parts[0] in (*FOLDERS, *_OLD_FOLDERS, "fig", "data", "files", "code"):
            yield Problem(
                file, 1, 1, "file-unused", "No page leads to this file: it was not copied.",
                severity="warning",
            )  # fmt: skip


def _unique(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.place)


def _plain(title: str) -> str:
    html = PARSER.renderInline(re.sub(r"\s*\{[.#][^{}]*\}\s*\Z", "", title))
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split()) or "Untitled"


def _escaped(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<#])", r"\\\1", title)
