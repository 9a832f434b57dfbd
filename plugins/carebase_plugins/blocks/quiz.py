"""The block of a quiz: its text goes along as it is, and each piece of Markdown in it as HTML.

The pieces are rendered where they stand, so that links and pictures in them are like all others
of the page. What becomes of both is decided when the block is written (`courses.quiz`).
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pymdownx.blocks.block import Block

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.lines import read_lines
from carebase.markup import Markup
from carebase.training.question import Fragment, Quiz
from carebase.training.quizzes import read_options
from carebase.training.reading import read_quiz
from carebase.training.syntax import Notes
from carebase_plugins.blocks.placeholder import ELEMENT, Placeholder

PIECE = "carebase-piece"
MARK = "carebase-mark"
_PIECE = re.compile(rf"<{PIECE}>(.*?)</{PIECE}>", re.DOTALL)
# What stands for code fences while a page is rendered.
_FENCES = "fenced_code_block"


def _anything(value: Any) -> Any:
    return value


class QuizBlock(Block):  # type: ignore[misc]
    """`/// quiz` with its questions."""

    NAME = "quiz"
    ARGUMENT = None
    OPTIONS = {option.name: [None, _anything] for option in BLOCK_TYPES["quiz"].options}  # noqa: RUF012

    def on_create(self, parent: Element) -> Element:
        """Begin the block's element."""
        return SubElement(parent, ELEMENT, {"name": self.NAME})

    def on_markdown(self) -> str:
        """Take the text as it is: what it means is not what Markdown makes of it."""
        return "raw"

    def on_end(self, block: Element) -> None:
        """Put the text into the element, and its pieces below it as Markdown."""
        source = block.text or ""
        options = {
            name: self.options[name] for name in self.OPTIONS if self.options[name] is not None
        }
        block.text = ""
        packed = json.dumps([source, options], ensure_ascii=False).encode()
        block.set("source", base64.b64encode(packed).decode())
        quiz = _read(source, options)
        for question in quiz.questions:
            if question.id:
                # So that no heading of the page gets the same anchor.
                SubElement(block, MARK, {"id": question.id})
        for fragment in quiz.fragments():
            piece = SubElement(block, PIECE)
            if fragment.block:
                self._parse(piece, fragment.text)
            else:
                piece.text = fragment.text

    def _parse(self, piece: Element, text: str) -> None:
        if _FENCES in self.md.preprocessors:
            text = "\n".join(self.md.preprocessors[_FENCES].run(text.split("\n")))
        self.md.parser.parseChunk(piece, text)


def _read(source: str, options: Mapping[str, Any]) -> Quiz:
    # What is wrong has been told when the page was read.
    return read_quiz(read_lines(source).lines, read_options(options), Notes(""))


def unpack(block: Placeholder) -> tuple[Quiz, Mapping[Fragment, Markup], str]:
    """Give the quiz of a placeholder, the HTML of each piece of it, and the product it names."""
    source, options = json.loads(base64.b64decode(html.unescape(block.options["source"])))
    quiz = _read(source, options)
    pieces = [Markup(piece.strip()) for piece in _PIECE.findall(block.content)]
    return quiz, dict(zip(quiz.fragments(), pieces, strict=True)), str(options.get("product") or "")
