"""What a build came to: pages, seconds and warnings, or what of the disk kept it from its end."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from carebase.errors import Problem

# Whether the pages of the site are still the old ones, are being replaced, or are the new.
Stage = Literal["before", "publishing", "published"]
# Of a file so many bytes are read at a time.
_MUCH = 1_000_000


@dataclass(slots=True)
class Outcome:
    """What a build made: pages and seconds, and the warnings that came up.

    `made` of the pages were written anew; the others were kept. `addresses` are those that it
    published for the first time.
    """

    site_dir: Path
    pages: int = 0
    made: int = 0
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    # Seconds by page and by plugin, where they were asked for.
    slowest: dict[str, float] = field(default_factory=dict)
    plugins: dict[str, float] = field(default_factory=dict)


def said_of(error: OSError, wanted: Path, sources: Sequence[Path], stage: Stage = "before") -> str:
    """Say in a sentence what of the disk kept a build from its end.

    `sources` are the folders that pages are made from. The system names no file where it fails
    amidst one: then they are looked through for what cannot be read.
    """
    reason = error.strerror or str(error)
    left = {
        "before": f"{wanted} is as it was.",
        "publishing": f"Some pages of {wanted} may be new and some old: mend that and build again.",
        "published": f"The pages in {wanted} are new; what follows them (the search index and the"
        " private folder of the endpoint) is not whole: mend that and build again.",
    }[stage]
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    name = error.filename or (None if full else _unreadable_in(sources))
    for folder in sources:
        if isinstance(name, str) and Path(name).is_relative_to(folder):
            source = Path(name).relative_to(folder.parent).as_posix()
            return f"{source} cannot be read: {reason}. {left}"
    where = f" ({error.filename})" if error.filename else ""
    if full:
        if stage == "before":
            return f"The disk is full: nothing was published, and {left}"
        return f"The disk is full. {left}"
    return f"The site cannot be written: {reason}{where}. {left}"


def _unreadable_in(folders: Sequence[Path]) -> str | None:
    """Give the first file in some folders that cannot be read to its end."""
    for top, _, names in (found for folder in folders for found in os.walk(folder)):
        for path in (Path(top, name) for name in sorted(names)):
            try:
                if path.is_file():
                    with path.open("rb", buffering=0) as file:
                        while file.read(_MUCH):
                            pass
            except OSError:
                return str(path)
    return None
