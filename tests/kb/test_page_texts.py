"""The texts of pages as bytes come back as they were, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carebase.articles import Page
from carebase.articles.front_matter import Front
from carebase.articles.lines import Line, Lines, read_lines
from carebase.build.texts import pack_texts, unpack_texts
from carebase.sources import Document

TEXT = "# Descale\n\n- one\n\n    ```sh\n    rm\n    ```\n\n~~~\nnever closed\n"


EMPTY = Page(
    src_uri="index.md",
    file="docs/index.md",
    kind="page",
    front=Front(),
    title="Home",
    product=None,
    products=(),
    course=None,
    body="",
    body_line=1,
    blocks=(),
    lines=Lines((), ()),
    document=Document("docs/index.md", data={"title": "Home"}),
)


@pytest.fixture
def page() -> Page:
    return replace(EMPTY, body=TEXT, body_line=4, lines=read_lines(TEXT, 4))


def test_a_page_comes_back(page: Page) -> None:
    found = unpack_texts(pack_texts(page))
    assert found.body == page.body
    assert found.lines == page.lines
    assert [type(line) for line in found.lines.lines] == [Line] * len(page.lines.lines)
    assert all(type(line.code) is bool for line in found.lines.lines)
    assert found.lines.open_fences
    assert found.document == page.document


@given(st.text(alphabet="ab \t`~#-!<>/\n\r\x0b\x85\u2028é", max_size=200), st.integers(1, 9))
def test_any_text_comes_back(text: str, first: int) -> None:
    lines = read_lines(text, first)
    page = replace(EMPTY, body=text, lines=lines)
    assert unpack_texts(pack_texts(page)).lines == lines


def test_lines_far_to_the_right_and_taken_out_come_back() -> None:
    far = read_lines(f"one\n\n{' ' * 300}two")
    for kept in (far, Lines(far.lines[::2], ()), Lines((), ())):
        page = replace(EMPTY, body="something else", lines=kept)
        assert unpack_texts(pack_texts(page)).lines == kept


def test_damaged_bytes_are_told(page: Page) -> None:
    data = pack_texts(page)
    with pytest.raises(ValueError, match="damaged"):
        unpack_texts(data[:-9] + b"?" + data[-8:])
