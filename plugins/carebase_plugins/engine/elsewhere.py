"""What a site is made of besides its own folders, so that a preview can watch it.

A hook or plugin may read anything: a table of data, a snippet, a file that `mkdocs.yml` inherits.
What is read while a configuration is loaded and while the generator works is noted here; so is the
site's own Python code, which is loaded anew once it has changed.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.config.config_options import Hooks

from carebase.build.stamps import Stamps
from carebase.build.touched import LISTED, MISSING, OPENED, Touched, installed
from carebase_plugins.engine.store import OWN

# What others write there is no part of a site.
_OTHERS = frozenset((".git", "__pycache__"))
# Who lists more folders has looked through everything, and means none of them.
_MOST = 200
# In nanoseconds: by so much the clock of files may be behind.
_BEHIND = 20_000_000

_INSTALLED = (*installed(), *(f"{folder}{os.sep}" for folder in OWN))

State = tuple[int, int]


class Elsewhere:
    """Notes what one build reads; nothing in the folders that are `ignored`."""

    def __init__(self, root: Path, ignored: tuple[str, ...]) -> None:
        self._root = str(root.resolve())
        self._touched = Touched(Stamps(), (*ignored, *map(str, OWN)))
        self._began = time.time_ns() - _BEHIND
        self._noted: dict[str, str] = {}

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is read inside."""
        with self._touched.noted() as noted:
            try:
                yield
            finally:
                self._noted.update(noted)

    def looked(self) -> dict[str, str]:
        """Give files and folders with what was seen of them, but for what the build wrote itself.

        Watching that would build again and again.
        """
        wrote = self._touched.wrote
        made = wrote | {str(Path(path).parent) for path in wrote}
        noted = {
            path: seen
            for path, seen in self._noted.items()
            if path not in made and _OTHERS.isdisjoint(Path(path).parts)
        }
        listed = [path for path, seen in noted.items() if seen.startswith(LISTED)]
        # A site's own folder is written to by builds, and by the endpoint.
        left_out = frozenset(listed if len(listed) > _MOST else (self._root,))
        return {
            path: seen if seen.startswith(OPENED) else self._touched.see(path, seen[:1])
            for path, seen in noted.items()
            if path not in left_out and not self._is_passing(path, seen)
        }

    def _is_passing(self, path: str, seen: str) -> bool:
        """Tell whether a program that the build called made a file, or it has gone since."""
        if not seen.startswith(OPENED):
            return False
        try:
            written = Path(path).stat().st_mtime_ns
        except OSError:
            return not seen.endswith(MISSING)
        return written >= self._began and Touched(Stamps()).hold({path: seen})


class Code:
    """The Python files of a site that are loaded: hooks, macros, and what they import."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root.resolve()}{os.sep}"
        self._seen: dict[str, State] = {}

    def note(self, began: int = 0) -> list[str]:
        """Note the files that are loaded now, as they are; give them.

        One that was saved since `began`, in nanoseconds, may have been loaded before.
        """
        for path in self._loaded().values():
            if path not in self._seen:
                state = _state_of(path)
                self._seen[path] = (0, 0) if began and state[0] >= began else state
        return list(self._seen)

    def renew(self) -> bool:
        """Let all be loaded anew where a file has changed since; tell whether one has."""
        if all(_state_of(path) == was for path, was in self._seen.items()):
            return False
        for name in self._loaded():
            del sys.modules[name]
        self._seen.clear()
        importlib.invalidate_caches()
        Hooks._load_hook.cache_clear()
        return True

    def _loaded(self) -> dict[str, str]:
        found = {}
        for name, module in tuple(sys.modules.items()):
            path = os.path.realpath(getattr(module, "__file__", None) or "")
            own = path.startswith(self._root) and not path.startswith(_INSTALLED)
            if own and name != "__main__":
                found[name] = path
        return found


def _state_of(path: str) -> State:
    try:
        found = Path(path).stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size
