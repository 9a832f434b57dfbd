"""The sites that are measured: how each is laid for a generator, put back, and edited."""

from __future__ import annotations

import re
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from carebase.build.samples import plugins_of, write_sample
from carebase.errors import UsageError
from carebase.sources import read_text, split_front_matter

_MINIMAL = "site_name: Measured\nsite_url: http://127.0.0.1/\ntheme:\n  name: material\n"
_PRUNE = "  features:\n    - navigation.prune\n"
# In bytes: with less left on the disk, sites that were put aside are deleted.
_ROOM = 8 << 30
_TITLE = re.compile(r"^# .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A site to measure: made-up pages, or a folder of Markdown files."""

    name: str
    pages: int = 0
    folder: Path | None = None

    @classmethod
    def of(cls, folder: Path) -> Case:
        """Measure the pages in a folder; those below its `docs/` where it has one."""
        docs = folder / "docs"
        if not docs.is_dir():
            docs = folder
        if next(docs.rglob("*.md"), None) is None:
            raise UsageError(f"{folder} holds no Markdown file to measure.")
        return cls(folder.resolve().name, folder=docs)


def lay(case: Case, root: Path, *, ours: bool, prune: bool, search: bool = False) -> None:
    """Write the site of a case for one generator; `ours` is with our plugins."""
    root.mkdir()
    if case.folder is None:
        write_sample(root, case.pages, plain=not ours, search=search, prune=prune)
        return
    docs = root / "docs"
    shutil.copytree(case.folder, docs, ignore=shutil.ignore_patterns(".git", "mkdocs.yml"))
    if not any((docs / name).is_file() for name in ("index.md", "README.md")):
        (docs / "index.md").write_text("# Measured\n", encoding="utf-8")
    plugins = f"plugins: {plugins_of(plain=not ours, search=search)}\n"
    config = _MINIMAL + (_PRUNE if prune else "") + plugins
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


def leave_out(root: Path) -> list[str]:
    """Delete the pages that Carebase would refuse; give their paths."""
    docs = root / "docs"
    odd = []
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        text, problems = read_text(path, name)
        problems = problems + split_front_matter(text, name).document.problems
        if any(problem.severity == "error" for problem in problems):
            path.unlink()
            odd.append(name)
    return odd


def put_aside(root: Path) -> None:
    """Let a build start from nothing.

    What the last one made is moved away and not deleted: where many files have just been deleted,
    ext4 without a journal takes several times as long to make new ones, for a minute or more, and
    the next to build would pay for that.
    """
    aside = root.with_name("aside")
    if aside.exists() and shutil.disk_usage(aside).free < _ROOM:
        shutil.rmtree(aside)
    kept = aside / f"{root.name}-{time.monotonic_ns()}"
    kept.mkdir(parents=True)
    for name in ("site", "site.private", ".cache"):
        if (root / name).exists():
            (root / name).rename(kept / name)


def edit(root: Path, text: str, place: int = 0) -> Path:
    """Write a paragraph below a page in the middle of the site, or so many behind it."""
    page = _page(root, place)
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    return page


def retitle(root: Path, run: int) -> None:
    """Give the page in the middle of the site another title."""
    page = _page(root)
    text = page.read_text(encoding="utf-8")
    page.write_text(_TITLE.sub(f"# Title {run}", text, count=1), encoding="utf-8")


def weight(site: Path) -> float:
    """Give the bytes of a built page, on the average."""
    sizes = [path.stat().st_size for path in site.rglob("*.html")]
    return statistics.fmean(sizes) if sizes else 0.0


def _page(root: Path, place: int = 0) -> Path:
    pages = sorted((root / "docs").rglob("*.md"))
    return pages[(len(pages) // 2 + place) % len(pages)]
