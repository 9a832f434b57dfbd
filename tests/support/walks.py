"""What a customer does on a page: the steps that browser tests and pictures share."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect


def settle(page: Page) -> None:
    """Wait until every widget of the page is awake and every picture is drawn.

    The search sleeps until it is used; every other element wakes when one comes near, but not
    one that is hidden.
    """
    page.evaluate(
        "async () => { for (const found of document.querySelectorAll(':not(:defined)')) {"
        " found.scrollIntoView({ block: 'center' });"
        # One that is only passed by is never seen to come near.
        " await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));"
        " } }"
    )
    asleep = page.locator(":not(:defined):not(carebase-search):visible")
    expect(asleep).to_have_count(0, timeout=20_000)
    page.evaluate("() => window.scrollTo(0, 0)")
    page.evaluate(
        "() => Promise.all([...document.images].map((image) =>"
        " { image.loading = 'eager'; return image.decode().catch(() => null); }))"
    )


def in_place(page: Page) -> None:
    """Wait until links change the page in place: before the site map is read, they load it anew."""
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some("
        "(entry) => new URL(entry.name).pathname.endsWith('/sitemap.xml') && entry.responseEnd)"
    )


def awake(page: Page, element: str) -> None:
    """Wait until the browser knows a custom element: until then its plain form is there.

    Its code is loaded when it comes near what is seen.
    """
    page.locator(element).first.evaluate("(found) => found.scrollIntoView({ block: 'center' })")
    page.locator(f"{element}:defined").first.wait_for(state="attached")


def answer(page: Page, *answers: str) -> None:
    """Choose answers of a troubleshooter one after the other, each by how its words begin."""
    page.locator("carebase-troubleshooter:defined").wait_for(state="attached")
    for words in answers:
        choices = page.locator(".cb-node:visible .cb-choices a")
        choices.filter(has_text=re.compile(rf"^\s*{re.escape(words)}")).first.click()


def half_way(page: Page) -> None:
    """Answer some questions of Brio's troubleshooter."""
    answer(page, "No coffee comes out", "A trickle or nothing")


def not_solved(page: Page) -> None:
    """Come to an outcome that is said to solve it, and say that it did not."""
    answer(page, "Brio does not switch on", "The lamp works", "Yes, the light blinks")
    page.locator(".cb-outcome:visible").get_by_role("button", name="No", exact=True).click()


def solved(page: Page) -> None:
    """Come to an outcome that solves it."""
    answer(page, "Brio does not switch on", "The lamp works", "Yes, the light blinks")


def escalated(page: Page) -> None:
    """Come to an outcome that needs a workshop."""
    half_way(page)
    answer(page, "Yes, but only a weak one", "Within the last three months")


def asked_for_repair(page: Page) -> None:
    """Open the form at the end of a path."""
    escalated(page)
    page.locator("a.cb-button:visible").click()
    page.locator("#ask-repair-request-fault").wait_for()


def tick_steps(page: Page, count: int = 3) -> None:
    """Tick the first steps of a guide."""
    awake(page, "carebase-checklist")
    for box in page.locator(".cb-tick input").all()[:count]:
        box.check()


def open_questions(page: Page, count: int = 2) -> None:
    """Open the first questions of an FAQ."""
    for question in page.locator("details.cb-question > summary").all()[:count]:
        question.click()


def make_calendar(page: Page) -> None:
    """Give a day of purchase to the service plan of a hub and wait for its days."""
    awake(page, "carebase-reminders")
    plan = page.locator("carebase-reminders").first
    plan.locator("[name=bought]").fill((date.today() - timedelta(days=100)).isoformat())
    plan.locator("button[type=submit]").click()
    expect(plan.locator(".cb-due")).to_be_visible()


def ask_warranty(page: Page, serial: str = "", bought: date | None = None) -> None:
    """Fill the warranty check for Brio and send it; waits for the answer or the errors."""
    awake(page, "carebase-warranty-check")
    check = page.locator("carebase-warranty-check").first
    check.locator("[name=product][value=brio]").check()
    check.locator("[name=serial]").fill(serial)
    if bought is not None:
        check.locator("[name=bought]").fill(bought.isoformat())
    country = check.locator("[name=country]")
    country.select_option("AT")
    check.locator("button[type=submit]").click()
    page.locator("carebase-warranty-check .cb-result *, [aria-invalid=true]").first.wait_for()


def covered(page: Page) -> None:
    """Ask about a machine bought a season ago."""
    ask_warranty(page, bought=date.today() - timedelta(days=100))


def expired(page: Page) -> None:
    """Ask about a machine bought on the first day of sale, whose seals are covered no more."""
    ask_warranty(page, bought=date(2023, 3, 1))


def bad_serial(page: Page) -> None:
    """Ask with a number that no Brio can have."""
    ask_warranty(page, serial="BR-12")


def empty_check(page: Page) -> None:
    """Send the check with nothing in it."""
    awake(page, "carebase-warranty-check")
    page.locator("carebase-warranty-check button[type=submit]").first.click()
    page.locator("[aria-invalid=true]").first.wait_for()


def open_feedback(page: Page) -> None:
    """Choose an answer, so that the room for a comment opens."""
    awake(page, "carebase-form")
    feedback = page.locator("[data-carebase=page-feedback]").first
    feedback.get_by_role("button", name="Not really").click()
    feedback.locator("textarea").wait_for()
    feedback.scroll_into_view_if_needed()


def send_feedback(page: Page) -> None:
    """Answer and comment, and wait for the thanks."""
    open_feedback(page)
    feedback = page.locator("[data-carebase=page-feedback]").first
    feedback.locator("textarea").fill("Say how long the pump should run.")
    feedback.locator("button[type=submit]").click()
    feedback.locator(".cb-done").wait_for()


def search(page: Page, words: str) -> Locator:
    """Search with the page's own field, or by the dialog of its header, and give the results."""
    shown = page.locator("carebase-search [type=search]:visible")
    if shown.count() == 0:
        page.locator("[data-search-open]").click()
    shown.first.fill(words)
    results = page.locator("carebase-search a[href]:visible")
    results.first.wait_for()
    return results


def open_search(page: Page) -> None:
    """Search from the home page."""
    search(page, "descale")
