"""Files of a form in a real browser, sent to an endpoint that is a process of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from carebase.forms.form import Form
from carebase.forms.html import render_form
from tests.conftest import OpenPage, ServeFolder
from tests.kb.endpoint_site import Client, make_site, process
from tests.support import attacks
from tests.support.browser import Scheme, Violation, Watch, overflow
from tests.support.process import free_port
from tests.widgets.conftest import STATIC, page_of
from tests.widgets.test_draft import FORBID
from tests.widgets.test_form import ready

pytestmark = pytest.mark.browser

PROOF = {
    "title": "Tell us of a fault",
    "fields": [
        {"id": "email", "type": "email", "label": "Your e-mail address", "required": True},
        {
            "id": "receipt",
            "type": "file",
            "label": "Proof of purchase",
            "required": True,
            "help": "A photo of the receipt is enough.",
            "limits": {"max": 2, "max_megabytes": 5},
        },
        {"id": "name", "type": "text", "label": "Your name"},
    ],
    "submit": "Send it",
}
LONG = 20_000.0
READY = "Ready to send"
KEPT = "The files that you chose are still here."
# Gives the names of the files that the browser keeps; also waits until the form has read them.
NAMES = """names => new Promise(resolve => {
  const asked = indexedDB.open("carebase-files", 1);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => resolve(names === "");
  asked.onsuccess = () => {
    const all = asked.result.transaction("files").objectStore("files").getAll();
    all.onsuccess = () => {
      asked.result.close();
      resolve(all.result.map(({ sent }) => sent.name).join(" ") === names);
    };
  };
})"""
AGE = """() => new Promise(resolve => {
  const asked = indexedDB.open("carebase-files", 1);
  asked.onsuccess = () => {
    const store = asked.result.transaction("files", "readwrite").objectStore("files");
    store.getAll().onsuccess = ({ target }) => {
      for (const one of target.result) store.put({ ...one, at: one.at - 86_400_001 });
    };
    store.transaction.oncomplete = () => resolve(asked.result.close());
  };
})"""
# As without room: what was asked for is begun, and the whole is undone.
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  const asked = put.apply(this, given);
  this.transaction.abort();
  return asked;
};
"""


@dataclass
class Desk:
    """Pages on a static host, and an endpoint elsewhere that is started and stopped."""

    pages: str
    site: Path
    port: int
    stack: ExitStack = field(default_factory=ExitStack)
    client: Client | None = None

    def start(self) -> Client:
        settings = {"CAREBASE_ORIGINS": self.pages.removesuffix("/help/")}
        running = process(self.site, "--port", str(self.port), settings=settings)
        _, self.client = self.stack.enter_context(running)
        return self.client

    def stop(self) -> None:
        self.stack.close()

    def kept(self) -> list[bytes]:
        """Give the files that came with forms."""
        assert self.client
        folder = self.client.database.with_suffix(".files")
        return [(folder / row["stored"]).read_bytes() for row in self.client.rows("files")]

    def names(self) -> list[str]:
        """Give the names of the files of the only submission."""
        assert self.client
        (row,) = self.client.rows()
        found: list[str] = json.loads(row["values"])["receipt"]
        return found


@pytest.fixture
def desk(tmp_path: Path, serve_folder: ServeFolder) -> Iterator[Desk]:
    port = free_port()
    site = make_site(tmp_path, sources={"docs/forms/proof.yml": json.dumps(PROOF)})
    assets = site / "assets"
    scripts = assets / "carebase" / "js"
    scripts.mkdir(parents=True)
    for file in STATIC.glob("*.js"):
        (scripts / file.name).write_text(file.read_text("utf-8"), "utf-8")
    styles = [(STATIC / "css" / f"{name}.css").read_text("utf-8") for name in ("widgets", "files")]
    (assets / "widgets.css").write_text("".join(styles), "utf-8")
    for name in ("main", "palette"):
        (assets / f"{name}.css").write_text("")
    (assets / "images").mkdir()
    (assets / "images" / "favicon.png").write_bytes(b"")
    written = render_form(
        Form.model_validate({"id": "proof", **PROOF}),
        endpoint=f"http://127.0.0.1:{port}/",
        context={"page": "ask/"},
    )
    for name, content in (("ask", written), ("other", "<p>Elsewhere</p>")):
        (site / name).mkdir()
        (site / name / "index.html").write_text(page_of(content), "utf-8")
    desk = Desk(serve_folder(site, "/help/"), site, port)
    yield desk
    desk.stop()


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def begin(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.pages}ask/")
    ready(page)
    expect(page.locator(".cb-pick").first).to_be_visible(timeout=LONG)
    page.get_by_label("Your e-mail address").fill("ada@example.com")


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").first.set_input_files(list(files))


def row(page: Page, name: str) -> Callable[[str], None]:
    """Give what waits until the row of a file says something."""
    found = page.locator(".cb-files__one", has_text=name)
    return lambda said: expect(found).to_contain_text(said, timeout=LONG)


def keeps(page: Page, *names: str) -> None:
    """Wait until these files are all that the browser keeps."""
    page.wait_for_function(NAMES, arg=" ".join(names), timeout=LONG)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send it").click()


def test_a_file_goes_on_after_the_connection_was_lost(desk: Desk, page: Page, watch: Watch) -> None:
    watch.allow("ERR_")
    client = desk.start()
    content = attacks.large_jpeg(900_000)
    begin(page, desk)
    offsets: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        offsets.append(int(route.request.headers["upload-offset"]))
        if len(offsets) == 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/uploads/*", lose)
    choose(page, payload("tap.jpg", content))
    row(page, "tap.jpg")(READY)
    send(page)

    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    assert ["tap.jpg"] == desk.names()
    # What had come before the third piece was lost was not sent again.
    assert [0, 262_144, 524_288, 524_288] == offsets[:4]
    assert sorted(offsets) == offsets
    assert ([], 1) == (client.rows("uploads"), len(desk.kept()))


def test_a_file_that_is_sent_offline_waits_with_its_form(
    desk: Desk, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("ERR_")
    tab = open_page()
    begin(tab, desk)
    tab.wait_for_load_state("networkidle")
    choose(tab, payload("tap.jpg", attacks.located_jpeg()))
    row(tab, "tap.jpg")("Waits for the connection")
    send(tab)
    expect(tab.locator(".cb-waiting")).to_contain_text(
        "Your message waits on this device", timeout=LONG
    )
    context = tab.context
    tab.close()
    desk.start()
    page = context.new_page()
    page.goto(f"{desk.pages}other/")

    expect(page.get_by_text("Your message has arrived")).to_be_visible(timeout=LONG)
    assert ["tap.jpg"] == desk.names()
    (kept,) = desk.kept()
    assert attacks.SECRET not in kept


def test_files_bring_two_scripts_more_and_share_the_door_to_what_is_kept(
    desk: Desk, page: Page
) -> None:
    desk.start()
    scripts: list[str] = []
    page.on("request", lambda asked: scripts.append(asked.url.rpartition("/")[2]))
    begin(page, desk)
    page.wait_for_function(NAMES, arg="", timeout=LONG)
    assert {"files.js", "kept-files.js", "queue.js"} <= set(scripts)
    assert len(set(scripts)) == len(scripts)
    opened = "indexedDB.open("
    assert ["queue.js"] == [
        path.name
        for path in STATIC.glob("*.js")
        for _ in range(path.read_text("utf-8").count(opened))
    ]


def test_what_was_chosen_survives_a_reload(desk: Desk, page: Page) -> None:
    client = desk.start()
    begin(page, desk)
    choose(page, payload("tap.jpg", attacks.jpeg()), payload("bill.pdf", attacks.pdf()))
    row(page, "tap.jpg")(READY)
    row(page, "bill.pdf")(READY)
    keeps(page, "tap.jpg", "bill.pdf")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method))
    page.reload()

    row(page, "tap.jpg")(READY)
    row(page, "bill.pdf")(READY)
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_have_value("ada@example.com")
    # They had come, and are not sent again.
    assert "PATCH" not in sent
    assert 2 == len(client.rows("uploads"))

    page.get_by_role("button", name="Remove: tap.jpg").click()
    keeps(page, "bill.pdf")
    page.reload()
    row(page, "bill.pdf")(READY)
    expect(page.locator(".cb-files__one")).to_have_count(1)
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    assert (["bill.pdf"], [attacks.pdf()]) == (desk.names(), desk.kept())
    keeps(page)


def test_a_file_chosen_last_keeps_no_answer_behind_it_away(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "tap.jpg"
    photo.write_bytes(attacks.jpeg())
    desk.start()
    begin(page, desk)
    page.get_by_label("Your name").fill("Ada")
    # A file of the disk is chosen by the browser itself, whose two events come one after the other.
    page.locator("input[type=file]").first.set_input_files(photo)
    row(page, "tap.jpg")(READY)
    page.reload()

    row(page, "tap.jpg")(READY)
    expect(page.get_by_label("Your name")).to_have_value("Ada")


def test_what_was_kept_can_be_cleared_at_once(desk: Desk, page: Page) -> None:
    client = desk.start()
    begin(page, desk)
    choose(page, payload("bill.pdf", attacks.pdf()))
    row(page, "bill.pdf")(READY)
    keeps(page, "bill.pdf")
    page.reload()
    row(page, "bill.pdf")(READY)
    with page.expect_response(lambda answer: answer.request.method == "DELETE", timeout=LONG):
        page.get_by_role("button", name="Clear it").click()

    expect(page.locator(".cb-files__one")).to_have_count(0)
    expect(page.get_by_text(KEPT)).to_have_count(0)
    keeps(page)
    assert [] == client.rows("uploads")


def test_half_a_file_goes_on_after_a_reload(desk: Desk, page: Page, watch: Watch) -> None:
    watch.allow("ERR_")
    desk.start()
    offsets: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if 2 == len(offsets):
                route.abort()
                return
        route.continue_()

    page.route("**/v1/uploads/*", lose)
    begin(page, desk)
    choose(page, payload("tap.jpg", attacks.large_jpeg(900_000)))
    row(page, "tap.jpg")("Waits for the connection")
    keeps(page, "tap.jpg")
    page.reload()

    row(page, "tap.jpg")(READY)
    assert [0, 262_144] == offsets[:2]
    assert 262_144 == min(offsets[2:])


def test_what_waits_to_be_sent_is_not_kept_beside_it(desk: Desk, page: Page, watch: Watch) -> None:
    watch.allow("ERR_")
    begin(page, desk)
    page.wait_for_load_state("networkidle")
    choose(page, payload("bill.pdf", attacks.pdf()))
    row(page, "bill.pdf")("Waits for the connection")
    keeps(page, "bill.pdf")
    send(page)
    waiting = page.locator(".cb-waiting")
    expect(waiting).to_contain_text("Your message waits on this device", timeout=LONG)
    keeps(page)
    waiting.get_by_role("button", name="Do not send it").click()
    row(page, "bill.pdf")("Waits for the connection")
    keeps(page, "bill.pdf")


def test_what_a_closed_tab_has_left_is_deleted_after_a_day(desk: Desk, page: Page) -> None:
    desk.start()
    begin(page, desk)
    choose(page, payload("bill.pdf", attacks.pdf()))
    row(page, "bill.pdf")(READY)
    keeps(page, "bill.pdf")
    other = page.context.new_page()
    other.goto(f"{desk.pages}ask/")
    ready(other)
    choose(other, payload("tap.jpg", attacks.jpeg()))
    row(other, "tap.jpg")(READY)
    # Each tab has its own.
    keeps(other, "bill.pdf", "tap.jpg")
    expect(other.locator(".cb-files__one")).to_have_count(1)
    page.close()
    other.evaluate(AGE)
    other.reload()

    keeps(other)
    expect(other.locator(".cb-files__one")).to_have_count(0)


@pytest.mark.parametrize("script", [FORBID, FULL], ids=["forbidden", "full"])
def test_where_nothing_can_be_kept_files_are_sent_all_the_same(
    desk: Desk, page: Page, script: str
) -> None:
    desk.start()
    page.add_init_script(script)
    begin(page, desk)
    choose(page, payload("bill.pdf", attacks.pdf()))
    row(page, "bill.pdf")(READY)
    page.reload()
    # Nobody writes between two strokes of a key; what was written before is back by then.
    expect(page.locator(".cb-pick").first).to_be_visible(timeout=LONG)
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    choose(page, payload("tap.jpg", attacks.jpeg()))
    row(page, "tap.jpg")(READY)
    expect(page.get_by_text(KEPT)).to_have_count(0)
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    assert ["tap.jpg"] == desk.names()


def test_what_is_refused_is_said_beside_the_field_and_can_be_removed(
    desk: Desk, page: Page, watch: Watch
) -> None:
    watch.allow("status of 422")
    desk.start()
    begin(page, desk)
    send(page)
    expect(page.locator(".cb-summary")).to_contain_text("Proof of purchase: Please choose a file.")
    # The kind is told before anything is sent; what is in it, by the endpoint.
    choose(page, payload("logo.jpg", attacks.svg()), payload("bill.pdf", attacks.locked_pdf()))
    row(page, "logo.jpg")("“logo.jpg” is not one of the files that we can take")
    row(page, "bill.pdf")("“bill.pdf” is protected, so we cannot check it.")
    send(page)
    summary = page.locator(".cb-summary a")
    expect(summary).to_have_text(re.compile("Proof of purchase: “logo.jpg” is not one of"))
    expect(page.locator("#proof-receipt-error")).to_contain_text("“logo.jpg” is not one of")
    summary.click()
    expect(page.locator("#proof-receipt")).to_be_focused()

    page.get_by_role("button", name="Remove: logo.jpg").press("Enter")
    expect(page.get_by_role("button", name="Remove: bill.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#proof-receipt")).to_be_focused()
    choose(page, payload("bill.pdf", attacks.pdf()))
    row(page, "bill.pdf")(READY)
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    assert [attacks.pdf()] == desk.kept()


def test_too_many_and_too_large_files_are_told_before_they_are_sent(desk: Desk, page: Page) -> None:
    desk.start()
    begin(page, desk)
    choose(page, *(payload(f"{number}.pdf", attacks.pdf()) for number in range(3)))
    row(page, "2.pdf")(READY)
    send(page)
    expect(page.locator(".cb-summary")).to_contain_text("Please choose at most 2.")
    page.get_by_role("button", name="Remove: 2.pdf").click()
    page.get_by_role("button", name="Remove: 1.pdf").click()
    choose(page, payload("film.pdf", attacks.pdf() + b" " * 5_000_000))
    row(page, "film.pdf")("“film.pdf” is too large. A file may have 5 MB at most.")


def test_a_photo_that_is_too_large_is_made_smaller(desk: Desk, page: Page) -> None:
    desk.start()
    begin(page, desk)
    choose(page, payload("IMG_2041.jpg", attacks.turned_jpeg(5_000_001)))
    row(page, "IMG_2041.jpg")(READY)
    told = page.locator(".cb-files__size").inner_text()
    assert 5 > float(told.removesuffix(" MB"))
    # It goes on from there after a reload, and is sent once.
    page.reload()
    row(page, "IMG_2041.jpg")(READY)
    assert told == page.locator(".cb-files__size").inner_text()
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)

    assert ["IMG_2041.jpg"] == desk.names()
    (kept,) = desk.kept()
    with Image.open(BytesIO(kept)) as shown:
        assert ("JPEG", 4000) == (shown.format, max(shown.size))
        # The way up that the camera noted.
        assert shown.height > shown.width


def test_files_come_without_javascript(desk: Desk, open_page: OpenPage, watch: Watch) -> None:
    watch.allow("status of 422")
    desk.start()
    page = open_page(javascript=False)
    page.goto(f"{desk.pages}ask/")
    page.get_by_label("Your e-mail address").fill("nobody@example")
    page.locator("input[type=file]").set_input_files(
        [payload("tap.png", attacks.located_jpeg()), payload("bill.pdf", attacks.pdf())]
    )
    page.locator("form").evaluate("form => { form.noValidate = true }")
    send(page)
    expect(page.get_by_text("Please write an e-mail address")).to_have_count(2)
    expect(page.get_by_label("Send “tap.jpg” along")).to_be_checked()
    page.get_by_label("Send “bill.pdf” along").uncheck()
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    send(page)

    expect(page.get_by_text("CB-")).to_be_visible()
    assert ["tap.jpg"] == desk.names()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_can_be_used_by_everybody(
    desk: Desk,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    scheme: Scheme,
    width: int,
) -> None:
    desk.start()
    page = open_page(width, scheme=scheme, has_touch=True)
    begin(page, desk)
    choose(
        page,
        payload("a very long name of a picture from a phone 2026-11-22.jpg", attacks.jpeg()),
        payload("logo.svg", attacks.svg()),
    )
    row(page, "a very long name")(READY)
    row(page, "logo.svg")("is not one of the files")

    assert ([], 0) == (axe(page), overflow(page))
    for target in page.locator(".cb-pick, .cb-files__remove").all():
        box = target.bounding_box()
        assert box and box["height"] >= 44

    photo = page.locator("input[capture=environment]")
    expect(photo).to_have_count(1)
    expect(page.get_by_text("Take a photo")).to_be_visible()
