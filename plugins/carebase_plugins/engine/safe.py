"""What is known to give the same pages when only some of them are made, in any order.

A plugin that gathers something over pages, or an extension that reads more than its text and
files, would give another site from the cache than from nothing. What is not listed here is built
plainly: one page after the other, all of them, every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from markdown import Extension
from markdown.util import get_installed_extensions
from mkdocs.config.defaults import MkDocsConfig

# Modules of plugins, with ourselves; the search plugin is handled by `gather`.
PLUGINS = ("carebase_plugins", "material.plugins.search")
# Packages whose Markdown extensions depend on the page's text and on files alone.
EXTENSIONS = ("markdown", "pymdownx", "material", "carebase_plugins")
_SNIPPETS = "pymdownx.snippets"


def reason_against(config: MkDocsConfig) -> str | None:
    """Say what of a site's configuration keeps it from being built in part; nothing if nothing."""
    return next(_reasons(config), None)


def _reasons(config: MkDocsConfig) -> Iterator[str]:
    for name, plugin in config.plugins.items():
        if name in config.hooks:
            yield f"the hook `{name}` may do anything"
        elif not _within(type(plugin).__module__, PLUGINS):
            yield f"the plugin `{name}` may gather something over pages"
    known = {point.name: point.value for point in get_installed_extensions()}
    for extension in config.markdown_extensions:
        named = known.get(extension, extension) if isinstance(extension, str) else extension
        module = named if isinstance(named, str) else type(named).__module__
        if not _within(module.partition(":")[0], EXTENSIONS):
            yield f"the Markdown extension `{extension}` may read anything"
    if config.mdx_configs.get(_SNIPPETS, {}).get("url_download"):
        yield f"`url_download` of `{_SNIPPETS}` reads from the net"
    for function in _functions(config.mdx_configs):
        if not _within(function.__module__, EXTENSIONS):
            yield f"the function `{function.__module__}.{function.__qualname__}` may do anything"


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in packages)


def _functions(value: Any) -> Iterator[Callable[..., Any]]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _functions(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _functions(item)
    elif isinstance(value, Extension):
        yield from _functions(getattr(value, "config", {}))
    elif callable(value):
        function = getattr(value, "func", value)
        yield function if hasattr(function, "__qualname__") else type(function)
