"""The camera beside the serial number, with Chromium's own test camera and no code reader.

No Chromium on Linux can read codes, so that the reader alone is put in its place here; camera,
permission and pictures are the browser's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import OpenPage
from tests.support.browser import Violation, Watch, new_page, overflow
from tests.support.chromium import FLAGS, find
from tests.widgets.conftest import Support

pytestmark = pytest.mark.browser

READER = """(texts) => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return texts === null ? [] : ["qr_code", "data_matrix"]; }
    async detect(video) {
      if (!(video instanceof HTMLVideoElement) || !video.videoWidth) throw new Error("no picture");
      const text = texts.shift();
      return text === undefined ? [] : [{ rawValue: text }];
    }
  };
}"""
CODES: dict[str, dict[str, str]] = {
    "BR24100042": {"gtin": "", "serial": "BR24100042"},
    " VL 2406-001376 ": {"gtin": "", "serial": "VL 2406-001376"},
    "https://id.gs1.org/01/09520000000318/21/VL2406001376": {
        "gtin": "09520000000318",
        "serial": "VL2406001376",
    },
    "https://care.example/help/01/9520000000318/10/L1/21/A%2F1?17=260101": {
        "gtin": "09520000000318",
        "serial": "A/1",
    },
    "https://care.example/01/09520000000318": {"gtin": "09520000000318", "serial": ""},
    "https://care.example/01/09520000000319/21/X": {"gtin": "", "serial": ""},
    "https://care.example/01/09520000000318/21/%E0%A4%A": {
        "gtin": "09520000000318",
        "serial": "",
    },
    "https://elsewhere.example/": {"gtin": "", "serial": ""},
    "]d2010952000000031821VL2406001376\x1d10LOT7": {
        "gtin": "09520000000318",
        "serial": "VL2406001376",
    },
    "\x1d17260101010952000000031810LOT7\x1d21VL2406001376": {
        "gtin": "09520000000318",
        "serial": "VL2406001376",
    },
    "010952000000031821VL2406001376": {"gtin": "09520000000318", "serial": "VL2406001376"},
    "(01)09520000000318(21)VL2406001376": {"gtin": "09520000000318", "serial": "VL2406001376"},
    "9520000000318": {"gtin": "09520000000318", "serial": ""},
    "x" * 65: {"gtin": "", "serial": ""},
}


def test_codes_are_read(support: Support, page: Page) -> None:
    page.goto(support.page("empty", "<p>Nothing</p>"))
    read = page.evaluate(
        """async (texts) => {
          const address = new URL("../assets/carebase/js/digital-link.js", location.href);
          const { readCode } = await import(address);
          return texts.map(readCode);
        }""",
        list(CODES),
    )
    assert CODES == dict(zip(CODES, read, strict=True))


@pytest.fixture(scope="module")
def camera(chromium: Browser) -> Iterator[Browser]:
    """Another Chromium, with a camera that shows a moving test picture."""
    flags = [*FLAGS, "--use-fake-device-for-media-stream"]
    found = chromium.browser_type.launch(executable_path=find(), args=flags)
    yield found
    found.close()


class OpenCheck(Protocol):
    """Opens the check in a browser that can read codes: those of the list, one at a look."""

    def __call__(
        self, texts: list[str] | None, camera: Browser, *permissions: str, width: int = 390
    ) -> Page: ...


@pytest.fixture
def open_check(support: Support, watch: Watch) -> Iterator[OpenCheck]:
    pages: list[Page] = []

    def open_check(
        texts: list[str] | None, camera: Browser, *permissions: str, width: int = 390
    ) -> Page:
        page = new_page(camera, watch, width=width, permissions=list(permissions))
        pages.append(page)
        page.add_init_script(f"({READER})({json.dumps(texts)})")
        page.goto(support.check())
        page.evaluate("customElements.whenDefined('carebase-warranty-check').then(() => true)")
        return page

    yield open_check
    for page in pages:
        page.context.close()


def start(page: Page) -> None:
    page.get_by_role("button", name="Read it with the camera").click()


def test_the_code_fills_in_serial_product_and_model(open_check: OpenCheck, camera: Browser) -> None:
    page = open_check(
        ["9520000000318", "https://id.example/01/09520000000318/21/VL2406001376"],
        camera,
        "camera",
    )
    start(page)

    expect(page.get_by_label("Serial number")).to_have_value("VL2406001376")
    expect(page.get_by_role("radio", name="Vela")).to_be_checked()
    expect(page.get_by_label("Model")).to_have_value("vela-t")
    expect(page.get_by_text("Read from the label: VL2406001376")).to_be_visible()
    expect(page.locator("carebase-scan")).to_have_count(0)
    expect(page.get_by_role("button", name="Read it with the camera")).to_be_focused()


def test_while_nothing_is_found_it_looks_on_and_can_be_stopped(
    open_check: OpenCheck, camera: Browser
) -> None:
    page = open_check(["9520000000318"], camera, "camera")
    page.clock.install()
    start(page)
    expect(page.locator("carebase-scan video")).to_be_visible()
    said = page.locator(".cb-scan__said")
    expect(said).to_contain_text("This code names the product, not your unit.")
    page.clock.run_for(16_000)
    expect(said).to_contain_text("No code found yet.")
    page.get_by_role("button", name="Stop the camera").click()

    expect(page.locator("carebase-scan")).to_have_count(0)
    expect(page.get_by_label("Serial number")).to_have_value("")


def test_a_refused_camera_leaves_the_hand(open_check: OpenCheck, camera: Browser) -> None:
    page = open_check([], camera)
    start(page)

    expect(page.locator(".cb-scan__said")).to_contain_text("The camera is not allowed.")
    page.get_by_role("button", name="Stop the camera").click()
    page.get_by_label("Serial number").fill("BR24100042")
    expect(page.get_by_label("Serial number")).to_have_value("BR24100042")


def test_without_a_camera_it_says_so(open_check: OpenCheck, chromium: Browser) -> None:
    page = open_check([], chromium, "camera")
    start(page)

    expect(page.locator(".cb-scan__said")).to_contain_text("No camera was found.")


@pytest.mark.parametrize("knows", ["nothing", "no format"])
def test_where_no_code_can_be_read_there_is_no_button(
    support: Support, open_page: OpenPage, open_check: OpenCheck, camera: Browser, knows: str
) -> None:
    if knows == "nothing":
        page = open_page()
        page.goto(support.check())
        page.evaluate("customElements.whenDefined('carebase-warranty-check').then(() => true)")
    else:
        page = open_check(None, camera, "camera")
    page.wait_for_timeout(500)

    expect(page.get_by_role("button", name="Read it with the camera")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_everyone_can_use_it(
    open_check: OpenCheck,
    camera: Browser,
    axe: Callable[..., list[Violation]],
    width: int,
) -> None:
    page = open_check([], camera, "camera", width=width)
    start(page)
    expect(page.locator("carebase-scan video")).to_be_visible()

    assert [] == axe(page)
    assert 0 == overflow(page)
