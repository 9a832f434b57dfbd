"""The files that a page's rendering read beside the page itself, such as snippets.

A rendering may be remembered only as long as they are what they were. Python's audit events tell
which files were opened (PEP 578). Snippets are looked up in several folders, so for them the
look-up itself is repeated: a file may have come in an earlier folder.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from markdown import Markdown

# What stands for a file that is not there.
_GONE = ""
_SNIPPET, _FILE = "snippet", "file"
_SCISSORS = "8<"
# Python's own files are part of the installation, whose versions are watched elsewhere.
_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")})


@dataclass(slots=True)
class Needs:
    """What a rendering read: kind, name and digest of each. `known` is false where that is open."""

    found: dict[tuple[str, str], str] = field(default_factory=dict)
    known: bool = True

    def as_lists(self) -> list[list[str]]:
        """Give what was read as JSON can hold it."""
        return [[kind, name, digest] for (kind, name), digest in sorted(self.found.items())]


_listening: Needs | None = None
_hooked = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    global _listening
    needs = _listening
    if needs is None or event != "open":
        return
    name, mode, _ = arguments
    if not isinstance(name, str) or (isinstance(mode, str) and "r" not in mode):
        return
    if name.endswith((".py", ".pyc", ".so")) or name.startswith(_INSTALLED):
        return
    # Reading the file for its digest is heard too, and must not be listened to.
    _listening = None
    try:
        needs.found[_FILE, str(Path(name).absolute())] = digest_of(name)
    finally:
        _listening = needs


@contextmanager
def listening() -> Iterator[Needs]:
    """Note what is read meanwhile."""
    global _listening, _hooked
    if not _hooked:
        sys.addaudithook(_hear)
        _hooked = True
    needs = _listening = Needs()
    try:
        yield needs
    finally:
        _listening = None


def digest_of(name: str) -> str:
    """Give the digest of a file's content; the empty text when it cannot be read."""
    try:
        return blake2b(Path(name).read_bytes(), digest_size=16).hexdigest()
    except (OSError, ValueError):
        return _GONE


class Snippets:
    """The look-up of snippets of pymdownx in a site's Markdown, watched."""

    def __init__(self, markdown: Markdown) -> None:
        self._needs: Needs | None = None
        self._processor: Any = None
        for processor in markdown.preprocessors:
            if type(processor).__module__ == "pymdownx.snippets":
                self._processor = processor
        self._find: Callable[[str], str | None] | None = getattr(
            self._processor, "get_snippet_path", None
        )
        if self._find is not None:
            self._processor.get_snippet_path = self._watched

    def watch(self, needs: Needs, text: str) -> None:
        """Note the snippets of the text that is rendered next."""
        self._needs = needs
        cuts = _SCISSORS in text or bool(getattr(self._processor, "auto_append", None))
        # What comes from other hosts may change at any time.
        online = getattr(self._processor, "url_download", True)
        if self._processor is not None and cuts and (online or self._find is None):
            needs.known = False

    def digest(self, name: str) -> str:
        """Give what stands for a snippet now: the file that it is found in, and its digest."""
        if self._find is None:
            return _GONE
        # Folders are looked for once a rendering, and others may be there now.
        self._processor.bases = None
        return _digest_at(self._find(name))

    def _watched(self, name: str) -> str | None:
        found = self._find(name) if self._find else None
        if self._needs is not None:
            self._needs.found[_SNIPPET, name] = _digest_at(found)
        return found


def _digest_at(found: str | None) -> str:
    return f"{found} {digest_of(found)}" if found else _GONE


class Checker:
    """Tells whether what a rendering read is still the same; looks at each file once."""

    def __init__(self, snippets: Snippets) -> None:
        self._snippets = snippets
        self._seen: dict[tuple[str, str], str] = {}

    def holds(self, needs: list[list[str]]) -> bool:
        """Tell whether each file that was read still has the digest it had."""
        return all(self._now(kind, name) == digest for kind, name, digest in needs)

    def _now(self, kind: str, name: str) -> str:
        key = (kind, name)
        if key not in self._seen:
            self._seen[key] = self._snippets.digest(name) if kind == _SNIPPET else digest_of(name)
        return self._seen[key]
