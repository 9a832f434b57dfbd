"""Blocks in the source of a page: found where Markdown finds them, and nowhere else."""

from __future__ import annotations

import pytest

from carebase.articles.block_checks import ForeignBlock, Known, check_block
from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.blocks import scan_blocks
from carebase.articles.lines import read_lines

KNOWN = Known(
    foreign={"details": ForeignBlock("details", None, {"open": bool})},
    products=("brio",),
    forms=("support-request", "product-survey"),
    covered=("brio",),
    contact=True,
)


def scan(text: str, product: str | None = None) -> tuple[list[str], list[tuple[int, str]]]:
    """Give the blocks by name and the problems by line and code."""
    blocks, problems = scan_blocks(read_lines(text), "x.md", KNOWN.names)
    for block in blocks:
        problems += check_block(block, KNOWN, product)
    return [block.name for block in blocks], [(one.line, one.code) for one in problems]


@pytest.mark.parametrize(
    "text",
    [
        "/// form | support-request\n///\n",
        "   /// form | support-request\n   ///\n",
        "/// FORM | support-request\n///\n",
        "/////form|support-request\n/////\n",
        "- In a list\n\n    /// form | support-request\n    ///\n",
        '!!! note "In a note"\n    /// form | support-request\n        product: brio\n    ///\n',
        "1. One\n\n    - Two\n\n        /// form | support-request\n        ///\n",
        "//// details | More\n    open: true\n\n/// form | support-request\n///\n\nText.\n////\n",
        "/// form | support-request\n    product: brio\n\n\n///\n",
        "/// form | support-request\n    attrs: {class: wide}\n///\n",
        "/// form | support-request\n\tproduct: brio\n///\n",
    ],
)
def test_a_block_is_found(text: str) -> None:
    names, problems = scan(text)
    assert "form" in names
    assert [] == problems


@pytest.mark.parametrize(
    "text",
    [
        "```\n/// nope\n```\n",
        "~~~~ markdown\n/// nope\n~~~\n~~~~\n",
        "> ```\n> /// nope\n> ```\n",
        "- List\n\n    ```\n    /// nope\n    ```\n",
        "Text.\n\n    /// nope\n",
        "<!--\n/// nope\n-->\n",
        "<pre>\n/// nope\n</pre>\n",
        "A path: /// nope\n",
        "//// \n"[:2] + "/ is a path\n",
        "http:///x\n",
    ],
)
def test_code_and_plain_text_hold_no_block(text: str) -> None:
    assert ([], []) == scan(text)


def test_options_have_places_and_values() -> None:
    text = "# T\n\n/// form | support-request\n    product: brio\n///\n"
    blocks, _ = scan_blocks(read_lines(text, first_line=5), "x.md", KNOWN.names)
    (block,) = blocks
    assert ("form", "support-request", {"product": "brio"}, 7, 1) == (
        block.name,
        block.argument,
        dict(block.options),
        block.line,
        block.column,
    )
    assert (8, 14) == block.document.place(("product",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/// form | support-request\n", [(1, "block-unclosed")]),
        ("/// form | support-request\n////\n", [(2, "block-not-open"), (1, "block-unclosed")]),
        ("/// details | A\n\n/// details | B\n///\n", [(1, "block-unclosed")]),
        ("//// details | A\n\n/// form | support-request\n////\n", [(3, "block-unclosed")]),
        ("/// carousel\n", [(1, "unknown-block")]),
        ("/// form | x\n    - a\n///\n", [(2, "block-option"), (1, "unknown-form")]),
        ("/// parts\n    product: a: b\n///\n", [(2, "yaml-syntax"), (1, "block-needs-product")]),
        ("/// parts\n    prodct: brio\n///\n", [(2, "unknown-block-option")]),
        ("///\n", [(1, "block-not-open")]),
    ],
)
def test_what_is_wrong_is_told(text: str, expected: list[tuple[int, str]]) -> None:
    assert expected == scan(text)[1]


def test_on_a_product_page_the_product_is_known() -> None:
    assert [(1, "block-needs-product")] == scan("/// parts\n///\n")[1]
    assert [] == scan("/// parts\n///\n", product="brio")[1]


def test_a_warranty_check_needs_a_policy_and_contact_hours_a_contact() -> None:
    bare = Known(products=("brio",))
    for text in ("/// warranty-check\n///\n", "/// contact-hours\n///\n"):
        blocks, _ = scan_blocks(read_lines(text), "x.md", bare.names)
        found = check_block(blocks[0], bare, None)
        assert ["block-shows-nothing"] == [one.code for one in found]


def test_each_block_type_says_what_it_is_and_its_example_is_right() -> None:
    for block in BLOCK_TYPES.values():
        assert block.sentence.endswith(".")
        assert ([block.name], []) == scan(block.example + "\n")


def test_a_fence_that_is_never_closed_is_no_fence() -> None:
    lines = read_lines("```\n/// form | support-request\n///\n")
    assert [1] == [line.number for line in lines.open_fences]
    assert not any(line.code for line in lines.lines)


@pytest.mark.parametrize("piece", ["```a\n", "<pre>\n", "<!--\n", "/// form\n", "- a\n    - b\n"])
def test_a_long_text_takes_linear_time(piece: str) -> None:
    text = piece * 20_000
    blocks, _ = scan_blocks(read_lines(text), "x.md", KNOWN.names)
    assert len(blocks) in (0, 20_000)
