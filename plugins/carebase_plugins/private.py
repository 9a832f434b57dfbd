"""What a build writes beside the site, where only the endpoint may read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError

from carebase.badges.published import plain
from carebase.build.digest import digest
from carebase.build.private import private_of, write_private
from carebase.build.records import Records
from carebase.errors import CarebaseError
from carebase_plugins.forms.places import answer_links
from carebase_plugins.shared import Shared
from carebase_plugins.theme.view import SITE_INDEX

if TYPE_CHECKING:
    from carebase.training.key import CourseKey

# Where Material keeps the colours that a palette may name.
PALETTES = "assets/stylesheets/palette.*.min.css"


def write_private_of(
    shared: Shared, site_dir: Path, records: Records | None = None, around: str = ""
) -> None:
    """Write beside a built site what only the endpoint may read.

    With `records` nothing is written where the last build wrote the same. `around` is the digest
    of the configuration; without it everything is written.
    """
    target = private_of(site_dir)
    styles = [path.relative_to(site_dir).as_posix() for path in sorted(site_dir.glob(PALETTES))]
    if shared.site.colour == "custom":
        styles += [path for path in map(str, shared.config.extra_css) if "//" not in path]
    links = answer_links(shared) | {"pages": shared.site.address_of(SITE_INDEX)}
    keys = _keys_of(shared)
    fact = f"private {target}"
    # What is in the files of products, forms and courses has a digest already.
    made_of = [around, shared.data, links, shared.troubleshooters, styles, _headers(site_dir)]
    made_of += [[key.plain() for key in keys], plain(shared.courses.keys)]
    mark = digest(made_of) if records is not None and around else ""
    if mark and records is not None and records.facts(fact) == (mark, _state(target)):
        return
    # Most builds write the same, and do without.
    from carebase.build.hosting import write_hosting

    write_private(
        shared.site,
        shared.catalog,
        shared.forms,
        target,
        links,
        shared.troubleshooters,
        styles,
        keys,
        shared.courses.keys,
        _brought_later(shared),
    )
    write_hosting(site_dir, target, shared.site.base_path)
    if mark and records is not None:
        records.keep({fact: (mark, _state(target))})


def _brought_later(shared: Shared) -> tuple[str, ...]:
    """Name what comes into the private folder after the pages: the old stays until then."""
    if "carebase-search" not in shared.config.plugins:
        return ()
    from carebase.search.build import PRIVATE

    return (PRIVATE,)


def _keys_of(shared: Shared) -> list[CourseKey]:
    if all(course.grading != "graded" for course in shared.courses.by_id.values()):
        return []
    # Most sites are spared what makes keys.
    from carebase_plugins.courses.quiz import keys_of

    return keys_of(shared)


def _headers(site_dir: Path) -> bytes:
    path = site_dir / "_headers"
    return path.read_bytes() if path.is_file() else b""


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """Give every file of a folder with size and time."""
    found = []
    for top, _, names in os.walk(folder):
        for path in (Path(top, name) for name in names):
            seen = path.lstat()
            found.append((str(path), seen.st_size, seen.st_mtime_ns))
    return sorted(found)


def keep_keys(shared: Shared, site_dir: Path) -> None:
    """Write the private folder for a plain build too, where a graded course needs its key."""
    if _keys_of(shared):
        try:
            write_private_of(shared, site_dir)
        except CarebaseError as error:
            raise PluginError(str(error)) from None
