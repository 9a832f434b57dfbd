"""The quick parts of Markdown give what Python-Markdown itself gives, to the byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from carebase_plugins.engine import headings
from carebase_plugins.engine.gates import Gated, gate_of
from carebase_plugins.engine.quick import quicken

DOCS = Path(__file__).parents[2] / "docs"
# What people switch on, and what Material recommends.
EXTENSIONS = [
    *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
    *("pymdownx.blocks.admonition", "pymdownx.blocks.details"),
    *("pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.details"),
    *("pymdownx.emoji", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys"),
    *("pymdownx.magiclink", "pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.superfences"),
    *("pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde", "smarty", "sane_lists"),
]
PLAIN = ["admonition", "attr_list", "md_in_html", "tables", "toc"]
OPTIONS: dict[str, Any] = {"toc": {"permalink": True}, "pymdownx.tabbed": {"alternate_style": True}}
PIECES = [
    *(
        "a",
        "word",
        "Press it.",
        " ",
        "  \n",
        "\n",
        "\n\n",
        "\n    ",
        "\n        ",
        "\t",
        "\\",
        "\\*",
    ),
    *(
        "*",
        "**",
        "_",
        "__",
        "`",
        "``",
        "```\n",
        "~~~ python\n",
        "~~",
        "^",
        "==",
        "[",
        "]",
        "](",
        ")",
    ),
    *("[TOC]", "\n\n[TOC]\n\n", "<!-- c -->", "<br>", "<p id='a'>", "\r\n", "   \n"),
    *("[a](b.md)", "![a](b.png)", "[x][y]", "\n[y]: z.md\n", "<", ">", "<b>", "</b>", "<div>\n"),
    *(
        "</div>\n",
        '<div markdown="1">\n',
        "<http://a.example>",
        "<a@b.example>",
        "&",
        "&amp;",
        "&#9;",
    ),
    *(
        "#",
        "# ",
        "\n## B\n",
        "=\n",
        "---\n",
        "-",
        "- ",
        "1. ",
        "\n2. ",
        "٣. ",
        "* ",
        "> ",
        "|",
        "|---|\n",
        "a | b\n",
    ),
    *(
        '!!! note "T"\n',
        "??? tip\n",
        "/// a\n",
        "\n/// note | T\n",
        "\n/// details\n",
        "///\n",
        "\n///\n",
        ": ",
        "[^1]",
        "\n[^1]: n\n",
        "*[HTML]: h\n",
    ),
    *(
        "HTML",
        "{ .c }",
        "{: #i }",
        ":smile:",
        "++ctrl++",
        "http://a.example",
        "\x02",
        "klzzwxh:0000",
    ),
]


def converters(extensions: list[str]) -> tuple[Markdown, Markdown]:
    """Make two objects that are to agree, the second a quick one."""
    options = {name: OPTIONS[name] for name in extensions if name in OPTIONS}
    plain, quick = (Markdown(extensions=extensions, extension_configs=options) for _ in "12")
    quicken(quick)
    return plain, quick


def assert_same(text: str, plain: Markdown, quick: Markdown) -> None:
    """Convert a text by both and compare everything that comes out."""
    expected, actual = plain.reset().convert(text), quick.reset().convert(text)
    assert expected == actual
    assert getattr(plain, "toc_tokens", None) == getattr(quick, "toc_tokens", None)


@pytest.mark.parametrize("extensions", [EXTENSIONS, PLAIN, []])
def test_every_page_of_the_handbook_and_the_example_comes_out_the_same(
    extensions: list[str],
) -> None:
    plain, quick = converters(extensions)
    pages = sorted(DOCS.rglob("*.md"))
    assert len(pages) > 50
    for page in pages:
        assert_same(page.read_text(encoding="utf-8"), plain, quick)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_comes_out_the_same(text: str, many: bool) -> None:
    assert_same(text, *(MANY if many else FEW))


MANY, FEW = converters(EXTENSIONS), converters(PLAIN)


@given(st.lists(st.sampled_from([*PIECES, "Words, (two): 3/4!", "é"]), max_size=4).map("".join))
@example("Replace the pump (12)")
@example("\x02amp\x03 and more")
@settings(max_examples=300, deadline=None)
def test_a_heading_is_read_as_it_would_be_written(text: str) -> None:
    for markdown in (*MANY, *FEW):
        for tail in (None, "\n<&"):
            heading = Element("h2", {"id": "a>b", "class": "<"})
            heading.text, heading.tail = text, tail
            assert headings._own_html(heading, markdown) == headings._inner_html(heading, markdown)


def test_patterns_wait_for_their_signs() -> None:
    quick = FEW[1]
    held = {
        type(part).__name__: set(found._signs)
        for part in quick.parser.blockprocessors
        for found in vars(part).values()
        if isinstance(found, Gated)
    }
    assert {"#"} == held["HashHeaderProcessor"]
    assert {">"} == held["BlockQuoteProcessor"]


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        (r"(?<!\!)\[", "["),
        (r"\*|_", "*_"),
        (r"(?:a+b|c)?#{1,6}", "#"),
        (r"  \n", "\n"),
        (r"(?:x|)y*", ""),
        (r"(?!<)", ""),
        (r"[^#]", ""),
        (r"(?i)k", ""),
        (r"(?i:k)!", "!"),
        (r"(a)?(?(1)b|c)", ""),
    ],
)
def test_what_a_match_must_hold_is_read_off_a_pattern(pattern: str, signs: str) -> None:
    assert signs == gate_of(re.compile(pattern))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
def test_a_gated_pattern_finds_what_the_pattern_finds(text: str) -> None:
    for written in (r"(?:^|\n)(#{1,6})", r"^[ ]{0,3}>", r"\*|_", r"(?s)!!!.*?\n"):
        pattern = re.compile(written)
        gated = Gated(pattern, gate_of(pattern))
        for way in ("search", "match"):
            expected, actual = getattr(pattern, way)(text), getattr(gated, way)(text)
            assert (expected and expected.span()) == (actual and actual.span())
        assert pattern.sub("-", text) == gated.sub("-", text)
