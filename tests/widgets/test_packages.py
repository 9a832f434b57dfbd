"""Packages of a course in a real browser: in the run-time of an LMS, and from a folder."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.making import CONFIG
from tests.support.browser import Violation, Watch
from tests.support.lms import Lms, lms_with
from tests.support.packages import FILES, RIGHT, WRONG, Answers, answer, export, walk
from tests.support.process import run_carebase
from tests.support.sites import write_files
from tests.support.static_server import serve_folder

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
def packages(root: Path) -> Callable[[str], Path]:
    """Give the package of a format, which is exported once."""
    made: dict[str, Path] = {}

    def packages(form: str) -> Path:
        if form not in made:
            made[form] = export(root, form, root.parent / f"{root.name}-{form}.zip")
        return made[form]

    return packages


@pytest.fixture
def open_lms(
    page: Page, packages: Callable[[str], Path], tmp_path: Path
) -> Iterator[Callable[[str], Lms]]:
    """Start an LMS with the package of a format."""
    with ExitStack() as stack:

        def open_lms(form: str) -> Lms:
            return stack.enter_context(lms_with(page, packages(form), form, tmp_path / form))

        yield open_lms


@pytest.fixture
def lms(open_lms: Callable[[str], Lms]) -> Lms:
    return open_lms("scorm12")


def said(course: Any) -> str:
    """Give what the course says of its result."""
    text: str = course.locator(".cb-verdict-panel").inner_text()
    return " ".join(text.split())


def check_result(course: Any, shown: str, is_passed: bool) -> None:
    """See that a course says the score and whether it is passed, in any format and on the site."""
    expect(course.locator("carebase-course")).to_contain_text("Course completed")
    assert shown in said(course)
    assert ("Passed" if is_passed else "Not passed yet") in said(course)


@pytest.mark.parametrize("case", CASES)
def test_a_course_is_walked_to_its_result_in_scorm_12(
    open_lms: Callable[[str], Lms], case: str
) -> None:
    answers, shown, share, is_passed = CASES[case]
    lms = open_lms("scorm12")
    course = lms.open()
    assert "incomplete" == lms.value("cmi.core.lesson_status")

    walk(course, answers, finish=False)
    assert ["incomplete"] == [
        call[1] for call in lms.called("SetValue") if call[0] == "cmi.core.lesson_status"
    ]
    assert "" == lms.value("cmi.core.score.raw")
    course.get_by_role("link", name="Finish course").click()

    check_result(course, shown, is_passed)
    assert float(lms.value("cmi.core.score.raw")) == share * 100
    assert ("0", "100") == (lms.value("cmi.core.score.min"), lms.value("cmi.core.score.max"))
    assert ("passed" if is_passed else "failed") == lms.value("cmi.core.lesson_status")
    lms.leave()
    assert 1 == len(lms.called("Initialize")) == len(lms.called("Finish"))
    assert "suspend" == lms.value("cmi.core.exit")
    assert lms.value("cmi.core.session_time").startswith("0000:00:")
    assert [] == lms.refused()


@pytest.mark.parametrize("case", CASES)
def test_a_course_is_walked_to_its_result_in_scorm_2004(
    open_lms: Callable[[str], Lms], case: str
) -> None:
    answers, shown, share, is_passed = CASES[case]
    lms = open_lms("scorm2004")
    course = lms.open()
    walk(course, answers, finish=False)
    assert "incomplete" == lms.value("cmi.completion_status")
    assert "" == lms.value("cmi.success_status")
    course.get_by_role("link", name="Finish course").click()

    check_result(course, shown, is_passed)
    assert share == float(lms.value("cmi.score.scaled"))
    assert share * 100 == float(lms.value("cmi.score.raw"))
    assert "completed" == lms.value("cmi.completion_status")
    assert ("passed" if is_passed else "failed") == lms.value("cmi.success_status")
    lms.leave()
    assert 1 == len(lms.called("Initialize")) == len(lms.called("Terminate"))
    assert "suspend" == lms.value("cmi.exit")
    assert lms.value("cmi.session_time").startswith("PT")
    assert [] == lms.refused()


def test_scorm_2004_hears_of_each_answer_by_its_type(open_lms: Callable[[str], Lms]) -> None:
    lms = open_lms("scorm2004")
    course = lms.open()
    walk(course, RIGHT, finish=False)
    answer(course, "pump", "fifteen")
    answer(course, "pump", "15 bar")
    told = lms.page.evaluate("lms.cmi().interactions.childArray ?? lms.cmi().interactions")
    told = list(told.values()) if isinstance(told, dict) else told
    by_id = {one["id"]: one for one in told}

    assert [] == lms.refused()
    assert 9 == len(told)
    assert {
        "limescale": "choice",
        "scale": "choice",
        "vinegar": "true-false",
        "made": "fill-in",
        "pump": "numeric",
        "order": "sequencing",
        "pairs": "matching",
    } == {name: one["type"] for name, one in by_id.items()}
    first = {one["id"]: one for one in reversed(told)}
    assert {"correct"} == {one["result"] for one in first.values()}
    assert "true" == first["vinegar"]["learner_response"]
    assert "9.2" == first["pump"]["learner_response"]
    assert ["", "15"] == [one["learner_response"] for one in told if one["id"] == "pump"][1:]
    assert "incorrect" == told[-1]["result"]
    assert 2 == len(first["scale"]["learner_response"].split("[,]"))
    assert 3 == len(first["pairs"]["learner_response"].split("[,]"))
    assert 3 == first["pairs"]["learner_response"].count("[.]")
    assert "0.5" == first["order"]["weighting"]
    patterns = [call for call in lms.called("SetValue") if "correct_responses" in call[0]]
    said = {call[1] for call in patterns}
    assert {"true", "8.5[:]9.5", "{case_matters=false}lime"} <= said


@pytest.mark.parametrize("case", CASES)
def test_a_course_is_walked_to_its_result_on_the_site(page: Page, root: Path, case: str) -> None:
    answers, shown, _, is_passed = CASES[case]
    if not (root / "site").is_dir():
        assert 0 == run_carebase("build", cwd=root).returncode
    with serve_folder(root / "site") as address:
        page.goto(f"{address}courses/care/")
        walk(page, answers)
        check_result(page, shown, is_passed)


@pytest.mark.parametrize("case", CASES)
def test_a_course_is_walked_to_its_result_from_a_folder(
    open_page: Callable[..., Page], packages: Callable[[str], Path], tmp_path: Path, case: str
) -> None:
    answers, shown, _, is_passed = CASES[case]
    page = open_page()
    with zipfile.ZipFile(packages("html")) as archive:
        archive.extractall(tmp_path)
    address = (tmp_path / "index.html").as_uri()
    page.goto(address)
    walk(page, answers)
    check_result(page, shown, is_passed)

    page.goto("about:blank")
    page.goto(address)
    check_result(page, shown, is_passed)
    page.get_by_role("link", name="Start course").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Water")
    expect(page.get_by_role("radio", name=str(answers["limescale"]))).to_be_checked()


def test_a_folder_whose_browser_keeps_nothing_says_so(
    open_page: Callable[..., Page], packages: Callable[[str], Path], tmp_path: Path
) -> None:
    page = open_page()
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'SecurityError') }"
    )
    with zipfile.ZipFile(packages("html")) as archive:
        archive.extractall(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())

    expect(page.get_by_text("Your progress cannot be saved in this browser.")).to_be_visible()
    walk(page, HALF)
    check_result(page, CASES["half"][1], is_passed=True)


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


MANY = 200
ANSWER_ALL = """() => {
  const given = [];
  for (const asked of document.querySelectorAll("fieldset[data-question]")) {
    const field = asked.querySelector("input[type=text]");
    if (field) field.value = `Kalk & Säure, ${asked.dataset.question}: as long as anybody types`;
    for (const select of asked.querySelectorAll("select")) select.selectedIndex = 1;
    const boxes = [...asked.querySelectorAll("input:not([type=text])")];
    if (boxes.length) boxes.at(-1).click();
    asked.querySelector("button.cb-check").click();
    given.push(asked.dataset.question);
  }
  return given.length;
}"""


def many() -> dict[str, str]:
    """Give a course with 200 questions of all types in four lessons."""
    kinds = (
        "### Question {n} has [[lime]]. {{#q-{n}}}\n",
        "### Question {n}? {{#q-{n}}}\n\n- [x] Yes {n}\n- [ ] No {n}\n- [ ] Perhaps {n}\n",
        "### Question {n}? {{#q-{n} partial}}\n\n- [x] A {n}\n- [x] B {n}\n- [ ] C {n}\n",
        "### Question {n}? {{#q-{n}}}\n\n1. First {n}\n2. Then {n}\n3. Next {n}\n4. Last {n}\n",
        "### Question {n}? {{#q-{n} partial}}\n\n- a {n} -> x {n}\n- b {n} -> y {n}\n",
        "### Question {n} is [[= {n} bar]]. {{#q-{n}}}\n",
    )
    files = {"docs/index.md": "# Home\n"}
    lessons = []
    for lesson in range(4):
        asked = [
            kinds[number % len(kinds)].format(n=number)
            for number in range(lesson * MANY // 4, (lesson + 1) * MANY // 4)
        ]
        quiz = "\n".join(("/// quiz\n", *asked, "///\n"))
        files[f"docs/courses/many/{lesson}.md"] = f"# Lesson {lesson}\n\n{quiz}"
        lessons.append(f"{lesson}.md")
    files["docs/courses/many/course.yml"] = f"title: Many\nlessons: [{', '.join(lessons)}]\n"
    return files


def test_two_hundred_answers_fit_into_scorm_12(page: Page, tmp_path: Path) -> None:
    write_files(tmp_path / "site", {"mkdocs.yml": CONFIG, **many()})
    package = export(tmp_path / "site", "scorm12", tmp_path / "many.zip", "many")
    with lms_with(page, package, "scorm12", tmp_path / "lms") as lms:
        course = lms.open()
        course.get_by_role("link", name="Start course").click()
        answered = 0
        for lesson in range(4):
            expect(course.get_by_role("heading", level=1)).to_contain_text(f"Lesson {lesson}")
            answered += page.frames[1].evaluate(ANSWER_ALL)
            if lesson < 3:
                course.get_by_role("link", name="Next lesson").click()
        course.get_by_role("link", name="Finish course").click()
        before = said(course)
        states = [call[1] for call in lms.called("SetValue") if call[0] == "cmi.suspend_data"]

        assert MANY == answered
        assert MANY < len(lms.called("Commit"))
        assert 4096 >= max(map(len, states)) > 3000
        assert all(state.isascii() and state.isprintable() for state in states)
        page.reload()

        expect(course.locator("carebase-course")).to_contain_text("4 of 4 lessons done")
        assert before == said(course)
        course.get_by_role("link", name="Start course").click()
        expect(course.locator("#lesson-1-q-1").get_by_role("status")).not_to_be_empty()
        expect(course.locator("#lesson-1-q-0").get_by_role("textbox")).to_have_value(
            re.compile("^Kalk & Säure")
        )
        assert 50 == course.locator("[data-result]").count()
        assert [] == lms.refused()


def test_scorm_2004_resumes_too(open_lms: Callable[[str], Lms]) -> None:
    lms = open_lms("scorm2004")
    walk(lms.open(), HALF)
    course = lms.open()

    check_result(course, CASES["half"][1], is_passed=True)
    later = lms.calls[[call[0] for call in lms.calls].index("Terminate") :]
    assert [] == [call for call in later if call[0] == "SetValue" and "status" in call[1]]
    course.get_by_role("link", name="Start course").click()
    answer(course, "scale", RIGHT["scale"])
    answer(course, "vinegar", RIGHT["vinegar"])
    assert 0.8666666 == float(lms.value("cmi.score.scaled"))
    assert "cmi.interactions.8.id" in {call[0] for call in lms.called("SetValue")}
    lms.leave()
    assert 2 == len(lms.called("Initialize")) == len(lms.called("Terminate"))
    assert [] == lms.refused()


def test_an_lms_that_keeps_nothing_is_told_of(open_lms: Callable[[str], Lms]) -> None:
    lms = open_lms("scorm12")
    course = lms.open()
    lms.page.evaluate("() => { window.API.LMSCommit = () => { throw new Error('gone') } }")
    course.get_by_role("link", name="Start course").click()

    expect(course.get_by_text("The learning platform did not save")).to_be_visible()
    answer(course, "limescale", RIGHT["limescale"])


def test_the_certificate_of_a_package_keeps_its_day(page: Page, tmp_path: Path) -> None:
    course = f"{FILES['docs/courses/care/course.yml']}certificate: true\n"
    write_files(tmp_path / "site", {"mkdocs.yml": CONFIG, **FILES})
    write_files(tmp_path / "site", {"docs/courses/care/course.yml": course})
    package = export(tmp_path / "site", "scorm12", tmp_path / "c.zip")
    with lms_with(page, package, "scorm12", tmp_path / "lms") as lms:
        frame = lms.open()
        walk(frame, HALF)
        award = frame.locator("carebase-certificate")
        award.get_by_role("textbox").fill("Ada Example")
        expect(award.locator(".cb-certificate")).to_contain_text("Ada Example")
        shown = award.locator(".cb-certificate").inner_text()
        assert str(date.today().year) in shown
        lms.open()
        award.get_by_role("textbox").fill("Ada Example")

        expect(award.locator(".cb-certificate")).to_contain_text("Ada Example")
        assert shown == award.locator(".cb-certificate").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_package(
    open_page: Callable[..., Page],
    watch: Watch,
    axe: Callable[..., list[Violation]],
    packages: Callable[[str], Path],
    tmp_path: Path,
    scheme: str,
) -> None:
    with zipfile.ZipFile(packages("html")) as archive:
        archive.extractall(tmp_path)
    page = open_page(320, scheme=scheme)
    with serve_folder(tmp_path) as address:
        page.goto(f"{address}index.html")
        for name in ("course", "lesson-1", "lesson-2", "lesson-3", "points"):
            page.goto(f"{address}index.html#{name}")
            expect(page.locator(f"main > #{name}")).to_be_visible()
            assert [] == axe(page), name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_what_a_package_says_at_its_top_can_be_read(
    open_page: Callable[..., Page], packages: Callable[[str], Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(packages("html")) as archive:
        archive.extractall(tmp_path)
    page = open_page(390, javascript=False)
    page.goto((tmp_path / "index.html").as_uri())
    told = page.locator("noscript p")

    expect(told).to_be_visible()
    expect(told).to_have_css("font-size", "16px")


def test_a_course_in_a_window_of_its_own_finds_the_lms(
    watch: Watch, open_lms: Callable[[str], Lms]
) -> None:
    watch.allow(r"404.*/favicon\.ico")
    lms = open_lms("scorm12")
    lms.page.goto(f"{lms.address}?window")
    with lms.page.expect_popup() as opened:
        lms.page.evaluate("() => void window.open('package/index.html')")
    course = opened.value
    course.get_by_role("link", name="Start course").click()
    answer(course, "limescale", RIGHT["limescale"])
    course.close(run_before_unload=True)

    expect(lms.page.locator("body[data-finished]")).to_be_attached()
    assert 1 == len(lms.called("Initialize")) == len(lms.called("Finish"))
    assert "suspend" == lms.value("cmi.core.exit")


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
    page: Page, watch: Watch, open_lms: Callable[[str], Lms]
) -> None:
    # The host's own picture, which a browser asks for by itself.
    watch.allow(r"404.*/favicon\.ico")
    page.goto(f"{open_lms('scorm12').address}package/index.html")

    told = page.get_by_text("No learning platform answers here")
    expect(told).to_be_visible()
    expect(told).to_have_css("font-size", "16px")
    walk(page, HALF)
    assert "60 %" in said(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taste")
