"""Single values in files that people wrote: the value changes, and nothing else."""

from __future__ import annotations

import pytest

from carebase.sources.edit import add_entry, change_scalars, read_scalars, remove_entry, set_value

BODY = "\n# Tea\n\nText --- and more.\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("title: Tea\n", "title: Tea\naliases: [old/tea/]\n"),
        ("aliases: [a/]  # kept\ntitle: Tea\n", "aliases: [a/, old/tea/]  # kept\ntitle: Tea\n"),
        ("aliases: a/\n", "aliases: [a/, old/tea/]\n"),
        ("aliases:\ntitle: Tea\n", "aliases: [old/tea/]\ntitle: Tea\n"),
        ("aliases: []\n", "aliases: [old/tea/]\n"),
        ("aliases:\n  - a/\n  - b/  # b\ntitle: T\n",
         "aliases:\n  - a/\n  - b/  # b\n  - old/tea/\ntitle: T\n"),
        ("aliases:\n- a/\n", "aliases:\n- a/\n- old/tea/\n"),
        ("aliases: [old/tea/]\n", "aliases: [old/tea/]\n"),
    ],
)  # fmt: skip
def test_an_entry_is_added_to_a_list_however_it_is_written(head: str, expected: str) -> None:
    assert f"---\n{expected}---\n{BODY}" == add_entry(
        f"---\n{head}---\n{BODY}", "aliases", "old/tea/"
    )


def test_a_page_without_a_head_gets_one() -> None:
    assert "---\naliases: [old/]\n---\n\n# Tea\n" == add_entry("# Tea\n", "aliases", "old/")


def test_what_yaml_would_take_for_something_else_gets_quotes() -> None:
    assert '---\naliases: ["2024"]\n---\n\n# Tea\n' == add_entry("# Tea\n", "aliases", "2024")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("reviewed: 2025-01-01 # by Ann\nowner: Ann\n",
         "reviewed: 2026-11-22 # by Ann\nowner: Ann\n"),
        ("owner: Ann\n", "owner: Ann\nreviewed: 2026-11-22\n"),
        ("reviewed:\nowner: Ann\n", "reviewed: 2026-11-22\nowner: Ann\n"),
        ("reviewed: '2025-01-01'\n", "reviewed: 2026-11-22\n"),
    ],
)  # fmt: skip
def test_a_value_is_set_where_it_stands(head: str, expected: str) -> None:
    assert f"---\n{expected}---\n{BODY}" == set_value(
        f"---\n{head}---\n{BODY}", "reviewed", "2026-11-22"
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("aliases: [a/, b/]\ntitle: T\n", "aliases: [b/]\ntitle: T\n"),
        ("aliases: [a/]\ntitle: T\n", "title: T\n"),
        ("title: T\naliases: a/\n", "title: T\n"),
        ("aliases:\n  - a/\n  - b/\ntitle: T\n", "aliases: [b/]\ntitle: T\n"),
        ("aliases:\n  - a/\ntitle: T\n", "title: T\n"),
        ("aliases: [b/]\n", "aliases: [b/]\n"),
    ],
)
def test_an_entry_is_taken_out(head: str, expected: str) -> None:
    assert f"---\n{expected}---\n{BODY}" == remove_entry(f"---\n{head}---\n{BODY}", "aliases", "a/")


def test_texts_of_a_file_with_tags_of_others_change_in_place() -> None:
    text = "nav:\n  - Home: index.md\n  - Tea: 'tea.md'\nplugins: !ENV [A, tea.md]\n"

    changed = change_scalars(
        text,
        read_scalars(text),
        lambda one: "drinks/tea.md" if one.value == "tea.md" and one.key == "Tea" else None,
    )

    assert text.replace("'tea.md'", "drinks/tea.md") == changed
