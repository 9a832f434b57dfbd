"""Words that stemmers and counting alone do not find: compounds, forms of verbs, single letters."""

from __future__ import annotations

from pathlib import Path

from carebase.search.index import open_index
from carebase.search.query import understand
from carebase.search.ranking import Answer, Posting
from carebase.search.reader_engine import ask_readers
from carebase.search.search import Searcher
from carebase.search.spelling import Vocabulary
from carebase.search.synonyms import Synonyms
from tests.support.sites import site_in

# More words than are looked for, each on one page, and one late in the alphabet on many.
MANY = {f"{start}{next_}xrechnung": 1 for start in "abcdefghij" for next_ in "abcdefgh"}


def test_of_many_compounds_those_on_the_most_pages_are_looked_for() -> None:
    longer = Vocabulary({"rechnung": 9, **MANY, "verkaufsrechnung": 7}, "de").longer("rechnung")
    assert len(longer) < len(MANY)
    assert "verkaufsrechnung" in longer


def places(*at: int) -> list[Posting]:
    """Give places far into a page."""
    return [Posting(100, 0, in_title=False, places=at)]


def test_many_different_compounds_answer_no_better_than_one() -> None:
    one, many = Answer(), Answer()
    one.add_compounds(0, [(0.3, places(1, 2, 3, 4))], 2.0, 1.0)
    many.add_compounds(0, [(0.3, places(number)) for number in (1, 2, 3, 4)], 2.0, 1.0)
    assert one.score(1, 3) == many.score(1, 3)
    assert [0, 0] == [answer.best_section(2) for answer in (one, many)]


def test_a_compound_counts_besides_the_word_itself_and_more_in_a_title() -> None:
    word, both, titled = Answer(), Answer(), Answer()
    for answer in (word, both, titled):
        answer.add(0, [(2.0, places(1))], 1.0, 1.0)
    both.add_compounds(0, [(0.3, places(9))], 2.0, 1.0)
    titled.add_compounds(0, [(0.3, [Posting(109, 0, in_title=True, places=[0])])], 2.0, 1.0)
    assert word.score(1, 3) < both.score(1, 3) < titled.score(1, 3)


def test_words_side_by_side_and_a_title_that_is_the_query_come_first(tmp_path: Path) -> None:
    far = " ".join(f"word{number}" for number in range(60))
    some = "Turn it by hand and wait for a while until it is dry."
    pages = {
        "apart.md": f"# Parts\n\n{far} A basket. {some} The filter. {some} A filter. {far}\n",
        "beside.md": f"# Pieces\n\n{far} {some} Take the filter basket out. {some} {far}\n",
        "one.md": f"# Milk for a cold day\n\n{far} The wand makes some steam. Try it. {far}\n",
        "text.md": f"# Guests\n\n{far} The steam wand may be cold. It is not dry. {far}\n",
        "whole.md": f"# Grinder burrs\n\n{far}\n",
    }
    site = site_in(tmp_path, {"docs": {"index.md": "# Help\n\nAsk us.\n", **pages}})
    wanted = {"filter basket": "beside", "is the steam wand cold": "text", "grinder burrs": "whole"}
    readers = ask_readers(site.folder, "en", list(wanted))
    assert [f"/{name}/index.html" for name in wanted.values()] == [
        one["pages"][0] for one in readers
    ]
    with open_index(site.private / "search") as opened:
        asked = Searcher(opened, "en", Synonyms())
        found = [asked.search(query).hits[0].page.address for query in wanted]
    assert [f"{name}/" for name in wanted.values()] == found


def test_a_german_verb_in_the_third_person_is_no_typing_error() -> None:
    vocabulary = Vocabulary({"schicken": 1, "schicht": 9, "arbeiten": 2, "kunde": 4}, "de")
    for typed, meant in (("schickt", "schicken"), ("arbeitet", "arbeiten")):
        query = understand(f"Kunde {typed}", "de", vocabulary)
        assert {} == query.mended
        assert {meant, "kunde"} == query.words
    other = Vocabulary({"schicken": 1, "schicht": 9}, "nl")
    assert {"schickt": "schicht"} == understand("schickt", "nl", other).mended


def test_a_letter_and_all_forms_of_add_are_found(tmp_path: Path) -> None:
    site = site_in(
        tmp_path,
        {
            "docs": {
                "index.md": "# Help\n\nAsk us.\n",
                "language.md": "# Programs in C\n\nA compiler comes with the board.\n",
                "refused.md": "# If a board can't be added\n\nTurn it off.\n",
                "ads.md": "# Advertising\n\nAn ad is shown in the shop.\n",
            }
        },
    )
    (readers,) = ask_readers(site.folder, "en", ["C"])
    assert "/language/index.html" == readers["pages"][0]
    with open_index(site.private / "search") as opened:
        asked = Searcher(opened, "en", Synonyms())
        assert ["language/"] == [hit.page.address for hit in asked.search("C").hits]
        for word in ("add", "adding", "adds"):
            assert ["refused/"] == [hit.page.address for hit in asked.search(word).hits]
        assert ["ads/"] == [hit.page.address for hit in asked.search("ads").hits]
