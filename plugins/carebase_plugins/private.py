"""What a build writes beside the site, where only the endpoint may read it."""

from __future__ import annotations

from pathlib import Path

from mkdocs.exceptions import PluginError

from carebase.build.hosting import write_hosting
from carebase.build.private import private_of, write_private
from carebase.errors import CarebaseError
from carebase_plugins.courses.quiz import keys_of
from carebase_plugins.forms.widgets import answer_links
from carebase_plugins.shared import Shared

# Where Material keeps the colours that a palette may name.
PALETTES = "assets/stylesheets/palette.*.min.css"


def write_private_of(shared: Shared, site_dir: Path) -> None:
    """Write beside a built site what only the endpoint may read."""
    styles = [path.relative_to(site_dir).as_posix() for path in sorted(site_dir.glob(PALETTES))]
    if shared.site.colour == "custom":
        styles += [path for path in map(str, shared.config.extra_css) if "//" not in path]
    write_private(
        shared.site,
        shared.catalog,
        shared.forms,
        private_of(site_dir),
        answer_links(shared),
        shared.troubleshooters,
        styles,
        keys_of(shared),
        shared.courses.keys,
    )
    write_hosting(site_dir, private_of(site_dir), shared.site.base_path)


def keep_keys(shared: Shared, site_dir: Path) -> None:
    """Write the private folder for a plain build too, where a graded course needs its key."""
    if keys_of(shared):
        try:
            write_private_of(shared, site_dir)
        except CarebaseError as error:
            raise PluginError(str(error)) from None
