"""Options and files that change what pages show, though no page names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.making import CONFIG, make
from tests.plugins.test_kept_builds import built, from_nothing
from tests.support.sites import Picture, write_files

EMOJI = """\
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
      options:
        custom_icons: [icons]
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="{}"/></svg>'
ARTICLES: dict[str, dict[str, str]] = {
    "brio": {
        "product.yml": "id: brio\nname: Brio\nsummary: A machine.\n",
        "index.md": "# Brio\n",
        "clean.md": "# Clean the boilers\n\n!!! warning\n    It is hot.\n",
        "scale.md": "# Boiler and scale\n\nAll about it.\n",
    }
}


def same_as_from_nothing(root: Path, fresh: Path) -> None:
    """Build a site that was built before, and hold it against one that never was."""
    _, kept = built(root)
    _, anew = from_nothing(root, fresh)
    assert [] == [name for name in sorted(kept | anew) if kept.get(name) != anew.get(name)]


def test_another_language_of_the_theme_is_spoken_by_every_page(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    config = CONFIG.replace("  name: material\n", "  name: material\n  language: en\n")
    support = {"contact.md": "# Contact\n\n/// form | support-request\n///\n"}
    make(root, {"docs": {"index.md": "# Home\n", "products": ARTICLES, **support}}, config)
    write_files(root, {"mkdocs.yml": config.replace("language: en", "language: de")})
    same_as_from_nothing(root, tmp_path / "fresh")
    assert "Warnung" in (root / "site/products/brio/clean/index.html").read_text("utf-8")


def test_the_name_of_a_site_tells_no_two_articles_to_be_related(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    pages = {"a.md": "# Boilers of Brio\n\nText.\n", "b.md": "# Scale in boilers\n\nText.\n"}
    make(root, {"docs": {"index.md": "# Home\n", "help": pages}}, CONFIG)
    write_files(root, {"mkdocs.yml": CONFIG.replace("Test Care", "Boilers")})
    same_as_from_nothing(root, tmp_path / "fresh")


def test_an_icon_is_the_same_on_every_page_that_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "kb"
    pages = {"index.md": "# Home\n\n:shop-kettle:\n", "two.md": "# Two\n\n:shop-kettle:\n"}
    write_files(root, {"icons": {"shop": {"kettle.svg": ICON.format("M1 1")}}})
    # Material looks for them in the current folder.
    monkeypatch.chdir(root)
    make(root, {"docs": pages}, CONFIG + EMOJI)
    write_files(root, {"icons": {"shop": {"kettle.svg": ICON.format("M2 2")}}})
    site = make(root, {"docs": pages}, CONFIG + EMOJI)
    assert [True, True] == ["M2 2" in site.html(""), "M2 2" in site.html("two/")]
    write_files(root, {"icons": {"shop": {"mill.svg": ICON.format("M3 3")}}})
    pages = {"two.md": "# Two\n\n:shop-mill:\n"}
    assert "M3 3" in make(root, {"docs": pages}, CONFIG + EMOJI).html("two/")


def test_a_file_that_is_no_template_any_more_is_published_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    files = {"docs": {"index.md": "# Home\n", "prices.html": "{{ config.site_name }} costs 9\n"}}
    site = make(root, files, f"{CONFIG}extra_templates: [prices.html]\n")
    assert "Test Care costs 9" == site.html("prices.html").strip()
    assert "{{ config.site_name }} costs 9" == make(root, files).html("prices.html").strip()


def test_an_edit_of_a_guide_that_its_product_names_makes_no_other_page_anew(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    plan = "service_plan:\n  - {task: Clean, every: 3 months, guide: clean.md}\n"
    brio = {**ARTICLES["brio"], "product.yml": ARTICLES["brio"]["product.yml"] + plan}
    docs: Picture = {
        "index.md": "# Home\n",
        "about.md": "# About\n",
        "products": {"brio": brio},
        "courses": {
            "care": {
                "course.yml": "title: Care\nsummary: All.\nlessons:\n  - {page: one.md, id: one}\n",
                "one.md": "# One\n\nText.\n",
            }
        },
    }
    make(root, {"docs": docs})
    for name in ("products/brio/clean.md", "courses/care/one.md"):
        page = root / "docs" / name
        page.write_text(f"{page.read_text('utf-8')}\nMore.\n", "utf-8")
        outcome, kept = built(root)
        assert not isinstance(outcome, str)
        assert 1 == outcome.made < outcome.pages
    _, anew = from_nothing(root, tmp_path / "fresh")
    assert [] == [name for name in sorted(kept | anew) if kept.get(name) != anew.get(name)]


def test_the_head_of_a_guide_in_a_course_is_shown_by_few_pages(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    lessons = "lessons:\n  - {guide: products/brio/clean.md, id: clean}\n"
    docs: Picture = {
        "index.md": "# Home\n",
        **{f"page-{at}.md": f"# Page {at}\n" for at in range(9)},
        "products": ARTICLES,
        "courses": {"care": {"course.yml": f"title: Care\nsummary: All.\n{lessons}"}},
    }
    make(root, {"docs": docs})
    guide = root / "docs/products/brio/clean.md"
    guide.write_text(f"---\ntype: guide\ntime: 7 min\n---\n{guide.read_text('utf-8')}", "utf-8")
    built(root)
    guide.write_text(guide.read_text("utf-8").replace("7 min", "9 min"), "utf-8")
    outcome, kept = built(root)
    assert not isinstance(outcome, str)
    assert outcome.made < outcome.pages - 8
    assert "9 min" in (root / "site/courses/care/clean/index.html").read_text("utf-8")
    _, anew = from_nothing(root, tmp_path / "fresh")
    assert [] == [name for name in sorted(kept | anew) if kept.get(name) != anew.get(name)]
