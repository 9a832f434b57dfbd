"""What a first question costs on a site with more words than one file holds."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from carebase.build.later import Turn
from carebase.errors import CarebaseError
from carebase.search.pack import names_of
from carebase.search.pagefind import FOLDER, START, Readers, finish_index, write_readers_index
from carebase.search.places import HEAVY, Beside
from carebase.search.reader_engine import ask_readers
from carebase.search.sections import PageText, Section
from carebase.search.slices import cut, packed, read_meta, unpacked
from carebase.search.synonyms import Synonyms
from tests.bench.searches import BYTES, REQUESTS, ask_once
from tests.conftest import OpenPage
from tests.support.sites import BuiltSite, site_in
from tests.support.static_server import serve_folder

PAGES = 60
OWN = 160
# So often on each page a word is too heavy for all of its places to be kept.
OFTEN = 2 * HEAVY // PAGES // 2
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "qui",
    "ro",
    "su",
    "ta",
    "ve",
    "wi",
    "xo",
    "zu",
]


def made_words(count: int) -> list[str]:
    """Give so many words of three to five syllables, always the same ones."""
    chance = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))] = None
    return list(words)


WORDS = made_words(PAGES * OWN)
# One word of each of ten pages.
LONG = WORDS[5 :: 6 * OWN]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    pages: dict[str, str | bytes] = {"index.md": "# Home\n\nHelp for the machine.\n"}
    for number in range(PAGES):
        own = " ".join(WORDS[number * OWN : (number + 1) * OWN])
        text = f"The machine is here. {own}. The Gerät of Café {number}."
        kettles = " ".join(["A kettle and its lid."] * OFTEN)
        pages[f"page-{number}.md"] = (
            f"# Page {number}\n\n{text}\n\n## More\n\nMachine {own}.\n\n## Kettles\n\n{kettles}\n"
        )
    return site_in(tmp_path_factory.mktemp("large"), {"docs": pages})


def index_of(site: BuiltSite) -> Path:
    return site.folder / FOLDER / "en"


def asked(site: BuiltSite, *queries: str) -> list[tuple[list[str], dict[str, str]]]:
    answers = ask_readers(site.folder, "en", queries)
    return [
        (answer["pages"], {one["from"]: one["to"] for one in answer["mended"]})
        for answer in answers
    ]


def test_a_long_question_loads_few_files_and_nothing_before(
    large: BuiltSite, chromium: Browser
) -> None:
    assert 5 < len(list((index_of(large) / "index").iterdir()))
    with serve_folder(large.folder) as address:
        question = f"how do I {' and '.join(LONG)} my machine"
        cost = ask_once(chromium, address + "page-1/", question)
    assert 0 == cost.early
    assert REQUESTS >= cost.requests, cost
    assert BYTES[0][1] >= cost.size, cost


def test_typing_errors_cost_results_and_no_further_files(
    large: BuiltSite, chromium: Browser, open_page: OpenPage
) -> None:
    # What was meant by a word that begins wrongly stands elsewhere in the alphabet.
    slips = {f"{word[1]}{word[0]}{word[2:]}": word for word in (LONG[2], LONG[6])}
    question = " ".join([*slips, *LONG[:2], *LONG[3:6], *LONG[7:]])
    with serve_folder(large.folder) as address:
        cost = ask_once(chromium, address + "page-1/", question)
        assert REQUESTS == cost.requests, cost
        page = open_page()
        page.goto(address + "page-1/")
        page.keyboard.press("/")
        expect(page.locator("dialog carebase-search .cb-search__status")).to_be_attached()
        page.locator("dialog input[type=search]").fill(question)
        expect(page.locator("dialog .cb-search__mended strong")).to_have_text(
            ", ".join(slips.values()), timeout=20_000
        )
        results = page.locator("dialog .cb-result")
        assert 0 < results.count() < 4
        page.locator("dialog .cb-search__more").click()
        expect(results.nth(4)).to_be_visible()
        # With what has come a further question has room for as many pages as any.
        page.locator("dialog input[type=search]").fill(" ".join(LONG[3:]))
        expect(results).to_have_count(4)


@pytest.fixture
def opened(large: BuiltSite, open_page: OpenPage) -> Iterator[tuple[Page, Locator]]:
    """Open the search of a page, with a clock that stands still; gives the page and the field."""
    with serve_folder(large.folder) as address:
        page = open_page()
        page.clock.install()
        page.goto(address + "page-1/")
        page.keyboard.press("/")
        expect(page.locator("dialog carebase-search .cb-search__status")).to_be_attached()
        page.wait_for_load_state("networkidle")
        page.clock.pause_at(datetime.now() + timedelta(hours=1))
        yield page, page.locator("dialog input[type=search]")


def test_what_is_pasted_is_answered_at_once_and_what_is_typed_after_a_pause(
    opened: tuple[Page, Locator],
) -> None:
    page, field = opened
    results = page.locator("dialog .cb-result")
    field.fill(LONG[3])
    page.clock.run_for(10)
    expect(results.first).to_contain_text("Page")
    field.fill("")
    page.clock.run_for(10)
    expect(results).to_have_count(0)
    field.press_sequentially(LONG[3])
    page.clock.run_for(10)
    page.wait_for_load_state("networkidle")
    expect(results).to_have_count(0)
    page.clock.run_for(200)
    expect(results.first).to_contain_text("Page")


def test_while_a_question_is_typed_its_whole_words_are_loaded_and_nothing_else(
    opened: tuple[Page, Locator],
) -> None:
    page, field = opened
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # A word that may go on, and one that very many pages hold: that may be left out yet.
    field.press_sequentially(f"how do I {LONG[4]}")
    field.press_sequentially(" machine ")
    page.wait_for_load_state("networkidle")
    assert 1 == len(asked), asked
    assert asked[0].endswith(".pf_index")
    field.press_sequentially(f"{LONG[5]} {LONG[6]}")
    page.wait_for_load_state("networkidle")
    assert 2 == len(asked), asked
    # What is changed within the text is no whole word.
    field.press("Home")
    field.press_sequentially("xo")
    page.wait_for_load_state("networkidle")
    assert 2 == len(asked), asked
    page.clock.run_for(200)
    expect(page.locator("dialog .cb-result").first).to_contain_text("Page")
    assert REQUESTS >= len(asked)


def test_every_word_is_found_in_the_slice_that_holds_it(large: BuiltSite) -> None:
    queries = WORDS[:: OWN // 3]
    for number, (pages, mended) in enumerate(asked(large, *queries)):
        at = WORDS.index(queries[number]) // OWN
        assert (f"/page-{at}/index.html", {}) == (pages[0], mended), queries[number]


def test_a_word_that_is_everywhere_is_sent_short_and_marked_wherever_it_stands(
    large: BuiltSite, open_page: OpenPage
) -> None:
    sizes = {path.name: path.stat().st_size for path in (index_of(large) / "index").iterdir()}
    assert max(sizes.values()) < HEAVY, sizes
    ((pages, mended),) = asked(large, "kettle")
    assert (10, {}) == (len(pages), mended)
    with serve_folder(large.folder) as address:
        page = open_page()
        page.goto(address + "page-1/")
        page.keyboard.press("/")
        expect(page.locator("dialog carebase-search .cb-search__status")).to_be_attached()
        page.locator("dialog input[type=search]").fill("kettles")
        result = page.locator("dialog .cb-result").first
        expect(result.locator(".cb-result__where")).to_contain_text("Kettles", timeout=20_000)
        expect(result.locator("mark", has_text="kettle")).to_have_count(6)


def test_a_list_beside_keeps_all_weight_and_all_places_or_the_first() -> None:
    """Pagefind writes -1 - weight before the places of that weight, and each from the last."""
    # A word on page 3, three times as text; on page 4 in part at 70, whole at 12 and 40.
    places = b"\x84\x38\x18\x0c\x18\x64\x05", b"\x85\x2c\x18\x46\x38\x18\x0c\x18\x1c"
    data = b"HEAD\x83\x03" + places[0] + b"\x80\x83\x01" + places[1] + b"\x82\x20\x01" + b"\x80"
    end = len(data) - 1
    lists = Beside(100)
    # One page, 100, which stands for the word, with the weight of text.
    assert b"\x81\x83\x18\x64\x82\x38\x18\x00\x80" == lists.add("cup", data, 4, end, 2)
    weights = bytes([72, 60])
    everything = bytes([12, 100, 5, 12, 28, 30])
    rest = b"\x03\x01" + weights + b"\x03\x03" + everything
    assert b"\x03\x00\x02" + bytes([len(rest)]) + b"cup" + rest == lists.take()
    # Longer than what is kept whole.
    assert b"\x81\x83\x18\x65\x82\x38\x18\x00\x80" == lists.add("cup", data, 4, end + HEAVY, 2)
    rest = b"\x03\x01" + weights + b"\x01\x01\x0c\x0c"
    assert b"\x03\x01\x02" + bytes([len(rest)]) + b"cup" + rest == lists.take()
    # Of another shape: Pagefind keeps it.
    assert lists.add("cup", data, 4, end, 3) is None
    assert (b"", 2) == (lists.take(), lists.count)


def test_words_that_very_many_pages_hold_are_scored_as_pagefind_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pages twice: once with lists beside for every word on more than a few of them."""
    chance = random.Random(2)
    stock = WORDS[:12]
    pages = []
    for number in range(PAGES):
        text = "\n".join(
            " ".join(chance.choices(stock, weights=range(1, 13), k=9)) + f" own{number}."
            for _ in range(chance.randint(2, 9))
        )
        section = Section(id="", heading="", level=0, text=f"{text}\nDas Gerät.")
        pages.append(
            PageText(
                address=f"p{number}/",
                src_uri=f"p{number}.md",
                title=f"About {chance.choice(stock)}",
                kind="guide",
                lang="en",
                sections=(section,),
            )
        )
    readers = Readers("en", Synonyms(), {}, date(2026, 11, 22))
    counts = {"en": dict.fromkeys([*stock, "about", "gerat", "das"], PAGES)}
    queries = [" ".join(chance.sample(stock, k)) for k in (1, 1, 2, 2, 3, 4, 5)]
    answers = []
    for most in (PAGES, 3):
        monkeypatch.setattr("carebase.search.places.MANY", most)
        monkeypatch.setattr("carebase.search.places.FEW", 0)
        monkeypatch.setattr("carebase.search.slices._LEAST", 1)
        site = tmp_path / f"{most}"
        site.mkdir()
        write_readers_index(pages, site, readers, counts, Turn())
        head = unpacked((site / FOLDER / "en" / START).read_bytes()).partition(b"\n")[0]
        answers.append(ask_readers(site, "en", [*queries, "gerät"]))
        assert (most == 3) == (json.loads(head)["beside"] > len(stock))
    for whole, beside in zip(*answers, strict=True):
        assert whole["pages"]
        assert whole["pages"] == beside["pages"]


def test_words_with_accents_are_found_in_slices(large: BuiltSite) -> None:
    for pages, mended in asked(large, "Gerät", "gerat", "café", "cafe"):
        assert (10, {}) == (len(pages), mended)


@pytest.mark.parametrize("at", [11, 2_345, 9_000])
def test_a_typing_error_is_put_right_from_the_words_of_its_length(
    large: BuiltSite, at: int
) -> None:
    word = next(one for one in WORDS[at:] if len(one) > 9)
    for typed in (word[1] + word[0] + word[2:], word[:5] + word[6:], word[:-1] + "y"):
        ((pages, mended),) = asked(large, typed)
        assert {typed: word} == mended
        assert f"/page-{WORDS.index(word) // OWN}/index.html" == pages[0]


def test_what_every_search_needs_is_one_file(large: BuiltSite) -> None:
    names = {path.name for path in index_of(large).iterdir() if path.is_file()}
    assert {"pagefind.js", START} == {name for name in names if not name.startswith("vocab")}
    head = unpacked((index_of(large) / START).read_bytes()).partition(b"\n")[0]
    words = json.loads(head)["words"]
    assert "machine" == words["common"][0]
    assert PAGES + 1 == json.loads(head)["pages"]


def test_an_index_of_an_unknown_kind_is_left_or_told(tmp_path: Path) -> None:
    """A newer Pagefind may write another one."""
    name = "en_0000000"
    text = bytes([0x60 + len(name)]) + name.encode()
    page, chunk = b"\x82" + text + b"\x05", b"\x83\x61a\x61z" + text
    data = b"\x86\x651.5.2\x81" + page + b"\x81" + chunk + b"\x80\x80\x80"
    meta = read_meta(data)
    assert meta is not None
    assert ({name: 5}, {name: "a"}) == (meta.pages, meta.chunks)
    (tmp_path / "index").mkdir()
    unknown = packed(b"pagefind_dcd\xa1\x01\x02")
    (tmp_path / f"index/{name}.pf_index").write_bytes(unknown)
    made = cut(tmp_path / "index", meta, ["one"], lambda word: [word], " ".join)
    assert [("a", name)] == made.slices
    assert unknown == (tmp_path / f"index/{name}.pf_index").read_bytes()

    assert read_meta(b"\xa1\x01\x02") is None
    (tmp_path / "pagefind-entry.json").write_text('{"version": "9.9", "languages": {}}')
    (tmp_path / "pagefind.en_1.pf_meta").write_bytes(packed(b"pagefind_dcd\xa1\x01\x02"))
    with pytest.raises(CarebaseError, match=r"Pagefind 9\.9 writes an index of a kind"):
        finish_index("en", [], {}, tmp_path, None, [])  # type: ignore[arg-type]


def test_pages_are_named_shortly_and_each_otherwise() -> None:
    ids = ["en_0a1b2c3", "en_0a1b2ff", "en_fffff00", "en_fffff01"]
    assert ["0a1b2", "0a1b3", "fffff", "00000"] == names_of(ids)
