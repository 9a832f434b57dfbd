"""The certificate of a course: printed by whoever has passed, and its code compared by anybody."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.making import CONFIG, make
from tests.support.static_server import serve_folder
from tests.widgets.test_course import answer, follow, question

pytestmark = pytest.mark.browser

# Crockford's base 32.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COURSE = (
    "title: Care for it\npass_mark: 60\ncertificate: true\ncertificate_months: 24\n"
    'version: "2026-11"\nlessons: [01-water.md]\n'
)
LESSON = f"# Water\n\n/// quiz\n\n{question('a', 5)}{question('b', 3)}///\n"
FILES = {"docs/courses/care/course.yml": COURSE, "docs/courses/care/01-water.md": LESSON}
PRINT = "window.print = () => { window.printed = document.title }"


def code_of(title: str, version: str, name: str, day: str, score: str) -> str:
    """Work the code out another way than the browser does."""
    written = "\n".join((title, version, name, day, score)).lower()
    number = int.from_bytes(hashlib.sha256(written.encode()).digest()[:5], "big")
    signs = "".join(SIGNS[number >> (35 - 5 * place) & 31] for place in range(8))
    return f"{signs[:4]}-{signs[4:]}"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = make(tmp_path_factory.mktemp("certificate"), FILES)
    with serve_folder(site.folder, headers=True) as address:
        yield address


def walk(page: Page, base: str, *, a: bool, b: bool) -> None:
    page.add_init_script(PRINT)
    page.goto(f"{base}courses/care/01-water/")
    answer(page, a=a, b=b)
    follow(page, "Finish course")
    expect(page.locator("carebase-course")).to_contain_text("Course completed")


def today(page: Page) -> str:
    day: str = page.evaluate("new Date().toLocaleDateString('sv')")
    return day


def test_whoever_has_passed_prints_a_certificate_of_one_page(page: Page, base: str) -> None:
    walk(page, base, a=True, b=False)
    button = page.get_by_role("button", name="Print or save as PDF")
    expect(button).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    button.click()
    field = page.get_by_label("Your name, as it should stand on the certificate")
    expect(field).to_be_focused()
    expect(page.get_by_text("Please enter your name.")).to_be_visible()
    # Everything is there already: it works without a network.
    page.context.set_offline(True)
    field.fill("  Zoë   O’Neil ")
    expect(page.get_by_text("Please enter your name.")).to_have_count(0)
    button.click()

    day = today(page)
    year, month, number = map(int, day.split("-"))
    name = f"{datetime(year, month, 1):%B}"
    spelled = f"{number} {name} {year}"
    # Two years later there may be no 29 February.
    until = f"{min(number, 28) if month == 2 else number} {name} {year + 2}"
    page.emulate_media(media="print")
    shown = page.locator("body > .cb-certificate")
    for said in (
        "Certificate",
        "Zoë O’Neil",
        "Care for it",
        spelled,
        until,
        "62.5 %",
        "2026-11",
        code_of("Care for it", "2026-11", "Zoë O’Neil", day, "62.5"),
        "not signed and proves nothing more",
        "/certificates/",
    ):
        expect(shown).to_contain_text(said)
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
    for paper in ("A4", "Letter"):
        assert 1 == len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
    assert "Certificate – Care for it – Zoë O’Neil" == page.evaluate("window.printed")
    assert [] == sent
    assert "O’Neil" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

    # Whoever prints the page later prints the page.
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(shown).to_be_hidden()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_longest_name_and_title_stay_on_one_page(
    page: Page, tmp_path: Path, paper: str
) -> None:
    title = "Everything about water, scale and taste that a technician has to know by heart " * 2
    course = COURSE.replace("Care for it", title.strip())
    site = make(tmp_path, {**FILES, "docs/courses/care/course.yml": course})
    with serve_folder(site.folder, headers=True) as base:
        walk(page, base, a=True, b=True)
        page.get_by_label("Your name, as it").fill("W" * 80)
        page.get_by_role("button", name="Print or save as PDF").click()
        assert 1 == len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
        page.emulate_media(media="print")
        frame = page.locator("body > .cb-certificate .cb-certificate__frame")
        assert frame.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")


def test_below_the_mark_there_is_none(page: Page, base: str) -> None:
    walk(page, base, a=False, b=True)
    expect(page.locator("carebase-course")).to_contain_text("Not passed yet")
    expect(page.locator("carebase-certificate section")).to_have_count(0)


def test_a_code_is_compared_with_what_stands_on_paper(page: Page, base: str) -> None:
    page.goto(f"{base}certificates/")
    code = code_of("Care for it", "2026-11", "Ada Lovelace", "2026-11-22", "62.5")
    told = {
        "Name": "ada  LOVELACE",
        "Course": "Care for it",
        "Date": "2026-11-22",
        "Score in per cent": "62,5 %",
        "Version": "2026-11",
    }
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Please fill in what stands on the certificate.")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    for label, value in told.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Check code").fill(code.lower().replace("-", " ").replace("0", "o"))
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("status")).to_have_text("The code fits what you have entered.")
    for label, value in {"Name": "Ada Lovelase", "Date": "2026-11-21", "Version": "2026-1"}.items():
        page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Compare").click()
        expect(page.get_by_role("status")).to_contain_text("The code does not fit")
        page.get_by_label(label).fill(told[label])


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Ihr Zertifikat"), ("es", "Su certificado"), ("fr", "Votre certificat")],
)
def test_it_speaks_the_language_of_the_site(
    open_page: Callable[..., Page],
    axe: Callable[..., Any],
    tmp_path: Path,
    language: str,
    said: str,
) -> None:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}")
    assert config != CONFIG
    site = make(tmp_path, FILES, config)
    with serve_folder(site.folder, headers=True) as base:
        page = open_page(width=320, scheme="dark")
        page.goto(f"{base}courses/care/01-water/")
        for name in "ab":
            asked = page.locator(f"fieldset#{name}")
            asked.get_by_label(f"Yes {name}").check()
            asked.locator("button.cb-check").click()
            expect(asked.get_by_role("status")).not_to_be_empty()
        page.locator("a[data-finish]").click()
        expect(page.get_by_role("heading", name=said)).to_be_visible()
        page.locator("#cb-award-name").fill("Ada")
        assert [] == axe(page)
        assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.goto(f"{base}certificates/")
        expect(page.locator("form[data-check]").last).to_be_visible()
        assert [] == axe(page)
        assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")
