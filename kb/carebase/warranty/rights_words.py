"""What pages say of the law beside the rows themselves: their notes in each language, their day.

A verdict passes the note of a row through as it stands in the file (WARRANTY R12). The words here
are keyed by that note, so that a row whose note a site has changed never gets words of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from carebase.i18n import code_of, date_text
from carebase.warranty.rights import DISPUTE
from carebase.warranty.statutes import Statute, shipped_statutes
from carebase.warranty.words import TermsWords, in_language, speaker

NOTE = "law.note."
REVIEWED = "law.reviewed"


@cache
def translations() -> Mapping[str, Mapping[str, str]]:
    """Give the shipped notes, as the file of statutes has them, in each other language."""
    path = files("carebase.warranty") / "i18n" / "notes.json"
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


def rights_words(
    language: str, statutes: Iterable[Statute] | None = None, own: TermsWords | None = None
) -> dict[str, str]:
    """Give the words of a language: `law.reviewed`, and `law.note.<note>` for notes known in it.

    `statutes` and `own` are those of the site; without them the shipped rows are meant.
    """
    own = own or TermsWords()
    code = code_of(language)
    reviewed = date_text(language, own.reviewed)
    words = {REVIEWED: speaker(language)("rights.reviewed", date=reviewed)}
    rows = [*(statutes if statutes is not None else shipped_statutes().rows())]
    for note in (DISPUTE, *(row.note for row in rows if row.note)):
        if code in translations().get(note, {}):
            words[NOTE + note] = translations()[note][code]
    for row in rows:
        if row.note and row.id in own.notes:
            words[NOTE + row.note] = in_language(own.notes[row.id], language)
    return words


def say_note(note: str, words: Mapping[str, str]) -> str:
    """Say the note of a row in the language of the words, as far as it is known in it."""
    if note != DISPUTE and note.endswith(f" {DISPUTE}"):
        first = note.removesuffix(f" {DISPUTE}")
        return f"{say_note(first, words)} {say_note(DISPUTE, words)}"
    return words.get(NOTE + note, note)
