"""The terms page of a policy, and a site's own rows of the law, as a build makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carebase.catalog import load_catalog
from carebase.warranty.terms import write_terms
from carebase.warranty.words import TermsWords
from carebase_plugins.engine import load_site
from tests.plugins.making import BRIO, CONFIG, article, make, texts, words
from tests.support.sites import BuiltSite

POLICY = """\
id: brio
version: 1
valid_for: {buyer}
start: [delivered, {{of: shipped, plus_days: 14}}]
coverages:
  - id: body
    months: 24
    on_registration: {{within_days: 60, months: 36}}
    clause: terms.md#the-body
  - id: pump
    years: 3
    pause_in_repair: true
    transfer: {{notify_within_days: 90}}
    usage: {{shots: 9000}}
  - {{id: covered, lifetime: first_owner}}
replacement: {{rule: max_remainder, days: 90}}
repair: {{own_cover_days: 90}}
claims: {{max: 2, coverage: pump}}
exclusions:
  - {{id: wear, clause: terms.md#wear}}
  - {{id: moonlight, clause: terms.md#the-moon}}
"""
FILES = {
    "docs/products/brio/product.yml": f"{BRIO}"
    "policy: brio@1\ncomponents: [{id: pump, name: Water pump}]\n",
    "docs/warranty/policies/brio@1.yml": POLICY.format(buyer="consumer"),
    "docs/warranty/policies/works@1.yml": POLICY.format(buyer="business").replace("brio", "works"),
    "docs/warranty/terms.yml": "exclusions:\n"
    "  moonlight: {en: Damage from moonlight., de: Mondschein.}\n"
    "units: {shots: espresso shots}\n"
    "rights_reviewed: 2026-10-01\n",
    "docs/warranty/statutes.yml": "- {id: us, remove: true}\n"
    "- {id: jp, countries: [JP], months: null, who: seller, source: 'https://example.org/jp'}\n",
}
TERMS = "warranty/brio-1/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A product with a policy of every rule, and words and laws of the site's own."""
    return make(tmp_path_factory.mktemp("terms"), FILES)


def test_every_sentence_stands_on_the_page_under_its_anchor(site: BuiltSite) -> None:
    catalog = load_catalog(load_site(site.root))
    page = article(site, TERMS)
    terms = write_terms(catalog.policies["brio@1"], "en", catalog.terms, {"pump": "Water pump"})
    assert {"scope", "start", "coverage", "replacement", "repair", "claims", "exclusion"} == {
        term.subject for term in terms
    }
    said = words(page)
    for term in terms:
        assert 1 == len(page.xpath(f"//*[@id='{term.anchor}']")), term.anchor
        for sentence in term.sentences:
            assert sentence in said
    ids = [str(one) for one in page.xpath("//@id")]
    assert sorted(set(ids)) == sorted(ids)


def test_the_anchor_of_a_clause_leads_to_its_lines(site: BuiltSite) -> None:
    page = article(site, TERMS)
    assert ["Covered for 24 months."] == texts(page, "//h3[@id='the-body']/following::li[1]")
    assert ["Damage from moonlight."] == texts(page, "//*[@id='the-moon']")
    links = [str(one) for one in page.xpath("//th/a/@href")]
    assert ["#the-body", "#pump", "#covered"] == links


def test_nobody_reads_a_bare_id(site: BuiltSite) -> None:
    said = words(article(site, TERMS))
    assert "above 9,000 espresso shots" in said
    assert "Water pump: can be claimed 2 times" in said
    for bare in ("moonlight:", "max_remainder", "first_owner", "terms.md"):
        assert bare not in said


def test_consumers_read_what_the_law_gives_and_as_of_when(site: BuiltSite) -> None:
    said = words(article(site, TERMS))
    assert "The legal guarantee in the European Union" in said
    assert "not legal advice. The rows of the law are as of 1 October 2026." in said
    assert "legal guarantee" not in words(article(site, "warranty/works-1/"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Mondschein."),
        ("de", "Solange der Schutz gilt, wird jeder Tag, den das Gerät in Reparatur ist"),
        ("de", "Die gesetzliche Gewährleistung in der Europäischen Union"),
        ("es", "Mientras esté en vigor, cada día que el aparato pase en reparación"),
        ("fr", "Tant qu’elle est en vigueur, chaque jour que l’appareil passe en réparation"),
    ],
)
def test_the_terms_are_in_the_language_of_the_site(
    tmp_path: Path, language: str, said: str
) -> None:
    config = CONFIG.replace("  name: material\n", f"  name: material\n  language: {language}\n")
    assert said in words(article(make(tmp_path, FILES, config), TERMS))


def test_the_official_notice_stands_in_place_of_ours(tmp_path: Path) -> None:
    files = {
        **FILES,
        "docs/warranty/terms.yml": "exclusions: {moonlight: No.}\nnotice_picture: legal.svg\n",
        "docs/warranty/legal.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    page = article(make(tmp_path, files), TERMS)
    assert ["../legal.svg"] == page.xpath("//img/@src")
    assert "two years from delivery" in str(page.xpath("//img/@alt")[0])
    assert "two years from delivery" not in words(page)


def test_endpoint_and_browser_have_the_rows_of_the_site(site: BuiltSite) -> None:
    folder = site.root / "site"
    published = json.loads((folder / "assets/carebase/statutes.json").read_text("utf-8"))
    private = site.root / "site.private"
    served = json.loads((private / "statutes.json").read_text("utf-8"))
    assert published == served
    ids = {row["id"] for row in published}
    assert "jp" in ids and "eu-2022" in ids and "us" not in ids
    own = TermsWords.model_validate_json((private / "terms.json").read_text("utf-8"), strict=False)
    assert "2026-10-01" == own.reviewed.isoformat()
    assert not list(folder.rglob("*.yml"))
