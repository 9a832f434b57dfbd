"""Words that were put right are shown as the pages write them, with their capitals and accents."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from carebase.search.sections import PageText, Section
from carebase.search.written import as_written, corrected
from tests.kb.endpoint_site import serving
from tests.support.process import run_carebase
from tests.support.sites import BuiltSite, site_in

CONFIG = """\
site_name: Hilfe
theme:
  name: material
  language: de
plugins:
  - carebase-search
"""
FILES: dict[str, str | bytes] = {
    "index.md": "# Hilfe\n\nHier hilft man Ihnen.\n",
    "leeren.md": "# Überlauf leeren\n\nDen Überlauf leeren, dann die Leitung spülen.\n",
}


def page(*texts: str, title: str = "") -> PageText:
    sections = tuple(Section("", "", text) for text in texts)
    return PageText("", "index.md", title, "page", "de", sections)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return site_in(tmp_path_factory.mktemp("german"), {"mkdocs.yml": CONFIG, "docs": FILES})


@pytest.mark.parametrize(
    ("word", "shown", "texts"),
    [
        ("uberlauf", "Überlauf", ["Überlauf leeren", "Wenn der Überlauf voll ist."]),
        ("spulen", "spülen", ["Spülen Sie.", "Jetzt spülen."]),
        # A capital at the beginning says nothing.
        ("descale", "descale", ["Descale Brio. Descale it twice."]),
        ("gps", "GPS", ["With GPS, and without."]),
        ("wifi", "Wi-Fi", ["Connect to Wi-Fi now."]),
        ("sensor", "Sensor", ["Dann den Überlauf-Sensor lösen."]),
        ("eau", "eau", ["Videz l’eau."]),
        ("cafe", "café", ["Un cafe\u0301, un café, un cafe."]),
        ("nowhere", "nowhere", ["It is not here."]),
    ],
)
def test_a_word_is_given_as_pages_write_it(word: str, shown: str, texts: list[str]) -> None:
    assert shown == as_written([page(*texts)], word)


@pytest.mark.parametrize(
    ("text", "mended", "shown"),
    [
        ("Überlouf leeren", {"uberlouf": "Überlauf"}, "Überlauf leeren"),
        ("Wi-Fii on?", {"wifii": "Wi-Fi"}, "Wi-Fi on?"),
        ("l’evuipement", {"evuipement": "équipement"}, "l’équipement"),
        ("Brioのdecsale", {"decsale": "descale"}, "Brioのdescale"),
        ("a dec, decs", {"decs": "desc"}, "a dec, desc"),
    ],
)
def test_a_query_is_shown_with_its_words_put_right(
    text: str, mended: dict[str, str], shown: str
) -> None:
    assert shown == corrected(text, mended)


def test_the_command_and_the_endpoint_show_it_so(german: BuiltSite) -> None:
    said = run_carebase("search", "Uberlouf", "splüen", cwd=german.root)
    assert [
        "Instead of `Uberlouf`: Überlauf",
        "Instead of `splüen`: spülen",
        " 1. Überlauf leeren",
    ] == said.stdout.splitlines()[:3]
    mended = {"uberlouf": "Überlauf", "spluen": "spülen"}
    told = run_carebase("search", "Uberlouf", "splüen", "--json", cwd=german.root)
    assert mended == json.loads(told.stdout)["mended"]
    with serving(german.folder) as client:
        asked = quote("Überlouf splüen")
        shown = client.get(f"/search?q={asked}", {"Accept-Language": "de"}).text
        assert "1 Seite gefunden zu „Überlauf spülen“" in shown
        assert "Ergebnisse für Überlauf, spülen." in shown
        assert mended == client.get(f"/v1/search?q={asked}").json["mended"]
