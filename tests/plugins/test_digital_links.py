"""The addresses in product codes on a static host, in a built site."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ServeFolder, SiteFrom
from tests.support.browser import Watch

FILES = """
mkdocs.yml: |
  site_name: Test Care
  site_url: http://127.0.0.1/help/
  theme: {name: material}
  plugins: [carebase-catalog, carebase-articles, carebase-courses, carebase-forms]
docs/:
  index.md: "# Home"
  _redirects: "/old /new 301"
  products/brio/index.md: "# Brio"
  products/brio/product.yml: |
    id: brio
    name: Brio
    models:
      - {id: brio-x1, name: Brio X1, gtin: "9120000011019"}
    serial: {pattern: "BR[0-9/]+"}
    policy: brio@1
  warranty/policies/brio@1.yml: |
    {id: brio, version: 1, start: [purchased], coverages: [{id: body, months: 24}]}
"""


def test_a_static_host_gets_its_rules_and_pages(site_from: SiteFrom) -> None:
    site = site_from(FILES)
    rules = (site.folder / "_redirects").read_text("utf-8").splitlines()
    target = "/help/products/brio/#model=brio-x1&serial=:serial 302"

    assert [
        "/old /new 301",
        f"/help/01/09120000011019/21/:serial {target}",
        f"/help/01/9120000011019/21/:serial {target}",
    ] == rules
    page = site.html("01/9120000011019/")
    assert 'url=../../products/brio/#model=brio-x1"' in page


@pytest.mark.browser
def test_a_host_without_rules_leads_on_too(
    site_from: SiteFrom, serve_folder: ServeFolder, page: Page, watch: Watch
) -> None:
    watch.allow("status of 404")
    address = serve_folder(site_from(FILES).folder, "/help/", headers=True)
    page.goto(f"{address}01/09120000011019/21/BR2410%2F42")

    expect(page.get_by_label("Serial number")).to_have_value("BR2410/42")
    expect(page.get_by_label("Serial number")).to_be_in_viewport()
    assert page.url == f"{address}products/brio/"
