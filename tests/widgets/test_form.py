"""Forms and page feedback in a real browser: sent once, never lost, always truthful."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support.browser import Violation, Watch, overflow
from tests.widgets.conftest import Support

pytestmark = pytest.mark.browser


def ready(page: Page) -> None:
    """Wait until the widget has taken over from the plain form."""
    page.evaluate("customElements.whenDefined('carebase-form').then(() => true)")


def fill(page: Page) -> None:
    """Fill what the support request needs."""
    page.get_by_label("Something does not work").check()
    page.get_by_label("What happens").fill("It hums.\nNo water comes.")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your e-mail address").fill("ada@example.com")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my request").click()


def test_a_request_is_sent_and_gets_a_number(support: Support, page: Page) -> None:
    page.goto(support.form("support-request", language="en") + "?product=brio")
    ready(page)
    fill(page)
    send(page)

    expect(page.locator(".cb-done__title")).to_be_focused()
    expect(page.locator(".cb-ref")).to_have_text("CB-0001")
    status = page.get_by_role("link", name="See where your request stands")
    assert f"{support.address}requests/x" == status.get_attribute("href")
    expect(page.locator(".cb-done")).to_contain_text("We answer within 2 working days.")
    expect(page.locator(".cb-done")).to_contain_text("Someone from our care team reads")
    path, body, key = support.endpoint.got[0]
    assert "/help/v1/forms/support-request" == path
    assert 0 < body.pop("_seconds") < 60
    assert {
        "topic": "fault",
        "product": "brio",
        "message": "It hums.\nNo water comes.",
        "name": "Ada",
        "email": "ada@example.com",
        "_page": "form/",
        "_lang": "en",
    } == body
    assert 32 <= len(key)


def test_what_is_wrong_is_told_beside_each_field(support: Support, page: Page) -> None:
    page.goto(support.form("support-request"))
    ready(page)
    page.get_by_label("Your e-mail address").fill("ada@")
    send(page)

    expect(page.locator(".cb-summary")).to_be_focused()
    expect(page.locator(".cb-summary li")).to_have_text(
        [
            "What is it about: Please choose an answer.",
            "What happens, and what have you tried: Please fill this in.",
            "Your name: Please fill this in.",
            "Your e-mail address: Please write an e-mail address, such as name@example.com.",
        ]
    )
    expect(page.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("group", name="What is it about?")).to_have_accessible_description(
        "Please choose an answer."
    )
    page.get_by_role("link", name="What is it about").click()
    expect(page.get_by_label("Set-up and settings")).to_be_focused()
    fill(page)
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible()
    assert 1 == len(support.endpoint.got)


def test_a_spanish_question_is_named_without_half_of_its_marks(
    support: Support, page: Page
) -> None:
    page.goto(support.form("return-request", language="es"))
    ready(page)
    page.get_by_role("button", name="Pedir la etiqueta de devolución").click()

    expect(page.locator(".cb-summary li").nth(1)).to_have_text(
        "De qué producto se trata: Elija una respuesta, por favor."
    )


def test_a_question_appears_when_its_answer_asks_for_it(support: Support, page: Page) -> None:
    page.goto(support.form("support-request"))
    ready(page)
    phone = page.get_by_label("Your phone number")
    expect(phone).to_be_hidden()
    page.get_by_label("Call me back").check()
    expect(phone).to_be_visible()
    expect(page.get_by_text("Only if")).to_have_count(0)
    fill(page)
    send(page)
    expect(page.locator(".cb-summary li")).to_have_text(["Your phone number: Please fill this in."])
    page.get_by_label("By e-mail").check()
    send(page)

    expect(page.locator(".cb-ref")).to_be_visible()
    assert "phone" not in support.endpoint.got[0][1]


def test_errors_of_the_endpoint_stand_beside_their_fields(
    support: Support, page: Page, watch: Watch
) -> None:
    watch.allow("status of 422")
    support.endpoint.errors = [
        {"field": "email", "message": "No such domain."},
        {"field": "", "message": "Too late."},
    ]
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    send(page)

    expect(page.locator(".cb-summary li")).to_have_text(
        ["Your e-mail address: No such domain.", "Too late."]
    )
    expect(page.get_by_label("Your name")).to_have_value("Ada")


def test_a_lost_connection_is_told_and_a_second_try_counts_once(
    support: Support, page: Page, watch: Watch
) -> None:
    watch.allow("ERR_")
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    # The submission arrives; its answer is lost.
    page.route("**/v1/**", lambda route: (route.fetch(), route.abort()))
    send(page)

    expect(page.locator(".cb-waiting")).to_contain_text("Your message waits on this device")
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".cb-ref")).to_be_visible()
    keys = [key for _, _, key in support.endpoint.got]
    assert 2 == len(keys)
    assert keys[0] == keys[1]


def test_other_answers_go_with_another_key(support: Support, page: Page, watch: Watch) -> None:
    watch.allow("status of 500")
    support.endpoint.status = 500
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("(error 500)")
    page.get_by_label("Your name").fill("Grace")
    send(page)
    expect(page.locator("form")).not_to_have_attribute("aria-busy", "true")

    keys = {key for _, _, key in support.endpoint.got}
    assert 2 == len(keys)


def test_a_busy_endpoint_names_the_time(support: Support, page: Page, watch: Watch) -> None:
    watch.allow("status of 429")
    support.endpoint.status = 429
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    send(page)

    expect(page.get_by_role("alert")).to_contain_text("try again in 60 seconds")
    retry = {"Retry-After": "1", "Access-Control-Expose-Headers": "Retry-After"}
    page.route("**/v1/forms/**", lambda route: route.fulfill(status=429, headers=retry))
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("try again in 1 second.")


def test_a_double_click_sends_once(support: Support, page: Page) -> None:
    support.endpoint.delay = 0.3
    page.goto(support.form("support-request"))
    ready(page)
    fill(page)
    page.get_by_role("button", name="Send my request").dblclick()

    expect(page.locator(".cb-ref")).to_be_visible()
    assert 1 == len(support.endpoint.got)


def test_without_javascript_a_form_posts(support: Support, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(support.form("support-request"))
    expect(page.get_by_label("Your phone number")).to_be_visible()
    fill(page)
    send(page)

    expect(page.get_by_text("Received")).to_be_visible()
    assert "fault" == support.endpoint.got[0][1]["topic"]


def test_yes_is_sent_at_once_and_a_comment_names_it(support: Support, page: Page) -> None:
    page.goto(support.feedback())
    ready(page)
    expect(page.get_by_role("textbox")).to_be_hidden()
    page.get_by_role("button", name="Yes").click()

    expect(page.get_by_text("Thank you, good to know.")).to_be_focused()
    first = support.endpoint.got[0][1]
    assert "/help/v1/forms/page-feedback" == support.endpoint.got[0][0]
    assert {"helpful": "yes", "page": "guides/descale/"} == {
        name: first[name] for name in ("helpful", "page")
    }
    page.get_by_label("Anything you would like to add?").fill("More photos.")
    page.get_by_role("button", name="Send my feedback").click()

    expect(page.get_by_text("Your note goes to the person")).to_be_focused()
    second = support.endpoint.got[1][1]
    assert {"helpful": "yes", "comment": "More photos.", "follows": "CB-0001"} == {
        name: second[name] for name in ("helpful", "comment", "follows")
    }


def test_not_really_asks_why_first(support: Support, page: Page) -> None:
    page.goto(support.feedback())
    ready(page)
    page.get_by_role("button", name="Not really").click()

    comment = page.get_by_label("What could be clearer?")
    expect(comment).to_be_focused()
    assert [] == support.endpoint.got
    comment.fill("Step 3 lacks a picture.")
    page.get_by_role("button", name="Send my feedback").click()
    expect(page.get_by_text("Your note goes to the person")).to_be_focused()
    expect(page.get_by_text("CB-0001")).to_be_visible()
    sent = support.endpoint.got[0][1]
    assert ("no", "Step 3 lacks a picture.") == (sent["helpful"], sent["comment"])
    assert "follows" not in sent


def test_feedback_that_did_not_arrive_can_be_sent_again(
    support: Support, page: Page, watch: Watch
) -> None:
    watch.allow("ERR_")
    page.goto(support.feedback())
    ready(page)
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".cb-waiting")).to_contain_text("Your message waits on this device")
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try now").click()

    expect(page.get_by_text("Thank you, good to know.")).to_be_visible()
    expect(page.locator(".cb-waiting")).to_have_count(0)


def test_feedback_by_keyboard(support: Support, page: Page) -> None:
    page.goto(support.feedback())
    ready(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Too short")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    expect(page.get_by_text("Your note goes to the person")).to_be_focused()
    assert "Too short" == support.endpoint.got[0][1]["comment"]


def test_feedback_without_javascript(support: Support, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(support.feedback())
    page.get_by_label("What could be clearer?").fill("All of it.")
    page.get_by_label("Not really").check()
    page.get_by_role("button", name="Send my feedback").click()

    expect(page.get_by_text("Received")).to_be_visible()
    sent = support.endpoint.got[0][1]
    assert ("no", "All of it.", "guides/descale/") == (
        sent["helpful"],
        sent["comment"],
        sent["page"],
    )


def test_feedback_when_our_code_does_not_arrive(support: Support, page: Page, watch: Watch) -> None:
    watch.allow("ERR_")
    page.route("**/form.js", lambda route: route.abort())
    page.goto(support.feedback())
    page.get_by_label("Not really").check()
    page.get_by_label("What could be clearer?").fill("All of it.")
    page.get_by_role("button", name="Send my feedback").click()

    expect(page.get_by_text("Received")).to_be_visible()


def test_a_page_with_feedback_asks_for_few_scripts(
    support: Support, page: Page, watch: Watch
) -> None:
    page.goto(support.feedback())
    ready(page)
    scripts = [address.rpartition("/")[2] for address in watch.requests if ".js" in address]

    assert ["carebase.js", "elements.js", "form.js"] == sorted(scripts)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_everyone_can_use_them(
    support: Support,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: str,
) -> None:
    def fine() -> None:
        assert [] == axe(page)
        assert 0 == overflow(page)

    page = open_page(width=width)
    page.goto(support.form("support-request", scheme=scheme))
    ready(page)
    fine()
    send(page)
    page.locator(".cb-summary").wait_for()
    fine()
    fill(page)
    send(page)
    page.locator(".cb-done").wait_for()
    fine()
    page.goto(support.feedback(scheme=scheme))
    ready(page)
    fine()
    page.get_by_role("button", name="Not really").click()
    fine()
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("good to know").wait_for()
    fine()
