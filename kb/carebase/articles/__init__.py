"""Guides, FAQs, troubleshooters and plain pages: reading them and finding what is wrong."""

from carebase.articles.block_types import BLOCK_TYPES, BlockType
from carebase.articles.blocks import Block
from carebase.articles.checks import check_pages
from carebase.articles.front_matter import Front, GuideFront
from carebase.articles.kind import KINDS, Kind
from carebase.articles.load import Pages, load_pages
from carebase.articles.markdown import Renderer
from carebase.articles.page import Page

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
