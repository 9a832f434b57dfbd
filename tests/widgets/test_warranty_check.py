"""The warranty check in a real browser, with its endpoint up, down and absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support.browser import Violation, Watch, overflow
from tests.widgets.conftest import Support

pytestmark = pytest.mark.browser

TODAY = date.today()
SEASON = (TODAY - timedelta(days=100)).isoformat()
LONG_AGO = "2020-02-29"


def ready(page: Page) -> None:
    """Wait until the widget has taken over from the plain form."""
    page.evaluate("customElements.whenDefined('carebase-warranty-check').then(() => true)")


def ask(
    page: Page,
    *,
    bought: str = "",
    serial: str = "",
    country: str = "ES",
    plain: bool = False,
) -> None:
    """Fill the check and press its button."""
    if not plain:
        ready(page)
    product = page.get_by_role("radio", name="Brio")
    if product.count():
        product.check()
    page.get_by_label("Serial number").fill(serial)
    page.get_by_label("Date of purchase").fill(bought)
    page.get_by_label("Country").select_option(country)
    page.get_by_role("button", name="Check my warranty").click()


def title(page: Page) -> str:
    """Wait for the answer and give its first sentence."""
    found = page.locator(".cb-answer__title")
    expect(found).to_be_focused()
    return found.inner_text()


def test_covered(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, bought=SEASON)

    assert "Your Brio is covered until" in title(page)
    path, body, key = support.endpoint.got[0]
    assert "/help/v1/warranty" == path
    # The last day is the last one where the customer is.
    assert page.evaluate("new Date().toLocaleDateString('sv')") == body.pop("_today")
    assert {"product": "brio", "bought": SEASON, "country": "ES", "_lang": "en"} == body
    assert key
    expect(page.locator(".cb-answer")).to_contain_text("days left")
    expect(page.locator(".cb-answer")).to_contain_text("Your legal rights: Spain")
    expect(page.locator(".cb-answer")).not_to_contain_text("worked out in your browser")


def test_expired_leads_to_guides_and_parts(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, bought=LONG_AGO)

    assert "The warranty of your Brio ended on 28 February 2023." == title(page)
    guides = page.get_by_role("link", name="Repair it yourself")
    assert "../products/brio/" == guides.get_attribute("href")
    expect(page.locator("form")).to_be_hidden()


def test_what_was_entered_is_there_for_another_try(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, bought=LONG_AGO)
    title(page)
    page.get_by_role("button", name="Check another").click()

    expect(page.get_by_role("radio", name="Brio")).to_be_focused()
    expect(page.get_by_label("Date of purchase")).to_have_value(LONG_AGO)
    expect(page.locator(".cb-answer")).to_have_count(0)
    ask(page, bought=SEASON)
    assert "is covered" in title(page)


@pytest.mark.parametrize("served", [True, False])
def test_a_bad_serial_is_told_before_anything_is_sent(
    support: Support, page: Page, served: bool
) -> None:
    page.goto(support.check(endpoint="../" if served else None))
    ask(page, serial="XY-12", bought=SEASON)

    serial = page.get_by_label("Serial number")
    expect(serial).to_have_attribute("aria-invalid", "true")
    expect(serial).to_have_accessible_description(
        "⚠This does not look like a serial number of Brio. Please check the label. Under the drip"
        " tray, on the silver label.".replace("⚠", "")
    )
    expect(page.locator(".cb-summary")).to_be_focused()
    page.get_by_role("link", name="Serial number: This does not look").click()
    expect(serial).to_be_focused()
    assert "#" not in page.url
    assert [] == support.endpoint.got


def test_a_day_that_is_still_to_come(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, bought=(TODAY + timedelta(days=3)).isoformat())

    bought = page.get_by_label("Date of purchase")
    expect(bought).to_have_accessible_description(
        "It is on your receipt or invoice. This day is still to come. Please check the date."
    )
    assert [] == support.endpoint.got


def test_a_day_before_the_first_sale(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, bought="2018-05-01")

    expect(page.locator(".cb-error")).to_have_text(
        "The Brio X1 was not sold before 1 March 2019. Please check the date."
    )


@pytest.mark.parametrize("served", [True, False])
def test_a_serial_of_another_product_offers_that_one(
    support: Support, page: Page, served: bool
) -> None:
    page.goto(support.check(endpoint="../" if served else None))
    ask(page, serial="VL 2406-001376", bought=SEASON)

    expect(page.locator(".cb-error")).to_have_text(
        "This is a serial number of the Vela, not of the Brio."
        " Please choose the Vela, or check the label."
    )
    page.get_by_role("button", name="Check the Vela instead").click()
    assert "Your Vela is covered until" in title(page)
    page.get_by_role("button", name="Check another").click()
    expect(page.get_by_role("radio", name="Vela")).to_be_checked()
    expect(page.locator(".cb-error")).to_have_count(0)


def test_a_wrong_check_digit(support: Support, page: Page) -> None:
    page.goto(support.check())
    ready(page)
    page.get_by_role("radio", name="Vela").check()
    page.get_by_label("Serial number").fill("VL2406001377")
    page.get_by_role("button", name="Check my warranty").click()

    expect(page.locator(".cb-error")).to_have_text(
        "This does not look like a serial number of Vela: one of its characters cannot be right."
        " Please compare it with the label."
    )


def test_a_serial_number_alone_tells_the_product(support: Support, page: Page) -> None:
    page.goto(support.check())
    ready(page)
    page.get_by_label("Serial number").fill("VL2406001376")
    page.get_by_role("button", name="Check my warranty").click()

    assert "Vela" in title(page)
    assert "vela" == support.endpoint.got[0][1]["product"]


@pytest.mark.parametrize("served", [True, False])
def test_the_model_decides_on_a_recall(support: Support, page: Page, served: bool) -> None:
    page.goto(support.check(endpoint="../" if served else None))
    ready(page)
    model = page.get_by_label("Model")
    expect(model).to_be_hidden()
    page.get_by_role("radio", name="Vela").check()
    page.get_by_label("Date of purchase").fill(SEASON)
    model.select_option("Vela Tour")
    page.get_by_role("button", name="Check my warranty").click()
    title(page)
    expect(page.locator(".cb-callout")).to_contain_text("Stop riding this bike.")
    page.get_by_role("button", name="Check another").click()
    model.select_option("Vela City")
    page.get_by_role("button", name="Check my warranty").click()
    title(page)
    expect(page.locator(".cb-callout")).to_have_count(0)
    page.get_by_role("button", name="Check another").click()
    page.get_by_role("radio", name="Brio").check()
    expect(model).to_be_hidden()
    expect(model).to_have_value("")


def test_nothing_entered(support: Support, page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    page.goto(support.check())
    ready(page)
    page.get_by_role("button", name="Check my warranty").click()

    expect(page.locator(".cb-summary li")).to_have_text(
        [
            "Product: Please choose an answer.",
            "Date of purchase: Please give the date of purchase or the serial number.",
        ]
    )
    page.get_by_role("radio", name="Pip").check()
    page.get_by_label("Date of purchase").fill(SEASON)
    page.get_by_role("button", name="Check my warranty").click()
    # What is wrong now is only that this product has no promise to look up.
    expect(page.locator(".cb-error")).to_have_text(
        ["No warranty terms are recorded here for the Pip."]
    )
    assert 1 == len(support.endpoint.got)


def test_by_the_serial_number_alone_the_start_is_an_estimate(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, serial=f"br {TODAY.year % 100:02}01 0042")

    assert "Your Brio is covered until" in title(page)
    expect(page.locator(".cb-answer__start")).to_contain_text("Estimated from the date of manufact")


def test_errors_of_the_endpoint_stand_beside_their_fields(
    support: Support, page: Page, watch: Watch
) -> None:
    watch.allow("status of 422")
    support.endpoint.errors = [{"field": "country", "message": "We do not know it."}]
    page.goto(support.check())
    ask(page, bought=SEASON)

    expect(page.get_by_label("Country")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".cb-summary")).to_contain_text("We do not know it.")


@pytest.mark.parametrize("fault", ["unreachable", "error", "slow"])
def test_with_the_endpoint_down_the_browser_answers_and_says_so(
    support: Support, page: Page, watch: Watch, fault: str
) -> None:
    watch.allow("ERR_|status of 503")
    page.goto(support.check())
    if fault == "unreachable":
        page.route("**/v1/warranty", lambda route: route.abort())
    elif fault == "error":
        support.endpoint.status = 503
    else:
        support.endpoint.delay = 1.5
        check = page.locator("carebase-warranty-check")
        ready(page)
        check.evaluate("(element) => { element.patience = 200 }")
    ask(page, bought=SEASON)

    assert "Your Brio is covered until" in title(page)
    expect(page.locator(".cb-answer")).to_contain_text("Our service does not answer at the moment.")
    expect(page.locator(".cb-answer")).to_contain_text("worked out in your browser")
    expect(page.locator(".cb-answer")).to_contain_text("Your legal rights: Spain")


def test_with_everything_down_nothing_is_lost(support: Support, page: Page, watch: Watch) -> None:
    watch.allow("ERR_")
    page.goto(support.check())
    ready(page)
    page.route("**/*", lambda route: route.abort())
    ask(page, bought=SEASON)

    expect(page.get_by_role("alert")).to_contain_text("Everything you entered is still here.")
    expect(page.get_by_label("Date of purchase")).to_have_value(SEASON)
    page.unroute("**/*")
    page.get_by_role("button", name="Check my warranty").click()
    assert "Your Brio is covered until" in title(page)


def test_without_an_endpoint_nothing_is_sent(support: Support, page: Page, watch: Watch) -> None:
    page.goto(support.check(endpoint=None))
    ask(page, bought=SEASON)

    assert "Your Brio is covered until" in title(page)
    expect(page.locator(".cb-answer")).to_contain_text("worked out in your browser")
    assert [] == support.endpoint.got
    assert [] == [address for address in watch.requests if "v1/" in address]


def test_both_ways_give_the_same_answer(support: Support, page: Page) -> None:
    said = []
    for endpoint in ("../", None):
        page.goto(support.check(endpoint=endpoint))
        ask(page, bought=LONG_AGO, country="SE")
        title(page)
        page.locator(".cb-answer > .cb-advice:last-child").evaluate_all(
            "(notes) => notes.filter((n) => /browser/.test(n.textContent)).map((n) => n.remove())"
        )
        said.append(page.locator(".cb-answer").inner_text())

    assert said[0] == said[1]


def test_the_claim_is_filled_in_from_the_question(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, serial="BR24100042", bought=SEASON)
    title(page)

    claim = page.get_by_role("link", name="Make a warranty claim").get_attribute("href")
    assert f"../claim/#product=brio&serial=BR24100042&bought={SEASON}" == claim


def test_a_link_gives_the_same_answer_without_the_serial(
    support: Support, open_page: OpenPage
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(support.check())
    ask(page, serial="BR24100042", bought=SEASON)
    said = title(page)
    page.get_by_role("button", name="Share this answer").click()
    expect(page.locator(".cb-keep")).to_contain_text("The link is copied.")
    expect(page.locator(".cb-keep")).to_contain_text("never the serial number")
    link = page.evaluate("navigator.clipboard.readText()")

    assert link.endswith(f"/check/#product=brio&bought={SEASON}&country=ES&show=answer")
    other = open_page()
    other.goto(link)
    assert said == title(other)
    assert "serial" not in support.endpoint.got[-1][1]


def test_where_nothing_can_be_copied_the_link_is_shown(support: Support, page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(support.check())
    ask(page, bought=SEASON)
    title(page)
    page.get_by_role("button", name="Share this answer").click()

    assert "show=answer" in page.get_by_label("The link to copy").input_value()


def test_an_answer_without_a_date_is_not_shared(support: Support, page: Page) -> None:
    page.goto(support.check())
    ask(page, serial=f"br {TODAY.year % 100:02}01 0042")
    title(page)

    expect(page.get_by_role("button", name="Share this answer")).to_have_count(0)
    expect(page.get_by_role("button", name="Print or save")).to_be_visible()


def test_a_double_click_asks_once(support: Support, page: Page) -> None:
    support.endpoint.delay = 0.3
    page.goto(support.check())
    ready(page)
    page.get_by_role("radio", name="Brio").check()
    page.get_by_label("Date of purchase").fill(SEASON)
    page.get_by_role("button", name="Check my warranty").dblclick()

    title(page)
    assert 1 == len(support.endpoint.got)


def test_by_keyboard_alone(support: Support, page: Page) -> None:
    page.goto(support.check(product="brio"))
    ready(page)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Serial number")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("summary")).to_be_focused()
    expect(page.locator("details")).to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(page.locator("details")).not_to_have_attribute("open", "")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Date of purchase")).to_be_focused()
    page.keyboard.type("02292020")
    page.keyboard.press("Enter")

    assert "The warranty of your Brio ended on 28 February 2023." == title(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="36 months from the start")).to_be_focused()


def test_the_address_fills_in_product_and_serial(support: Support, page: Page) -> None:
    page.goto(support.check() + "?product=brio&serial=BR24100042&bought=2020-01-01")

    expect(page.get_by_label("Serial number")).to_have_value("BR24100042")
    expect(page.get_by_role("radio", name="Brio")).to_be_checked()
    expect(page.get_by_label("Date of purchase")).to_have_value("")


def test_the_fragment_fills_in_all_and_keeps_the_serial_out_of_the_address(
    support: Support, page: Page
) -> None:
    page.goto(support.check() + "#product=vela&model=vela-t&serial=VL2406001376&bought=2024-07-01")

    expect(page.get_by_label("Serial number")).to_have_value("VL2406001376")
    expect(page.get_by_role("radio", name="Vela")).to_be_checked()
    expect(page.get_by_label("Model")).to_have_value("vela-t")
    expect(page.get_by_label("Date of purchase")).to_have_value("2024-07-01")
    assert page.url.endswith("/check/")


def test_the_place_of_the_serial_number_follows_the_product(support: Support, page: Page) -> None:
    page.goto(support.check())
    page.locator("summary").click()
    expect(page.locator("[data-for=brio]")).to_be_visible()
    page.get_by_role("radio", name="Pip").check()
    expect(page.locator("[data-for=brio]")).to_be_hidden()


def test_the_country_of_the_reader_is_chosen(support: Support, open_page: OpenPage) -> None:
    page = open_page(locale="de-CH")
    page.goto(support.check(language="de"))

    expect(page.get_by_label("Land")).to_have_value("CH")


def test_without_javascript_the_answer_is_a_page(support: Support, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(support.check())
    ask(page, bought=LONG_AGO, plain=True)

    expect(page.get_by_role("heading", level=2)).to_have_text(
        "The warranty of your Brio ended on 28 February 2023."
    )
    assert "?" not in page.url
    assert LONG_AGO == support.endpoint.got[0][1]["bought"]


def test_without_javascript_and_endpoint_the_terms_are_named(
    support: Support, open_page: OpenPage
) -> None:
    page = open_page(javascript=False)
    page.goto(support.check(endpoint=None, product="brio"))

    expect(page.get_by_text("the warranty terms say what is covered")).to_be_visible()
    expect(page.get_by_role("button", name="Check my warranty")).to_be_disabled()
    expect(page.get_by_role("link", name="Read the warranty terms")).to_be_visible()


def test_under_instant_navigation(support: Support, page: Page) -> None:
    page.goto(support.page("home", "<p>Home</p>"))
    content = support.check().replace(support.address, "../")
    page.evaluate(
        """async (address) => {
          const answer = await fetch(address);
          const next = new DOMParser().parseFromString(await answer.text(), "text/html");
          history.pushState(null, "", address);
          document.querySelector("main").replaceWith(next.querySelector("main"));
        }""",
        content,
    )
    ask(page, bought=SEASON)
    assert "is covered" in title(page)
    # And away, while an answer is on its way: nothing may fail.
    page.get_by_role("button", name="Check another").click()
    support.endpoint.delay = 0.3
    page.get_by_role("button", name="Check my warranty").click()
    page.evaluate("document.querySelector('main').replaceChildren('Another page')")
    page.wait_for_timeout(500)
    assert 2 == len(support.endpoint.got)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_everyone_can_use_it(
    support: Support,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: str,
) -> None:
    page = open_page(width=width)
    page.goto(support.check(scheme=scheme))
    assert [] == axe(page)
    ask(page, bought="", serial="BR1")
    page.locator(".cb-summary").wait_for()
    assert [] == axe(page)
    assert 0 == overflow(page)
    for bought in (SEASON, LONG_AGO):
        ask(page, bought=bought)
        title(page)
        assert [] == axe(page)
        assert 0 == overflow(page)
        page.get_by_role("button", name="Check another").click()
    for control in page.locator(
        "carebase-warranty-check :is(button, .cb-choice, .cb-input, select, summary)"
    ).all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 44 or not control.is_visible()
