"""Links and anchors as the real rendering has them, by the rules of MkDocs and of browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carebase.articles import Renderer, check_pages, load_pages
from carebase.articles.markdown import Outline, read_outline
from carebase.catalog import load_catalog
from carebase.errors import Problem
from carebase.forms import load_forms
from carebase.report import inspect_site
from carebase.site import Site

TODAY = date(2026, 11, 21)
EXTENSIONS = ("toc", "attr_list", "md_in_html", "footnotes")
TREE = {
    "index.md": "# Home\n\n## Start here\n",
    "guide.md": "# Guide\n\n## Über Öl { #oil }\n\n<a name='old'></a>\n",
    "folder/index.md": "# Folder\n\n![X](img/x.svg)\n",
    "folder/page.md": "# Page\n\nText.\n",
    "With Space/A Page.md": "# Spaced\n\nText.\n",
    "folder/img/x.svg": "",
    "files/sheet.pdf": "",
    "secret.yml": "",
}


def site_of(root: Path, files: Mapping[str, str], **settings: Any) -> Site:
    """Write files below docs/ and describe the site."""
    for name, text in files.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    site = Site(root, root / "docs", root / "site", "Test", markdown_extensions=EXTENSIONS)
    return replace(site, **settings)


def problems_of(site: Site) -> list[Problem]:
    """Check the pages of a site alone."""
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    return pages.problems + check_pages(site, catalog, pages, TODAY)


def codes(root: Path, page: str, text: str, **settings: Any) -> list[str]:
    """Give the codes of what is wrong on one page beside a small tree of others."""
    site = site_of(root, {**TREE, page: text}, **settings)
    return [one.code for one in problems_of(site)]


@pytest.mark.parametrize(
    "link",
    [
        "page.md",
        "./page.md",
        "../guide.md",
        "../guide.md#oil",
        "../guide.md#old",
        "../index.md?x=1#start-here",
        "../With%20Space/A%20Page.md",
        "<../With Space/A Page.md>",
        "../files/sheet.pdf",
        "img/x.svg",
        "#here",
        "#",
        "#top",
        "#:~:text=here",
        "../page/",
        "../../guide/",
        "../../guide/#oil",
        "/guide/",
        "/guide/#oil",
        "/guide",
        "/guide/index.html",
        "/",
        "/files/sheet.pdf",
        "/404.html",
        "https://example.com/x.md",
        "//example.com/x.md",
        "mailto:care@example.com",
        "tel:+431555",
        "{{ shop.url }}",
    ],
)
def test_a_link_that_leads_somewhere(tmp_path: Path, link: str) -> None:
    assert [] == codes(tmp_path, "folder/here.md", f"# Here\n\n[x]({link})\n")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("pag.md", "dead-link"),
        ("guide.md", "dead-link"),
        ("Page.md", "dead-link"),
        ("page.html", "dead-link"),
        ("page", "dead-link"),
        ("../secret.yml", "dead-link"),
        ("../../outside.md", "dead-link"),
        ("/guide.md", "dead-link"),
        ("/nowhere/", "dead-link"),
        ("http://[", "dead-link"),
        ("#gone", "dead-anchor"),
        ("../guide.md#gone", "dead-anchor"),
        ("/guide/#gone", "dead-anchor"),
        ("img/y.svg", "dead-link"),
    ],
)
def test_a_link_that_leads_nowhere(tmp_path: Path, link: str, code: str) -> None:
    assert [code] == codes(tmp_path, "folder/here.md", f"# Here\n\n[x]({link})\n")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="../img/x.svg" alt="">', []),
        ('<img src="img/x.svg" alt="">', ["missing-picture"]),
        ('<a href="../page/">x</a>', []),
        ('<a href="page.md">x</a>', ["dead-link"]),
        ("<a href='../../guide/#oil'>x</a>", []),
        ("<a href=../../guide/#gone>x</a>", ["dead-anchor"]),
        ('<video src="../film.mp4"></video>', ["dead-link"]),
        ("<div markdown>\n\n[x](page.md)\n\n</div>", []),
        ("<!-- [x](gone.md) <a href='gone/'>x</a> -->", []),
        ("`[x](gone.md)`", []),
        ("    [x](gone.md)", []),
        ("\\[x](gone.md)", []),
    ],
)
def test_html_counts_from_the_address_of_the_page(
    tmp_path: Path, html: str, expected: list[str]
) -> None:
    assert expected == codes(tmp_path, "folder/here.md", f"# Here\n\nText.\n\n{html}\n")


def test_in_a_folder_of_the_host(tmp_path: Path) -> None:
    text = "# Here\n\n[a](/help/guide/) [b](/shop/) [c](/guide/) [d](/help/gone/)\n"
    found = problems_of(site_of(tmp_path, {**TREE, "here.md": text}, url="https://x.example/help/"))
    assert ["`/guide/`", "`/help/gone/`"] == [one.found for one in found]


def test_without_directory_addresses(tmp_path: Path) -> None:
    text = (
        "# Here\n\n[a](page.html) [b](/guide.html#oil) [c](../page/) <img src='img/x.svg' alt=''>\n"
    )
    assert ["dead-link"] == codes(tmp_path, "folder/here.md", text, directory_urls=False)


def test_each_place_of_a_dead_link_is_told(tmp_path: Path) -> None:
    text = "# Here\n\n`gone.md` [a](gone.md) and\n[b](gone.md), [c][r]\n\n[r]: gone.md\n"
    found = problems_of(site_of(tmp_path, {"here.md": text}))
    assert [(3, 15), (4, 5), (6, 6)] == [(one.line, one.column) for one in found]


@pytest.mark.parametrize(
    ("link", "hint"),
    [
        ("pages.md", "did you mean `page.md`?"),
        ("PAGE.md", "capital letters count: write `page.md`"),
        ("page", "write `page.md`"),
        ("guide.md", "write `../guide.md`"),
        ("sheet.pdf", "did you mean `../files/sheet.pdf`?"),
        ("/guide.md", "MkDocs leaves what begins with `/` as it is: write `../guide.md`"),
        ("A Page.md", "did you mean `../With%20Space/A%20Page.md`?"),
        ("completely-different.md", ""),
    ],
)
def test_the_way_out_is_said(tmp_path: Path, link: str, hint: str) -> None:
    site = site_of(tmp_path, {**TREE, "folder/here.md": f"# Here\n\n[x](<{link}>)\n"})
    assert [hint] == [one.hint for one in problems_of(site)]


def test_braces_without_their_extension(tmp_path: Path) -> None:
    text = "# Here\n\n## Step { #one}\n\n[x](#one)\n"
    (found,) = problems_of(site_of(tmp_path, {"here.md": text}, markdown_extensions=("toc",)))
    assert "ids in braces need the extension `attr_list`: add it in mkdocs.yml" == found.hint


def test_anchors_follow_the_slugs_of_the_site(tmp_path: Path) -> None:
    from pymdownx.slugs import slugify

    configs = {"toc": {"slugify": slugify(case="lower")}}
    text = "# Här\n\n## Grüße & Öl\n\n[x](#grüße--öl) [y](#gru%C3%9Fe)\n"
    found = problems_of(site_of(tmp_path, {"h.md": text}, extension_configs=configs))
    assert ["`#gru%C3%9Fe`"] == [one.found for one in found]


def test_what_is_kept_out_of_the_site_is_not_there(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\n[x](draft.md) [y](.hidden.md)\n",
        "draft.md": "# D\n\nText.\n",
        ".hidden.md": "",
    }
    site = site_of(tmp_path, files, excluded=lambda name: name == "draft.md")
    assert ["dead-link", "dead-link"] == [one.code for one in problems_of(site)]


def test_a_readme_gives_way_to_an_index(tmp_path: Path) -> None:
    files = {"a/index.md": "# A\n", "a/README.md": "# R\n", "b/README.md": "[x](../a/README.md)\n"}
    assert ["dead-link"] == [one.code for one in problems_of(site_of(tmp_path, files))]


def test_an_extension_that_cannot_be_loaded_or_fails(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("markdown_extensions:\n  - no.such.extension\n")
    site = site_of(
        tmp_path, {"a.md": "# A\n\nText.\n"}, markdown_extensions=("toc", "no.such.extension")
    )
    found = problems_of(site)
    assert [("mkdocs.yml", 2, 5, "extension-failed")] == [
        (one.file, one.line, one.column, one.code) for one in found
    ]

    class Broken(Renderer):
        def __init__(self, site: Site) -> None:
            super().__init__(site)
            self.markdown.convert = self.fail  # type: ignore[assignment]

        def fail(self, text: str) -> str:
            raise KeyError("x")

    site = site_of(tmp_path, {"a.md": "# A\n\n[x](b.md#gone)\n", "b.md": "# B\n\nText.\n"})
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    found = check_pages(site, catalog, pages, TODAY, Broken(site))
    assert ["markdown-failed", "markdown-failed"] == [one.code for one in found]
    assert "KeyError: 'x'" == found[0].found


def test_the_outline_of_html() -> None:
    outline = read_outline(
        '<h1 id="a">A <em>b</em><a class="headerlink" href="#a">¶</a></h1>'
        "<h2 class='aside x' id=c>C &amp; d?</h2><script>var x = '<h2 id=\"no\">';</script>"
        '<!-- <h3 id="no"> --><img src="p.png" alt="P"><img src=q.png role=presentation>'
        '<a href="x?a=1&amp;b=2" data-carebase-markdown="">x</a><a name=n></a>'
    )
    assert [(1, "a", "A b"), (2, "c", "C & d?")] == [
        (heading.level, heading.id, heading.text) for heading in outline.headings
    ]
    assert ("aside", "x") == outline.headings[1].classes
    assert {"a", "c", "n"} == outline.anchors
    assert [("p.png", "P")] == [(one.source, one.alt) for one in outline.pictures]
    assert [("#a", True), ("p.png", True), ("q.png", True), ("x?a=1&b=2", False)] == [
        (link.target, link.is_html) for link in outline.links
    ]
    assert Outline() == read_outline("")


def test_a_key_that_many_pages_have_is_told_once(tmp_path: Path) -> None:
    files = {f"{number}.md": "---\nms.date: 1\n---\n\n# T\n\nText.\n" for number in range(5)}
    report = inspect_site(site_of(tmp_path, files), TODAY)
    assert [("docs/0.md", "`ms.date` here and on 4 more pages")] == [
        (one.file, one.found) for one in report.problems
    ]
    assert ("0 errors, 1 warning in 5 files", 5) == (report.summary, report.pages)
