"""The readers' index: Pagefind run over one small document for each page, then cut and packed.

The documents hold headings and text alone, so that nothing of the theme is parsed or found. Every
heading weighs as much as text: titles that weigh more hurt on questions.
"""

from __future__ import annotations

import gzip
import json
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from carebase.build.exchange import take_place
from carebase.build.later import Turn
from carebase.build.leftovers import draft_of, inside
from carebase.errors import CarebaseError
from carebase.i18n import primary_language
from carebase.search.pack import Row, names_of, pack
from carebase.search.sections import PageText
from carebase.search.slices import Meta, cut, read_meta, unpacked
from carebase.search.spelling import twins_of
from carebase.search.stems import stems_of
from carebase.search.synonyms import Synonyms
from carebase.search.vocabulary import chunks, commonest
from carebase.search.vocabulary import pack as packed_words
from carebase.search.words import DENSE, spaced, stop_words, things

FOLDER = "pagefind"
# Raised when what is written here changes its shape: an index of another one is made anew.
FORMAT = 9
# What every search needs, in one file: our words, and three files of Pagefind.
START = "start.pf_pack"
# The section of a page that holds its keywords: found, and never shown.
KEYWORDS = "cb-keywords"
# Languages written without spaces: Pagefind is given pairs of characters as words, and no language.
DENSE_LANGUAGES = frozenset({"zh", "ja", "th"})
UNDETERMINED = "und"
# What Pagefind writes for its own search boxes, which no page of ours loads.
_ENTRY = "pagefind-entry.json"
_UNUSED = (
    "pagefind-ui.*",
    "pagefind-modular-ui.*",
    "pagefind-component-ui.*",
    "pagefind-highlight.js",
    "pagefind-worker.js",
)
# Lets us hand Pagefind the files that have come in one. It is asked for one word at a time: what it
# would make ready to tell letters and words apart costs more time than all else before a request.
_PRELUDE = (
    "let fetch=(...asked)=>globalThis.fetch(...asked);export const fetchWith=(own)=>{fetch=own};"
    "const Intl={};\n"
)
# The most words of a title that are told.
_TITLE = 35
# A word on more than one page in so many is one of the site's own, not of another language.
_OWN_SHARE = 100
# Seconds after which it is looked whether Pagefind is still wanted.
_GLANCE = 0.2
# What reading a file that was cut off, or is not there, comes to.
_NOT_WHOLE = (
    *(ValueError, LookupError, EOFError, zlib.error, struct.error),
    *(gzip.BadGzipFile, FileNotFoundError),
)
_ZERO_WIDTH = str.maketrans("", "", "\u200b\u200c\u200d\ufeff\u2060\u00ad")


@dataclass(frozen=True, slots=True)
class Readers:
    """What the readers' index is made for: the site's language, synonyms, names of products."""

    language: str
    synonyms: Synonyms
    products: Mapping[str, str]
    today: date


def write_readers_index(
    pages: Sequence[PageText],
    site_dir: Path,
    readers: Readers,
    counts: Mapping[str, Mapping[str, int]],
    turn: Turn,
    meanwhile: Callable[[], None] = lambda: None,
    finish: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write the folder `pagefind` of a built site: below it an index for each language.

    `counts` are the words of each language with the number of their pages. `meanwhile` is called
    while Pagefind works in a process of its own, and `finish` with the folder of the new index.
    That takes the place of the old one when it is whole; raises CarebaseError when Pagefind fails.
    """
    languages: dict[str, list[PageText]] = {readers.language: []}
    for page in pages:
        languages.setdefault(page.lang, []).append(page)
    # A build may put another folder into the place of the site meanwhile.
    where = site_dir.parent if turn.is_beside_builds else site_dir
    with tempfile.TemporaryDirectory(prefix=inside("search"), dir=where) as name:
        draft = Path(name)
        running = []
        for lang, own in languages.items():
            output = draft / "index" / lang
            output.mkdir(parents=True)
            for page in own:
                write_document(page, draft / "documents" / lang)
            if own:
                running.append(_start(draft / "documents" / lang, output))
        try:
            meanwhile()
        finally:
            said = [_finish(process, turn) for process in running]
        turn.go_on()
        for error in filter(None, said):
            raise CarebaseError(f"Pagefind could not index the site: {error}")
        for lang, own in languages.items():
            output = draft / "index" / lang
            for pattern in _UNUSED:
                for path in output.glob(pattern):
                    path.unlink()
            if own:
                try:
                    finish_index(lang, own, counts.get(lang, {}), output, readers, languages)
                except _NOT_WHOLE:
                    # It ends as if all were well where the disk was full.
                    raise CarebaseError(
                        f"What Pagefind wrote for the language {lang} is not whole: is the disk"
                        " full? The pages are new, the search index is the old one: make room and"
                        " build again."
                    ) from None
        finish(draft / "index")
        with turn.files:
            made, target = draft / "index", site_dir / FOLDER
            # Under this name what was there is found again, should this be ended amidst.
            with suppress(OSError):
                made = made.rename(draft_of(target))
            take_place(made, target)


def write_document(page: PageText, folder: Path) -> None:
    """Write the document of one page, at the page's own address below `folder`."""
    path = folder / unquote(_file_of(page.address))
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [
        f'<!doctype html><html lang="{index_language(page.lang)}"><body data-pagefind-body>'
        f'<h1 data-pagefind-weight="1">{_text(page.title)}</h1>'
    ]
    for section in page.sections:
        if section.heading:
            level = min(max(section.level, 2), 6)
            parts.append(
                f'<h{level} id="{escape(section.id)}" data-pagefind-weight="1">'
                f"{_text(section.heading)}</h{level}>"
            )
        parts += [f"<p>{_text(line)}</p>" for line in section.text.split("\n") if line]
    if page.keywords:
        words = _text(", ".join(page.keywords))
        parts.append(f'<h2 id="{KEYWORDS}" data-pagefind-weight="1">…</h2><p>{words}</p>')
    path.write_text("".join(parts) + "</body></html>", encoding="utf-8")


def _file_of(address: str) -> str:
    return address + "index.html" if address.endswith("/") or not address else address


def index_language(language: str) -> str:
    """Give the language that Pagefind is told: it splits dense scripts otherwise than we do."""
    code = primary_language(language)
    return UNDETERMINED if code in DENSE_LANGUAGES else code


def _text(text: str) -> str:
    """Write a text as Pagefind splits it best: no marks without width, straight apostrophes."""
    return escape(text if text.isascii() else _plain(text), quote=False)


def _plain(text: str) -> str:
    plain = text.translate(_ZERO_WIDTH).replace("’", "'")
    return spaced(plain) if DENSE.search(plain) else plain


def _start(documents: Path, output: Path) -> subprocess.Popen[str]:
    from pagefind.service import get_executable

    program = get_executable()
    if program is None:
        raise CarebaseError(
            "The search index cannot be made: the program of Pagefind is not installed. Install it"
            " with `pip install pagefind-bin-extended`, or build with --no-index."
        )
    command: list[str | Path] = [
        program,
        "--site",
        documents,
        "--output-path",
        output,
        "--quiet",
        "--keep-index-url",
    ]
    try:
        return subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except OSError as error:
        raise CarebaseError(f"Pagefind cannot be started: {error.strerror or error}.") from None


def _finish(process: subprocess.Popen[str], turn: Turn) -> str:
    """Wait for Pagefind and give what it said when it failed; end it when everything ends."""
    while True:
        try:
            said, _ = process.communicate(timeout=_GLANCE)
            break
        except subprocess.TimeoutExpired:
            if turn.is_over:
                process.kill()
    return " ".join(said.split())[-500:] or "it said nothing" if process.returncode else ""


def finish_index(
    language: str,
    pages: Sequence[PageText],
    counts: Mapping[str, int],
    folder: Path,
    readers: Readers,
    languages: Iterable[str],
) -> None:
    """Cut what Pagefind wrote for a language, and pack what every search needs into one file.

    The vocabulary is in that file while it is small; else each slice of the index holds the words
    of its stretch of the alphabet, and files by length beside hold what typing errors may mean.
    """
    entry, meta = _pagefind_of(folder)
    made = chunks(counts)
    files = []
    for number, chunk in enumerate(made if len(made) > 1 else ()):
        name = f"vocabulary-{number}.txt"
        files.append([chunk.least, chunk.most, name])
        (folder / name).write_text(chunk.words, encoding="utf-8")
    index = cut(
        folder / "index",
        meta,
        counts if files else (),
        lambda word: stems_of([word], language),
        lambda words: packed_words(words, counts),
    )
    facts = facts_of(pages, folder, readers.today)
    known = sorted({one.said for one in facts.values()})
    code = primary_language(language)
    words = {
        "others": _others(language, languages, counts, len(pages)),
        "stop": sorted(stop_words(code)),
        "things": sorted(things(code)),
        "common": commonest(counts, stop_words(code)),
        "synonyms": [
            *readers.synonyms.of(language, readers.language),
            *twins_of(counts.keys(), language),
        ],
        "products": dict(readers.products),
        "facts": known,
        "vocabulary": made[0].words if len(made) == 1 else "",
        "files": files,
    }
    rows = []
    for name, (page, length) in zip(names_of(list(meta.pages)), meta.pages.items(), strict=True):
        rows.append(Row(name, length, known.index(facts[page].said), facts[page].title))
        fragment = folder / "fragment" / f"{page}.pf_fragment"
        fragment.rename(fragment.with_stem(name))
    wasm = next((one.get("wasm") for one in entry["languages"].values()), None) or "unknown"
    program = unpacked((folder / f"wasm.{wasm}.pagefind").read_bytes())
    (folder / START).write_bytes(pack(entry, meta, rows, index, words, program))
    script = (folder / "pagefind.js").read_text("utf-8")
    (folder / "pagefind.js").write_text(_PRELUDE + script, encoding="utf-8")
    for path in (*folder.glob("wasm.*"), *folder.glob("*.pf_meta"), folder / _ENTRY):
        path.unlink()


def _others(
    language: str, languages: Iterable[str], counts: Mapping[str, int], pages: int
) -> dict[str, list[str]]:
    """Give the site's other languages, each with the small words by which it is told from this one.

    What pages of this language hold too, as the name *De'Longhi* holds *de*, tells nothing.
    """
    own = stop_words(primary_language(language))
    common = {word for word, count in counts.items() if count > max(1, pages // _OWN_SHARE)}
    return {
        other: sorted(stop_words(primary_language(other)) - own - common)
        for other in sorted(languages)
        if other != language
    }


def _pagefind_of(folder: Path) -> tuple[dict[str, Any], Meta]:
    """Read what Pagefind says of an index of one language that it wrote."""
    entry = json.loads((folder / _ENTRY).read_text("utf-8"))
    (path,) = folder.glob("*.pf_meta")
    meta = read_meta(unpacked(path.read_bytes()))
    if meta is None:
        raise CarebaseError(
            f"Pagefind {entry['version']} writes an index of a kind that is not known here: install"
            " version 1.5 of `pagefind` and `pagefind-bin-extended`."
        )
    return entry, meta


@dataclass(frozen=True, slots=True)
class Facts:
    """What a browser is told of a page: `title` is the number of words of its title, 35 at most."""

    said: str
    title: int


def facts_of(pages: Iterable[PageText], folder: Path, today: date) -> dict[str, Facts]:
    """Give products, kind, staleness and boost of each page by the id that Pagefind has given it.

    Pagefind's own filters would have to be asked one by one, each time with the whole index.
    """
    by_url = {"/" + unquote(_file_of(page.address)): page for page in pages}
    facts = {}
    for fragment in sorted((folder / "fragment").glob("*.pf_fragment")):
        page = by_url[unquote(json.loads(unpacked(fragment.read_bytes()))["url"])]
        stale = "1" if page.is_stale(today) else ""
        said = f"{','.join(page.products)}|{page.kind}|{stale}|{page.boost:g}"
        words = len(_plain(page.title).split())
        facts[fragment.stem] = Facts(said, min(words, _TITLE))
    return facts
