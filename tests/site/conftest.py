"""The example site, built once for all tests of this folder, at its root and below `/help/`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.example import build_with, copy_example
from tests.support.sites import BuiltSite
from tests.support.static_server import serve_folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The example site as `mkdocs build --strict` makes it."""
    root = tmp_path_factory.mktemp("example")
    copy_example(root)
    site = build_with("mkdocs", root, "--strict")
    assert 0 == site.result.returncode, site.result.stderr
    return site


@pytest.fixture(scope="session")
def address(example: BuiltSite) -> Iterator[str]:
    """Where the example answers, with the headers it ships."""
    with serve_folder(example.folder, headers=True) as address:
        yield address


@pytest.fixture(scope="session")
def below_help(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the example answers when it was built for `/help/`, with the headers it ships."""
    root = tmp_path_factory.mktemp("below-help")
    copy_example(root, site_url="http://127.0.0.1/help/")
    site = build_with("mkdocs", root, "--strict")
    assert 0 == site.result.returncode, site.result.stderr
    with serve_folder(site.folder, prefix="/help/", headers=True) as address:
        yield address
