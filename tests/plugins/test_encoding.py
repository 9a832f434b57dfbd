"""A page is UTF-8, whatever signs stand in it and wherever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from carebase_plugins.engine.output import _PART, _encoded

SIGNS = ("a", "é", "’", "漢", "😀", "\udc80", "\n", "&")


@given(st.lists(st.tuples(st.sampled_from(SIGNS), st.integers(0, _PART + 1)), max_size=6))
def test_a_text_is_encoded_as_a_whole_would_be(runs: list[tuple[str, int]]) -> None:
    text = "".join(sign * count for sign, count in runs)
    assert text.encode("utf-8", errors="xmlcharrefreplace") == _encoded(text)
