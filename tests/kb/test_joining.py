"""Addresses put together give what the standard library gives."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from carebase.joining import join

BASES = st.sampled_from(
    [
        *("http://a.example/", "https://a.example/help/", "http://127.0.0.1:8000/a/b/", "", "/"),
        *("http://a.example", "http://a.example/a/../b/", "http://a.example/x?y/", "/help/"),
        *("http://a.example//b/", "http://a.example/b", "http://a.example/.b/", "file:///a/"),
    ]
)
PIECES = ["a", "b.md", "/", "..", ".", "#", "#x", "?q", ":", "%20", "ä", "-", ";p", "//", "http:"]


@given(BASES, st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_joining_agrees_with_the_standard_library(base: str, address: str) -> None:
    assert urljoin(base, address) == join(base, address)
