"""Reading text, YAML and front matter: values without YAML 1.1's traps, each with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from carebase.sources import is_there, load_model, parse_yaml, read_text, split_front_matter


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("12:30", "12:30"),
        ("09:00-17:00", "09:00-17:00"),
        ("0012345678905", "0012345678905"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("7", 7),
        ("-7", -7),
        ("6.90", 6.9),
        ("1e3", 1000.0),
        (".5", ".5"),
        (".nan", ".nan"),
        ("~", None),
        ("", None),
        ("2026-09-14", date(2026, 9, 14)),
        ("2026-9-14", "2026-9-14"),
        ("2026-09-14T10:00:00", "2026-09-14T10:00:00"),
    ],
)
def test_a_plain_value_is_what_a_writer_means(written: str, value: object) -> None:
    document = parse_yaml(f"key: {written}\n", "x.yml")
    assert {"key": value} == document.data
    assert type(value) is type(document.data["key"])


def test_keys_and_values_have_their_places() -> None:
    document = parse_yaml("a:\n  - b: 1\n    c: [x, y]\n", "x.yml", first_line=2)
    assert (3, 5) == document.keys[("a", 0, "b")]
    assert (4, 12) == document.values[("a", 0, "c", 1)]
    assert (4, 8) == document.place(("a", 0, "c", 7))


def test_a_number_is_kept_as_typed_for_where_text_was_meant(tmp_path: Path) -> None:
    class Part(BaseModel):
        model_config = ConfigDict(extra="forbid")
        sku: str
        names: list[str] = Field(default_factory=list)

    path = tmp_path / "part.yml"
    path.write_text("sku: 1.10\nnames: [2026-09-14, 7]\n", encoding="utf-8")
    part, document = load_model(path, "part.yml", Part)
    assert [] == document.problems
    assert part == Part(sku="1.10", names=["2026-09-14", "7"])


def test_every_problem_of_a_model_is_told_at_its_place(tmp_path: Path) -> None:
    class Inner(BaseModel):
        model_config = ConfigDict(extra="forbid")
        id: str
        size: int

    class Outer(BaseModel):
        model_config = ConfigDict(extra="forbid")
        inner: list[Inner] = Field(min_length=1)

    path = tmp_path / "x.yml"
    path.write_text("inner:\n  - {id: [], siez: 2}\nmore: 1\n", encoding="utf-8")
    model, document = load_model(path, "x.yml", Outer)
    assert model is None
    assert [
        (2, 10, "wrong-type", ""),
        (2, 5, "missing-key", "add `size: …`"),
        (2, 14, "unknown-key", "did you mean `size`?"),
        (3, 1, "unknown-key", "delete it"),
    ] == [(found.line, found.column, found.code, found.hint) for found in document.problems]


def test_an_empty_list_where_one_entry_is_needed(tmp_path: Path) -> None:
    class Course(BaseModel):
        lessons: list[str] = Field(min_length=1, examples=["[01-water.md]"])

    path = tmp_path / "x.yml"
    path.write_text("lessons: []\n", encoding="utf-8")
    _, document = load_model(path, "x.yml", Course)
    assert ["`lessons` needs at least 1 entry."] == [one.message for one in document.problems]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: 1\na: 2\n", (2, 1), "duplicate-key"),
        ("a:\n\t- b\n", (2, 1), "yaml-tab"),
        ("a: b: c\n", (1, 5), "yaml-syntax"),
        ('a: "b\nc: d\n', (1, 4), "yaml-quote"),
        ("a: [1, 2\n", (2, 1), "yaml-syntax"),
        ("ä: \x07\n", (1, 4), "yaml-character"),
        ("a: 2026-02-30\n", (1, 4), "impossible-date"),
        ("a: !!set {b}\n", (1, 4), "yaml-tag"),
        ("? [a]\n: b\n", (1, 1), "yaml-key"),
        ("a: &x [*x]\n", (1, 4), "yaml-alias"),
        ("[" * 100 + "]" * 100, (1, 1), "yaml-deep"),
    ],
)
def test_a_mistake_in_yaml_has_its_place(text: str, place: tuple[int, int], code: str) -> None:
    found = parse_yaml(text, "x.yml").problems
    assert [(*place, code)] == [(one.line, one.column, one.code) for one in found]


def test_a_second_document_is_told(tmp_path: Path) -> None:
    found = parse_yaml("a: 1\n---\nb: 2\n", "x.yml").problems
    assert ["yaml-syntax"] == [one.code for one in found]


@pytest.mark.parametrize(
    ("data", "text", "codes"),
    [
        (b"a\r\nb\rc", "a\nb\nc", []),
        (b"\xef\xbb\xbfa", "a", []),
        ("ü".encode("latin-1"), "ü", ["not-utf-8"]),
        ("a\nü".encode("utf-16"), "a\nü", ["not-utf-8"]),
    ],
)
def test_bytes_become_text(tmp_path: Path, data: bytes, text: str, codes: list[str]) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(data)
    read, problems = read_text(path, "x.md")
    assert (text, codes) == (read.removeprefix("\ufeff"), [one.code for one in problems])


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    _, problems = read_text(tmp_path / "x.md", "x.md")
    assert ["The file cannot be read: No such file or directory."] == [p.message for p in problems]
    assert not is_there(tmp_path / ("x" * 5000))
    assert not is_there(tmp_path / "\0")


@pytest.mark.parametrize(
    ("text", "data", "body", "line"),
    [
        ("---\na: 1\n---\n# T\n", {"a": 1}, "# T\n", 4),
        ("---\na: 1\n...\n# T\n", {"a": 1}, "# T\n", 4),
        ("---\n---\n# T\n", {}, "# T\n", 3),
        ("# T\n---\na: 1\n---\n", {}, "# T\n---\na: 1\n---\n", 1),
        ("---\n\n# A rule\n", {}, "---\n\n# A rule\n", 1),
        ("", {}, "", 1),
    ],
)
def test_a_page_has_a_head_and_a_text(text: str, data: Any, body: str, line: int) -> None:
    head = split_front_matter(text, "x.md")
    assert (data, body, line, []) == (
        head.document.data,
        head.body,
        head.body_line,
        head.document.problems,
    )
