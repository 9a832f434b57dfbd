"""What a build left behind, for what follows the pages: search indexes above all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from carebase.build.later import Later
from carebase.site import Site


@dataclass(frozen=True, slots=True)
class Built:
    """A finished site and how it differs from the one that stood there before.

    `site_dir` is the folder of the published site. `pages` has the digest of each page's HTML by
    the page's path below `docs/`: whoever keeps these digests sees what has changed since, also
    when builds were left out in between. `changed` and `removed` are the paths that differ from
    the last build alone. Without `index` the indexes are to stay as they are, marked as old.
    `later` is given in a preview, where indexing must not keep the writer waiting.
    """

    site: Site
    site_dir: Path
    pages: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    index: bool = True
    later: Later | None = None


@runtime_checkable
class Follower(Protocol):
    """A plugin that does something with the pages once they are all in place."""

    def after_build(self, built: Built) -> None:
        """Follow a build of `carebase build` or `carebase serve`; `mkdocs build` never calls it.

        Files may be written to `built.site_dir`, in folders named in `carebase.build.KEPT`, which
        builds leave alone.
        """
