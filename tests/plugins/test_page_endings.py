"""Pages whose names end otherwise than with `.md`, of which the generator makes some."""

from __future__ import annotations

from pathlib import Path

from tests.plugins.making import make
from tests.support.process import run_carebase


def test_a_page_that_ends_as_the_generator_allows_is_built_searched_and_told(
    tmp_path: Path,
) -> None:
    docs = {"index.md": "# Home\n", "care.markdown": "# Zebra care\n", "more.MD": "# More\n"}
    site = make(tmp_path, {"docs": docs})
    assert [True, False] == [(site.folder / name).exists() for name in ("care/index.html", "more")]
    assert 'href="../care/"' in site.html("all-pages/")
    assert "Zebra care" in run_carebase("search", "zebra", cwd=tmp_path).stdout
    told = """\
docs/care.markdown:1:1: warning file-ending: The name of a page ends with `.md`: this one is made, \
but not checked.
    found: `care.markdown`
    hint: rename it to `care.md`
docs/more.MD:1:1: warning file-ending: The name of a page ends with `.md`: this one is copied as \
it is.
    found: `more.MD`
    hint: rename it to `more.md`"""
    assert told == site.result.stdout


def test_a_site_of_the_generator_alone_may_name_its_pages_so(tmp_path: Path) -> None:
    config = "site_name: Plain\ntheme:\n  name: material\n"
    site = make(tmp_path, {"docs": {"index.md": "# Home\n", "care.markdown": "# Care\n"}}, config)
    assert "" == site.result.stdout
    assert "Care" in site.html("care/")
