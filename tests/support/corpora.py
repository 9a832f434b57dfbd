"""Content that this project did not write, as sites in a temporary folder.

The folders lie outside the repository, in `../shared/corpora`, and are only read.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "corpora"

MINIMAL = """\
site_name: {name}
site_url: http://127.0.0.1/
theme:
  name: material
plugins:
  - search
"""
CAREBASE_PLUGINS = (
    "  - carebase-catalog\n  - carebase-articles\n  - carebase-courses\n  - carebase-forms\n"
)
HOME = "# {name}\n\nHelp with everything about {name}.\n"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One of these folders: where its pages are, and a word that readers would look for."""

    name: str
    docs: str
    word: str
    assets: str = ""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return FOLDER / self.name

    def require(self) -> None:
        """Skip the test, with the reason, where the folder is missing."""
        if not self.folder.is_dir():
            pytest.skip(f"the corpus {self.name} is not beside the repository")

    def write_site(self, root: Path, carebase: bool = True) -> None:
        """Lay a site of it into `root`, with Carebase's plugins or as plain Material.

        A corpus without a home page gets a small one.
        """
        docs = root / "docs"
        shutil.copytree(self.folder / self.docs, docs)
        if self.assets:
            shutil.copytree(self.folder / self.assets, docs / self.assets)
        if not any((docs / name).is_file() for name in ("index.md", "README.md")):
            (docs / "index.md").write_text(HOME.format(name=self.name), encoding="utf-8")
        (root / "mkdocs.yml").write_text(self._config(carebase), encoding="utf-8")

    def _config(self, carebase: bool) -> str:
        own = self.folder / "mkdocs.yml"
        if own.is_file():
            config = _without_missing_files(own.read_text(encoding="utf-8"))
        else:
            config = MINIMAL.format(name=self.name)
        search = "  - search\n"
        assert search in config
        return (
            config.replace(search, "  - carebase-search\n" + CAREBASE_PLUGINS)
            if carebase
            else config
        )

    def pages(self) -> set[str]:
        """Give the HTML files that its Markdown files become, the home page left out."""
        folder = self.folder / self.docs
        pages = set()
        for path in folder.rglob("*.md"):
            name = path.relative_to(folder)
            if name.name == "README.md" and (path.parent / "index.md").is_file():
                continue
            at_index = name.stem in ("index", "README")
            target = name.parent if at_index else name.with_suffix("")
            pages.add((target / "index.html").as_posix())
        return pages


def _without_missing_files(config: str) -> str:
    """Drop the options that name files which the corpus was taken without."""
    config = re.sub(r"^  custom_dir:.*\n", "", config, flags=re.MULTILINE)
    return re.sub(r"^extra_(css|javascript):\n(  - .*\n)+", "", config, flags=re.MULTILINE)


CORPORA = (
    Corpus("wled-docs", "docs", "wifi"),
    Corpus("login-gov-help", "content", "password", assets="assets"),
    Corpus("wasabi-docs", "docs", "coinjoin"),
    Corpus("arduino-help-center", "content", "bootloader"),
)
