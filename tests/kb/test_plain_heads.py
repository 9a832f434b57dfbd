"""Plain heads say what YAML says of them, values and places alike."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from carebase.sources import yaml as ours
from carebase.sources.plain import plain_lines

# Signs and words of which YAML makes something else, and those of which it does not.
PIECES = [
    *("a", "word", "Word two", "10 min", "10", "1", "-", "- ", ".", "...", "---", ",", ", ", "'"),
    *("it's", "(x)", "a/b", "yes", "No", "true", "NULL", "on", "y", "~", "e5", "1e5", "0x1f"),
    *("2026-11-23", "2026-11-23 10 h", "12:30", ": ", ":", " #", "#", "# ", "&a", "*a", "!", "|"),
    *("é", " ", "  ", "\t", "\n", "\n", "\na: b", "\nkind: guide", '"', "[", "{", "?", "<<", "="),
]


@given(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), st.sampled_from(PIECES))
@example("kind: guide\ntime: 10 min", "")
@example("a: b\na: c", "")
@settings(max_examples=1500, deadline=None)
def test_a_plain_head_is_what_yaml_makes_of_it(text: str, value: str) -> None:
    for head in (text, f"kind: guide\n{text}\n", f"key: {value}\n", f"key: {value}{text}\n"):
        lines = plain_lines(head)
        if lines is None:
            continue
        said = {line.key: line.text for line in lines}
        assert yaml.safe_load(head) == said
        assert get_data(f"---\n{head}\n---\n\nText")[1] == said
        quick = ours.parse_yaml(head, "page.md", 2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ours, "plain_lines", lambda head: None)
            assert ours.parse_yaml(head, "page.md", 2) == quick


def test_usual_heads_are_plain() -> None:
    head = (
        "kind: guide\ndifficulty: easy\ntime: 10 min\ndescription: How to clean it, step by step.\n"
    )
    lines = plain_lines(head)
    assert lines is not None
    assert ["guide", "easy", "10 min", "How to clean it, step by step."] == [
        line.text for line in lines
    ]


@pytest.mark.parametrize("head", ["", "\n", "a: 1", "a: yes", "on: b", "a:", "a: b: c", "a: b #c"])
def test_anything_else_is_for_yaml(head: str) -> None:
    assert plain_lines(head) is None
