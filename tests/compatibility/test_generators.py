"""The example site comes out the same from every site generator that Carebase works with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import build_with, copy_example
from tests.support.sites import BuiltSite, build_site


@pytest.fixture(scope="module")
def by_mkdocs(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The example as `mkdocs build --strict` makes it."""
    root = tmp_path_factory.mktemp("mkdocs")
    copy_example(root)
    return build_with("mkdocs", root, "--strict")


def texts(site: BuiltSite) -> dict[str, str]:
    """Give each HTML page without what names the generator itself."""
    pages = {}
    for name in site.files():
        if name.endswith(".html"):
            text = (site.folder / name).read_text(encoding="utf-8")
            pages[name] = "\n".join(
                line for line in text.splitlines() if '<meta name="generator"' not in line
            )
    return pages


def test_mkdocs_builds_it_strictly(by_mkdocs: BuiltSite) -> None:
    assert 0 == by_mkdocs.result.returncode, by_mkdocs.result.stderr
    assert "WARNING" not in by_mkdocs.result.stderr


def test_properdocs_builds_the_same_pages(by_mkdocs: BuiltSite, tmp_path: Path) -> None:
    copy_example(tmp_path)
    site = build_with("properdocs", tmp_path)

    assert 0 == site.result.returncode, site.result.stderr
    assert by_mkdocs.files() == site.files()
    assert texts(by_mkdocs) == texts(site)


def test_carebase_builds_the_same_pages(by_mkdocs: BuiltSite, tmp_path: Path) -> None:
    copy_example(tmp_path)
    site = build_site(tmp_path)

    assert 0 == site.result.returncode, site.result.stderr
    assert by_mkdocs.files() == site.files()
    assert texts(by_mkdocs) == texts(site)
