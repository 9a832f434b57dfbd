"""Mistakes in courses: each is told with file, line and way out, and nothing is published half."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from playwright.sync_api import expect

from carebase.errors import ContentError
from carebase.report import inspect_site
from carebase_plugins.engine.build import build_site
from carebase_plugins.engine.site import load_site
from tests.conftest import OpenPage
from tests.plugins.making import CONFIG
from tests.support.browser import Watch
from tests.support.process import free_port, start_carebase
from tests.support.sites import write_files

GOOD = "### Good? {#good}\n\n- [x] Yes\n- [ ] No\n"
GUIDE = "---\nkind: guide\n---\n\n# Guide\n\n## One\n\nSo.\n"
LESSON = "docs/courses/care/a.md"
YML = "docs/courses/care/course.yml"


def quiz(text: str, head: str = "") -> dict[str, str]:
    """Write a lesson with a good question and another below it, which begins on line 10."""
    return {LESSON: f"# A\n\n/// quiz\n{head}\n{GOOD}\n{text}\n\n///\n"}


def lessons(text: str) -> dict[str, str]:
    """Write the lessons of the course; the first stands on line 3."""
    return {YML: f"title: Care\nlessons:\n  - a.md\n  - {text}\n"}


BAD: dict[str, tuple[dict[str, str], str, str]] = {
    "no right answer": (
        quiz("### Which? {#x}\n\n- [ ] A\n- [ ] B"),
        f"{LESSON}:10:1: error question-no-right-answer:"
        " No answer of this question is marked as right.",
        "write `[x]` before the right one",
    ),
    "two right ones where one is asked": (
        quiz("### Which? {#x type=single}\n\n- [x] A\n- [x] B"),
        f"{LESSON}:13:1: error question-two-right: The question asks for one answer"
        " (`type=single`), and two are marked as right.",
        "write `[ ]` before one of them, or `type=several`",
    ),
    "an id used twice": (
        quiz("### Again? {#good}\n\n- [x] A\n- [ ] B"),
        f"{LESSON}:10:1: error question-id-twice: The id `good` belongs to another question"
        " already.",
        "delete the newer one; `carebase check --fix` gives that question its own",
    ),
    "an id used twice, in two lessons": (
        {
            **quiz(""),
            YML: "title: Care\nlessons:\n  - a.md\n  - b.md\n",
            "docs/courses/care/b.md": f"# B\n\n/// quiz\n\n{GOOD}\n///\n",
        },
        "docs/courses/care/b.md:5:1: error question-id-twice: The id `good` belongs to another"
        " question already.",
        "delete the newer one; `carebase check --fix` gives that question its own",
    ),
    "a lesson's id used twice": (
        {**lessons("{page: b.md, id: a}"), "docs/courses/care/b.md": "# B\n", **quiz("")}
        | {YML: "title: C\nlessons:\n  - {page: a.md, id: a}\n  - {page: b.md, id: a}\n"},
        f"{YML}:4:22: error lesson-id-twice: Two lessons have the same id.",
        "",
    ),
    "a blank without an answer": (
        quiz("### Scale is [[ ]]. {#x}"),
        f"{LESSON}:10:14: error question-blank-empty: The gap has no answer.",
        "",
    ),
    "a lesson that does not exist": (
        {**quiz(""), **lessons("aa.md")},
        f"{YML}:4:5: error missing-lesson: There is no page `aa.md` for this lesson.",
        "did you mean `a.md`?",
    ),
    "a guide that does not exist": (
        {**quiz(""), **lessons("{guide: more/gide.md}")},
        f"{YML}:4:13: error missing-lesson: There is no page `more/gide.md` for this lesson.",
        "did you mean `more/guide.md`?",
    ),
    "a lesson that is nothing": (
        {**quiz(""), **lessons("{minutes: 5}")},
        f"{YML}:4:5: error missing-lesson: This lesson is neither a page nor a guide.",
        "say which page it is, or delete the entry",
    ),
    "a guide referenced twice": (
        {**quiz(""), **lessons("{guide: more/guide.md}\n  - {guide: ./more/guide.md}")},
        f"{YML}:5:13: error lesson-twice: `./more/guide.md` is a lesson of this course already.",
        "",
    ),
    "a pool smaller than its draw": (
        quiz("", head="    draw: 5\n"),
        f"{LESSON}:4:11: error quiz-draw: The quiz draws 5 questions and has 1.",
        "write more questions, or draw fewer",
    ),
    "a draw that is no number": (
        quiz("", head="    draw: some\n"),
        f"{LESSON}:4:11: error block-option-value: The option `draw` of `quiz` does not have this"
        " value.",
        "",
    ),
    "a tolerance that is not a number": (
        quiz("### It has [[= 9 \u00b1 a bit bar]]. {#x}"),
        f"{LESSON}:10:12: error question-number: The number of this gap cannot be read.",
        "a tolerance is a number that is not below 0, as in `\u00b1 0.5`",
    ),
    "a tolerance below 0": (
        quiz("### It has [[= 9 \u00b1 -1 bar]]. {#x}"),
        f"{LESSON}:10:12: error question-number: The number of this gap cannot be read.",
        "a tolerance is a number that is not below 0, as in `\u00b1 0.5`",
    ),
    "a course first that does not exist": (
        {**quiz(""), YML: "title: C\nlessons: [a.md]\nprerequisites: [{course: cars}]\n"},
        f"{YML}:3:26: error unknown-prerequisite: There is no other course `cars` to do first.",
        "",
    ),
    "a page first that does not exist": (
        {**quiz(""), YML: "title: C\nlessons: [a.md]\nprerequisites: [{page: more/guid.md}]\n"},
        f"{YML}:3:24: error unknown-prerequisite: There is no page `more/guid.md` to read first.",
        "did you mean `more/guide.md`?",
    ),
    "a word without a meaning": (
        {**quiz(""), YML: "title: C\nlessons: [a.md]\nglossary:\n  Scale: ''\n"},
        f"{YML}:4:10: error glossary-empty: A word of the glossary has no meaning.",
        "say in a sentence what it means, or delete it",
    ),
}


def write(root: Path, files: dict[str, str]) -> None:
    base = {"mkdocs.yml": CONFIG, "docs/index.md": "# Home\n", "docs/more/guide.md": GUIDE}
    write_files(root, {**base, YML: "title: Care\nlessons: [a.md]\n", **files})


@pytest.mark.parametrize("name", BAD)
def test_it_is_told_and_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    files, sentence, hint = BAD[name]
    write(tmp_path, files)

    report = inspect_site(load_site(tmp_path), date(2026, 11, 1))
    told = [one.as_text() for one in report.problems if one.severity == "error"]
    assert [sentence] == [text.partition("\n")[0] for text in told]
    assert f"    hint: {hint}" in told[0] or not hint

    # Each way to build stops with the same words.
    with pytest.raises(ContentError) as by_carebase:
        build_site(tmp_path)
    assert told == [one.as_text() for one in by_carebase.value.problems if one.severity == "error"]
    config = load_config(str(tmp_path / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    said: list[str] = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    monkeypatch.setattr(logging.getLogger("mkdocs"), "handlers", [listener])
    with pytest.raises(Abort):
        build_with_mkdocs(config)
    assert [f"No course is published half:\n{told[0]}"] == said
    assert not list(tmp_path.glob("site*/**/*.html"))


def test_a_site_that_was_published_stays(tmp_path: Path) -> None:
    write(tmp_path, quiz(""))
    build_site(tmp_path)
    before = (tmp_path / "site/courses/care/a/index.html").read_bytes()
    write(tmp_path, BAD["no right answer"][0])
    with pytest.raises(ContentError):
        build_site(tmp_path)
    assert before == (tmp_path / "site/courses/care/a/index.html").read_bytes()


@pytest.mark.browser
def test_a_preview_tells_it_and_follows_the_mend(
    tmp_path: Path, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("console log: Enabled live reload")
    write(tmp_path, BAD["no right answer"][0])
    with start_carebase("serve", "--port", str(free_port()), cwd=tmp_path) as process:
        address = process.address().rstrip("/")
        page = open_page()
        page.goto(f"{address}/courses/care/a/")
        expect(page.get_by_text("Good?")).to_be_visible()
        assert BAD["no right answer"][1] in process.output
        mended = quiz("### Which? {#x}\n\n- [x] A\n- [ ] B")[LESSON]
        (tmp_path / LESSON).write_text(mended, encoding="utf-8")
        expect(page.get_by_text("Which?")).to_be_visible(timeout=30_000)
        page.goto("about:blank")
