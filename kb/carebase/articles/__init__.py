"""Guides, FAQs, troubleshooters and plain pages: reading them and finding what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carebase.articles.block_types import BLOCK_TYPES, BlockType
from carebase.articles.blocks import Block
from carebase.articles.front_matter import Front, GuideFront
from carebase.articles.kind import KINDS, Kind
from carebase.articles.load import Pages, load_pages
from carebase.articles.markdown import Renderer
from carebase.articles.page import Page

if TYPE_CHECKING:
    from carebase.articles.checks import check_pages

__all__ = [
    "BLOCK_TYPES",
    "KINDS",
    "Block",
    "BlockType",
    "Front",
    "GuideFront",
    "Kind",
    "Page",
    "Pages",
    "Renderer",
    "check_pages",
    "load_pages",
]


def __getattr__(name: str) -> Any:
    # A build checks nothing but what it reads; the rest takes a tenth of its start.
    if name != "check_pages":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from carebase.articles.checks import check_pages

    return check_pages
