"""The blocks that Carebase adds to Markdown, as data: checks, rendering and handbook read this.

A block is written `/// name | argument`, its options indented by four spaces on the lines below,
and closed by `///`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a block: `kind` is what its value must be.

    The settings of a quiz are read by `carebase.training`. Minutes are a whole number from 1.
    """

    name: str
    kind: Literal["product", "quiz", "minutes"]
    sentence: str
    example: str


@dataclass(frozen=True, slots=True)
class BlockType:
    """One block. `argument` is what must follow the `|`, or nothing when none may; a title may.

    `needs_product`: on a page that belongs to no product, the option `product` must be given.
    The root element of what it renders carries `data-carebase` with the block's name, or with the
    name that it shows.
    """

    name: str
    sentence: str
    example: str
    argument: Literal["form", "title"] | None = None
    options: tuple[Option, ...] = ()
    needs_product: bool = False
    # What stands between the first and the last line: Markdown as anywhere, or questions.
    content: Literal["", "text", "questions"] = ""
    # Whether no learner may see it: only a site built for trainers holds it.
    trainer: bool = False
    # The block as which it is shown, where it is another way to write that one.
    shows: str = ""

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names of the options, without `attrs`, which every block of pymdownx takes."""
        return tuple(option.name for option in self.options)


_PRODUCT = Option(
    "product",
    "product",
    "The id of the product that the block is about; on a product's own pages it is known.",
    "product: brio",
)

BLOCK_TYPES: dict[str, BlockType] = {
    block.name: block
    for block in (
        BlockType(
            "warranty-check",
            "Asks for the date of purchase or the serial number and tells what is covered.",
            "/// warranty-check\n///",
            options=(_PRODUCT,),
        ),
        BlockType(
            "form",
            "Shows a form of `docs/forms/` or one that ships with Carebase.",
            "/// form | support-request\n///",
            argument="form",
            options=(_PRODUCT,),
        ),
        BlockType(
            "survey",
            "Asks for an opinion, by a form as above.",
            "/// survey | product-survey\n///",
            argument="form",
            options=(_PRODUCT,),
            shows="form",
        ),
        BlockType(
            "contact-hours",
            "Shows the ways to reach you, with today's opening hours, from `docs/contact.yml`.",
            "/// contact-hours\n///",
            options=(_PRODUCT,),
        ),
        BlockType(
            "privacy-request",
            "Asks for a mail address and sends its owner a link to what is held about them.",
            "/// privacy-request\n///",
        ),
        BlockType(
            "parts",
            "Lists the spare parts of a product with number, price and the guide that fits each.",
            "/// parts\n    product: brio\n///",
            options=(_PRODUCT,),
            needs_product=True,
        ),
        BlockType(
            "service-plan",
            "Lists what is due when on a product.",
            "/// service-plan\n    product: brio\n///",
            options=(_PRODUCT,),
            needs_product=True,
        ),
        BlockType(
            "notices",
            "Shows recalls and free repair programmes: of one product, or of all.",
            "/// notices\n///",
            options=(_PRODUCT,),
        ),
        BlockType(
            "quiz",
            "Asks the questions that stand in it.",
            "/// quiz\n\n### Is it on?\n\n- [x] Yes\n- [ ] No\n\n///",
            options=(
                _PRODUCT,
                *(
                    Option(name, "quiz", sentence, example)
                    for name, sentence, example in (
                        (
                            "draw",
                            "How many of the questions are asked, drawn by chance.",
                            "draw: 5",
                        ),
                        ("points", "The points of each question.", "points: 2"),
                        ("attempts", "How often each question may be answered.", "attempts: 2"),
                        ("type", "The type of all questions.", "type: single"),
                        ("partial", "Whether a part of an answer gives points.", "partial: true"),
                        ("shuffle", "Whether answers are mixed.", "shuffle: false"),
                        (
                            "together",
                            "Whether one button sends all to be graded.",
                            "together: true",
                        ),
                    )
                ),
            ),
            content="questions",
        ),
        BlockType(
            "exercise",
            "Sets a task, with its title and its minutes.",
            "/// exercise | Clean the screen\n    minutes: 5\n\nTake it out.\n\n///",
            argument="title",
            options=(Option("minutes", "minutes", "How long it takes.", "minutes: 5"),),
            content="text",
        ),
        BlockType(
            "solution",
            "Tells trainers how the exercise before it, or around it, is solved.",
            "/// solution\n\nIt comes out with a click.\n\n///",
            argument="title",
            content="text",
            trainer=True,
        ),
        BlockType(
            "instructor",
            "Tells trainers what learners are not told.",
            "/// instructor\n\nLet them find it out.\n\n///",
            content="text",
            trainer=True,
        ),
    )
}
