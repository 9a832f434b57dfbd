"""Pages of several languages side by side: each searches in its own, and reads in its direction."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from carebase_plugins.engine.build import build_site
from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, make, tree
from tests.plugins.test_kept_builds import contents
from tests.support.sites import Picture, write_files

ARABIC = "---\nlang: ar\n---\n# الغلاية\n\n## املأ الغلاية\n\nاملأ الغلاية بالماء البارد.\n"
FILES: Picture = {
    "docs": {
        "index.md": "# Home\n",
        "ar.md": ARABIC,
        "de.md": "---\nlang: de\n---\n# Kessel\n\nWasser.\n",
        "en.md": "# Kettle\n\nWater.\n",
        "products/brio/product.yml": BRIO,
    }
}


def _languages(root: Path) -> dict[str, set[str]]:
    site = make(root, {}, CONFIG)
    return {
        name: set(tree(site, f"{name}/").xpath("//carebase-search/@lang"))
        for name in ("ar", "de", "en")
    }


def test_each_page_searches_in_its_own_language(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)

    assert {"ar": {"ar"}, "de": {"de"}, "en": {"en"}} == _languages(tmp_path)


def test_one_page_of_another_language_comes_out_as_in_a_cold_build(tmp_path: Path) -> None:
    root, fresh = tmp_path / "a" / "site", tmp_path / "b" / "site"
    make(root, FILES)
    changed: Picture = {"docs/de.md": "---\nlang: de\n---\n# Kessel\n\nKaltes Wasser.\n"}
    make(root, changed)
    make(fresh, FILES)
    (fresh / ".cache" / "carebase" / "build.sqlite").unlink()
    write_files(fresh, changed)
    build_site(fresh)

    kept, cold = contents(root / "site"), contents(fresh / "site")
    assert [] == [name for name in kept | cold if kept.get(name) != cold.get(name)]


@pytest.mark.browser
def test_results_read_from_right_to_left(
    tmp_path: Path, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = make(tmp_path, FILES)
    page = open_page(width=1280)
    page.goto(f"{serve_folder(site.folder)}ar/")
    page.keyboard.press("/")
    page.keyboard.type("الغلاية")

    text = page.locator(".cb-result .cb-row__text").first
    expect(text).to_contain_text("املأ")
    assert "rtl" == text.evaluate("(one) => getComputedStyle(one).direction")


@pytest.mark.browser
def test_a_site_without_a_palette_has_its_lines(
    tmp_path: Path, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = make(tmp_path, FILES)
    assert "palette" not in (tmp_path / "mkdocs.yml").read_text("utf-8")
    page = open_page(width=1280)
    page.goto(serve_folder(site.folder))

    for name in (".cb-search--large .cb-search__field", ".cb-card__link"):
        width = page.locator(name).first.evaluate("(one) => getComputedStyle(one).borderTopWidth")
        assert "0px" != width, name
