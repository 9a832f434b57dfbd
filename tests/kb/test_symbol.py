"""The codes of addresses are those that the library makes, module by module."""

from __future__ import annotations

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from carebase.symbol import modules_of


def by_the_library(text: str) -> list[str]:
    code = segno.make_qr(text, error="l", mask=2, boost_error=True)
    return ["".join(map(str, row)) for row in code.matrix]


def test_codes_of_every_length_are_those_of_the_library() -> None:
    for length in range(1, 260):
        address = ("https://help.example/products/brio/" + "descale-it/" * 30)[:length]
        assert by_the_library(address) == modules_of(address), length


def test_what_is_written_shorter_is_left_to_the_library() -> None:
    for text in ("0123456789", "HTTPS://A.EXAMPLE/B", "https://é.example/", "点茗"):
        assert by_the_library(text) == modules_of(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_text_has_the_code_of_the_library(text: str) -> None:
    assert by_the_library(text) == modules_of(text)
