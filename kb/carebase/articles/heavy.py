"""Pictures so large that readers on a phone wait for them, as a camera makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carebase.articles.links import Targets, find_places, target_of
from carebase.articles.load import Pages
from carebase.articles.markdown import Outline
from carebase.errors import Problem
from carebase.site import Site

# In bytes. A second and a half of a phone's 4G; a picture of 1,600 pixels has a fifth of it.
_HEAVY = 1_500_000


def check_heavy_pictures(
    site: Site, pages: Pages, outlines: Mapping[str, Outline], targets: Targets
) -> Iterator[Problem]:
    """Give a warning for each picture of a page that weighs more than a page should, once each."""
    told: set[str] = set()
    for page in pages.pages:
        for link in outlines[page.src_uri].links:
            name = target_of(page, link, targets) if link.is_picture else None
            if not name or name in told or name not in pages.files.published:
                continue
            try:
                size = (site.docs_dir / name).stat().st_size
            except OSError:
                continue
            if size <= _HEAVY:
                continue
            told.add(name)
            places = find_places(page, link.target)
            yield Problem(
                page.file,
                places[0].line if places else page.body_line,
                places[0].column if places else 1,
                "picture-heavy",
                "The picture is so large that readers on a phone wait for it.",
                found=f"`{link.target[:80]}`, {size / 1_000_000:.1f} MB",
                allowed=f"up to {_HEAVY / 1_000_000:.1f} MB",
                hint="save it 1,600 pixels wide, as JPEG or WebP",
                severity="warning",
            )
