"""What installed packages offer (plugins, themes, Markdown extensions), looked through once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from typing import Any

from mkdocs import plugins, utils

# Where a configuration is read, each of these looks through all installed packages by itself.
_ASKING: tuple[dict[str, Any], ...] = (vars(metadata), vars(plugins), vars(utils))
_NAME = "entry_points"


@contextmanager
def looked_through_once() -> Iterator[None]:
    """Let all who ask inside what is installed share one look."""
    asked = [module[_NAME] for module in _ASKING]
    everything = cache(metadata.entry_points)
    for module in _ASKING:
        module[_NAME] = lambda **wanted: everything().select(**wanted)
    try:
        yield
    finally:
        for module, ask in zip(_ASKING, asked, strict=True):
            module[_NAME] = ask
