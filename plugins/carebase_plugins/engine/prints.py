"""Digests of all that the pages of a site depend on together: options, theme, versions."""

from __future__ import annotations

import os
import secrets
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

import carebase
import carebase_plugins
import carebase_widgets
from carebase.build.digest import digest
from carebase.build.stamps import Stamps
from carebase_plugins.engine.icons import ICONS, icon_folders
from carebase_plugins.engine.site import audience_of, language_of

# Options that change what stands around a page's text and not the text.
_AROUND = frozenset(
    (
        *("nav", "theme", "extra", "extra_css", "extra_javascript", "extra_templates", "strict"),
        *("copyright", "site_description", "site_author", "repo_url", "repo_name", "edit_uri"),
        *("edit_uri_template", "dev_addr", "watch", "remote_branch", "remote_name"),
    )
)
_PLACE = "site_dir"
_CODE = (".py", ".html", ".json", ".css", ".js", ".yml")


def version_print() -> str:
    """Give the digest of the programs at work: Python, what is installed, and our own files."""
    own = (Path(str(package.__file__)).parent for package in _OWN)
    return digest(
        [
            sys.version,
            sorted(name for name in os.listdir(_site()) if name.endswith(".dist-info")),
            [(str(path), *_seen(path)) for folder in own for path in _files(folder)],
        ]
    )


_OWN = (carebase, carebase_plugins, carebase_widgets)


def _site() -> str:
    return sysconfig.get_path("purelib")


def _files(folder: Path) -> Iterator[str]:
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(top, name) for name in sorted(names) if name.endswith(_CODE))


def _seen(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def config_prints(config: MkDocsConfig, stamps: Stamps) -> tuple[str, str]:
    """Give the digests of what texts depend on, and of what whole pages depend on."""
    written: dict[str, Any] = {}
    for given in _given(config):
        written.update({name: value for name, value in given.items() if name != _PLACE})
    # What `carebase serve` and `--no-index` change after reading.
    options = {name: dict(plugin.config) for name, plugin in config.plugins.items()}
    changed = [config.site_url, options]
    folders = [config.theme.custom_dir] if config.theme.custom_dir else []
    texts = {name: value for name, value in written.items() if name not in _AROUND}
    # Forms, notes and links to headings speak it.
    spoken = [changed[0], language_of(config), audience_of(config)]
    icons = _tree(icon_folders(config), stamps)
    ICONS.renew(icons)
    try:
        return (
            digest([texts, spoken, icons]),
            digest([written, changed, _tree(folders, stamps), os.environ.get("SOURCE_DATE_EPOCH")]),
        )
    except (TypeError, RecursionError):
        # Options that cannot be compared are never the same.
        return secrets.token_hex(), secrets.token_hex()


def _given(config: MkDocsConfig) -> list[dict[str, Any]]:
    """Give the options as they were written, before the generator made objects of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return [dict(given) for given in config.user_configs]


def _tree(folders: list[str], stamps: Stamps) -> list[tuple[str, str | None]]:
    found = []
    for folder in folders:
        for top, below, names in os.walk(folder, followlinks=True):
            below.sort()
            paths = (os.path.join(top, name) for name in sorted(names))
            found += [(path, stamps.digest(path)) for path in paths]
    return found
