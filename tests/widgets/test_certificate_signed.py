"""A graded course to its signed certificate, against the endpoint as a process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from carebase.badges.checking import check
from carebase.badges.keys import make_key, write_multikey
from carebase.badges.published import PublicKey
from carebase.build.private import KEY_FILE
from tests.kb.endpoint_site import Client, process
from tests.plugins.making import make
from tests.support.browser import Watch, run_axe
from tests.widgets.test_certificate import FILES as PLAIN
from tests.widgets.test_course import answer, follow

pytestmark = pytest.mark.browser

COURSE = PLAIN["docs/courses/care/course.yml"] + "grading: graded\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    key = make_key(tmp_path / KEY_FILE, replace=False)
    keys = f"keys:\n  - key: {write_multikey(key.public_key())}\n"
    files = {"docs/courses/care/course.yml": COURSE, "docs/certificates.yml": keys}
    make(tmp_path, {**PLAIN, **files})
    (tmp_path / KEY_FILE).rename(tmp_path / "site.private" / KEY_FILE)
    return tmp_path / "site"


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with process(site) as (_, client):
        yield client


def test_whoever_has_passed_gets_a_file_that_anybody_can_check(
    client: Client, site: Path, page: Page, watch: Watch, tmp_path: Path
) -> None:
    page.goto(f"{client.address}courses/care/01-water/")
    answer(page, a=True, b=False)
    follow(page, "Finish course")
    expect(page.locator("carebase-course")).to_contain_text("62.5 % · 5 of 8 points")
    button = page.get_by_role("button", name="Get the signed certificate")
    button.click()
    expect(page.get_by_text("Please enter your name.")).to_be_visible()
    page.get_by_label("Your name, as it").fill("Zoë O’Neil")
    expect(
        page.get_by_text("your name is sent to our service, which does not store it")
    ).to_be_visible()
    assert [] == run_axe(page)

    watch.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page.context.set_offline(True)
    button.click()
    expect(page.get_by_text("The certificate could not be signed.")).to_be_visible()
    page.context.set_offline(False)
    with page.expect_download() as download:
        button.click()
    assert "Certificate – Care for it – Zoë O’Neil.json" == download.value.suggested_filename
    expect(page.get_by_text("was saved as a file. Anybody can check it")).to_be_visible()
    file = tmp_path / "it.json"
    download.value.save_as(file)

    text = file.read_text("utf-8")
    public = json.loads((site / "certificates" / "issuer.json").read_text("utf-8"))
    known = [PublicKey(key=one["publicKeyMultibase"]) for one in public["verificationMethod"]]
    assert "valid" == check(text, known, datetime.now(UTC) + timedelta(minutes=1)).state
    # What is printed and what is signed name the same version and score.
    sheet = page.locator(".cb-award__preview")
    achievement = json.loads(text)["credentialSubject"]["achievement"]
    expect(sheet).to_contain_text(achievement["version"])

    page.goto(f"{client.address}certificates/")
    page.get_by_label("The file").set_input_files(file)
    said = page.locator("form[data-check=file]").get_by_role("status")
    for fact in ("This certificate is genuine", "Zoë O’Neil", "Care for it", "62.5 %"):
        expect(said).to_contain_text(fact)


def test_below_the_mark_nothing_is_signed(client: Client, page: Page, watch: Watch) -> None:
    page.goto(f"{client.address}courses/care/01-water/")
    answer(page, a=False, b=True)
    follow(page, "Finish course")
    expect(page.locator("carebase-course")).to_contain_text("Not passed yet")
    expect(page.get_by_role("button", name="Get the signed certificate")).to_have_count(0)
    # What the endpoint tells of the attempt, asked for by the page, puts the browser right.
    page.wait_for_load_state("networkidle")
    # Whoever says to the browser that all was right is not believed.
    page.evaluate(
        """() => {
          for (const [name, text] of Object.entries(localStorage)) {
            if (!name.includes("/q/")) continue;
            localStorage.setItem(name, JSON.stringify({ ...JSON.parse(text), share: "1/1" }));
          }
          dispatchEvent(new StorageEvent("storage", { key: "carebase-course/care/q/a" }));
        }"""
    )
    page.get_by_label("Your name, as it").fill("Mallory")
    watch.allow("422")
    page.get_by_role("button", name="Get the signed certificate").click()
    expect(page.get_by_text("Our service has no passed result of yours.")).to_be_visible()
