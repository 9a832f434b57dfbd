"""The language of a form on a page: that of the page, else that of the site."""

from __future__ import annotations

from pathlib import Path

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
    shown = {}
    for page in ("hilfe/", "aide/"):
        root = html.fromstring(site.html(page))
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
