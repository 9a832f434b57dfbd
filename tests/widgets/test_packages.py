"""Packages of a course in a real browser: in the run-time of an LMS, and from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.making import CONFIG
from tests.support.browser import Watch
from tests.support.lms import Lms, lms_with
from tests.support.packages import FILES, RIGHT, WRONG, Answers, answer, export, walk
from tests.support.sites import write_files

pytestmark = pytest.mark.browser

HALF = {**WRONG, **{name: RIGHT[name] for name in ("limescale", "made", "pairs", "order")}}
# What is answered, with points of 7.5, per cent as the site writes them, and whether that passes.
CASES: dict[str, tuple[Answers, str, float, bool]] = {
    "right": (RIGHT, "100 % · 7.5 of 7.5 points", 1.0, True),
    "wrong": (WRONG, "0 % · 0 of 7.5 points", 0.0, False),
    "half": (HALF, "60 % · 4.5 of 7.5 points", 0.6, True),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    write_files(root, {"mkdocs.yml": CONFIG, **FILES})
    return root


@pytest.fixture(scope="module")
def scorm12(root: Path) -> Path:
    return export(root, "scorm12", root.parent / f"{root.name}-12.zip")


@pytest.fixture
def lms(page: Page, scorm12: Path, tmp_path: Path) -> Iterator[Lms]:
    with lms_with(page, scorm12, "scorm12", tmp_path / "lms") as lms:
        yield lms


def said(course: Any) -> str:
    """Give what the course says of its result."""
    text: str = course.locator(".cb-verdict-panel").inner_text()
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES)
def test_a_course_is_walked_to_its_result_in_scorm_12(lms: Lms, case: str) -> None:
    answers, shown, share, is_passed = CASES[case]
    course = lms.open()
    assert "incomplete" == lms.value("cmi.core.lesson_status")

    walk(course, answers, finish=False)
    assert ["incomplete"] == [
        call[1] for call in lms.called("SetValue") if call[0] == "cmi.core.lesson_status"
    ]
    assert "" == lms.value("cmi.core.score.raw")
    course.get_by_role("link", name="Finish course").click()

    expect(course.locator("carebase-course")).to_contain_text("Course completed")
    assert shown in said(course)
    assert ("Passed" in said(course)) is is_passed
    assert float(lms.value("cmi.core.score.raw")) == share * 100
    assert ("0", "100") == (lms.value("cmi.core.score.min"), lms.value("cmi.core.score.max"))
    assert ("passed" if is_passed else "failed") == lms.value("cmi.core.lesson_status")
    lms.leave()
    assert 1 == len(lms.called("Initialize")) == len(lms.called("Finish"))
    assert "suspend" == lms.value("cmi.core.exit")
    assert lms.value("cmi.core.session_time").startswith("0000:00:")
    assert [] == lms.refused()


def test_each_answer_is_committed_and_a_reload_brings_all_back(lms: Lms) -> None:
    course = lms.open()
    walk(course, {**WRONG, "order": RIGHT["order"]}, finish=False)
    before = len(lms.called("Commit"))
    answer(course, "pairs", RIGHT["pairs"])
    assert before + 1 == len(lms.called("Commit"))
    state = lms.value("cmi.suspend_data")
    assert state.isascii() and len(state) < 200

    lms.page.reload()

    expect(course.get_by_role("heading", level=1)).to_contain_text("Taste")
    assert 2 == len(lms.called("Initialize"))
    assert 1 == len(lms.called("Finish"))
    asked = {name: course.locator(f'[data-question="{name}"]') for name in RIGHT}
    expect(asked["made"].get_by_role("textbox")).to_have_value("chalk – of course")
    expect(asked["made"].get_by_role("status")).to_contain_text("Not quite.")
    expect(asked["pairs"].get_by_role("status")).to_contain_text("Correct.")
    assert ["Fill", "Descale", "Rinse"] == asked["order"].locator(".cb-item").all_text_contents()
    course.get_by_role("link", name='Care & "repair"', exact=True).first.click()
    expect(course.locator("carebase-course")).to_contain_text("2 of 3 lessons done")
    course.get_by_role("link", name="Start course").click()
    expect(asked["limescale"].get_by_role("radio", name="Cleaning powder")).to_be_checked()
    expect(asked["scale"].get_by_role("checkbox", name="It tastes good.")).to_be_checked()
    # An LMS keeps what is known, and the browser nothing.
    frame = lms.page.frames[1]
    assert 0 == frame.evaluate("localStorage.length")
    assert ["calls", "lms"] == sorted(frame.evaluate("Object.keys(sessionStorage)"))


def test_a_finished_course_keeps_its_status(lms: Lms) -> None:
    walk(lms.open(), HALF)
    lms.leave()
    calls = len(lms.calls)

    course = lms.open()

    expect(course.locator("carebase-course")).to_contain_text("Passed")
    assert "60 % · 4.5 of 7.5 points" in said(course)
    course.get_by_role("link", name="Start course").click()
    answer(course, "limescale", WRONG["limescale"])
    lms.leave()
    later = [call for call in lms.calls[calls:] if call[0] == "LMSSetValue"]
    assert [] == [call for call in later if "status" in call[1] or "score" in call[1]]
    course = lms.open()
    course.get_by_role("link", name="Start course").click()
    for name in ("limescale", "scale", "vinegar"):
        answer(course, name, RIGHT[name])
    assert 86.6666666 == float(lms.value("cmi.core.score.raw"))
    assert "passed" == lms.value("cmi.core.lesson_status")


def test_without_an_lms_the_course_says_so_and_can_be_read(
    page: Page, watch: Watch, scorm12: Path, tmp_path: Path
) -> None:
    # The host's own picture, which a browser asks for by itself.
    watch.allow(r"404.*/favicon\.ico")
    with lms_with(page, scorm12, "scorm12", tmp_path / "alone") as lms:
        page.goto(f"{lms.address}package/index.html")

        expect(page.get_by_text("No learning platform answers here")).to_be_visible()
        walk(page, HALF)
        assert "60 %" in said(page)
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Taste")
