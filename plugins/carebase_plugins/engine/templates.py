"""The templates of a theme, ready for a build, and its static files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jinja2
from mkdocs import utils
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from carebase_plugins.engine.alike import Alike
from carebase_plugins.engine.compiled import Compiled, beside_code
from carebase_plugins.theme.addresses import script_tag, url
from carebase_plugins.theme.view import View


def environment(config: MkDocsConfig, folder: Path) -> jinja2.Environment:
    """Give the theme's templates; compiled ones are kept in a folder of the cache."""
    env: jinja2.Environment = config.theme.get_env()
    env.bytecode_cache = Compiled(_made(folder), config.theme.custom_dir, beside_code())
    # Templates stay as they are while pages are written; a later build reads them anew.
    env.auto_reload = False
    env.filters["url"] = url
    env.filters["script_tag"] = script_tag
    # A page includes thirty: each is looked up once.
    vars(env)["get_template"] = _Found(env.get_template, Alike(config).prepare)
    vars(env)["getattr"] = _entries_first(env)
    return env


_OF_DICTIONARIES = frozenset(dir(dict))


def _entries_first(env: jinja2.Environment) -> Callable[[Any, str], Any]:
    """Give what templates look attributes up by, and find the entries of plain dictionaries.

    They are asked for an attribute first otherwise, and it takes an error to tell of none: eighty
    times a page.
    """

    def found(obj: Any, attribute: str) -> Any:
        kind = type(obj)
        plain = kind is View or kind is dict
        if plain and attribute not in _OF_DICTIONARIES:
            if attribute in obj:
                return obj[attribute]
            return env.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            pass
        try:
            return obj[attribute]
        except (TypeError, LookupError, AttributeError):
            return env.undefined(obj=obj, name=attribute)

    return found


class _Found:
    """Looks templates up and remembers them by name."""

    def __init__(
        self, look: Callable[..., jinja2.Template], prepare: Callable[[jinja2.Template], None]
    ) -> None:
        self._look = look
        self._prepare = prepare
        self._known: dict[Any, jinja2.Template] = {}
        self._prepared: dict[int, jinja2.Template] = {}

    def __call__(
        self, name: Any, parent: str | None = None, *more: Any, **named: Any
    ) -> jinja2.Template:
        if more or named or type(name) is not str:
            return self._look(name, parent, *more, **named)
        known = self._known.get((name, parent))
        if known is None:
            known = self._known[name, parent] = self._look(name, parent)
            # Plain ones are copied sooner, once for each page.
            known.globals = dict(known.globals)
            # Several templates may ask for one.
            if id(known) not in self._prepared:
                self._prepared[id(known)] = known
                self._prepare(known)
        return known


def _made(folder: Path) -> Path | None:
    """Give the folder for the compiled templates of a site."""
    place = folder / "templates"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return place


# What the generator never takes from a theme.
_NOT_COPIED = (".*", "*/.*", "*.py", "*.pyc", "*.html", "*readme*", "mkdocs_theme.yml", "locales/*")


def add_theme_files(files: Files, config: MkDocsConfig) -> None:
    """Add the static files of the theme, without looking through the thousands of its icons."""
    patterns = [*_NOT_COPIED, *(f"*{end}" for end in utils.markdown_extensions)]
    patterns += config.theme.static_templates
    found: dict[str, str] = {}
    for folder in config.theme.dirs:
        for name in _below(folder):
            if not any(fnmatch(name.lower(), pattern) for pattern in patterns):
                found.setdefault(name, folder)
    for name in sorted(found):
        if files.get_file_from_path(name) is None:
            files.append(File(name, found[name], config.site_dir, config.use_directory_urls))


def _below(top: str) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(folder, top).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        yield from (prefix + name for name in names)
