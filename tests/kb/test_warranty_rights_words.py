"""What pages say beside the rows of the law: notes in each language, and the day of the data."""

from __future__ import annotations

from datetime import date

import pytest

from carebase.i18n import languages
from carebase.warranty.rights_words import NOTE, rights_words, say_note, translations
from carebase.warranty.statutes import Statute, shipped_statutes
from carebase.warranty.words import TermsWords

ROW = Statute(id="jp", countries=["JP"], months=None, who="seller", source="x", note="Ask.")


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_every_shipped_note_is_translated(language: str) -> None:
    words = rights_words(language)
    notes = {row.note for row in shipped_statutes().rows() if row.note}
    for note in notes:
        assert words[NOTE + note] not in ("", note)
    assert {*translations()} == notes | {"The seller may dispute this."}


def test_english_pages_carry_no_notes_twice() -> None:
    assert ["law.reviewed"] == [*rights_words("en")]


def test_a_site_says_its_own_notes_and_day() -> None:
    own = TermsWords.model_validate(
        {"notes": {"jp": {"de": "Fragen.", "en": "Ask."}}, "rights_reviewed": date(2026, 10, 1)}
    )
    words = rights_words("de", [ROW], own)
    assert "Stand der Angaben zum Gesetz: 1. Oktober 2026." == words["law.reviewed"]
    assert "Fragen." == say_note("Ask.", words)
    assert "Fragen. Der Verkäufer kann das bestreiten." == say_note(
        "Ask. The seller may dispute this.", words
    )


def test_a_note_that_a_site_has_changed_gets_no_words_of_ours() -> None:
    row = next(row for row in shipped_statutes().rows() if row.id == "fi")
    changed = row.model_copy(update={"note": "Changed."})
    assert "Changed." == say_note("Changed.", rights_words("de", [changed]))
