"""The writers' and programs' index: Whoosh, a document for each section, updated page by page."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from carebase.errors import CarebaseError
from carebase.search.sections import PageText, Section
from carebase.search.stems import stems_of
from carebase.search.words import indexed_words_of
from carebase.search.writing import SectionWriter

with warnings.catch_warnings():
    # Its modules hold escapes that newer Pythons warn of.
    warnings.simplefilter("ignore")
    from whoosh import fields, index
    from whoosh.filedb.filestore import FileStorage

# Raised when the fields or the stems change: an index of another version is made anew.
FORMAT = 3
STAMP = "format.json"
# The fields that a query is looked up in, as they stand in a section one behind the other.
FIELDS = ("title", "heading", "text", "keywords")
VOCABULARY = "vocabulary.json"
# Kilobytes hold the sections of some hundred pages before they are written.
_MEMORY = 128


def schema() -> Any:
    """Give the fields of a section; texts are given as lists of stems, kept with their places."""
    text = {name: fields.TEXT(phrase=True) for name in FIELDS}
    return fields.Schema(
        address=fields.ID(stored=True),
        page=fields.STORED,
        section=fields.STORED,
        **text,
    )


def update_index(
    folder: Path,
    changed: Mapping[str, PageText],
    gone: Iterable[str],
    go_on: Callable[[], None] = lambda: None,
) -> None:
    """Index changed pages anew and forget those that are gone; all others stay as they are.

    An index that is not there is begun. `go_on` is called before each page, and may raise to leave
    everything as it was. Raises CarebaseError when the index cannot be written.
    """
    if not is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        index.create_in(folder, schema())
        (folder / STAMP).write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
    try:
        opened = index.open_dir(folder)
        fresh = opened.is_empty()
        writer = SectionWriter(opened, limitmb=_MEMORY, timeout=60)
        try:
            if not fresh:
                for address in {*changed, *gone}:
                    writer.delete_by_term("address", address)
            for page in changed.values():
                go_on()
                _add(writer, page)
        except BaseException:
            writer.cancel()
            raise
        # Small changes gather in segments of their own, which Whoosh joins when they are many.
        writer.commit()
        opened.close()
    except (index.LockError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise CarebaseError(f"The search index in {folder} cannot be written: {reason}.") from None


def _add(writer: SectionWriter, page: PageText) -> None:
    """Add a page: a document for each section, the first with the page itself."""

    def stems(text: str) -> list[str]:
        return stems_of(indexed_words_of(text), page.lang)

    whole = {"title": stems(page.title), "keywords": stems(" ".join(page.keywords))}
    for number, section in enumerate(page.sections or (Section("", "", ""),)):
        texts = {"heading": stems(section.heading), "text": stems(section.text)}
        stored: dict[str, Any] = {"section": number}
        if not number:
            texts |= whole
            stored["page"] = page.plain()
        writer.add_section(page.address, stored, texts)


def is_whole(folder: Path) -> bool:
    """Tell whether an index of this version lies in a folder, with all its files."""
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
        if stamp != {"format": FORMAT}:
            return False
        # Whoosh opens an index whose parts are gone or cut short, and fails at the first search.
        with closing(index.open_dir(folder, readonly=True)) as opened:
            opened.reader().close()
    except Exception:
        # What Whoosh raises depends on where a file was cut.
        return False
    return True


@contextmanager
def open_index(folder: Path) -> Iterator[Any]:
    """Open an index for reading; raises CarebaseError when there is none of this version."""
    if not is_whole(folder):
        raise CarebaseError(
            f"There is no search index of this version in {folder}. Build the site first:"
            " `carebase build`. It makes one with the plugin `carebase-search`."
        )
    opened = FileStorage(str(folder), readonly=True).open_index()
    try:
        yield opened
    finally:
        opened.close()


def write_vocabulary(folder: Path, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Keep beside the index on how many pages of each language each word stands.

    Whoosh's own lexicon still counts pages that are gone until it joins its segments.
    """
    (folder / VOCABULARY).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")


def read_vocabulary(folder: Path) -> dict[str, dict[str, int]]:
    """Give the words of each language with the number of pages that they stand on."""
    try:
        found: dict[str, dict[str, int]] = json.loads((folder / VOCABULARY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found
