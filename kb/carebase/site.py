"""What the other rooms need to know of a site: its folders, addresses and Markdown settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

# Days after its `review_by` until a page that nobody looked at is an error.
REVIEW_GRACE = 90
# The generator makes pages of these too; ours end with the first.
MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")


def _nothing(name: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Site:
    """A Carebase site as its `mkdocs.yml` describes it.

    `endpoint` is as written in the options of `carebase-forms`: an absolute address, a path
    below the site's own address, or nothing. `review_grace` is for how many days after its
    `review_by` a page is only warned about. `colour` is the primary colour of the theme's
    palette, as Material names it. `plugins` are the names in `mkdocs.yml`. `excluded` tells of a
    path below the docs folder whether it is kept out of the built site. `templates` is the theme's
    `custom_dir`. `accepted` has, by the code of a warning, patterns of the files and words about
    which it is not told. `audience` is whom a build is for: of a learner's site trainers' notes are
    no part; where it is empty, all that is written is read.
    """

    root: Path
    docs_dir: Path
    site_dir: Path
    name: str
    url: str = ""
    language: str = "en"
    directory_urls: bool = True
    endpoint: str | None = None
    feedback: bool = True
    review_grace: int = REVIEW_GRACE
    colour: str = ""
    plugins: tuple[str, ...] = ()
    markdown_extensions: tuple[str, ...] = ()
    extension_configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    excluded: Callable[[str], bool] = _nothing
    templates: Path | None = None
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audience: Literal["", "learner", "trainer"] = ""

    @property
    def is_ours(self) -> bool:
        """Whether a plugin of ours makes its pages, and not MkDocs with plugins of others alone."""
        return any(name.startswith("carebase-") for name in self.plugins)

    @property
    def base_path(self) -> str:
        """The path of the site's address, `/` or `/help/`."""
        path = urlsplit(self.url).path
        return path if path.endswith("/") else path + "/"

    def name_of(self, path: Path) -> str:
        """Name a file as problems do: relative to the site's folder, with `/`."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def address_of(self, src_uri: str) -> str:
        """Give the address of a page, relative to the site's own: `products/brio/descale/`."""
        stem = src_uri.rpartition(".")[0] if src_uri.endswith(MARKDOWN) else src_uri
        folder, _, name = stem.rpartition("/")
        prefix = f"{folder}/" if folder else ""
        if name in ("index", "README"):
            return prefix if self.directory_urls else f"{prefix}index.html"
        return f"{prefix}{name}/" if self.directory_urls else f"{prefix}{name}.html"

    def output_of(self, src_uri: str) -> str:
        """Give the HTML file of a page inside the built site."""
        address = self.address_of(src_uri)
        return address + "index.html" if address == "" or address.endswith("/") else address
