"""Hashed courses: no word of what is right can be read in the site, however it is built."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from carebase.cli import main
from carebase.training.question import Answer, Question, Quiz
from carebase.training.quiz_html import Place, render_quiz
from tests.plugins.making import make
from tests.plugins.test_graded import of_carebase, of_mkdocs, verify
from tests.support.process import run_carebase
from tests.support.sites import BuiltSite

COURSE = """\
title: Exam
grading: hashed
lessons: [01.md, 02.md]
"""
FIRST = """\
# Water

/// quiz

### Which **one** dissolves scale? {#acid points=2}

- [x] Citric `acid`
  > Quite so, as the lemon shows.
- [ ] Vinegar
  > It attacks the seals of the machine.
- [ ] Cleaning powder

Explanation: Acids dissolve lime as [told in chapter two](02.md).

### Scale is made of [[quicklime|limescale]]. {#lime}

- [ ] sand
  > Grains would scratch the valves.

///
"""
SECOND = """\
# More

/// quiz

### How much? [[= 9.2375 ± 0.5 bar]] {#bar}

### In which order? {#order partial}

1. Off
2. Unplug
3. Open

///
"""
FILES = {
    "docs/courses/exam/course.yml": COURSE,
    "docs/courses/exam/01.md": FIRST,
    "docs/courses/exam/02.md": SECOND,
}
# What the page of a course of self-check would tell.
SECRETS = (
    *("lemon shows", "attacks the seals", "Acids dissolve", "told in chapter two", "quicklime"),
    *("limescale", "scratch the valves", "9.2375", "<strong>Right:"),
)


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")


def texts(site: Path) -> dict[str, str]:
    found = {}
    for path in sorted(site.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
            found[path.relative_to(site).as_posix()] = html.unescape(
                data.decode("utf-8", "replace")
            )
    return found


def told(site: Path) -> list[tuple[str, str]]:
    """Give each secret with the file that tells it."""
    return [(name, one) for name, text in texts(site).items() for one in SECRETS if one in text]


@pytest.mark.parametrize("build", [of_carebase, of_mkdocs], ids=["carebase", "mkdocs"])
def test_no_file_tells_what_is_right(
    tmp_path: Path, build: Callable[[Path, dict[str, str]], BuiltSite]
) -> None:
    site = build(tmp_path, FILES)

    assert [] == told(site.folder)
    page = site.html("courses/exam/01/")
    assert not re.search("data-(key|answer|text)", page)
    assert 2 == len(re.findall(r'data-sealed="[A-Za-z0-9+/=]{80,}"', page))
    assert "hidden from a glance only: whoever looks for them can open them." in page
    assert 2 == page.count("Checking the answer to this question needs JavaScript.</p>")


def test_self_check_would_tell(tmp_path: Path) -> None:
    course = {"docs/courses/exam/course.yml": COURSE.replace("hashed", "self-check")}

    assert set(SECRETS) == {
        one for _, one in told(of_carebase(tmp_path, {**FILES, **course}).folder)
    }


def test_two_builds_are_the_same_and_so_is_one_from_the_cache(tmp_path: Path) -> None:
    def everything(root: Path) -> dict[str, bytes]:
        site = root / "site"
        return {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in sorted(site.rglob("*"))
            if path.is_file()
        }

    home = {"docs/index.md": "# Home\n\nEdited.\n"}
    make(tmp_path / "one", FILES)
    make(tmp_path / "one", home)
    make(tmp_path / "other", {**FILES, **home})

    assert everything(tmp_path / "one") == everything(tmp_path / "other")


def test_another_level_renders_the_pages_again(tmp_path: Path) -> None:
    site = of_carebase(tmp_path, FILES)
    course = COURSE.replace("hashed", "self-check")
    of_carebase(tmp_path, {"docs/courses/exam/course.yml": course})
    assert "data-key" in site.html("courses/exam/01/")
    of_carebase(tmp_path, {"docs/courses/exam/course.yml": COURSE})

    assert "data-key" not in site.html("courses/exam/01/")


def test_check_and_verify_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = of_carebase(tmp_path, FILES)
    assert 0 == verify(tmp_path, monkeypatch), capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    assert not ended.value.code
    assert "grading" not in capsys.readouterr().out

    path = site.folder / "courses/exam/01/index.html"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("<fieldset ", '<fieldset data-key="{}" ', 1), "utf-8")
    assert 3 == verify(tmp_path, monkeypatch)
    told = "courses/exam/01/index.html: `data-key` in a question of a hashed course"
    assert told in capsys.readouterr().out
    path.write_text(whole.replace(" data-sealed>", ">", 1), "utf-8")
    assert 3 == verify(tmp_path, monkeypatch)
    said = capsys.readouterr()
    assert "the question `acid` as one that is read in the page" in said.out
    assert "tells what is right in a graded or hashed course: do not publish it." in said.err
    path.write_text(whole, "utf-8")
    (site.folder / "a.md").write_text(FIRST, "utf-8")
    assert 3 == verify(tmp_path, monkeypatch)
    assert "a.md: the right answer of `acid` as it is written" in capsys.readouterr().out


def test_the_same_id_in_an_open_course_is_no_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {
        "docs/courses/care/course.yml": "title: Care\nlessons: [01.md]\n",
        "docs/courses/care/01.md": (
            "# Care\n\n/// quiz\n\n### Sure? {#acid}\n\n- [x] Yes\n- [ ] No\n\n///\n"
        ),
    }
    of_carebase(tmp_path, {**FILES, **other})

    assert 0 == verify(tmp_path, monkeypatch), capsys.readouterr().out


def test_a_package_has_no_seals_and_says_so(tmp_path: Path) -> None:
    make(tmp_path / "site", FILES)
    done = run_carebase(
        *("course", "export", "exam", "--format", "html", "-o", "../exam.zip"),
        cwd=tmp_path / "site",
    )

    assert 0 == done.returncode, done.stderr
    assert (
        "../exam.zip holds the right answers of a hashed course, there for anybody to read."
        in done.stderr.splitlines()
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "hidden from a glance only"),
        ("de", "nur vor einem flüchtigen Blick verborgen"),
        ("es", "ocultas a simple vista"),
        ("fr", "au premier coup d’œil"),
    ],
)
def test_each_language_says_what_the_level_is_worth(language: str, said: str) -> None:
    question = Question("acid", "single", "Which?", (Answer("Lemon", right=True), Answer("Soap")))
    written = str(render_quiz(Quiz((question,)), {}, Place(language, "exam", sealed=True)))

    assert said in html.unescape(written.partition("<template")[0])
