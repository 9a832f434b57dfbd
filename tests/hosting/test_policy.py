"""The one policy for all pages, obeyed by Chromium: the whole example, and what is smuggled in.

The pages come from the handbook's nginx with an endpoint behind it, and from a static host that
reads `_headers`. In the other direction a page holds all that an attacker might have put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import process
from tests.support import walks
from tests.support.browser import Watch
from tests.support.example import copy_example
from tests.support.own_server import nginx
from tests.support.process import free_port, run_carebase
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

QUIZ = "courses/espresso-care/02-water-and-scale/"
# What an attacker may have smuggled into a page, and the rule that stops it.
SMUGGLED = {
    "<script>hit('inline script')</script>": "script-src-elem",
    "<img src=/assets/images/favicon.png onload=\"hit('handler')\">": "script-src-attr",
    "<script src='https://evil.example/a.js'></script>": "script-src-elem",
    "<script src='data:text/javascript,hit(1)'></script>": "script-src-elem",
    "<style>h1 { color: rgb(1, 2, 3) }</style>": "style-src-elem",
    '<p style="color: rgb(1, 2, 3)">Text</p>': "style-src-attr",
    "<link rel=stylesheet href='https://evil.example/a.css'>": "style-src-elem",
    "<img src='https://evil.example/a.png'>": "img-src",
    "<iframe src='https://evil.example/'></iframe>": "frame-src",
    "<object data='/assets/images/favicon.png'></object>": "object-src",
    "<base href='https://evil.example/'>": "base-uri",
}
TOUCHED = {
    "<a id=touch href=\"javascript:hit('link')\">Touch</a>": "script-src-elem",
    "<form action='https://evil.example/'><button id=touch>Touch</button></form>": "form-action",
    "<form action=\"javascript:hit('form')\"><button id=touch>Touch</button></form>": "form-action",
    "<button id=touch onclick=\"hit('click')\">Touch</button>": "script-src-attr",
}
PAGE = """\
<!doctype html><html lang="en"><head><link rel="icon" href="data:,">
<title>Page</title></head>
<body><main><article><h1>Page</h1>{content}</article></main></body></html>
"""
LISTEN = """() => {
  window.hit = (what) => window.foundHit(String(what));
  document.addEventListener("securitypolicyviolation", (event) => window.foundViolation(
    `${event.effectiveDirective} ${event.blockedURI || "inline"} on ${event.documentURI}`));
}"""


@dataclass
class Listener:
    """What a page's policy has blocked, and what ran although it should not."""

    violations: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.expose_function("foundViolation", lambda said: self.violations.append(said))
        page.expose_function("foundHit", lambda what: self.hits.append(what))
        page.add_init_script(f"({LISTEN})()")


@dataclass(frozen=True)
class Hosted:
    """The example at its own address."""

    address: str
    site: Path

    def pages(self) -> list[str]:
        """Give the addresses of all pages that stay open; some only lead on, one has none."""
        return sorted(
            path.relative_to(self.site).as_posix().removesuffix("index.html")
            for path in self.site.rglob("*.html")
            if path.name not in ("smuggled.html", "502.html")
            and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")
        )


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """The example at its own address: the handbook's nginx, and the endpoint behind it."""
    root = tmp_path_factory.mktemp("policy")
    safe, port = free_port(), free_port()
    copy_example(root, f"https://localhost:{safe}/")
    site = root / "srv" / "site"
    done = run_carebase("build", "-d", site, cwd=root)
    assert 0 == done.returncode, done.stderr
    (folder := root / "nginx").mkdir()
    with ExitStack() as stack:
        care = stack.enter_context(nginx(site, folder, port, safe))
        settings = {"CAREBASE_URL": care.address, "CAREBASE_TRUSTED_PROXIES": "127.0.0.1"}
        stack.enter_context(process(site, "--port", str(port), settings=settings))
        yield Hosted(care.address, site)


@pytest.fixture
def listener() -> Listener:
    return Listener()


def opened(open_page: OpenPage, listener: Listener, width: int = 1280) -> Page:
    # The certificate of the tests is nobody's.
    page = open_page(width=width, ignore_https_errors=True)
    listener.follow(page)
    return page


def test_no_page_breaks_the_policy_of_a_static_host(
    hosted: Hosted, open_page: OpenPage, listener: Listener
) -> None:
    with serve_folder(hosted.site, headers=True) as address:
        page = opened(open_page, listener)
        for name in hosted.pages():
            page.goto(address + name, wait_until="load")
            assert [] == listener.violations, name


def test_no_page_breaks_the_policy_when_it_comes_in_place(
    hosted: Hosted, open_page: OpenPage, listener: Listener, watch: Watch
) -> None:
    page = opened(open_page, listener)
    page.goto(hosted.address, wait_until="networkidle")
    page.evaluate("() => { window.still = 'the same document'; }")
    for name in hosted.pages():
        if name in ("404.html", ""):
            continue
        page.evaluate(
            "(path) => { const link = document.createElement('a'); link.href = path;"
            " link.textContent = 'On'; document.querySelector('article').dataset.old = '';"
            " document.querySelector('main').append(link); link.click(); link.remove(); }",
            hosted.address + name,
        )
        page.locator("article:not([data-old])").wait_for(state="attached")
        walks.settle(page)
        assert [] == listener.violations, name
    assert "the same document" == page.evaluate("() => window.still")


def test_what_readers_do_breaks_no_policy(
    hosted: Hosted, open_page: OpenPage, listener: Listener
) -> None:
    page = opened(open_page, listener)
    page.goto(hosted.address, wait_until="networkidle")
    expect(walks.search(page, "descale").first).to_be_visible(timeout=20_000)
    page.goto(hosted.address, wait_until="networkidle")
    page.locator("[data-md-component=palette] label:visible").first.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(hosted.address + QUIZ)
    walks.awake(page, "carebase-quiz")
    question = page.locator("carebase-quiz fieldset:has([type=radio])").first
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check answer").click()
    expect(question.get_by_role("status")).to_contain_text(
        re.compile("Correct|Not quite"), timeout=20_000
    )
    page.goto(hosted.address + "support/warranty-check/")
    walks.covered(page)
    page.goto(hosted.address + "products/brio/troubleshooter/")
    walks.asked_for_repair(page)
    page.goto(hosted.address + "products/brio/descale/")
    walks.tick_steps(page)
    walks.send_feedback(page)

    assert [] == listener.violations


def blocked_by(listener: Listener, page: Page, rule: str) -> None:
    """Wait until a rule has been broken, and see that nothing ran."""
    for _ in range(200):
        if any(one.startswith(f"{rule} ") for one in listener.violations):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(f"{rule} was not broken: {listener.violations}")
    assert [] == listener.hits


@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_what_is_smuggled_into_a_page_is_blocked(
    hosted: Hosted, open_page: OpenPage, listener: Listener, watch: Watch, smuggled: str
) -> None:
    watch.allow("console error: .*violates the following Content Security Policy directive")
    watch.allow("request failed: .*(csp|evil|BLOCKED)|request to another host")
    (hosted.site / "smuggled.html").write_text(PAGE.replace("{content}", smuggled), "utf-8")
    page = opened(open_page, listener)
    page.goto(hosted.address + "smuggled.html")

    blocked_by(listener, page, SMUGGLED[smuggled])
    assert "rgb(1, 2, 3)" not in page.locator("h1, p").first.evaluate(
        "e => getComputedStyle(e).color"
    )
    assert hosted.address in page.evaluate("() => document.baseURI")


@pytest.mark.parametrize("smuggled", TOUCHED)
def test_what_waits_for_a_touch_is_blocked(
    hosted: Hosted, open_page: OpenPage, listener: Listener, watch: Watch, smuggled: str
) -> None:
    watch.allow("console error: .*Content Security Policy directive")
    (hosted.site / "smuggled.html").write_text(PAGE.replace("{content}", smuggled), "utf-8")
    page = opened(open_page, listener)
    page.goto(hosted.address + "smuggled.html")
    # A click of Playwright would wait for the page that never comes.
    page.evaluate("() => { setTimeout(() => document.getElementById('touch').click()); }")

    blocked_by(listener, page, TOUCHED[smuggled])
    assert hosted.address + "smuggled.html" == page.url


def test_what_comes_in_place_is_blocked_too(
    hosted: Hosted, open_page: OpenPage, listener: Listener, watch: Watch
) -> None:
    watch.allow("console error: .*Content Security Policy directive")
    page = opened(open_page, listener)
    page.goto(hosted.address, wait_until="networkidle")
    page.evaluate("() => { window.still = 'the same document'; }")
    target = hosted.site / "about" / "privacy" / "index.html"
    kept = target.read_text(encoding="utf-8")
    smuggled = "".join(one for one in SMUGGLED if "hit('" in one)
    try:
        target.write_text(kept.replace("</article>", f"{smuggled}</article>"), encoding="utf-8")
        page.locator("article").evaluate("(article) => { article.dataset.old = ''; }")
        page.locator("a[href$='about/privacy/']").first.click()
        page.locator("article:not([data-old])").wait_for()
    finally:
        target.write_text(kept, encoding="utf-8")

    blocked_by(listener, page, "script-src-elem")
    blocked_by(listener, page, "script-src-attr")
    assert "the same document" == page.evaluate("() => window.still")


def test_the_pages_of_the_endpoint_run_nothing(
    hosted: Hosted, open_page: OpenPage, listener: Listener, watch: Watch
) -> None:
    watch.allow("console error: .*Content Security Policy directive")
    page = opened(open_page, listener)
    page.goto(hosted.address + "search?q=scale")
    expect(page.locator("main a").first).to_be_visible(timeout=20_000)
    assert [] == listener.violations
    page.evaluate(
        "() => { const run = document.createElement('script'); run.textContent = \"hit('added')\";"
        " document.body.append(run); }"
    )

    blocked_by(listener, page, "script-src-elem")
