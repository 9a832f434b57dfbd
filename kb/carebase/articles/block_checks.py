"""What a block may say: its name, its argument and its options, ours and those of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carebase.articles.block_types import BLOCK_TYPES, BlockType
from carebase.articles.blocks import Block
from carebase.errors import Problem, nearest, suggestion
from carebase.sources.model import describe

# Blocks of pymdownx that a site may have forgotten to switch on, with the extension of each.
MOST_MINUTES = 1000
_CLASS = re.compile(r"<class '(\w+)'>")
_ADMONITIONS = "admonition note attention caution danger error tip hint warning important"
_PYMDOWNX = {
    **dict.fromkeys(_ADMONITIONS.split(" "), "pymdownx.blocks.admonition"),
    **dict.fromkeys(("caption", "figure-caption", "table-caption"), "pymdownx.blocks.caption"),
    "define": "pymdownx.blocks.definition",
    "details": "pymdownx.blocks.details",
    "html": "pymdownx.blocks.html",
    "tab": "pymdownx.blocks.tab",
}


@dataclass(frozen=True, slots=True)
class ForeignBlock:
    """A block that an extension of the site brings, with what it says of itself.

    `argument` as pymdownx declares it: true (needed), false (none may stand), or None (free).
    `options` maps each name to the function that refuses a bad value with ValueError.
    """

    name: str
    argument: bool | None
    options: Mapping[str, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """What blocks may name: the blocks of other extensions, the products and the forms.

    `covered` are the products with a warranty policy; `contact` tells whether there is a
    contact.yml.
    """

    foreign: Mapping[str, ForeignBlock] = field(default_factory=dict)
    products: Collection[str] = ()
    forms: Collection[str] = ()
    covered: Collection[str] = ()
    contact: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all blocks of the site, ours first."""
        return (*BLOCK_TYPES, *(name for name in self.foreign if name not in BLOCK_TYPES))


def check_block(block: Block, known: Known, product: str | None) -> list[Problem]:
    """Give what is wrong with one block on a page of `product` (or of none)."""
    notes = _Notes(block)
    ours = BLOCK_TYPES.get(block.name)
    foreign = known.foreign.get(block.name)
    if ours:
        _check_ours(notes, ours, known, product)
    elif foreign:
        _check_foreign(notes, foreign)
    elif extension := _PYMDOWNX.get(block.name):
        notes.here(
            "block-needs-extension",
            f"The block `{block.name}` needs an extension that is not switched on.",
            found=f"`/// {block.name}`",
            hint=f"add `- {extension}` to `markdown_extensions` in mkdocs.yml",
        )
    else:
        notes.here(
            "unknown-block",
            f"There is no block `{block.name}`.",
            found=f"`/// {block.name}`",
            allowed=", ".join(known.names),
            hint=suggestion(block.name, known.names),
        )
    return notes.problems


def check_solutions(blocks: Sequence[Block]) -> Iterator[Problem]:
    """Tell of each solution on a page that has no exercise before it."""
    first = min((block.line for block in blocks if block.name == "exercise"), default=None)
    for block in blocks:
        if block.name == "solution" and (first is None or block.line < first):
            yield Problem(
                block.document.file,
                block.line,
                block.column,
                "solution-alone",
                "There is no exercise before this solution.",
                found="/// solution",
                hint="put `/// exercise` before it; what is no solution is `/// instructor`",
                severity="warning",
            )


class _Notes:
    """Problems at the block itself, or at one of its options."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.problems: list[Problem] = []

    def here(self, code: str, message: str, **more: Any) -> None:
        block = self.block
        self.problems.append(
            Problem(block.document.file, block.line, block.column, code, message, **more)
        )

    def option(self, name: str, code: str, message: str, *, key: bool = False, **more: Any) -> None:
        document = self.block.document
        line, column = document.key_place((name,)) if key else document.place((name,))
        self.problems.append(Problem(document.file, line, column, code, message, **more))

    def check_names(self, names: tuple[str, ...]) -> bool:
        """Refuse options that the block does not have; tell whether all were known."""
        unknown = [name for name in self.block.options if name not in names and name != "attrs"]
        for name in unknown:
            self.option(
                name,
                "unknown-block-option",
                f"The block `{self.block.name}` has no option `{name}`.",
                key=True,
                found=f"`{name}`",
                allowed=", ".join(names) or "no options",
                hint=suggestion(name, names) or "delete it",
            )
        return not unknown

    def missing_argument(self, what: str, example: str) -> None:
        name = self.block.name
        self.here(
            "block-argument",
            f"The block `{name}` needs {what} after a `|`.",
            found=f"`/// {name}`",
            hint=f"write `/// {name} | {example}`",
        )

    def surplus_argument(self) -> None:
        self.here(
            "block-argument",
            f"The block `{self.block.name}` takes nothing after a `|`.",
            found=f"`{self.block.argument}`",
            hint=f"write `/// {self.block.name}`",
        )


def _check_foreign(notes: _Notes, foreign: ForeignBlock) -> None:
    block = notes.block
    notes.check_names(tuple(foreign.options))
    for name, accept in foreign.options.items():
        if name not in block.options:
            continue
        try:
            accept(block.options[name])
        except Exception as error:
            # The function is another project's: whatever it raises, it refuses the value.
            notes.option(
                name,
                "block-option-value",
                f"The option `{name}` of `{block.name}` does not take this value.",
                found=describe(block.options[name]),
                hint=_CLASS.sub(r"\1", str(error)).strip(),
            )
    if foreign.argument is True and block.argument is None:
        notes.missing_argument("something", "…")
    elif foreign.argument is False and block.argument is not None:
        notes.surplus_argument()


def _check_ours(notes: _Notes, ours: BlockType, known: Known, product: str | None) -> None:
    block = notes.block
    all_known = notes.check_names(ours.option_names)
    for option in ours.options:
        if option.kind == "product" and option.name in block.options:
            _check_product(notes, option.name, known.products)
        elif option.kind == "minutes" and option.name in block.options:
            _check_minutes(notes, option.name)
    if ours.needs_product and product is None and "product" not in block.options and all_known:
        notes.here(
            "block-needs-product",
            f"The block `{block.name}` must say which product it is about on this page.",
            allowed=", ".join(known.products),
            hint="add the line `    product: ID` below it",
        )
    _check_source(notes, known, product)
    if ours.argument == "title":
        return
    if ours.argument is None:
        if block.argument is not None:
            notes.surplus_argument()
    elif block.argument is None:
        example = "product-survey" if block.name == "survey" else "support-request"
        notes.missing_argument("the id of a form", example)
    elif block.argument not in known.forms:
        match = nearest(block.argument, known.forms)
        notes.here(
            "unknown-form",
            f"There is no form `{block.argument}`.",
            found=f"`{block.argument}`",
            allowed=", ".join(sorted(known.forms)),
            hint=f"did you mean `{match}`?" if match else "make it with `carebase new form`",
        )


def _check_source(notes: _Notes, known: Known, product: str | None) -> None:
    """Tell of a block that would show nothing, because what it shows is written nowhere."""
    name = notes.block.name
    if name == "contact-hours" and not known.contact:
        notes.here(
            "block-shows-nothing",
            f"The block `{name}` has nothing to show: there is no docs/contact.yml.",
            hint="write docs/contact.yml, or delete the block",
        )
    if name == "warranty-check":
        about = notes.block.options.get("product", product)
        lacking = about in known.products and about not in known.covered
        if lacking or (about is None and not known.covered):
            whose = f"the product `{about}` has" if about else "no product has"
            negation = "no" if about else "a"
            notes.here(
                "block-shows-nothing",
                f"The block `{name}` has nothing to check: {whose} {negation} warranty policy.",
                hint="`carebase new policy ID` makes one; name it in product.yml as `policy: ID@1`",
            )


def _check_minutes(notes: _Notes, name: str) -> None:
    value = notes.block.options[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_MINUTES:
        notes.option(
            name,
            "block-option-value",
            f"The option `{name}` of `{notes.block.name}` must be a whole number of minutes.",
            found=describe(value),
            allowed=f"from 1 to {MOST_MINUTES}",
        )


def _check_product(notes: _Notes, name: str, products: Collection[str]) -> None:
    value = notes.block.options[name]
    if not isinstance(value, str):
        notes.option(
            name,
            "block-option-value",
            f"The option `{name}` of `{notes.block.name}` must be the id of a product.",
            found=describe(value),
            allowed=", ".join(products),
        )
    elif value not in products:
        notes.option(
            name,
            "unknown-product",
            f"There is no product `{value}`.",
            found=f"`{value}`",
            allowed=", ".join(products),
            hint=suggestion(value, products),
        )
