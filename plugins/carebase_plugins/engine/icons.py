"""Icons of a site's own, which Material reads once in a process, whichever page shows them first.

No other page is seen to read them, and a preview would show them as they were when it began.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

_OPTION = "custom_icons"
_MATERIAL = "material.extensions.emoji"
_CACHED = ("_load", "_load_twemoji_index")


def icon_folders(config: MkDocsConfig) -> list[str]:
    """Give the folders with icons that the options of Markdown extensions name."""
    return sorted({str(folder) for folder in _named(config.mdx_configs)})


def _named(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == _OPTION and isinstance(item, list | tuple):
                yield from item
            else:
                yield from _named(item)


class Icons:
    """Has Material read icons again when they are others than at the last build of this process."""

    def __init__(self) -> None:
        self._seen: Any = None

    def renew(self, seen: Any) -> None:
        """Take in what is `seen` of the icons before any page is made."""
        if self._seen not in (None, seen):
            _forget()
        self._seen = seen


def _forget() -> None:
    material, found = sys.modules.get(_MATERIAL), sys.modules.get("pymdownx.twemoji_db")
    for name in _CACHED:
        if (known := getattr(material, name, None)) is not None:
            known.cache_clear()
    # Icons are put among the emoji, where the first one of a name stays.
    emoji: dict[str, Any] = getattr(found, "emoji", {})
    for name in [name for name, one in emoji.items() if "path" in one]:
        del emoji[name]


ICONS = Icons()
