"""What the built example holds, and what it must not hold."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from carebase_plugins.theme.install import JOINED, STATIC
from tests.conftest import OpenPage
from tests.support.example import KINDS
from tests.support.sites import BuiltSite, site_in
from tests.support.weight import weigh

# DESIGN's budgets. Compressed sizes are gzip's.
GUIDE_HTML = 45_000
TEXT_PAGE = 85_000
TEXT_REQUESTS = 10
OUR_CODE = 15_000
GROWTH = 1.15


class _Attributes(HTMLParser):
    """Gathers `style` attributes and handlers, wherever they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f'<{tag} {name}="{value}">')


def test_no_page_has_style_attributes_or_handlers(example: BuiltSite) -> None:
    found = {}
    for name in example.files():
        if name.endswith(".html"):
            reader = _Attributes()
            reader.feed((example.folder / name).read_text(encoding="utf-8"))
            if reader.found:
                found[name] = reader.found
    assert {} == found


def test_no_source_of_ours_is_published(example: BuiltSite) -> None:
    private = (".yml", ".yaml", ".lock", ".toml", ".py", ".db", ".addresses")
    assert [] == [name for name in example.files() if name.endswith(private)]


def test_the_twin_of_a_page_begins_with_its_title_and_not_with_its_front_matter(
    example: BuiltSite,
) -> None:
    files = set(example.files())
    twins = [name for name in files if name.endswith(".md")]
    assert len(twins) > 50
    for name in twins:
        stem = name.removesuffix(".md").removesuffix("index").rstrip("/")
        assert f"{stem}/index.html".lstrip("/") in files
        assert (example.folder / name).read_text(encoding="utf-8").startswith("# ")


def test_the_site_ships_its_headers(example: BuiltSite) -> None:
    text = (example.folder / "_headers").read_text(encoding="utf-8")
    assert "Content-Security-Policy: " in text
    assert "unsafe-inline" not in text
    assert "'unsafe-eval'" not in text


def test_every_page_kind_is_in_the_example(example: BuiltSite) -> None:
    files = set(example.files())
    missing = {
        kind: path
        for kind, path in KINDS.items()
        if (path if path.endswith(".html") else path + "index.html") not in files
    }
    assert {} == missing


def test_guide_pages_stay_light(example: BuiltSite) -> None:
    sizes = {
        name: len(text.encode())
        for name in example.files()
        if name.endswith(".html")
        if 'data-carebase="guide"' in (text := (example.folder / name).read_text(encoding="utf-8"))
    }
    assert 15 <= len(sizes)
    assert {} == {name: size for name, size in sizes.items() if size > GUIDE_HTML}


def test_our_scripts_are_published_whole_but_for_comments_and_indents(example: BuiltSite) -> None:
    published = example.folder / "assets" / "carebase" / "js"
    joined = {part for parts in JOINED.values() for part in parts} - JOINED.keys()
    assert {path.name for path in STATIC.glob("*.js")} - joined == {
        path.name for path in published.iterdir()
    }
    for path in published.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.name == "carebase.js":
            # It runs from a folder too, where browsers refuse modules.
            assert ("(()=>{", "})();") == (lines[0], lines[-1])
            lines = lines[1:-1]
        parts = JOINED.get(path.name, (path.name,))
        written = "".join(
            (STATIC / part).read_text(encoding="utf-8") for part in parts
        ).splitlines()
        code = [line for line in written if not line.lstrip().startswith(("//", "*", "/*"))]
        # Where a text went over several lines, its spaces would be lost.
        assert [] == [line for line in code if line.count("`") % 2], path.name
        # A type that is said within a line is a comment too.
        written = [
            re.sub(r"/\*\* @type [^*]*\*/ ?", "", line).lstrip()
            for line in written
            if not re.fullmatch(r"\s*/\*\*.*\*/", line)
        ]
        assert {part for part in parts if f'from "./{part}"' in "\n".join(lines)} == set()
        # Lines are taken out and none is changed; what is left can be read as a module.
        assert lines == [line for line in written if line in set(lines)]
        assert not [
            line for line in lines if line.lstrip().startswith(("//", "* ")) or "/** @type" in line
        ]
        with path.open("rb") as module:
            done = subprocess.run(
                ["node", "--input-type=module", "--check"], stdin=module, capture_output=True
            )
        assert b"" == done.stderr, path.name


def test_each_page_links_the_styles_it_shows(example: BuiltSite) -> None:
    own = STATIC / "css" / "places.css"
    classes = set(re.findall(r"\.(cb-[\w-]+)", own.read_text(encoding="utf-8")))
    linked = {True: 0, False: 0}
    for path in example.folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        if "assets/carebase/carebase.css" not in html:
            continue
        shown = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
        links = 'assets/carebase/places.css"' in html
        assert links >= bool(shown & classes), path
        linked[links] += 1
    assert all(linked.values())


@pytest.mark.browser
def test_a_text_page_costs_little(address: str, open_page: OpenPage) -> None:
    weight = weigh(open_page(), address + KINDS["page"])

    assert TEXT_PAGE >= weight.total
    assert TEXT_REQUESTS >= weight.requests
    assert 0 == weight.foreign


@pytest.mark.browser
def test_our_own_code_on_a_guide_is_small(address: str, open_page: OpenPage) -> None:
    assert OUR_CODE >= weigh(open_page(), address + KINDS["guide"]).ours


GUIDE = """\
---
title: Guide {number}
description: What guide {number} does.
time: 10 min
difficulty: easy
---

# Guide {number}

## Switch the machine off

Press the button.

## Wait

One minute.
"""


PER_PRODUCT = 10


def grown(pages: int) -> dict[str, str]:
    """Give a site of so many guides, ten for each product."""
    files = {"docs/index.md": "# Test Care\n"}
    for number in range(pages):
        product = f"p{number // PER_PRODUCT}"
        files[f"docs/products/{product}/guide-{number}.md"] = GUIDE.format(number=number)
    for number in range(pages // PER_PRODUCT):
        files[f"docs/products/p{number}/index.md"] = f"# Product {number}\n"
        files[f"docs/products/p{number}/product.yml"] = (
            f"id: p{number}\nname: Product {number}\nsummary: One of many.\n"
        )
    return files


def test_a_page_does_not_grow_with_the_site(tmp_path: Path) -> None:
    page = "products/p0/guide-0/"
    small = len(site_in(tmp_path / "small", grown(50)).html(page))
    large = len(site_in(tmp_path / "large", grown(300)).html(page))

    assert small * GROWTH >= large
