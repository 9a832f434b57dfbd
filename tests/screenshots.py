"""A picture of each kind of page, on a phone and a desk, in light and dark, in `screenshots/`.

`make screenshots` takes all; `make screenshots ARGS="home guide"` those whose name begins so. The
example runs with its endpoint in a temporary folder, so that answers and sent forms are real.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support import browser
from tests.support.browser import Scheme
from tests.support.example import KINDS, ROOT, copy_example
from tests.support.process import free_port, start_carebase
from tests.support.walks import (
    asked_for_repair,
    bad_serial,
    covered,
    empty_check,
    escalated,
    expired,
    half_way,
    make_calendar,
    not_solved,
    open_feedback,
    open_questions,
    open_search,
    send_feedback,
    settle,
    solved,
    tick_steps,
)

TARGET = ROOT / "screenshots"
WIDTHS = (390, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def nothing(page: Page) -> None:
    """Show the page as it opens."""


def print_page(page: Page) -> None:
    """Show the page as paper has it."""
    page.emulate_media(media="print")


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    **{kind: (address, nothing) for kind, address in KINDS.items()},
    "home-search": (KINDS["home"], open_search),
    "warranty-check-empty": (KINDS["warranty-check"], empty_check),
    "warranty-check-covered": (KINDS["warranty-check"], covered),
    "warranty-check-expired": (KINDS["warranty-check"], expired),
    "warranty-check-bad-serial": (KINDS["warranty-check"], bad_serial),
    "troubleshooter-middle": (KINDS["troubleshooter"], half_way),
    "troubleshooter-solved": (KINDS["troubleshooter"], solved),
    "troubleshooter-not-solved": (KINDS["troubleshooter"], not_solved),
    "troubleshooter-escalated": (KINDS["troubleshooter"], escalated),
    "troubleshooter-form": (KINDS["troubleshooter"], asked_for_repair),
    "troubleshooter-printed": (KINDS["troubleshooter"], print_page),
    "guide-ticked": (KINDS["guide"], tick_steps),
    "guide-printed": (KINDS["guide"], print_page),
    "guide-recall": (KINDS["recall"] + "first-ride/", nothing),
    "faq-open": (KINDS["faq"], open_questions),
    "faq-printed": (KINDS["faq"], print_page),
    "hub-calendar": (KINDS["hub"], make_calendar),
    "feedback-open": (KINDS["guide"], open_feedback),
    "feedback-sent": (KINDS["guide"], send_feedback),
}


def take(chromium: Browser, address: str, name: str, width: int, scheme: Scheme) -> Path:
    """Bring a page into its state and write its picture."""
    path, bring = STATES[name]
    page = browser.new_page(chromium, width=width, scheme=scheme, reduced_motion="reduce")
    page.goto(address + path)
    settle(page)
    bring(page)
    page.evaluate("() => window.scrollTo(0, 0)")
    target = TARGET / f"{name}-{width}-{scheme}.png"
    page.screenshot(path=target, full_page=True, animations="disabled")
    page.context.close()
    return target


def main(arguments: list[str]) -> None:
    """Take the pictures whose names begin with one of the arguments, or all."""
    names = [name for name in STATES if not arguments or name.startswith(tuple(arguments))]
    if not names:
        sys.exit(f"There is no such picture. There are: {', '.join(STATES)}.")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy_example(root)
        settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{root / 'carebase.db'}"}
        with (
            start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as serve,
            browser.launched() as chromium,
        ):
            address = serve.address()
            address = address if address.endswith("/") else address + "/"
            for name in names:
                for width in WIDTHS:
                    for scheme in SCHEMES:
                        print(take(chromium, address, name, width, scheme).relative_to(ROOT))
            serve.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
