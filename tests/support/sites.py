"""Small sites for tests: a picture of their files becomes a folder, and the folder a built site."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.support.process import run_carebase

Picture: TypeAlias = Mapping[str, "str | bytes | Picture"]

MKDOCS_YML = """\
site_name: Test Care
site_url: http://127.0.0.1/
theme:
  name: material
plugins:
  - carebase-search
  - carebase-catalog
  - carebase-articles
  - carebase-courses
  - carebase-forms
"""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A site in a temporary folder, with what its build said."""

    root: Path
    result: subprocess.CompletedProcess[str]

    @property
    def folder(self) -> Path:
        """The folder of the built site."""
        return self.root / "site"

    @property
    def private(self) -> Path:
        """The folder beside it, which only the endpoint reads."""
        return self.root / "site.private"

    def html(self, address: str = "") -> str:
        """Give the HTML of the page at an address such as `products/brio/` or `404.html`."""
        file = self.folder / address
        return (file / "index.html" if address.endswith("/") or not address else file).read_text(
            encoding="utf-8"
        )

    def files(self) -> list[str]:
        """List the files of the built site, with `/`."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file()
        )


def read_picture(text: str) -> dict[str, Any]:
    """Read an indented picture of files: a YAML mapping of names to texts or to folders.

        docs/:
          index.md: "# Home"
          products/brio/product.yml: |
            id: brio

    A name may hold slashes; a `/` at its end is for the eye only.
    """
    picture = yaml.safe_load(textwrap.dedent(text))
    if not isinstance(picture, dict):
        raise TypeError("a picture is a mapping of names to texts or folders")
    return picture


def write_files(root: Path, files: str | Picture) -> None:
    """Write a picture of files below `root`."""
    for path, content in _flat(read_picture(files) if isinstance(files, str) else files):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.write_text(content, encoding="utf-8", newline="\n")


def _flat(files: Picture, folder: str = "") -> Iterator[tuple[str, str | bytes]]:
    for name, content in files.items():
        path = folder + name.rstrip("/")
        if isinstance(content, Mapping):
            yield from _flat(content, path + "/")
        else:
            yield path, content if isinstance(content, bytes) else str(content)


def build_site(root: Path, *arguments: str) -> BuiltSite:
    """Run `carebase build` in a site's folder; the answer may be a failure."""
    return BuiltSite(root, run_carebase("build", *arguments, cwd=root))


def site_in(root: Path, files: str | Picture, *arguments: str, ok: bool = True) -> BuiltSite:
    """Write the files of a site below `root`, with a plain `mkdocs.yml` if none, and build it.

    Unless `ok` is false, a build that ends with an error fails the test with its output.
    """
    write_files(root, files)
    if not (root / "mkdocs.yml").exists():
        (root / "mkdocs.yml").write_text(MKDOCS_YML, encoding="utf-8")
    site = build_site(root, *arguments)
    if ok:
        assert site.result.returncode == 0, site.result.stdout + site.result.stderr
    return site
