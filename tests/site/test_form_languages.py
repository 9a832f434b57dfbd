"""The language of what Carebase says on a page: that of the page, else that of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import html

from tests.support.sites import MKDOCS_YML, site_in

MKDOCS = MKDOCS_YML.replace("name: material", "name: material\n  language: de").replace(
    "  - carebase-forms\n", "  - carebase-forms:\n      endpoint: /\n"
)
BLOCK = "/// form | support-request\n///\n"
CONTACT = """\
time_zone: Europe/Vienna
emergency: {name: Notruf, number: "+43 1 555 0199", hours: always}
"""


def test_a_form_has_the_language_of_its_page_else_of_the_site(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": MKDOCS,
        "docs/index.md": "# Start\n",
        "docs/contact.yml": CONTACT,
        "docs/hilfe.md": f"# Hilfe\n\n{BLOCK}",
        "docs/aide.md": f"---\nlang: fr\n---\n\n# Aide\n\n{BLOCK}",
    }
    site = site_in(tmp_path, files)
    shown: dict[str, tuple[str, ...]] = {}
    for page in ("hilfe/", "aide/"):
        root: Any = html.fromstring(site.html(page))
        (form,) = root.xpath("//carebase-form[@data-form='support-request']//form")
        shown[page] = (
            form.get("aria-label"),
            form.xpath(".//button/text()")[0],
            form.xpath(".//input[@name='_lang']/@value")[0],
            " ".join(form.xpath(".//*[@class='cb-beside']")[0].text_content().split()),
        )

    assert {
        "hilfe/": (
            "Hilfe anfragen",
            "Anfrage senden",
            "de",
            "Gefahr? Rufen Sie sofort an. Notruf: +43 1 555 0199 (Tag und Nacht).",
        ),
        "aide/": (
            "Demander de l’aide",
            "Envoyer ma demande",
            "fr",
            "Danger ? Appelez tout de suite. Notruf: +43 1 555 0199 (jour et nuit).",
        ),
    } == shown
    names = sorted(path.name for path in (site.private / "forms").iterdir() if path.is_dir())
    assert ["en", "es", "fr"] == names


def test_links_to_headings_are_named_in_the_language_of_the_site(tmp_path: Path) -> None:
    toc = "markdown_extensions:\n  - toc: {permalink: true}\n"
    files = {"docs/index.md": "# Start\n\n## Kessel\n", "docs/zwei.md": "# Zwei\n"}
    own = toc.replace("true", "true, permalink_title: Hierher")
    shown = {}
    for name, settings in {"ours": toc, "own": own}.items():
        site = site_in(tmp_path / name, {"mkdocs.yml": f"{MKDOCS}\n{settings}", **files})
        root: Any = html.fromstring(site.html("zwei/"))
        links = root.xpath("//a[@class='headerlink']")
        # Who hears it is told the same as who points at it, in place of the sign.
        shown[name] = [(link.get("title"), link.get("aria-label")) for link in links]

    ours = "Link zu diesem Abschnitt"
    assert {"ours": [(ours, ours)], "own": [("Hierher", "Hierher")]} == shown


def test_whoever_reads_is_led_to_forms_in_their_language(tmp_path: Path) -> None:
    def page(language: str, block: str) -> str:
        return f"---\nlang: {language}\n---\n\n# {block} {language}\n\n/// {block}\n///\n"

    forms = ("form | repair-request", "form | support-request", "form | withdrawal")
    files = {
        "mkdocs.yml": MKDOCS,
        "docs/index.md": "# Start\n",
        "docs/contact.yml": CONTACT,
        "docs/products/brio/product.yml": "{id: brio, name: Brio, policy: brio@1}",
        "docs/warranty/policies/brio@1.yml": (
            "{id: brio, version: 1, start: [purchased], coverages: [{id: body, months: 24}]}"
        ),
        # By their paths, the Spanish pages would be the first.
        **{
            f"docs/{folder}/{block.split()[-1]}.md": page(language, block)
            for folder, language in {"es": "es", "hilfe": "de"}.items()
            for block in (*forms, "warranty-check")
        },
        "docs/pruefen.md": "# Check\n\n/// warranty-check\n///\n",
        "docs/fr/check.md": page("fr", "warranty-check"),
    }
    site = site_in(tmp_path, files)

    def repair(address: str) -> str:
        root: Any = html.fromstring(site.html(address))
        (found,) = root.xpath("//carebase-warranty-check/@repair")
        return str(found).partition("#")[0]

    assert "../hilfe/repair-request/" == repair("pruefen/")
    assert "../repair-request/" == repair("es/warranty-check/")
    # What no page says in their language, one in that of the site does.
    assert "../../hilfe/repair-request/" == repair("fr/check/")
    hub: Any = html.fromstring(site.html("products/brio/"))
    named = {
        link.partition("?")[0] for link in hub.xpath("//article//a/@href") if "request" in link
    }
    assert {"../../hilfe/repair-request/", "../../hilfe/support-request/"} == named
    home = site.html("")
    assert 'href="hilfe/withdrawal/"' in home
