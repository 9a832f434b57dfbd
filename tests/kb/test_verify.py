"""What a built site must hold, from its sources alone; and the commands that say so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from carebase.articles import load_pages
from carebase.articles.expectations import (
    Expected,
    Widget,
    expected_pages,
    find_missing,
    has_feedback,
    read_widgets,
)
from carebase.catalog import load_catalog
from carebase.cli import main
from carebase.forms import load_forms
from carebase.site import Site
from carebase.training import load_courses

FILES = {
    "docs/index.md": "# Home\n",
    "docs/contact.yml": "name: Care\n",
    "docs/products/brio/product.yml": "id: brio\nname: Brio\npolicy: brio@1\n",
    "docs/products/brio/descale.md": "# Descale\n\n/// parts\n///\n",
    "docs/products/brio/move.md": "---\nfeedback: false\n---\n\n# Move\n",
    "docs/products/brio/faq.md": "# FAQ\n\n## Why?\n\nSo.\n",
    "docs/courses/care/course.yml": "title: Care\nlessons: [01-water.md]\n",
    "docs/courses/care/01-water.md": "# Water\n",
    "docs/support.md": "# S\n\n/// form | support-request\n    product: brio\n///\n\n"
    "/// survey | product-survey\n///\n\n"
    "/// contact-hours\n///\n\n```\n/// warranty-check\n///\n```\n",
    "docs/warranty/policies/brio@1.yml": "id: brio\nversion: 1\nstart: [purchased]\n"
    "coverages: [{id: body, months: 24}]\n",
}


def make(root: Path) -> Site:
    """Write the small site and describe it."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Site(root, root / "docs", root / "site", "Test")


def expect(site: Site) -> dict[str, tuple[str, list[str]]]:
    """Give for each page its source and widgets as text."""
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    return {
        page.output: (page.source, [str(widget) for widget in page.widgets])
        for page in expected_pages(site, catalog, load_courses(site), pages)
    }


def test_every_page_and_widget_is_expected(tmp_path: Path) -> None:
    product = "docs/products/brio"
    assert {
        "index.html": ("docs/index.md", ["search"]),
        "products/brio/index.html": (f"{product}/product.yml", ["hub brio"]),
        "products/brio/descale/index.html": (
            f"{product}/descale.md",
            ["guide", "parts", "page-feedback"],
        ),
        "products/brio/move/index.html": (f"{product}/move.md", ["guide"]),
        "products/brio/faq/index.html": (f"{product}/faq.md", ["faq", "page-feedback"]),
        "courses/care/index.html": ("docs/courses/care/course.yml", ["course"]),
        "courses/care/01-water/index.html": ("docs/courses/care/01-water.md", ["page-feedback"]),
        "support/index.html": (
            "docs/support.md",
            ["form support-request", "form product-survey", "contact-hours"],
        ),
        "warranty/brio-1/index.html": ("docs/warranty/policies/brio@1.yml", []),
    } == expect(make(tmp_path))


def test_a_written_index_is_the_hub(tmp_path: Path) -> None:
    site = make(tmp_path)
    (tmp_path / "docs/products/brio/README.md").write_text("# Brio\n")
    found = expect(replace(site, directory_urls=False))
    assert ("docs/products/brio/README.md", ["hub brio"]) == found["products/brio/index.html"]
    assert "products/brio/descale.html" in found


def test_feedback_is_expected_unless_the_site_says_otherwise(tmp_path: Path) -> None:
    site = make(tmp_path)
    assert has_feedback(site)
    with_plugin = replace(site, plugins=("search", "carebase-forms"))
    assert not has_feedback(with_plugin)
    assert has_feedback(replace(with_plugin, endpoint="/"))
    assert not has_feedback(replace(with_plugin, endpoint="/", feedback=False))


def test_search_is_expected_unless_the_site_has_another(tmp_path: Path) -> None:
    site = make(tmp_path)
    for name in ("search", "material/search"):
        assert [] == expect(replace(site, plugins=(name, "carebase-forms")))["index.html"][1]
    assert ["search"] == expect(replace(site, plugins=("carebase-forms",)))["index.html"][1]


def test_widgets_are_read_from_html() -> None:
    html = """
    <!-- <div data-carebase="commented"></div> --><script>"<i data-carebase='script'>"</script>
    <div class="x" data-carebase="hub" data-product='brio'><carebase-form data-carebase=form
      data-form="support&#45;request"></carebase-form></div>
    """
    assert {Widget("hub", product="brio"), Widget("form", form="support-request")} == read_widgets(
        html
    )


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text(
        '<div data-carebase="form" data-form="x"></div><div data-carebase="hub" data-product="b">'
    )
    expected = [
        Expected("a/index.html", "docs/a.md", (Widget("form", form="y"), Widget("form"))),
        Expected("a/index.html", "docs/a.md", (Widget("hub", product="b"),)),
        Expected("b/index.html", "docs/b.md", (Widget("guide"),)),
    ]
    assert [
        "a/index.html: form y (from docs/a.md)",
        "b/index.html: the page itself (from docs/b.md)",
    ] == [str(one) for one in find_missing(expected, tmp_path)]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site without any plugin of ours, and its built pages with all marks."""
    site = make(tmp_path)
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ntheme: material\nplugins: []\n")
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    for page in expected_pages(site, catalog, load_courses(site), pages):
        path = tmp_path / "site" / page.output
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "".join(
                f'<div data-carebase="{one.name}" data-product="{one.product}"'
                f' data-form="{one.form}"></div>'
                for one in page.widgets
            )
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path / "site"


def run(*arguments: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_all_there(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run("verify", "site")
    assert "9 pages, 13 widgets: all there\n" == capsys.readouterr().out


def test_a_missing_widget_is_exit_code_3(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (built / "products/brio/faq/index.html").write_text('<div data-carebase="faq"></div>')
    (built / "courses/care/01-water/index.html").unlink()
    assert 3 == run("verify", "site")
    said = capsys.readouterr()
    assert (
        "courses/care/01-water/index.html: the page itself (from docs/courses/care/01-water.md)\n"
        "products/brio/faq/index.html: page-feedback (from docs/products/brio/faq.md)\n"
    ) == said.out
    assert (
        "Missing in the built site: 1 page and 1 widget. Not among the plugins in mkdocs.yml:"
        " carebase-catalog, carebase-articles, carebase-courses, carebase-forms,"
        " carebase-search.\n"
    ) == said.err


def test_for_programs(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (built / "products/brio/index.html").write_text("")
    assert 3 == run("verify", "--json", "site")
    assert {
        "pages": 9,
        "widgets": 13,
        "missing": [
            {
                "page": "products/brio/index.html",
                "widget": "hub",
                "source": "docs/products/brio/product.yml",
            }
        ],
        "leaks": [],
    } == json.loads(capsys.readouterr().out)


def test_a_folder_that_is_not_there_is_exit_code_2(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == run("verify", "nowhere")
    assert (
        "There is no folder nowhere: build the site first with `carebase build`.\n"
        == capsys.readouterr().err
    )
