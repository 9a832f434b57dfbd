"""A glance at a file tells what a whole check tells of it, but for what all pages tell together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from carebase.articles import Renderer, load_pages
from carebase.catalog import load_catalog
from carebase.errors import Problem
from carebase.forms import load_forms
from carebase.glance import Glance
from carebase.report import inspect_site
from carebase.site import Site
from carebase.training import load_courses
from tests.support.sites import Picture, write_files

TODAY = date(2026, 11, 21)
# What follows from all pages together.
TOGETHER = {"near-duplicate", "product-spelling", "tool-not-listed", "return-without-withdrawal"}
SAME = " ".join(f"Turn screw {number} by {number * 7} degrees." for number in range(90))
PRODUCT = "id: brio\nname: Brio\nsummary: A machine.\nparts:\n  - {sku: B-1, name: Lid}\n"
FILES: Picture = {
    "products/brio/product.yml": PRODUCT,
    "products/brio/lid.md": f"---\ntools: [soft cloth]\n---\n# Lid\n\n## Open it\n\n{SAME}\n",
    "products/brio/lid-2.md": f"# Lid\n\n## Open it\n\n{SAME}A soft cloth helps. Not a brio.\n",
    "products/brio/odd.md": (
        "---\nkind: gide\ndifficulty: esy\nparts: [B-2]\nrequires: [nothing.md]\n---\n# Odd\n"
    ),
    "products/brio/late.md": (
        "---\nreview_by: 2020-01-01\naliases: [products/brio/lid/, old/]\n---\n# Late\n"
    ),
    "products/brio/more.md": "---\naliases: [old/]\nhouse_key: 1\n---\n# More {{ product.nme }}\n",
    "faq/ask.md": "# Ask\n\n## Brio\n\n[x](#brio) [y](#bro) [z](../gone.md) ![](p.png)\n",
    "links.md": (
        "# Links\n\n[a](faq/ask.md#brio) [b](faq/ask.md#no) [c](Faq/ask.md)\n\n"
        "/// quis\n///\n\n/// form | suport\n///\n\n```\nopen\n"
    ),
    "test.md": "# Test\n\n/// quiz\n### One?\n\n- [x] Yes\n///\n\n### Twice {#a}\n\n### Two {#a}\n",
    "help.md": "---\nkind: troubleshooter\n---\n# Help\n\n## What?\n\n- [It](#gone)\n",
    "back.md": "# Back\n\n/// form | return-request\n///\n",
    "contact.yml": "chanels: []\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with a fault of many a kind."""
    write_files(tmp_path / "docs", FILES)
    plugins = ("carebase-catalog", "carebase-articles", "carebase-courses")
    extensions = ("toc", "attr_list")
    return Site(
        tmp_path, tmp_path / "docs", tmp_path / "site", "Test",
        plugins=plugins, markdown_extensions=extensions,
    )  # fmt: skip


def glance_at(site: Site) -> Glance:
    """Read a site as a build does, ready for a glance."""
    catalog, forms = load_catalog(site), load_forms(site)
    return Glance(
        site, catalog, forms, load_courses(site), load_pages(site, catalog, forms, Renderer(site))
    )


def told(problems: Collection[Problem], names: Collection[str]) -> list[str]:
    """Give the problems of files, but for those of all pages together, as people read them."""
    return [
        problem.as_text()
        for problem in problems
        if problem.file in names and problem.code not in TOGETHER
    ]


def test_a_glance_tells_what_a_check_tells(site: Site) -> None:
    whole = inspect_site(site, TODAY).problems
    names = {problem.file for problem in whole if problem.file.startswith("docs/")}
    glance = glance_at(site)

    assert TOGETHER <= {problem.code for problem in whole}
    assert 20 < len(told(whole, names))
    assert told(whole, names) == told(glance.look(names, TODAY), names)
    for name in sorted(names):
        assert told(whole, {name}) == told(glance.look({name}, TODAY), {name}), name


def test_a_glance_follows_edits(site: Site) -> None:
    glance = glance_at(site)
    docs = site.docs_dir
    assert ["dead-link"] == [
        one.code for one in glance.look({"docs/faq/ask.md"}, TODAY) if "gone.md" in one.found
    ]

    # The page that was linked to is there at last.
    (docs / "gone.md").write_text("# Not gone\n", encoding="utf-8")
    look = glance.look({"docs/gone.md", "docs/faq/ask.md"}, TODAY)
    assert [] == [one for one in look if "gone.md" in one.found]

    # A product has another part, and lost its policy's name.
    (docs / "products/brio/product.yml").write_text(
        PRODUCT.replace("B-1", "B-2") + "polcy: x\n", encoding="utf-8"
    )
    names = {"docs/products/brio/product.yml", "docs/products/brio/odd.md"}
    codes = {one.code for one in glance.look(names, TODAY)}
    assert "unknown-key" in codes
    assert "unknown-part" not in codes

    # A heading that others link to is another.
    (docs / "faq/ask.md").write_text("# Ask\n\n## Bruno\n", encoding="utf-8")
    look = glance.look({"docs/faq/ask.md", "docs/links.md"}, TODAY)
    assert ["`faq/ask.md#brio`", "`faq/ask.md#no`"] == [
        one.found for one in look if one.code == "dead-anchor"
    ]

    (docs / "links.md").unlink()
    assert [] == glance.look({"docs/links.md"}, TODAY)


def test_what_the_site_accepts_is_not_told(site: Site) -> None:
    accepted = replace(site, accepted={"fence-unclosed": ("docs/links.md",)})
    with_it, without = (
        {one.code for one in glance_at(one).look({"docs/links.md"}, TODAY)}
        for one in (site, accepted)
    )
    assert {"fence-unclosed"} == with_it - without
