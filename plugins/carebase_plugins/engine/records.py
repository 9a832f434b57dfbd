"""What is kept of a page: how its text was made, how its HTML was, and what each depended on."""

from __future__ import annotations

from typing import Any, NamedTuple

from carebase.build.reads import Read
from carebase_plugins.engine.gather import Gathered
from carebase_plugins.engine.logs import Said
from carebase_plugins.engine.pages import Target


class Rendered(NamedTuple):
    """A page's text: `key` is the digest of its source and of the options it was made with."""

    key: str
    looked: dict[str, Target]
    touched: dict[str, str]
    read: Read
    said: list[Said]
    meta: dict[str, Any]
    title: str | None
    # With zeros between them, for there are many.
    anchors: str
    # The anchors that its links name, by the page they lead to; not those that it has itself.
    links: dict[str, dict[str, str]]
    content_digest: str
    meta_digest: str
    # What it added that no page shows.
    gathered: Gathered


class Written(NamedTuple):
    """A page's HTML: `key` is the digest of its text and of all that every page shows."""

    key: str
    touched: dict[str, str]
    read: Read
    said: list[Said]
    gathered: Gathered
    # The digest of the HTML; empty where the templates made nothing.
    output: str


class Twin(NamedTuple):
    """A page's twin in Markdown."""

    key: str
    touched: dict[str, str]
    read: Read
    digest: str
