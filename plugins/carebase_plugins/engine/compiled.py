"""Compiled templates: those of installed themes are kept beside our code, as Python keeps modules.

Compiling the templates of a page takes as long as writing a hundred pages with them. What is
installed is the same for all sites, so a site that is built from nothing finds it compiled; the
templates of a site itself, and all where nothing can be written there, are kept with the site.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket
from mkdocs import __version__

from carebase.build.digest import digest

_OPTIONS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix"),
    *("line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "optimized", "autoescape", "undefined", "finalize", "is_async"),
)


class Compiled(jinja2.BytecodeCache):
    """Keeps the compiled templates of a build; a template is told from others by its text.

    `folder` is that of the site, None where it cannot be made, and `own` holds templates of the
    site itself. `beside` is for installed ones.
    """

    def __init__(self, folder: Path | None, own: str | None, beside: Path | None) -> None:
        self._kept = jinja2.FileSystemBytecodeCache(str(folder)) if folder else None
        self._own = Path(own).absolute() if own else None
        self._beside = beside
        self._shared: jinja2.FileSystemBytecodeCache | None = None
        self._ours: set[str] = set()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Give the key of a template, and note whether it is one of the site."""
        key: str = super().get_cache_key(name, filename)
        if filename is None or (self._own and Path(filename).is_relative_to(self._own)):
            self._ours.add(key)
        return key

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled template where there is one."""
        shared = self._shared_for(bucket)
        if shared is not None:
            _load(shared, bucket)
        if bucket.code is None and self._kept is not None:
            _load(self._kept, bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        shared = self._shared_for(bucket)
        if shared is not None and not sys.dont_write_bytecode:
            try:
                shared.dump_bytecode(bucket)
            except OSError:
                # It is somebody else's folder, or full.
                self._beside = None
            else:
                return
        if self._kept is not None:
            try:
                self._kept.dump_bytecode(bucket)
            except OSError:
                # Nor can anything be kept with the site: the next build compiles it again.
                self._kept = None

    def _shared_for(self, bucket: Bucket) -> jinja2.FileSystemBytecodeCache | None:
        if self._beside is None or bucket.key in self._ours:
            return None
        if self._shared is None:
            try:
                pattern = f"template-{_print_of(bucket.environment)}-%s.cache"
            except (TypeError, RecursionError):
                # A plugin gave the templates something that cannot be compared.
                self._beside = None
                return None
            self._shared = jinja2.FileSystemBytecodeCache(str(self._beside), pattern)
        return self._shared


def beside_code() -> Path | None:
    """Give the folder in which Python keeps our modules compiled."""
    try:
        folder = Path(importlib.util.cache_from_source(__file__)).parent
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, NotImplementedError):
        return None
    return folder


def _load(cache: jinja2.FileSystemBytecodeCache, bucket: Bucket) -> None:
    try:
        cache.load_bytecode(bucket)
    except Exception:
        # It was cut short, or cannot be read: it is compiled again.
        bucket.reset()


def _print_of(env: jinja2.Environment) -> str:
    """Give the digest of what a compiled template depends on besides its text."""
    options = [getattr(env, name) for name in _OPTIONS]
    named = [env.filters, env.tests, env.policies]
    known = [sorted((name, digest(value)) for name, value in each.items()) for each in named]
    newstyle = getattr(env, "newstyle_gettext", None)
    versions = (jinja2.__version__, __version__)
    return digest([versions, options, newstyle, sorted(env.extensions), known])[:8]
