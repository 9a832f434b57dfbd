"""The tools of the tests do what the other tests trust them to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import OpenPage, ServeFolder
from tests.support import browser as browsers
from tests.support import postgres
from tests.support.browser import Watch
from tests.support.process import start
from tests.support.sites import read_picture, write_files

STRICT = """\
/*
  Content-Security-Policy: default-src 'none'; img-src 'self'; script-src 'self'
/assets/*
  X-Asset: yes
"""


def test_a_picture_becomes_a_folder(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        """
        docs/:
          index.md: "# Home"
          products/brio/product.yml: |
            id: brio
        """,
    )

    files = {p.relative_to(tmp_path).as_posix(): p.read_text() for p in tmp_path.rglob("*.*")}
    assert {"docs/index.md": "# Home", "docs/products/brio/product.yml": "id: brio\n"} == files


def test_a_picture_must_be_a_mapping() -> None:
    with pytest.raises(TypeError):
        read_picture("just text")


def test_a_folder_is_served_below_a_path_with_its_headers(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder, watch: Watch
) -> None:
    write_files(
        tmp_path,
        {
            "_headers": STRICT,
            "index.html": "<!doctype html><html lang=en><title>Home</title><p>Home",
            "404.html": "<!doctype html><title>Lost</title><p>Lost",
            "assets/a.txt": "a",
        },
    )
    address = serve_folder(tmp_path, prefix="/help/", headers=True)
    page = open_page()
    watch.allow("status of 404")

    first = page.goto(address)
    asset = page.request.get(address + "assets/a.txt")
    lost = page.goto(address + "nothing/")
    outside = page.request.get(address.removesuffix("help/"))

    assert first is not None
    assert "default-src 'none'; img-src 'self'; script-src 'self'" == first.headers.get(
        "content-security-policy"
    )
    assert (200, "yes") == (asset.status, asset.headers.get("x-asset"))
    assert lost is not None
    assert (404, "Lost") == (lost.status, page.title())
    assert 404 == outside.status


def test_the_watch_sees_what_is_wrong(
    tmp_path: Path, chromium: Browser, serve_folder: ServeFolder
) -> None:
    write_files(
        tmp_path,
        {
            "_headers": STRICT,
            "index.html": "<!doctype html><html lang=en><title>T</title>"
            "<script>1</script><img src='http://foreign.example/x.png' alt=''>"
            "<script src='a.js'></script>",
            "a.js": "console.warn('careful'); throw new Error('broken');",
        },
    )
    watch = Watch()
    page = browsers.new_page(chromium, watch)
    page.goto(serve_folder(tmp_path), wait_until="networkidle")
    page.goto(serve_folder(tmp_path, headers=True), wait_until="networkidle")
    page.context.close()

    faults = "\n".join(watch.unexpected())
    for part in (
        "console warning: careful",
        "error: broken",
        "request to another host: http://foreign.example/x.png",
        "request failed: http://foreign.example/x.png",
        "violates the following Content Security Policy directive",
    ):
        assert part in faults
    watch.allow(".")
    assert [] == watch.unexpected()


def test_axe_works_under_a_strict_policy(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    write_files(
        tmp_path,
        {
            "_headers": STRICT,
            "index.html": "<!doctype html><html lang=en><title>T</title>"
            "<link rel=icon href=x.svg><main><h1>H</h1>"
            "<img src='x.svg'></main>",
            "x.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
    )
    page = open_page(scheme="dark", javascript=True)
    page.goto(serve_folder(tmp_path, headers=True))

    assert ["image-alt"] == [violation["rule"] for violation in browsers.run_axe(page)]
    assert 0 == browsers.overflow(page)


def test_a_process_is_waited_for_and_stopped() -> None:
    code = "import time; print('http://127.0.0.1:1/ ready'); time.sleep(60)"
    with start((sys.executable, "-c", code)) as running:
        assert "http://127.0.0.1:1/" == running.address()
        assert -15 == running.stop()


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_postgresql_is_told_and_fails_where_it_must_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setattr(postgres, "find", lambda: None)
    monkeypatch.setenv("CI", ci)

    assert code == postgres.main([])
    assert f"{postgres.MISSING}\n" == capsys.readouterr().err
