"""The blocks that hold Markdown of their own: exercises, and what only trainers may read."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from pymdownx.blocks.block import Block

from carebase.articles.audience import without_notes
from carebase.articles.block_types import BlockType
from carebase_plugins.blocks.placeholder import ELEMENT

# After snippets have been put in their place, and before code is taken out.
_PRIORITY = 31
# A question has an answer of its own, of the class `cb-solution`.
_CLASSES = {"exercise": "cb-exercise", "solution": "cb-solved", "instructor": "cb-instructor"}


def text_block(block_type: BlockType, keeps_notes: bool) -> type[Block]:
    """Make the class of a block with text; what is for trainers is emptied unless it is kept."""

    class TextBlock(Block):  # type: ignore[misc]
        NAME = block_type.name
        ARGUMENT = None
        OPTIONS = {option.name: [None, _anything] for option in block_type.options}  # noqa: RUF012

        def on_create(self, parent: Element) -> Element:
            root = SubElement(parent, "details" if block_type.trainer else "section")
            name = _CLASSES[self.NAME]
            root.set("class", name)
            root.set("data-carebase", self.NAME)
            if block_type.trainer:
                root.set("data-trainer", "")
            head = SubElement(root, "summary" if block_type.trainer else "p")
            head.set("class", f"{name}__head")
            given = {name: str(value) for name, value in self.options.items() if value is not None}
            given.pop("attrs", None)
            SubElement(head, ELEMENT, {"name": self.NAME, **given})
            if self.argument:
                title = SubElement(head, "span", {"class": f"{name}__title"})
                title.text = self.argument.strip()
            return root

        def on_markdown(self) -> str:
            return "block"

        def on_end(self, block: Element) -> None:
            if block_type.trainer and not keeps_notes:
                # The text was taken out before; this is what an extension may have put in since.
                block.clear()
                block.tag = "div"

    TextBlock.__name__ = f"{block_type.name.title()}Block"
    return TextBlock


def _anything(value: Any) -> Any:
    return value


class LearnersExtension(Extension):
    """Takes out of every text what only trainers may read, of included files too."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the preprocessor; called by Python-Markdown."""
        md.preprocessors.register(_WithoutNotes(md), "carebase-learners", _PRIORITY)


class _WithoutNotes(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        kept = without_notes(text)
        return lines if kept is text else kept.split("\n")
