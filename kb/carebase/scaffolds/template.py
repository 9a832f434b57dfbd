"""Reading the starting files, which have `$names` where something is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

_HERE = Path(__file__).parent
# Under its own name it would hide files of this repository from git.
_RENAMED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}


def fill(source: Path, values: Mapping[str, str]) -> str:
    """Give the text of a starting file with its values filled in."""
    return Template(source.read_text(encoding="utf-8")).safe_substitute(values)


def site_files() -> Iterator[tuple[str, Path]]:
    """Give each file of the small site: its path in a new site, and where its text is."""
    top = _HERE / "site"
    for source in sorted(path for path in top.rglob("*") if path.is_file()):
        name = source.relative_to(top).as_posix()
        yield _RENAMED.get(name, name), source


def import_files(values: Mapping[str, str]) -> dict[str, str]:
    """Give the files that stand beside the pages of an imported site."""
    shared = {name: fill(source, values) for name, source in site_files() if name.startswith(".")}
    return shared | {"mkdocs.yml": fill(_HERE / "import" / "mkdocs.yml", values)}


def kind_file(name: str) -> Path:
    """Give the starting file of a kind."""
    return _HERE / "new" / name
