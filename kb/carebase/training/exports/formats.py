"""The formats in which a course leaves the site. Each is a module, read when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from carebase.training.exports.source import Export, Source


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `module` has the function `export(source)`, which gives an `Export`.

    `has_key` is whether what it writes tells what is right in the questions.
    """

    name: str
    module: str
    title: str
    has_key: bool = True

    @property
    def export(self) -> Callable[[Source], Export]:
        """Give the function that writes it; raises ContentError where the course does not fit."""
        return cast(Callable[[Source], Export], importlib.import_module(self.module).export)


_ROOM = "carebase.training.exports"
_ALL = (
    Format("scorm12", f"{_ROOM}.scorm12", "SCORM 1.2"),
    Format("scorm2004", f"{_ROOM}.scorm2004", "SCORM 2004, 4th edition"),
    Format("html", f"{_ROOM}.html_zip", "a folder for a browser"),
    Format("gift", f"{_ROOM}.gift", "GIFT"),
)

FORMATS = {one.name: one for one in _ALL}


def find_format(name: str) -> Format | None:
    """Give a format by its name."""
    return FORMATS.get(name)
