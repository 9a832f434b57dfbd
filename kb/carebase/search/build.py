"""Indexing a built site: what changed is read again, then both indexes follow.

The writers' index and what was read lie in `.cache/carebase/search` of the site's folder; a copy
of the index goes into the private folder, for the endpoint. The readers' index lies in `pagefind`
of the site. A stamp in each says what it was made of, and whether it is older than the pages.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from carebase import __version__
from carebase.build.exchange import take_place
from carebase.build.later import Turn
from carebase.build.leftovers import draft_of, make_good
from carebase.build.lock import alone
from carebase.errors import CarebaseError
from carebase.search.pagefind import FOLDER, FORMAT, START, Readers, write_readers_index
from carebase.search.sections import PageText
from carebase.search.store import PageStore
from carebase.search.synonyms import Synonyms
from carebase.search.vocabulary import count_pages, words_on
from carebase.site import Site

CACHE = ".cache/carebase/search"
INDEX = "whoosh"
PRIVATE = "search"
STAMP = "index.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A page of a built site: the digest of its HTML, and how to read it when that has changed."""

    address: str
    digest: str
    read: Callable[[], PageText | None]


# A page with the words that it has of a vocabulary.
Read = tuple[PageText, str]
# What reads pages that have changed, and gives each with what came of it, in their order.
Spread = Callable[
    [Sequence[Source], Callable[[Source], Read | None]], Iterable[tuple[Source, Read | None]]
]
# What begins work in another process, and gives what waits for its end.
Beside = Callable[[Callable[[], None]], Callable[[], None]]


def in_turn(
    sources: Sequence[Source], read: Callable[[Source], Read | None]
) -> Iterator[tuple[Source, Read | None]]:
    """Read one page after the other."""
    return ((source, read(source)) for source in sources)


def cache_of(site: Site) -> Path:
    """Give the folder that holds what was indexed."""
    return site.root / CACHE


def index_site(
    site: Site,
    site_dir: Path,
    private_dir: Path,
    sources: Iterable[Source],
    *,
    synonyms: Synonyms,
    products: Mapping[str, str],
    today: date,
    turn: Turn | None = None,
    spread: Spread = in_turn,
    beside: Beside | None = None,
) -> None:
    """Bring both indexes of a built site up to date; raises CarebaseError when that fails.

    `spread` may let other processes read some of the pages, and `beside` write an index. With
    `turn` all is done beside the builds of a preview; raises StoppedError for those.
    """
    turn = turn or Turn()
    folder = cache_of(site)
    readers = Readers(site.language, synonyms, products, today)
    # The index of a folder is shared by its builds and previews.
    with alone(folder, lambda: None):
        make_good(site_dir / FOLDER)
        with turn.reading() as check:
            store = PageStore(folder)
            pages = _read(store, sources, check, spread)
        whoosh = folder / INDEX
        now = {address: page.digest for address, page in pages.items()}
        stamp = {"old": False, "digest": _digest_of(pages, now, readers)}

        @cache
        def counts() -> Mapping[str, Mapping[str, int]]:
            words = store.words()
            return count_pages((page.lang, words[address]) for address, page in pages.items())

        def update() -> None:
            _update(whoosh, pages, now, counts, turn)

        there = {page.lang for page in pages.values()}
        is_new = (
            _stamp_of(site_dir / FOLDER) != stamp
            or not all((site_dir / FOLDER / lang / START).is_file() for lang in there)
            or not _is_whole(whoosh)
        )
        if is_new:
            known = counts()
            listed = list(pages.values())
            _write_both(
                update,
                lambda work: write_readers_index(
                    *(listed, site_dir, readers, known, turn, work),
                    lambda folder: _write_stamp(folder, stamp),
                ),
                beside,
            )
        else:
            update()
        with turn.files:
            if private_dir.is_dir():
                _copy(whoosh, private_dir / PRIVATE, synonyms, site)


def _write_both(
    writers: Callable[[], None],
    readers: Callable[[Callable[[], None]], None],
    beside: Beside | None,
) -> None:
    """Write both indexes: that of writers in another process, or else while Pagefind works."""
    if beside is None:
        readers(writers)
        return
    wait = beside(writers)
    try:
        readers(lambda: None)
    except KeyboardInterrupt:
        # The other process was told as well: what it says of that is not what happened.
        with suppress(CarebaseError, OSError):
            wait()
        raise
    except BaseException:
        wait()
        raise
    wait()


def mark_old(site_dir: Path) -> None:
    """Mark the readers' index of a site as older than its pages.

    One that a build which was ended had moved aside is put back first.
    """
    folder = site_dir / FOLDER
    make_good(folder)
    stamp = _stamp_of(folder)
    if stamp:
        _write_stamp(folder, {**stamp, "old": True})


def is_old(site_dir: Path) -> bool:
    """Tell whether pages of a site were written after its index."""
    return bool(_stamp_of(site_dir / FOLDER).get("old"))


def keep_private(site: Site, private_dir: Path, synonyms: Synonyms) -> None:
    """Copy the writers' index as it is into a private folder that was written anew."""
    whoosh = cache_of(site) / INDEX
    if private_dir.is_dir() and _is_whole(whoosh):
        _copy(whoosh, private_dir / PRIVATE, synonyms, site)


def _is_whole(whoosh: Path) -> bool:
    """Tell whether there is an index; most builds make none, and do without Whoosh's modules."""
    if not whoosh.is_dir():
        return False
    from carebase.search.index import is_whole

    return is_whole(whoosh)


def _read(
    store: PageStore, sources: Iterable[Source], check: Callable[[], None], spread: Spread
) -> dict[str, PageText]:
    """Give the pages of a site; those whose HTML is as it was come from the store."""
    known, digests = store.load(), store.digests()
    pages: dict[str, PageText] = {}
    marks: dict[str, str] = {}
    stale: list[Source] = []
    for source in sources:
        marks[source.address] = source.digest
        page = known.get(source.address)
        if page is None or digests.get(source.address) != source.digest:
            stale.append(source)
        else:
            pages[source.address] = page

    def read(source: Source) -> Read | None:
        check()
        page = source.read()
        return None if page is None else (page, words_on(page))

    found = {source.address: one for source, one in spread(stale, read) if one is not None}
    changed = {address: page for address, (page, _) in found.items()}
    words = {address: words for address, (_, words) in found.items()}
    pages |= changed
    store.keep(changed, words, marks, set(known) - set(pages))
    return dict(sorted(pages.items()))


def _update(
    folder: Path,
    pages: Mapping[str, PageText],
    now: Mapping[str, str],
    counts: Callable[[], Mapping[str, Mapping[str, int]]],
    turn: Turn,
) -> None:
    """Index the pages that differ from what the index holds; `counts` is the vocabulary of all."""
    from carebase.search.index import is_whole, update_index, write_vocabulary

    marks = folder.parent / f"{folder.name}.json"
    before: dict[str, str] = {}
    if is_whole(folder):
        try:
            before = json.loads(marks.read_text("utf-8"))
        except (OSError, ValueError):
            shutil.rmtree(folder)
    changed = {address: pages[address] for address in now if before.get(address) != now[address]}
    gone = set(before) - set(now)
    if changed or gone or not is_whole(folder):
        marks.unlink(missing_ok=True)
        update_index(folder, changed, gone, turn.go_on)
        write_vocabulary(folder, counts())
        marks.write_text(json.dumps(now), encoding="utf-8")


def _digest_of(pages: Mapping[str, PageText], digests: Mapping[str, str], readers: Readers) -> str:
    parts = [
        f"{__version__} {FORMAT}",
        readers.language,
        readers.synonyms.model_dump_json(),
        json.dumps(dict(readers.products), sort_keys=True),
        *(f"{digests[address]}{page.is_stale(readers.today)}" for address, page in pages.items()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _stamp_of(folder: Path) -> dict[str, object]:
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(folder: Path, stamp: Mapping[str, object]) -> None:
    """Write it beside its place first: who reads it meets the old one or the new one."""
    draft = folder / f".{STAMP}.{os.getpid()}"
    draft.write_text(json.dumps(stamp), encoding="utf-8")
    draft.replace(folder / STAMP)


def _copy(index: Path, target: Path, synonyms: Synonyms, site: Site) -> None:
    """Copy an index beside its place, then put it there; readers see the old one or the new one."""
    make_good(target)
    draft = draft_of(target)
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(index, draft, ignore=shutil.ignore_patterns("*LOCK"))
    words = {"language": site.language, "synonyms": synonyms.model_dump(mode="json")}
    (draft / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    take_place(draft, target)
