"""Old addresses lead to the pages that took their place, without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from carebase.articles.redirects import file_of
from tests.support.process import run_carebase

CONFIG = """\
site_name: Redirects
theme: {name: material}
plugins: [carebase-articles]
"""


@pytest.mark.parametrize(
    ("alias", "file"),
    [
        ("old/descale/", "old/descale/index.html"),
        ("/old/descale", "old/descale/index.html"),
        ("old/descale.html", "old/descale.html"),
        ("../outside/", None),
        ("a/../../b", None),
        ("a?b=c", None),
        ("https://example.org/", None),
        ("", None),
    ],
)
def test_an_alias_is_a_file_inside_the_site(alias: str, file: str | None) -> None:
    assert file == file_of(alias)


def test_an_old_address_leads_on_and_never_covers_a_page(tmp_path: Path) -> None:
    docs = tmp_path / "docs" / "new"
    docs.mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (docs / "page.md").write_text(
        "---\naliases: [old/place/, new/other/]\n---\n\n# Tea & <b>milk</b>\n", encoding="utf-8"
    )
    (docs / "other.md").write_text("# The other page\n", encoding="utf-8")

    answer = run_carebase("build", cwd=tmp_path)

    assert 0 == answer.returncode, answer.stderr
    site = tmp_path / "site"
    page = html.parse(site / "old" / "place" / "index.html")
    assert ["../../new/page/"] == page.xpath("//a/@href")
    assert ["0; url=../../new/page/"] == page.xpath("//meta[@http-equiv]/@content")
    assert "Tea & milk" == page.xpath("string(//title)")
    assert ["data:,"] == page.xpath("//link[@rel='icon']/@href")
    assert "The other page" in (site / "new" / "other" / "index.html").read_text(encoding="utf-8")
