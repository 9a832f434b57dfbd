"""What kind of page a Markdown file is, by where it lies, unless it says so itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

Kind = Literal["guide", "faq", "troubleshooter", "course", "lesson", "page"]
KINDS: tuple[Kind, ...] = ("guide", "faq", "troubleshooter", "course", "lesson", "page")

# Pages of these kinds are about something a reader wants done: each ends in the page feedback.
ARTICLE_KINDS: frozenset[Kind] = frozenset({"guide", "faq", "troubleshooter", "lesson"})

_INDEX = ("index", "readme")


def product_of(src_uri: str, products: Collection[str]) -> str | None:
    """Give the product in whose folder a page lies; `products` are the folders with a file."""
    parts = src_uri.split("/", 2)
    if len(parts) > 2 and parts[0] == "products" and parts[1] in products:
        return parts[1]
    return None


def course_of(src_uri: str, courses: Collection[str]) -> str | None:
    """Give the course in whose folder a page lies; `courses` are the folders with a file."""
    parts = src_uri.split("/", 2)
    if len(parts) > 2 and parts[0] == "courses" and parts[1] in courses:
        return parts[1]
    return None


def default_kind(src_uri: str, products: Collection[str], courses: Collection[str]) -> Kind:
    """Give the kind of a page that does not name one.

    The index of a product's folder is its hub, which is a plain page with more on it.
    """
    *folders, name = src_uri.lower().split("/")
    stem = name.rpartition(".")[0] or name
    if course_of(src_uri, courses):
        return "course" if stem in _INDEX and len(folders) == 2 else "lesson"
    if stem == "faq" or "faq" in folders:
        return "faq"
    if product_of(src_uri, products) and not (stem in _INDEX and len(folders) == 2):
        return "guide"
    return "page"
