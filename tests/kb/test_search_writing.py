"""Our writer of sections makes an index that says what one of Whoosh's own says."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import index
from whoosh.writing import SegmentWriter

from carebase.search.index import FIELDS, schema
from carebase.search.writing import SectionWriter

WORDS = ["pump", "boiler", "valve", "größe", "水", "lid", *(f"w{number}" for number in range(60))]
Section = tuple[str, dict[str, Any], dict[str, list[str]]]


def sections(seed: int, count: int) -> list[Section]:
    """Make up sections, some of them empty or very long, several with one address."""
    chance = random.Random(seed)
    made: list[Section] = []
    for number in range(count):
        texts = {
            name: chance.choices(WORDS, k=chance.choice((0, 1, 7, 40, 90)))
            for name in chance.sample(FIELDS, chance.randrange(5))
        }
        page = {"page": {"title": str(number)}} if number % 3 == 0 else {}
        made.append((f"page-{number // 3}/", {"section": number % 3, **page}, texts))
    return made


def write(folder: Path, parts: list[list[Section]], *, own: bool, most: int = 10**6) -> None:
    """Write sections in so many steps."""
    folder.mkdir()
    index.create_in(folder, schema())
    for part in parts:
        opened = index.open_dir(folder)
        if own:
            writer = SectionWriter(opened, most=most)
            for address, stored, texts in part:
                writer.add_section(address, stored, texts)
        else:
            writer = SegmentWriter(opened)
            for address, stored, texts in part:
                writer.add_document(address=address, **stored, **texts)
        writer.commit()


def told(folder: Path) -> list[str]:
    """Give everything that an index says, a line for each term and each document."""
    with index.open_dir(folder).reader() as reader:
        terms = []
        for name, term in reader.all_terms():
            info = reader.term_info(name, term)
            matcher = reader.postings(name, term)
            places = []
            while matcher.is_active():
                at = matcher.value_as("positions") if name in FIELDS else None
                places.append((matcher.id(), matcher.weight(), at))
                matcher.next()
            facts = (info.weight(), info.doc_frequency(), info.min_length(), info.max_length())
            terms.append((name, term.decode(), places, *facts, info.max_weight()))
        stored = [
            (reader.stored_fields(number), [reader.doc_field_length(number, f) for f in FIELDS])
            for number in reader.all_doc_ids()
        ]
    return [json.dumps(one, sort_keys=True) for one in (*terms, *stored)]


def check_same(one: Path, other: Path) -> None:
    """Fail with the first thing that two indexes say otherwise."""
    first, second = told(one), told(other)
    assert [] == [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]][:1]
    assert len(first) > 100


@pytest.mark.parametrize("most", [10**6, 2000])
def test_one_segment_says_the_same(tmp_path: Path, most: int) -> None:
    parts = [sections(1, 400)]
    write(tmp_path / "whoosh", parts, own=False)
    write(tmp_path / "own", parts, own=True, most=most)

    check_same(tmp_path / "whoosh", tmp_path / "own")


def test_segments_that_are_joined_say_the_same(tmp_path: Path) -> None:
    parts = [sections(seed, 30) for seed in range(8)]
    write(tmp_path / "whoosh", parts, own=False)
    write(tmp_path / "own", parts, own=True)

    check_same(tmp_path / "whoosh", tmp_path / "own")
