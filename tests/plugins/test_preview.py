"""`carebase serve` in a browser: an edit shows where one reads, with its faults."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from carebase.errors import CarebaseError
from carebase.sources.text import read_data
from carebase_plugins.engine.build import build_site
from carebase_plugins.engine.preview import Preview
from carebase_plugins.engine.scene import OvertakenError
from carebase_plugins.engine.server import Server
from tests.plugins.edits import Editor, write_site
from tests.plugins.making import BRIO, CONFIG
from tests.plugins.test_kept_builds import contents
from tests.support import browser
from tests.support.process import Running, free_port, start_carebase
from tests.support.sites import write_files

LONG = "".join(f"\n## Step {number}\n\nSome text.\n" for number in range(40))
GUIDE = "docs/products/brio/set-up.md"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    """A small site under `carebase serve`."""
    write_files(
        tmp_path,
        {
            "mkdocs.yml": CONFIG,
            "docs": {
                "products/brio/product.yml": BRIO,
                "products/brio/set-up.md": f"# Set up\n{LONG}",
                "products/brio/other.md": "# Other\n\nText.\n",
            },
        },
    )
    with start_carebase("serve", "--port", str(free_port()), cwd=tmp_path) as running:
        yield running


@pytest.mark.browser
def test_an_edit_shows_at_the_place_where_one_reads(
    served: Running, chromium: Browser, tmp_path: Path
) -> None:
    page = browser.new_page(chromium, width=1280)
    page.goto(f"{served.address()}products/brio/set-up/")
    page.evaluate("window.scrollTo(0, 900)")
    source = tmp_path / GUIDE
    text = source.read_text(encoding="utf-8")

    source.write_text(text.replace("Some text.", "Changed text.", 1), encoding="utf-8")

    expect(page.get_by_text("Changed text.")).to_have_count(1)
    page.wait_for_function("Math.abs(window.scrollY - 900) < 4")


@pytest.mark.browser
def test_the_place_stays_over_many_edits_on_a_phone(
    served: Running, chromium: Browser, tmp_path: Path
) -> None:
    page = browser.new_page(chromium, width=390)
    page.goto(f"{served.address()}products/brio/set-up/")
    page.wait_for_timeout(500)
    heading = page.locator("#step-20")
    heading.evaluate("(one) => window.scrollBy(0, one.getBoundingClientRect().top - 100)")
    source = tmp_path / GUIDE
    text = source.read_text(encoding="utf-8")
    for number, words in enumerate(("Changed text.", "Another text.", "Much more text. " * 90)):
        changed = text.replace("## Step 1\n", f"## Step 1\n\n{words}\n")
        source.write_text(changed, encoding="utf-8")
        expect(page.get_by_text(words.split(".")[0])).to_have_count(1)
        # Longer than widgets take to open.
        page.wait_for_timeout(1000)
        assert abs(heading.evaluate("(one) => one.getBoundingClientRect().top") - 100) < 4, number


@pytest.mark.browser
def test_faults_of_the_edited_file_show_and_go(
    served: Running, chromium: Browser, tmp_path: Path
) -> None:
    page = browser.new_page(chromium, width=1280)
    page.goto(f"{served.address()}products/brio/set-up/")
    source = tmp_path / GUIDE
    text = source.read_text(encoding="utf-8")

    source.write_text(f"{text}\n[gone](nowhere.md)\n", encoding="utf-8")

    fault = page.locator("#carebase-preview").get_by_text("nowhere.md").first
    expect(fault).to_be_visible(timeout=30_000)
    assert browser.run_axe(page, "#carebase-preview") == []
    served.wait_for(r"set-up\.md:\d+:\d+: error dead-link")

    source.write_text(text, encoding="utf-8")

    expect(page.locator("#carebase-preview")).to_have_count(0, timeout=30_000)
    served.wait_for("Nothing is wrong in the edited files any more.")


def test_other_faults_do_not_show(served: Running, tmp_path: Path) -> None:
    served.address()
    (tmp_path / "docs/products/brio/other.md").write_text("# Other\n\nMore.\n", encoding="utf-8")
    served.wait_for(r"Built products/brio/other\.md in \d")


def test_a_page_that_fails_is_named_with_its_line(tmp_path: Path) -> None:
    config = CONFIG.replace(
        "  - tables\n", "  - tables\n  - pymdownx.snippets:\n      check_paths: true\n"
    )
    broken = '# One\n\nText.\n\n--8<-- "gone.md"\n\nMore.\n'
    files = {"one.md": broken, "two.md": broken.replace("One", "Two"), "good.md": "# Good\n"}
    write_files(tmp_path, {"mkdocs.yml": config, "docs": files})

    with pytest.raises(Exception) as raised:
        build_site(tmp_path)

    lines = str(raised.value).splitlines()
    assert [f"docs/{name}:5:1: error render-failed" for name in ("one.md", "two.md")] == [
        re.match(r"[^ ]+ error render-failed", line)[0]  # type: ignore[index]
        for line in lines
        if "render-failed" in line
    ]


def test_pages_that_name_a_template_that_is_not_there_are_named_too(tmp_path: Path) -> None:
    text = "---\ntemplate: gone.html\n---\n# One\n"
    files = {"one.md": text, "two.md": text, "good.md": "# Good\n"}
    write_files(tmp_path, {"mkdocs.yml": CONFIG, "docs": files})

    with pytest.raises(CarebaseError) as raised:
        build_site(tmp_path)

    assert [
        f"docs/{name}:1:1: error render-failed: The page cannot be written: there is no template"
        " `gone.html` in the theme or in its `custom_dir`."
        for name in ("one.md", "two.md")
    ] == [line for line in str(raised.value).splitlines() if "render-failed" in line]


def pages_of(site: Path) -> dict[str, bytes]:
    """Give every file of a site but for the index of its search, which is made whole."""
    return {name: data for name, data in contents(site).items() if not name.startswith("pagefind")}


@pytest.mark.parametrize("seed", [5])
def test_quick_edits_give_what_a_build_gives(tmp_path: Path, seed: int) -> None:
    root = tmp_path / "site"
    write_site(root)
    preview = Preview(root, tmp_path / "served", "http://127.0.0.1:1/", lambda text: None)
    preview.build()
    editor = Editor(root, seed)
    quick = 0
    for _ in range(12):
        page = editor._page()
        word = f"word{time.time_ns()}"
        page.write_text(f"{page.read_text(encoding='utf-8')}\nMore {word}.\n", encoding="utf-8")
        made = preview.edit({str(page)})
        if made is None:
            preview.build()
        else:
            quick += 1
    fresh = Preview(root, tmp_path / "fresh", "http://127.0.0.1:1/", lambda text: None)
    fresh.records.keep({"rendered": None, "written": None, "twins": None, "sources": None})
    fresh.build()
    wanted, found = pages_of(tmp_path / "fresh"), pages_of(tmp_path / "served")
    late = {name for name in wanted if name.endswith((".md", "llms-full.txt"))}
    late.add("search/search_index.json")

    assert quick > 6
    assert wanted.keys() == found.keys()
    assert [] == [name for name in wanted if wanted[name] != found[name] and name not in late]
    preview.build()
    assert wanted == pages_of(tmp_path / "served")


MANY: dict[str, str] = {
    f"page-{number}.md": f"# Page {number}\n\n[Next](page-{(number + 1) % 6}.md)\n"
    for number in range(6)
}


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    """A site of six pages, kept ready after a second build."""
    write_files(tmp_path, {"mkdocs.yml": CONFIG, "docs": MANY})
    preview = Preview(tmp_path, tmp_path / "served", "http://127.0.0.1:1/", lambda text: None)
    preview.build()
    preview.build()
    return preview


def test_an_edit_reads_the_text_of_no_other_page(
    preview: Preview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    page = tmp_path / "docs/page-3.md"

    def noting(path: Path, *more: Any) -> Any:
        read.append(path.name)
        return read_data(path, *more)

    monkeypatch.setattr("carebase.sources.text.read_data", noting)
    page.write_text(f"{MANY['page-3.md']}\nMore.\n", encoding="utf-8")

    assert ["page-3.md"] == preview.edit({str(page)})
    assert ["page-3.md"] == read


def test_a_build_that_an_edit_overtakes_leaves_the_next_edit_quick(
    preview: Preview, tmp_path: Path
) -> None:
    page = tmp_path / "docs/page-2.md"
    checks, left = 0, 0

    def count() -> None:
        nonlocal checks
        checks += 1

    def stand_aside() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise OvertakenError

    preview.build(count)
    for at in range(1, checks + 1, 3):
        page.write_text(f"{MANY['page-2.md']}\nWord {at}.\n", encoding="utf-8")
        assert ["page-2.md"] == preview.edit({str(page)})
        left = at
        with pytest.raises(OvertakenError):
            preview.build(stand_aside)
        assert f"Word {at}." in (tmp_path / "served/page-2/index.html").read_text("utf-8")
        other = tmp_path / "docs/page-4.md"
        other.write_text(f"{MANY['page-4.md']}\nWord {at}.\n", encoding="utf-8")
        assert ["page-4.md"] == preview.edit({str(other)})
    preview.build()
    fresh = Preview(tmp_path, tmp_path / "fresh", "http://127.0.0.1:1/", lambda text: None)
    fresh.records.keep({"rendered": None, "written": None, "twins": None, "sources": None})
    fresh.build()

    assert checks > 20
    assert pages_of(tmp_path / "fresh") == pages_of(tmp_path / "served")


def test_no_garbage_is_looked_for_while_a_build_keeps_a_writer_waiting(preview: Preview) -> None:
    # At 10,000 pages one look takes two seconds, in which no edit is shown.
    looked: list[int] = []

    def heard(phase: str, about: dict[str, int]) -> None:
        if about["generation"] == 2:
            looked.append(1)

    before = gc.get_threshold()
    gc.set_threshold(50, 2, 2)
    gc.callbacks.append(heard)
    try:
        preview.build()
        kept = gc.isenabled()
    finally:
        gc.callbacks.remove(heard)
        gc.set_threshold(*before)

    assert ([], True) == (looked, kept)


def test_only_the_files_of_pages_are_watched_elsewhere(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "mkdocs.yml": f"{CONFIG}  - pymdownx.snippets: {{base_path: [{tmp_path}]}}\n",
            "shared/part.md": "Part.\n",
            "docs": {"index.md": '# Home\n\n--8<-- "shared/part.md"\n'},
        },
    )
    preview = Preview(tmp_path, tmp_path / "served", "http://127.0.0.1:1/", lambda text: None)
    preview.build()
    server = Server(lambda: None, "127.0.0.1", free_port(), str(tmp_path), "/", polling_interval=1)
    for path, seen in preview.looked.items():
        server.watching.look(path, seen)
    server.server_close()
    watched = [one.watch for observer in server.watching.observers for one in observer.emitters]

    assert str(tmp_path / "shared" / "part.md") in preview.looked
    assert str(tmp_path / "shared") in {one.path for one in watched}
    # What lies beside or below such files may be anything: the whole disk, too.
    assert [] == [one.path for one in watched if one.is_recursive]
