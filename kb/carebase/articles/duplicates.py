"""Pages that say the same twice: with the same title, or in nearly the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carebase.articles.likeness import find_alike
from carebase.articles.page import Page
from carebase.articles.reading import Reading
from carebase.errors import Problem


def check_titles(pages: list[Page]) -> Iterator[Problem]:
    """Give a warning for each page of a product that has the title of one before it."""
    seen: dict[tuple[str, str], Page] = {}
    for page in pages:
        if page.product is None:
            continue
        first = seen.setdefault((page.product, page.title.casefold()), page)
        if first is not page:
            line, column = _head_place(page, "title")
            yield Problem(
                page.file,
                line,
                column,
                "duplicate-title",
                f"Another page of the product `{page.product}` has the same title.",
                found=f"`{page.title}`, as in {first.file}",
                hint="say in each title what is different",
                severity="warning",
            )


def check_likeness(pages: list[Page], readings: Mapping[str, Reading]) -> Iterator[Problem]:
    """Give a warning for each page that is nearly the same as one before it."""
    by_name = {page.src_uri: page for page in pages}
    sketches = {name: readings[name].sketch for name in by_name}
    texts = {name: page.body for name, page in by_name.items()}
    for alike in find_alike(sketches, texts):
        page, other = by_name[alike.second], by_name[alike.first]
        yield Problem(
            page.file,
            page.body_line,
            1,
            "near-duplicate",
            f"The page says nearly the same as {other.file}.",
            found=f"{int(alike.resemblance * 100)} % of both texts in common",
            hint="keep one and give it the other's address under `aliases`,"
            " or put what they share into a snippet",
            severity="warning",
        )


def _head_place(page: Page, key: str) -> tuple[int, int]:
    if (key,) in page.document.values:
        return page.document.place((key,))
    return page.body_line, 1
