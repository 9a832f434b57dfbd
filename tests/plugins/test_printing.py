"""What a printed page shows: the article alone, with every answer open."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, make

pytestmark = pytest.mark.browser


def test_an_article_is_printed_alone_and_open(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    files = {
        "docs/products/brio/product.yml": BRIO,
        "docs/products/brio/faq.md": "# Questions\n\n## Is it loud?\n\nNo, it is quiet.\n",
        "docs/products/brio/set-up.md": "# Set up\n\n## Plug it in\n\nSo.\n",
    }
    page = open_page(width=1280)
    page.goto(serve_folder(make(tmp_path, files).folder) + "products/brio/faq/")
    answer = page.get_by_text("No, it is quiet.")
    expect(answer).not_to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    box = answer.bounding_box()
    assert box is not None
    assert box["height"] > 0
    for name in (".cb-header", ".cb-footer", ".cb-breadcrumbs", ".cb-feedback", ".md-sidebar"):
        for part in page.locator(name).all():
            expect(part).not_to_be_visible()
    # 10.5 points, whatever a screen has.
    assert 14 <= float(answer.evaluate("(p) => parseFloat(getComputedStyle(p).fontSize)")) < 15


def test_a_lesson_is_printed_as_a_clean_sheet(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    quiz = (
        "# Water\n\n/// quiz\n\n### Which acid? {#acid}\n\n- [x] Citric acid\n- [ ] Vinegar\n\n"
        "Hint: Lemons.\n\n### In which order? {#order}\n\n1. Off\n2. Unplug\n3. Open\n\n///\n"
    )
    course = "title: Care\nlessons: [01.md]\n"
    files = {"docs/courses/care/course.yml": course, "docs/courses/care/01.md": quiz}
    page = open_page(width=1280)
    page.goto(serve_folder(make(tmp_path, files).folder) + "courses/care/01/")
    asked = page.get_by_role("group", name="Which acid?")
    expect(asked.get_by_role("button", name="Check answer")).to_be_visible()
    page.emulate_media(media="print")
    for shown in ("Which acid?", "Citric acid", "Vinegar", "Unplug"):
        expect(page.get_by_text(shown, exact=True).first).to_be_visible()
    for gone in ("Check answer", "Lemons.", "Mark lesson as done", "Right:", "Finish course"):
        for one in page.get_by_text(gone).all():
            expect(one).to_be_hidden()
    expect(page.get_by_role("button", name="Move up")).to_have_count(0)

    # What a learner has seen is printed too.
    page.emulate_media(media="screen")
    asked.get_by_label("Citric acid").check()
    asked.get_by_role("button", name="Check answer").click()
    expect(asked.get_by_role("status")).to_contain_text("Correct.")
    page.emulate_media(media="print")
    expect(asked.get_by_text("Correct.")).to_be_visible()
