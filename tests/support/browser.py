"""Pages in a real browser that are watched: console, errors, failed and foreign requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from tests.support import chromium

Scheme = Literal["light", "dark"]

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
HEIGHTS = {320: 640, 390: 844}
OWN_HOSTS = ("127.0.0.1", "localhost")
# WCAG 2.2 A and AA, and axe's own advice that has no criterion to itself.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Violation(TypedDict):
    """One rule of axe that a page breaks, with the elements that break it."""

    rule: str
    help: str
    nodes: list[str]


@dataclass
class Watch:
    """What a browser noticed that it should not have; `allowed` are patterns a test expects."""

    faults: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect faults that match `pattern`, such as the 422 of a form sent on purpose."""
        self.allowed.append(re.compile(pattern))

    def follow(self, context: BrowserContext) -> None:
        """Listen to all pages of a context from now on."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed)

    def unexpected(self) -> list[str]:
        """Give the faults that no test has allowed."""
        return [
            fault
            for fault in self.faults
            if not any(pattern.search(fault) for pattern in self.allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        place = message.location
        self.faults.append(f"console {message.type}: {message.text} ({place['url']})")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OWN_HOSTS:
            self.faults.append(f"request to another host: {request.url}")

    def _on_failed(self, request: Request) -> None:
        # A page that is left while it loads cancels its requests: no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url}: {request.failure}")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium and end it afterwards; fails when there is none."""
    path = chromium.find()
    if path is None:
        raise AssertionError(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = _launch(playwright, path)
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright, path: Path) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))


def new_page(
    browser: Browser,
    watch: Watch | None = None,
    width: int = 390,
    height: int | None = None,
    scheme: Scheme = "light",
    javascript: bool = True,
    **options: Any,
) -> Page:
    """Open an empty page: a phone of 390 px in light unless told otherwise.

    `options` go to Playwright's `new_context`, such as `locale` or `reduced_motion`.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height or HEIGHTS.get(width, 800)},
        color_scheme=scheme,
        java_script_enabled=javascript,
        **options,
    )
    context.set_default_timeout(10_000)
    if watch is not None:
        watch.follow(context)
    return context.new_page()


def run_axe(page: Page, within: str | None = None) -> list[Violation]:
    """Give what axe-core finds on the page as it stands, or within the elements of a selector."""
    if not AXE.is_file():
        raise AssertionError('axe-core is not installed: run "npm ci" (make test does).')
    session = page.context.new_cdp_session(page)
    try:
        # By the debugger, and not by a script element, which a strict policy refuses.
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        target = json.dumps(within) if within else "document"
        options = json.dumps({"runOnly": {"type": "tag", "values": AXE_TAGS}})
        answer = session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run({target}, {options}).then((r) => r.violations.map((v) => ("
                "{rule: v.id, help: v.help, nodes: v.nodes.map((n) => "
                "n.html + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {}).message)})))",
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
    finally:
        session.detach()
    if "exceptionDetails" in answer:
        raise AssertionError(f"axe failed: {answer['exceptionDetails']}")
    violations: list[Violation] = answer["result"]["value"]
    return violations


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than the window; 0 when nothing sticks out."""
    pixels: int = page.evaluate(
        "() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"
    )
    return pixels
