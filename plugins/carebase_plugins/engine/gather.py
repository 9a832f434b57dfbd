"""What pages add to while they are made, taken apart page by page so that it can be kept.

Sets and dictionaries of `Shared`, the styles and scripts of `Assets`, and the entries of the
theme's own search index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from carebase_plugins.shared import GATHERED, GATHERED_OF_TEXTS, Shared
from carebase_plugins.theme.assets import Assets

# By name what one page added.
Gathered = dict[str, Any]
_SEARCH = "material.plugins.search"


class Gatherer:
    """Takes what a page adds, and puts together what all pages added."""

    def __init__(self, config: MkDocsConfig, shared: Shared) -> None:
        self.shared = shared
        self.indexes = [
            plugin.search_index
            for plugin in config.plugins.values()
            if type(plugin).__module__.startswith(_SEARCH) and plugin.config.enabled
        ]

    @contextmanager
    def one_page(self) -> Iterator[tuple[Gathered, list[Any]]]:
        """Gather what is added inside: small things, and entries of search indexes."""
        shared = self.shared
        before = {name: getattr(shared, name) for name in GATHERED}
        assets = shared.assets
        entries = [index.entries for index in self.indexes]
        for name in GATHERED:
            setattr(shared, name, type(before[name])())
        shared.assets = Assets(endpoint=assets.endpoint)
        for index in self.indexes:
            index.entries = []
        gathered: Gathered = {}
        found: list[Any] = []
        try:
            yield gathered, found
        finally:
            own = shared.assets
            gathered |= {name: added for name in GATHERED if (added := getattr(shared, name))}
            if own.scripts or own.styles or own.rules:
                gathered["assets"] = (sorted(own.scripts), sorted(own.styles), own.rules)
            found += [index.entries for index in self.indexes]
            for name in GATHERED:
                setattr(shared, name, before[name])
            shared.assets = assets
            for index, kept in zip(self.indexes, entries, strict=True):
                index.entries = kept

    def add(self, gathered: Gathered, entries: list[Any]) -> None:
        """Add what a page added, now or when it was made last."""
        for name in GATHERED:
            getattr(self.shared, name).update(gathered.get(name, {}))
        scripts, styles, rules = gathered.get("assets", ((), (), {}))
        assets = self.shared.assets
        assets.scripts.update(scripts)
        assets.styles.update(styles)
        assets.rules.update(rules)
        for index, added in zip(self.indexes, entries, strict=True):
            index.entries += added


@contextmanager
def one_text(shared: Shared) -> Iterator[Gathered]:
    """Gather what is added inside while the text of one page is made."""
    before = {name: getattr(shared, name) for name in GATHERED_OF_TEXTS}
    for name, kept in before.items():
        setattr(shared, name, type(kept)())
    gathered: Gathered = {}
    try:
        yield gathered
    finally:
        for name, kept in before.items():
            if added := getattr(shared, name):
                gathered[name] = added
            setattr(shared, name, kept)


def add_of_text(shared: Shared, gathered: Gathered) -> None:
    """Add what the text of a page added, now or when it was made last."""
    for name, added in gathered.items():
        getattr(shared, name).update(added)
