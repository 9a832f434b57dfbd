"""What was written survives a reload, and nothing is kept that should not be."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from carebase.forms.form import Form
from carebase.forms.html import render_form
from tests.support.browser import Watch
from tests.widgets.conftest import Support
from tests.widgets.test_form import fill, ready, send

pytestmark = pytest.mark.browser

KEPT = "We kept what you wrote."
FORBID = """
for (const name of ["localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } });
"""


def test_what_was_written_survives_a_reload(support: Support, page: Page) -> None:
    page.goto(support.form("support-request"))
    ready(page)
    expect(page.get_by_label("Your phone number")).to_be_hidden()
    fill(page)
    page.get_by_label("Call me back").check()
    page.get_by_label("Your phone number").fill("+43 1 555 0142")
    page.reload()

    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_label("Something does not work")).to_be_checked()
    expect(page.get_by_label("What happens")).to_have_value("It hums.\nNo water comes.")
    expect(page.get_by_label("Your phone number")).to_have_value("+43 1 555 0142")
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible()
    page.reload()
    ready(page)
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.get_by_text(KEPT)).to_have_count(0)


def test_what_was_kept_can_be_cleared(support: Support, page: Page) -> None:
    page.goto(support.form("support-request") + "?product=brio")
    ready(page)
    fill(page)
    page.get_by_label("Call me back").check()
    page.reload()
    page.get_by_role("button", name="Clear it").click()

    expect(page.get_by_text(KEPT)).to_have_count(0)
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.get_by_label("Your phone number")).to_be_hidden()
    expect(page.get_by_label("Which product?")).to_have_value("brio")
    expect(page.get_by_label("Set-up and settings")).to_be_focused()
    page.reload()
    ready(page)
    expect(page.get_by_label("Your name")).to_have_value("")


def test_consent_and_other_forms_are_not_filled_in(support: Support, page: Page) -> None:
    asked = [{"id": "name", "type": "text", "label": "Your name"}]
    pages = [
        support.page(name, render_form(made, endpoint="../"))
        for name, made in (
            (
                id_,
                Form.model_validate({"id": id_, "title": id_, "fields": asked, "consent": "Yes."}),
            )
            for id_ in ("one", "two")
        )
    ]
    page.goto(pages[0])
    ready(page)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Yes.").check()
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    expect(page.get_by_label("Yes.")).not_to_be_checked()
    kept = page.evaluate("Object.values(sessionStorage)")
    assert [{"name": ["Ada"]}] == [json.loads(one) for one in kept]
    page.goto(pages[1])
    ready(page)
    expect(page.get_by_label("Your name")).to_have_value("")


def test_where_storage_is_forbidden_the_form_still_works(
    support: Support, page: Page, watch: Watch
) -> None:
    watch.allow("ERR_")
    page.add_init_script(FORBID)
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    page.route("**/v1/**", lambda route: route.abort())
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("We could not confirm that this arrived.")
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    page.unroute("**/v1/**")
    send(page)

    expect(page.locator(".cb-ref")).to_be_visible()
    assert 1 == len(support.endpoint.got)
