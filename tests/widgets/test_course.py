"""A course from its first lesson to its result, as somebody with a phone takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.plugins.making import BRIO, make
from tests.support.sites import BuiltSite
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

COURSE = """\
title: Care
pass_mark: 60
lessons:
  - {page: 01-water.md, minutes: 5}
  - {guide: products/brio/descale.md, minutes: 15}
  - {page: 02-taste.md, id: taste, minutes: 10}
"""


def question(name: str, points: int) -> str:
    return (
        f"### Question {name}? {{#{name} points={points}}}\n\n- [x] Yes {name}\n- [ ] No {name}\n\n"
    )


def lesson(title: str, *questions: str) -> str:
    quiz = f"/// quiz\n\n{''.join(questions)}///\n"
    return f"# {title}\n\nText.\n\n{quiz}\n## Key points\n\n- One.\n"


FILES = {
    "docs/courses/care/course.yml": COURSE,
    "docs/courses/care/01-water.md": lesson("Water", question("a", 3), question("b", 2)),
    "docs/courses/care/02-taste.md": lesson("Taste", question("c", 2), question("d", 1)),
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/descale.md": "# Descale\n\n## Fill\n\nSee [more](more.md) and"
    " [fill](#fill).\n\n![Tank](img/tank.svg)\n\n/// parts\n///\n",
    "docs/products/brio/more.md": "# More\n\n## More\n\nText.\n",
    "docs/products/brio/img/tank.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def build(root: Path, **changes: str | None) -> BuiltSite:
    files = {**FILES, **changes}
    for name in [name for name, text in files.items() if text is None]:
        (root / name).unlink()
        del files[name]
    return make(root, {name: text for name, text in files.items() if text is not None})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = build(tmp_path_factory.mktemp("course"))
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}courses/care/"


def answer(page: Page, **answers: bool) -> None:
    for name, is_right in answers.items():
        asked = page.get_by_role("group", name=f"Question {name}?")
        asked.get_by_role("radio", name=f"{'Yes' if is_right else 'No'} {name}", exact=True).check()
        asked.get_by_role("button", name="Check answer").click()
        expect(asked.get_by_role("status")).to_contain_text(
            "Correct." if is_right else "Not quite."
        )


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()


def walk(page: Page, address: str, *, a: bool, b: bool, c: bool, d: bool) -> None:
    page.goto(address)
    follow(page, "Start course")
    answer(page, a=a, b=b)
    follow(page, "Next lesson")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Descale")
    assert page.url == f"{address}descale/"
    follow(page, "Next lesson")
    answer(page, c=c, d=d)
    expect(page.get_by_role("link", name="Next lesson")).to_have_count(0)
    follow(page, "Finish course")


def panel(page: Page) -> Locator:
    return page.locator("carebase-course")


def test_a_course_is_walked_to_its_result(page: Page, address: str) -> None:
    walk(page, address, a=True, b=False, c=True, d=False)

    for said in ("62.5 %", "5 of 8 points", "Passed", "Course completed", "3 of 3 lessons done"):
        expect(panel(page)).to_contain_text(said)
    expect(page.locator("#result")).to_be_focused()
    page.goto(address)
    expect(panel(page)).to_contain_text("62.5 %")
    follow(page, "Question b?")
    expect(page).to_have_url(f"{address}01-water/#b")
    answer(page, b=True)
    page.goto(address)
    expect(panel(page)).to_contain_text("87.5 %")
    expect(panel(page)).to_contain_text("7 of 8 points")


def test_below_the_mark_it_is_not_passed_yet(page: Page, address: str) -> None:
    walk(page, address, a=False, b=True, c=True, d=False)

    expect(panel(page)).to_contain_text("50 % · 4 of 8 points")
    expect(panel(page)).to_contain_text("Not passed yet")
    expect(panel(page)).to_contain_text("You pass with 60 %.")


def test_what_was_missed_leads_to_its_lesson_and_to_what_explains_it(
    page: Page, tmp_path: Path
) -> None:
    explained = "Explanation: See [*Fill*](../../products/brio/descale.md#fill), [Key](#key-points)"
    asked = question("a", 3) + f"{explained} and [this](https://example.org/).\n\n"
    site = build(tmp_path, **{"docs/courses/care/01-water.md": lesson("Water", asked)})
    with serve_folder(site.folder, headers=True) as base:
        address = f"{base}courses/care/"
        page.goto(f"{address}01-water/")
        answer(page, a=False)
        page.goto(f"{address}02-taste/")
        answer(page, c=True)
        follow(page, "Finish course")
        repeat = panel(page).locator(".cb-repeat")

        expect(repeat.locator("> li > a")).to_have_text(["Water", "Taste"])
        expect(repeat.locator("> li").first).to_contain_text("Question a? (not quite right)")
        expect(repeat.locator("> li").last).to_contain_text("Question d? (not answered)")
        expect(repeat.get_by_text("Read again: Fill, Key")).to_have_count(1)
        expect(repeat.get_by_text("this", exact=True)).to_have_count(0)
        links = [one.evaluate("(one) => one.href") for one in repeat.locator(".cb-note a").all()]
        # The guide is a lesson of the course, and is read there.
        assert [f"{address}descale/#fill", f"{address}01-water/#key-points"] == links


def test_resume_is_offered_and_never_forced(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("link", name="Resume")).to_have_count(0)
    follow(page, "Start course")
    follow(page, "Next lesson")
    expect(page.get_by_text("1 of 3 lessons done")).to_be_visible()
    page.goto(address)
    expect(page.locator("ol.cb-lessons")).to_contain_text("✓ done")
    assert page.url == address
    follow(page, "Resume: Descale")
    assert page.url == f"{address}descale/"


def test_a_lesson_is_marked_and_unmarked(page: Page, address: str) -> None:
    page.goto(f"{address}01-water/")
    page.get_by_role("button", name="Mark lesson as done").click()
    expect(page.get_by_text("1 of 3 lessons done")).to_be_visible()
    page.get_by_role("button", name="Mark it as not done").click()
    expect(page.get_by_text("0 of 3 lessons done")).to_be_visible()
    expect(page.get_by_role("button", name="Mark lesson as done")).to_be_focused()


def test_two_tabs_keep_each_others_answers(page: Page, address: str) -> None:
    other = page.context.new_page()
    page.goto(f"{address}01-water/")
    other.goto(f"{address}01-water/")
    answer(page, a=True)
    answer(other, b=True)
    page.get_by_role("button", name="Mark lesson as done").click()
    expect(other.get_by_text("1 of 3 lessons done")).to_be_visible()
    page.reload()
    for name in "ab":
        asked = page.get_by_role("group", name=f"Question {name}?")
        expect(asked.get_by_role("status")).to_contain_text("Correct.")


def test_progress_moves_to_another_device_as_a_file(
    open_page: Callable[..., Page], address: str, tmp_path: Path
) -> None:
    page, other = open_page(), open_page()
    walk(page, address, a=True, b=True, c=True, d=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save progress as a file").click()
    file = tmp_path / "care.json"
    download.value.save_as(file)
    bad = tmp_path / "bad.json"
    bad.write_text("{}", "utf-8")
    strange = tmp_path / "other.json"
    strange.write_text(
        file.read_text("utf-8").replace('"course": "care"', '"course": "x"'), "utf-8"
    )

    other.goto(address)
    for path, said in (
        (bad, "This file holds no progress of a course."),
        (strange, "This file belongs to another course."),
        (file, "Your progress was taken over."),
    ):
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Load progress from a file").click()
        chooser.value.set_files(path)
        expect(other.get_by_text(said)).to_be_focused()
    expect(panel(other)).to_contain_text("100 % · 8 of 8 points")

    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Delete progress").click()
    expect(other.get_by_text("Your progress was deleted.")).to_be_focused()
    other.reload()
    expect(panel(other)).not_to_contain_text("100 %")


def test_a_file_is_added_to_what_is_there(
    open_page: Callable[..., Page], address: str, tmp_path: Path
) -> None:
    page, other = open_page(), open_page()
    page.clock.install(time=1_800_000_000)
    other.clock.install(time=1_800_000_100)
    page.goto(f"{address}01-water/")
    answer(page, a=True, b=True)
    page.get_by_role("button", name="Mark lesson as done").click()
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save progress as a file").click()
    file = tmp_path / "care.json"
    download.value.save_as(file)

    # Later, on the other device, one question is answered otherwise and another for the first time.
    other.goto(f"{address}01-water/")
    answer(other, a=False)
    other.goto(f"{address}02-taste/")
    answer(other, c=True)
    other.get_by_role("button", name="Mark lesson as done").click()
    other.goto(address)
    for _ in range(2):
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Load progress from a file").click()
        chooser.value.set_files(file)
        expect(other.get_by_text("Your progress was taken over.")).to_be_focused()
    expect(panel(other)).to_contain_text("2 of 3 lessons done")
    other.goto(f"{address}01-water/")
    for name, said in (("a", "Not quite."), ("b", "Correct.")):
        asked = other.get_by_role("group", name=f"Question {name}?")
        expect(asked.get_by_role("status")).to_contain_text(said)
    other.goto(f"{address}02-taste/")
    asked = other.get_by_role("group", name="Question c?")
    expect(asked.get_by_role("status")).to_contain_text("Correct.")


def test_the_head_of_a_lesson_says_how_far_the_course_is(page: Page, address: str) -> None:
    for place in ("01-water/", "descale/"):
        page.goto(address + place)
        bar = page.locator(".cb-lesson__place").get_by_role("progressbar")
        expect(bar).to_have_attribute("max", "3")
        page.get_by_role("button", name="Mark lesson as done").click()
    expect(bar).to_have_accessible_name("2 of 3 lessons done")
    expect(bar).to_have_js_property("value", 2)


def test_a_full_storage_is_told_when_it_is_full(page: Page, address: str) -> None:
    page.goto(f"{address}01-water/")
    expect(page.get_by_text("0 of 3 lessons done")).to_be_visible()
    said = page.get_by_text("Your progress cannot be saved in this browser.")
    expect(said).to_have_count(0)
    page.evaluate(
        """() => {
          for (let size = 4_000_000; size >= 1; size = Math.floor(size / 2)) {
            try {
              for (let number = 0; ; number++) localStorage.setItem(`x${size}-${number}`, "x".repeat(size));
            } catch {
              // No room for one as large.
            }
          }
        }"""  # noqa: E501
    )
    answer(page, a=True)
    expect(said).to_have_count(1)
    # The answer counts until the page is left, and what was there is unharmed.
    page.get_by_role("button", name="Mark lesson as done").click()
    expect(page.get_by_text("1 of 3 lessons done")).to_be_visible()
    page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key[0] === 'x') delete localStorage[key]"
    )
    answer(page, b=True)
    page.reload()
    asked = page.get_by_role("group", name="Question b?")
    expect(asked.get_by_role("status")).to_contain_text("Correct.")


def test_progress_survives_renamed_pages_and_moved_questions(page: Page, tmp_path: Path) -> None:
    site = build(tmp_path)
    with serve_folder(site.folder, headers=True) as base:
        address = f"{base}courses/care/"
        walk(page, address, a=True, b=False, c=True, d=True)
        expect(panel(page)).to_contain_text("75 % · 6 of 8 points")
        renamed = "docs/courses/care/water-and-scale.md"
        moved = "docs/courses/care/tasting.md"
        text = COURSE.replace("01-water.md", "water-and-scale.md").replace("02-taste", "tasting")
        build(
            tmp_path,
            **{
                "docs/courses/care/01-water.md": None,
                "docs/courses/care/02-taste.md": None,
                "docs/courses/care/course.yml": text,
                renamed: "---\naliases: [courses/care/01-water/]\n---\n\n"
                + lesson("Scale", question("d", 1), question("a", 3)),
                moved: lesson("Tasting", question("b", 2), question("c", 2)),
            },
        )
        page.goto(address)
        expect(panel(page)).to_contain_text("75 % · 6 of 8 points")
        expect(panel(page)).to_contain_text("3 of 3 lessons done")


def test_where_nothing_can_be_saved_the_course_still_works(page: Page, address: str) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    page.goto(f"{address}01-water/")
    expect(page.get_by_text("Your progress cannot be saved in this browser.").first).to_be_visible()
    answer(page, a=True)
    page.get_by_role("button", name="Mark lesson as done").click()
    expect(page.get_by_text("1 of 3 lessons done")).to_be_visible()


def test_a_guide_in_a_course_is_the_guide(page: Page, address: str) -> None:
    page.goto(f"{address}descale/")
    article = page.locator("article")

    expect(article).to_contain_text("Care · Lesson 2 of 3 · 15 min")
    expect(article.locator(".cb-step")).to_have_count(1)
    top = address.replace("courses/care/", "")
    more = article.get_by_role("link", name="more", exact=True)
    assert f"{top}products/brio/more/" == more.evaluate("(one) => one.href")
    fill = article.get_by_role("link", name="fill", exact=True)
    assert f"{address}descale/#fill" == fill.evaluate("(one) => one.href")
    assert f"{top}products/brio/img/tank.svg" == article.locator("img").first.evaluate(
        "(one) => one.src"
    )
    canonical = page.locator("link[rel=canonical]").get_attribute("href") or ""
    assert canonical.endswith("/products/brio/descale/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(
    open_page: Callable[..., Page], axe: Callable[..., Any], address: str, scheme: str
) -> None:
    page = open_page(width=320, scheme=scheme)
    walk(page, address, a=True, b=False, c=False, d=False)
    for place in ("", "01-water/", "descale/", "02-taste/"):
        page.goto(address + place)
        expect(page.locator("carebase-course, carebase-lesson").last).to_contain_text("3 of 3")
        assert [] == axe(page)
        assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_without_javascript_the_way_is_there(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(javascript=False)
    page.goto(address)
    follow(page, "Start course")
    follow(page, "Next lesson")
    follow(page, "Next lesson")
    follow(page, "Finish course")
    assert page.url == f"{address}#result"
