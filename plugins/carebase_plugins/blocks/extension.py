"""A Markdown extension that turns `/// name | argument` blocks into placeholders.

What stands in a page after Markdown depends on the page's text alone, so it can be kept from one
build to the next; products, forms and opening hours come in later. pymdownx leaves a block that
it cannot read as text without a word: `carebase check` tells of those.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from pymdownx.blocks import BlocksExtension as _Base
from pymdownx.blocks.block import Block, type_string

from carebase.articles.block_types import BLOCK_TYPES, BlockType
from carebase_plugins.blocks.placeholder import ELEMENT
from carebase_plugins.blocks.training import text_block


def _block_class(block_type: BlockType) -> type[Block]:
    class CarebaseBlock(Block):  # type: ignore[misc]
        NAME = block_type.name
        ARGUMENT = True if block_type.argument else None
        OPTIONS = {option.name: ["", type_string] for option in block_type.options}  # noqa: RUF012

        def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
            attributes = {"name": self.NAME}
            if self.argument:
                attributes["argument"] = self.argument.strip()
            attributes |= {name: self.options[name] for name in self.OPTIONS if self.options[name]}
            return ElementTree.SubElement(parent, ELEMENT, attributes)

        def on_markdown(self) -> str:
            return "block"

    CarebaseBlock.__name__ = f"{block_type.name.title().replace('-', '')}Block"
    return CarebaseBlock


class BlocksExtension(_Base):  # type: ignore[misc]
    """Registers the blocks of the given names, all by default.

    What is for trainers is kept with `notes` alone.
    """

    def __init__(
        self, names: Collection[str] | None = None, notes: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.notes = notes
        self.names = BLOCK_TYPES.keys() if names is None else names

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: Any) -> None:  # noqa: N802
        """Register the blocks; called by pymdownx."""
        for name in self.names:
            block_mgr.register(self._class_of(BLOCK_TYPES[name]), {})

    def _class_of(self, block_type: BlockType) -> type[Block]:
        match block_type.content:
            case "questions":
                # What reads questions takes longer to load than all of the rest.
                from carebase_plugins.blocks.quiz import QuizBlock

                return QuizBlock
            case "text":
                return text_block(block_type, self.notes)
            case _:
                return _block_class(block_type)
