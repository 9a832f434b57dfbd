"""The handbook's two addresses: pages at one, forms at another, with nginx, Caddy and a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import process
from tests.kb.mail_server import CERTIFICATE
from tests.support import walks
from tests.support.browser import Watch
from tests.support.example import copy_example
from tests.support.own_server import (
    HANDBOOK,
    Care,
    changed,
    run_caddy,
    run_nginx,
    written,
)
from tests.support.process import free_port, run_carebase

PAGE = HANDBOOK / "two-addresses.md"
FORM = "v1/forms/support-request"
MESSAGE = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,idempotency-key",
}


@dataclass(frozen=True)
class Two:
    """The pages and the forms, each at an address, and the endpoint's settings."""

    pages: Care
    forms: Care
    settings: dict[str, str]

    @property
    def origin(self) -> str:
        return self.pages.address.rstrip("/")


@contextmanager
def nginx(site: Path, folder: Path, www: int, forms: int, endpoint: int) -> Iterator[str]:
    names = {
        "/srv/care/": f"{site.parent}/",
        "listen 443 ssl http2;\n    server_name www.example.com;": (
            f"listen 127.0.0.1:{www} ssl http2;\n    server_name localhost;"
        ),
        "listen 443 ssl http2;\n    server_name forms.example.com;": (
            f"listen 127.0.0.1:{forms} ssl http2;\n    server_name localhost;"
        ),
        "127.0.0.1:8000": f"127.0.0.1:{endpoint}",
    }
    names |= {
        f"/etc/letsencrypt/live/{host}.example.com/{file}.pem": str(CERTIFICATE)
        for host in ("www", "forms")
        for file in ("fullchain", "privkey")
    }
    text = changed(written("/etc/nginx/sites-available/care", PAGE), names)
    with run_nginx(text, folder, Care(f"https://localhost:{www}/", site)):
        yield "https"


@contextmanager
def caddy(site: Path, folder: Path, www: int, forms: int, endpoint: int) -> Iterator[str]:
    names = {
        "www.example.com {": f"http://localhost:{www} {{",
        "forms.example.com {": f"http://localhost:{forms} {{",
        "/srv/care/": f"{site.parent}/",
        "127.0.0.1:8000": f"127.0.0.1:{endpoint}",
    }
    text = changed(written("/etc/caddy/Caddyfile", PAGE), names)
    with run_caddy(text, folder, Care(f"http://localhost:{www}/", site)):
        yield "http"


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    root = tmp_path_factory.mktemp("two")
    www, forms, port = free_port(), free_port(), free_port()
    scheme = "https" if request.param is nginx else "http"
    copy_example(root, f"{scheme}://localhost:{www}/")
    config = root / "mkdocs.yml"
    config.write_text(
        changed(config.read_text(), {"endpoint: /": f"endpoint: {scheme}://localhost:{forms}/"})
    )
    site = root / "srv" / "site"
    done = run_carebase("build", "-d", site, cwd=root)
    assert 0 == done.returncode, done.stderr
    lines = written("/etc/carebase.env", PAGE).splitlines()
    settings = dict(line.split("=", 1) for line in lines)
    settings |= {
        "CAREBASE_SITE": str(site),
        "CAREBASE_DATABASE_URL": f"sqlite:///{root}/carebase.db",
        "CAREBASE_URL": settings["CAREBASE_URL"].replace(
            "https://forms.example.com", f"{scheme}://localhost:{forms}"
        ),
        "CAREBASE_ORIGINS": settings["CAREBASE_ORIGINS"].replace(
            "https://www.example.com", f"{scheme}://localhost:{www}"
        ),
    }
    (folder := root / "server").mkdir()
    with ExitStack() as stack:
        stack.enter_context(process(site, "--port", str(port), settings=settings))
        stack.enter_context(request.param(site, folder, www, forms, port))
        yield Two(
            Care(f"{scheme}://localhost:{www}/", site),
            Care(f"{scheme}://localhost:{forms}/", site),
            settings,
        )


def test_a_browser_is_told_that_it_may_send(two: Two) -> None:
    status, headers, _ = two.forms.send("OPTIONS", FORM, "", {"Origin": two.origin, **ASKED})

    assert 204 == status
    assert two.origin == headers["access-control-allow-origin"]
    assert {"content-type", "idempotency-key"} <= set(
        re.split(", *", headers["access-control-allow-headers"].lower())
    )
    assert "POST" in headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in headers
    assert "origin" in headers["vary"].lower()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "{pages}.evil.example", "null", "http://localhost"]
)
def test_pages_of_others_are_told_nothing(two: Two, origin: str) -> None:
    headers = {"Origin": origin.replace("{pages}", two.origin), **ASKED}
    status, answer, _ = two.forms.send("OPTIONS", FORM, "", headers)
    assert 403 == status
    assert "access-control-allow-origin" not in answer
    sent = {"Content-Type": "application/json", "Idempotency-Key": "k" * 16}
    status, answer, _ = two.forms.send(
        "POST", FORM, json.dumps(MESSAGE), {**sent, "Origin": headers["Origin"]}
    )
    assert 403 == status
    assert "access-control-allow-origin" not in answer


def test_a_form_that_meets_no_endpoint_ends_on_a_page_that_says_so(
    two: Two, tmp_path: Path
) -> None:
    front = nginx if two.origin.startswith("https") else caddy
    forms = free_port()
    with front(two.pages.site, tmp_path, free_port(), forms, free_port()) as scheme:
        lonely = Care(f"{scheme}://localhost:{forms}/", two.pages.site)
        status, _, text = lonely.send("POST", "v1/forms/support-request", "topic=fault")

    assert (502, True) == (status, "<h1>We cannot be reached for a moment</h1>" in text)
    # What serves the forms has no other page.
    assert f'href="{two.pages.address}"' in text


def test_an_answer_says_it_once(two: Two) -> None:
    sent = {"Content-Type": "application/json", "Idempotency-Key": "m" * 16}
    status, headers, text = two.forms.send(
        "POST", FORM, json.dumps(MESSAGE), {**sent, "Origin": two.origin}
    )

    assert 201 == status, text
    # Two of them would stand here with a comma between.
    assert two.origin == headers["access-control-allow-origin"]
    assert json.loads(text)["status_url"].startswith(two.forms.address + "requests/")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_arrives_from_the_other_address(
    two: Two, open_page: OpenPage, watch: Watch, javascript: bool
) -> None:
    page = open_page(width=1280, ignore_https_errors=True, javascript=javascript)
    page.goto(two.pages.address + "support/contact/")
    if javascript:
        walks.awake(page, "carebase-form")
    form = page.locator("[data-form=support-request]").first
    form.locator("[name=topic]").first.check()
    form.locator("[name=message]").fill("The pump hums.")
    form.locator("[name=name]").fill("Ana")
    form.locator("[name=email]").fill("ana@example.com")
    form.locator("button[type=submit]").first.click()

    if javascript:
        done = form.locator(".cb-done")
        expect(done).to_contain_text("CB-", timeout=20_000)
        assert page.url.startswith(two.pages.address)
        done.locator(f"a[href^='{two.forms.address}requests/']").click()
    else:
        expect(page.locator("main")).to_contain_text("CB-", timeout=20_000)
    expect(page.locator("main")).to_contain_text("received", timeout=20_000)
    assert page.url.startswith(two.forms.address)
    # The page of the endpoint is styled, from its own address.
    page.wait_for_load_state()
    rules = "() => [...document.styleSheets].map((sheet) => sheet.cssRules.length)"
    assert page.evaluate(rules)
    assert all(page.evaluate(rules))


def test_the_doctor_asks_as_a_browser_does(two: Two) -> None:
    done = run_carebase("doctor", "--json", env={**two.settings, "SSL_CERT_FILE": str(CERTIFICATE)})
    found = [one for one in json.loads(done.stdout) if one["subject"] == "origins"]

    assert [("ok", f"pages of {two.origin} may send forms")] == [
        (one["level"], one["said"]) for one in found
    ], done.stdout
