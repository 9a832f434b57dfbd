"""Words that readers write without letters that they do not have on their keyboards."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase.search.index import open_index
from carebase.search.reader_engine import ask_readers
from carebase.search.search import Searcher
from carebase.search.spelling import Vocabulary, twins_of
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


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A site whose writers have different keyboards."""
    files: dict[str, str | bytes] = {
        "de/one.md": "# Eins\n\nDie Größe der Straße und die Geräte prüfen.\n",
        "de/two.md": "# Zwei\n\nDie Groesse der Strasse und die Geraete pruefen.\n",
        "fr/one.md": "# Un\n\nC’est une manœuvre de la machine pour vous.\n",
        "fr/two.md": "# Deux\n\nC’est une manoeuvre de la machine pour vous.\n",
        **{f"de/other-{n}.md": f"# Anderes {n}\n\nHier steht nichts davon.\n" for n in range(4)},
    }
    return site_in(tmp_path_factory.mktemp("mixed"), {"docs": files})


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        *[("de", word) for word in ("Größe", "groesse", "Straße", "strasse", "Geräte", "geraete")],
        *[("de", "prüfen"), ("de", "pruefen"), ("fr", "manœuvre"), ("fr", "manoeuvre")],
    ],
)
def test_pages_that_write_a_word_in_two_ways_are_found_by_either(
    mixed: BuiltSite, language: str, typed: str
) -> None:
    both = {f"{language}/one/", f"{language}/two/"}
    (answer,) = ask_readers(mixed.folder, language, [typed])
    assert {f"/{page}index.html" for page in both} == set(answer["pages"])
    assert [] == answer["mended"]
    with open_index(Path(mixed.private) / "search") as opened:
        found = Searcher(opened, "en").search(typed)
    assert both == {hit.page.address for hit in found.hits}


@pytest.mark.parametrize(
    ("language", "words", "twins"),
    [
        ("de", ["große", "groesse", "pump"], [["groesse", "große"]]),
        # The stem of both is the same already.
        ("de", ["straße", "strasse"], []),
        ("en", ["straße", "strasse"], [["strasse", "straße"]]),
        # In English that is no other letter, and in Danish these are two.
        ("en", ["does", "dosh", "shoes", "shos"], []),
        ("da", ["købe", "kobe"], []),
    ],
)
def test_words_that_are_written_in_two_ways(
    language: str, words: list[str], twins: list[list[str]]
) -> None:
    assert twins == twins_of(words, language)


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
