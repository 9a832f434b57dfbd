"""The page that checks signed certificates: by file, by drop and by text, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from carebase.i18n import text
from tests.plugins.making import CONFIG, make
from tests.support.certificates import (
    NOW,
    OTHER,
    PUBLIC,
    cases,
    changes,
    content,
    says_the_same,
    signed,
    write,
)
from tests.support.static_server import serve_folder
from tests.widgets.test_certificate import FILES

pytestmark = pytest.mark.browser

KEYS = f"keys:\n  - {{key: {OTHER}, until: 2026-01-31}}\n  - {{key: {PUBLIC}, since: 2026-02-01}}\n"
SIGNED = {**FILES, "docs/certificates.yml": KEYS}
CHECK = """async ([rows, now]) => {
  const { check } = await import("/assets/carebase/js/credential.js");
  const found = [];
  for (const { text, keys } of rows) found.push((await check(text, keys, new Date(now))).state);
  return found;
}"""
DROP = """([text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], "certificate.json", { type: "application/json" }));
  const target = document.querySelector("form[data-check=file]");
  for (const kind of ["dragover", "drop"]) {
    const told = { dataTransfer: data, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, told));
  }
}"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = make(tmp_path_factory.mktemp("check"), SIGNED)
    with serve_folder(site.folder, headers=True) as address:
        yield address


def states(page: Page, rows: list[dict[str, Any]]) -> list[str]:
    found: list[str] = page.evaluate(CHECK, [rows, NOW.isoformat()])
    return found


def test_the_browser_answers_as_the_command_line_does(page: Page, base: str) -> None:
    page.goto(f"{base}certificates/")
    found = list(cases())
    assert [case.state for case in found] == states(page, [case.plain() for case in found])


def test_any_changed_sign_is_noticed(page: Page, base: str) -> None:
    page.goto(f"{base}certificates/")
    changed = list(changes(3000))
    keys = [{"key": PUBLIC, "until": ""}]
    found = states(page, [{"text": text, "keys": keys} for _, text in changed])
    same = [says_the_same(text) for _, text in changed]
    assert same == [state == "valid" for state in found]
    assert same.count(False) > 1000


def test_a_file_is_chosen_dropped_or_pasted(page: Page, base: str, tmp_path: Path) -> None:
    now = content()
    # Valid on the day of the test, whichever that is.
    now.pop("validUntil")
    now["validFrom"] = "2020-01-31T10:00:00Z"
    good = write(signed(now))
    file = tmp_path / "certificate.json"
    file.write_text(good, "utf-8")
    page.goto(f"{base}certificates/")
    form = page.locator("form[data-check=file]")
    expect(page.get_by_text("Checking needs JavaScript.")).to_have_count(0)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.context.set_offline(True)
    said = form.get_by_role("status")

    page.get_by_label("The file").set_input_files(file)
    expect(said).to_contain_text("This certificate is genuine")
    for fact in ("Zoë O’Neil", "E-bike service technician, level 1", "87.5 %", "31 January 2020"):
        expect(said).to_contain_text(fact)
    expect(said).to_contain_text("Fjellby Care")

    page.get_by_label("Or its text").fill(good.replace("Zoë", "Zoe"))
    page.get_by_role("button", name="Check the certificate").click()
    expect(said).to_have_text("This certificate was changed after it was signed.")
    expect(said).not_to_contain_text("O’Neil")

    page.evaluate(DROP, ["not a certificate"])
    expect(said).to_have_text("This file is damaged: it cannot be read as JSON.")
    page.evaluate(DROP, [good])
    expect(said).to_contain_text("This certificate is genuine")

    page.get_by_label("Or its text").fill("")
    page.get_by_role("button", name="Check the certificate").click()
    expect(said).to_have_text("Please choose a file or paste its text.")
    expect(page.get_by_label("Or its text")).to_be_focused()
    assert [] == sent


def test_a_browser_that_cannot_check_says_so(page: Page, base: str) -> None:
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.goto(f"{base}certificates/")
    page.get_by_label("Or its text").fill(write(signed()))
    page.get_by_role("button", name="Check the certificate").click()
    said = page.locator("form[data-check=file]").get_by_role("status")
    expect(said).to_contain_text("This browser cannot check signatures.")


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_the_page_speaks_the_language_of_the_site(
    open_page: Callable[..., Page],
    axe: Callable[..., Any],
    tmp_path: Path,
    language: str,
) -> None:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}")
    site = make(tmp_path, SIGNED, config)
    expired = write(signed({**content(), "validUntil": "2026-01-31T23:59:59Z"}))
    with serve_folder(site.folder, headers=True) as base:
        for scheme in ("light", "dark"):
            page = open_page(width=320, scheme=scheme)
            page.goto(f"{base}certificates/")
            page.locator("#cb-check-text").fill(expired)
            page.get_by_role("button", name=text(language, "check.button")).click()
            said = page.locator("form[data-check=file]").get_by_role("status")
            expect(said).to_contain_text(text(language, "check.expired").split("{")[0])
            expect(said).to_contain_text(
                {"en": "31 January 2026", "de": "31. Januar", "es": "31 de enero"}.get(
                    language, "31 janvier 2026"
                )
            )
            assert [] == axe(page)
            assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_without_keys_there_is_no_file_to_check(page: Page, tmp_path: Path) -> None:
    site = make(tmp_path, FILES)
    with serve_folder(site.folder, headers=True) as base:
        page.goto(f"{base}certificates/")
        expect(page.get_by_role("button", name="Compare")).to_be_visible()
        expect(page.locator("form[data-check=file]")).to_have_count(0)
        assert not (site.folder / "certificates" / "issuer.json").exists()
