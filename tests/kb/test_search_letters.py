"""Words that readers write without letters that they do not have on their keyboards."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase.search.index import open_index
from carebase.search.reader_engine import ask_readers
from carebase.search.search import Searcher
from carebase.search.spelling import Vocabulary
from tests.support.sites import BuiltSite, site_in

GERMAN, FRENCH, SWISS = "de/", "fr/", "de/schweiz/"
FILES: dict[str, str | bytes] = {
    "index.md": "# Help\n\nChange the filter of the machine.\n",
    "de/index.md": "# Überlauf\n\nDie Straße ist weiß. Größe und Steuerungsgeräte prüfen.\n",
    "de/schweiz.md": "# Türe\n\nSchliessen Sie die Türe, und lösen Sie die Kette.\n",
    "fr/index.md": "# Manœuvre\n\nOù se trouve l’œillet de la machine ?\n",
}
WORDS = [
    ("de", "strasse", GERMAN),
    ("de", "weiss", GERMAN),
    ("de", "groesse", GERMAN),
    ("de", "steuerungsgeraete", GERMAN),
    ("de", "ueberlauf strasse", GERMAN),
    ("de", "schließen", SWISS),
    ("de", "tuere loesen", SWISS),
    ("fr", "oeillet", FRENCH),
    ("fr", "MANOEUVRE", FRENCH),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return site_in(tmp_path_factory.mktemp("letters"), {"docs": FILES})


@pytest.mark.parametrize(("language", "typed", "page"), WORDS)
def test_both_engines_find_a_word_and_take_it_for_no_typing_error(
    site: BuiltSite, language: str, typed: str, page: str
) -> None:
    (answer,) = ask_readers(site.folder, language, [typed])
    assert (f"/{page}index.html", []) == (answer["pages"][0], answer["mended"])
    with open_index(Path(site.private) / "search") as opened:
        # A site that is in English besides.
        found = Searcher(opened, "en").search(typed)
    assert (page, {}) == (found.hits[0].page.address, dict(found.mended))


@pytest.mark.parametrize(
    ("words", "typed", "meant"),
    [
        (["große"], "groesse", "große"),
        (["grosse"], "größe".replace("ö", "o"), "grosse"),
        (["straße", "strasse"], "strasse", ""),
        (["œuf"], "oeuf", "œuf"),
        (["søg"], "soeg", "søg"),
        # No letter of its own: after a, e and q it stands for nothing else.
        (["steurung", "nue", "qulle"], "steuerung", ""),
        (["qulle"], "quelle", ""),
        (["uber"], "ueber", "uber"),
        # A number or a short word is what it is.
        (["do7"], "doe7", ""),
        (["do"], "doe", ""),
    ],
)
def test_a_word_is_respelled(words: list[str], typed: str, meant: str) -> None:
    assert meant == Vocabulary(dict.fromkeys(words, 1)).respelled(typed)
