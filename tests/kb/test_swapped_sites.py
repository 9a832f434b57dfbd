"""A site that a build puts in place while it is read: always the old one or the new one, whole."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.types import Message, Scope

from carebase.build.draft import Draft
from carebase.build.leftovers import make_good
from carebase.endpoint.site import SiteFiles

PAGES = ("index.html", "products/index.html", "pagefind/start.pf_pack", "pagefind/en/part")


def write(folder: Path, edition: int) -> None:
    for name in PAGES[:2]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Edition {edition}" * (edition + 1), "utf-8")


def put_in_place(site: Path, edition: int) -> None:
    """Make everything anew, as a build does that knows nothing of the site."""
    draft = Draft(site, None, ("pagefind",))
    write(draft.folder, edition)
    draft.publish()


def test_no_file_is_ever_missing_while_a_site_takes_the_place_of_another(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put_in_place(site, 0)
    for name in PAGES[2:]:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("an index", "utf-8")
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").write_text("ref: pages", "utf-8")
    over = threading.Event()
    missing: list[str] = []

    def look() -> None:
        while not over.is_set():
            missing.extend(name for name in PAGES if not (site / name).exists())

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for one in watchers:
        one.start()
    try:
        for edition in range(1, 100):
            put_in_place(site, edition)
    finally:
        over.set()
        for one in watchers:
            one.join()

    assert [] == missing
    assert (site / "index.html").read_text("utf-8").startswith("Edition 99")
    assert "an index" == (site / "pagefind/en/part").read_text("utf-8")
    # What is hidden belongs to others, and comes along.
    assert "ref: pages" == (site / ".git" / "HEAD").read_text("utf-8")
    assert ["site"] == [path.name for path in tmp_path.iterdir()]
    make_good(site, ("pagefind",))
    assert (site / "pagefind/en/part").exists()


def test_an_answer_is_of_one_file_though_another_takes_its_place(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put_in_place(site, 1)
    scope: Scope = {"type": "http", "method": "GET", "headers": [], "path": "/"}
    scope["asgi"] = {"spec_version": "2.4"}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        files = SiteFiles(site)
        answer = await files.get_response("index.html", scope)
        put_in_place(site, 2)
        await answer(scope, receive, send)

    # Tests in a browser leave a loop at work in this thread.
    with ThreadPoolExecutor() as threads:
        threads.submit(asyncio.run, ask()).result()
    body = b"".join(message["body"] for message in sent[1:])
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}

    assert b"Edition 1Edition 1" == body
    assert str(len(body)) == headers["content-length"]
