"""The handbook's servers for a site below `/help/`: nginx and Caddy before a real endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import process
from tests.support import walks
from tests.support.browser import Watch
from tests.support.example import copy_example
from tests.support.own_server import Care, caddy, nginx
from tests.support.process import free_port, run_carebase

MESSAGE = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def care(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Care]:
    """The example below a folder, behind a web server, and the endpoint behind that."""
    root = tmp_path_factory.mktemp("below")
    outer, port = free_port(), free_port()
    scheme = "https" if request.param is nginx else "http"
    copy_example(root, f"{scheme}://localhost:{outer}/help/")
    (root / "docs/_headers").write_text("/assets/*\n  X-Price: 5\n")
    done = run_carebase("build", "-d", root / "srv/site", cwd=root)
    assert 0 == done.returncode, done.stderr
    (folder := root / "server").mkdir()
    with ExitStack() as stack:
        care = stack.enter_context(
            request.param(root / "srv/site", folder, port, outer, below="help/")
        )
        settings = {"CAREBASE_URL": care.address, "CAREBASE_TRUSTED_PROXIES": "127.0.0.1"}
        stack.enter_context(process(care.site, "--port", str(port), settings=settings))
        yield care


def test_pages_are_there_and_nowhere_else(care: Care) -> None:
    status, headers, text = care.get("products/brio/")
    assert (200, "no-cache") == (status, headers["cache-control"])
    assert text == (care.site / "products/brio/index.html").read_text(encoding="utf-8")
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "5" == care.get("assets/carebase/carebase.css")[1]["x-price"]
    status, headers, _ = care.get("products/brio")
    assert (True, True) == (
        status in (301, 308),
        headers["location"].endswith("/help/products/brio/"),
    )
    outside = Care(care.address.removesuffix("help/"), care.site)
    status, headers, _ = outside.get("help")
    assert (True, True) == (status in (301, 302, 308), headers["location"].endswith("/help/"))
    for path in ("help../site.private/site.json", "help/../site.private/site.json"):
        assert "forms" not in outside.get(path)[2], path
    status, headers, text = care.get("no/such/page/")
    assert (404, True) == (status, "carebase-not-found" in text)
    assert "script-src 'self'" in headers["content-security-policy"]


def test_the_endpoint_is_reached(care: Care) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k" * 16}
    headers["Origin"] = care.address.removesuffix("/help/")
    status, _, text = care.send("POST", "v1/forms/support-request", json.dumps(MESSAGE), headers)
    assert 201 == status, text
    page = json.loads(text)["status_url"]
    assert page.startswith(care.address + "requests/")
    assert 200 == care.get(page.removeprefix(care.address))[0]
    for path in ("v1/search?q=descale", "search?q=descale", "readyz", "openapi.json"):
        assert 200 == care.get(path)[0], path
    # A code on a product leads to its page, and the number stays out of logs.
    assert 307 == care.get("01/09120000011019/21/BR24100042")[0]


def test_a_form_that_meets_no_endpoint_ends_on_a_page_that_says_so(
    care: Care, tmp_path: Path
) -> None:
    front = nginx if care.address.startswith("https") else caddy
    with front(care.site, tmp_path, free_port(), below="help/") as lonely:
        status, _, text = lonely.send("POST", "v1/forms/support-request", "topic=fault")

    assert (502, True) == (status, "<h1>We cannot be reached for a moment</h1>" in text)
    assert 'href="/help/assets/carebase/carebase.css"' in text


@pytest.mark.browser
def test_a_reader_searches_and_sends(care: Care, open_page: OpenPage, watch: Watch) -> None:
    page = open_page(width=390, ignore_https_errors=True)
    page.goto(care.address, wait_until="networkidle")
    expect(walks.search(page, "descale").first).to_be_visible(timeout=20_000)
    page.goto(care.address + "products/brio/descale/")
    walks.send_feedback(page)
    page.goto(care.address + "support/warranty-check/")
    walks.covered(page)
    watch.allow("status of 404")
    page.goto(care.address + "products/brio/descaling/")
    expect(page.get_by_role("link", name="Descale Brio").first).to_be_visible()
