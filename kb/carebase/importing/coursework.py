"""A course that was imported: its files, what stays behind, and writing it into a site."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from carebase.counting import counted
from carebase.errors import Problem, UsageError
from carebase.importing.slugs import slug_of
from carebase.importing.writing import write_all
from carebase.scaffolds import import_files
from carebase.schemas import FOLDER, schema_files, schema_line, write_schema
from carebase.sources.edit import write_scalar

CONFIGS = ("mkdocs.yml", "mkdocs.yaml")
REPORT = "import-report.txt"
EXTENSIONS = ("def_list", "footnotes", "pymdownx.details", "pymdownx.tabbed")
# How a new site asks for them; blocks of code keep the name of their language.
_WRITTEN = """
  - def_list
  - footnotes
  - pymdownx.details
  - pymdownx.highlight:
      pygments_lang_class: true
  - pymdownx.tabbed:
      alternate_style: true"""
_NEEDED = ("admonition", "attr_list", "md_in_html", "pymdownx.superfences", "tables", *EXTENSIONS)


@dataclass(slots=True)
class Coursework:
    """One course as texts and copies by their paths below its folder.

    `sources` names each page with a file that is in it. `counts` is what the report counts, in the
    order in which it is told.
    """

    id: str
    title: str
    language: str = "en"
    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    kept_html: int = 0

    @property
    def folder(self) -> str:
        """The course's folder below `docs/`."""
        return f"courses/{self.id}"


def course_id(wanted: str | None, name: str) -> str:
    """Give the id that is wished for, else one made of a name; `UsageError` where it is none."""
    found = wanted or slug_of(name)
    found = found if wanted or found[:1].isalpha() else f"course-{found}"
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", found):
        raise UsageError(
            f"`{found}` is no id of a course: it is a lower-case letter, then such letters,"
            " digits, `-` or `_`. Name one with `--course`."
        )
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """Where a course goes: a new site in `root`, or the `docs` of one that is there."""

    root: Path
    docs: Path
    is_new: bool
    config: Path | None = None


def find_target(output: Path | None, here: Path, name: str) -> Target:
    """Tell where a course goes; `UsageError` for a folder that holds something else.

    Without `output` it goes into the site of the folder one stands in, else into a new site beside.
    """
    root = output or here
    config = next((root / one for one in CONFIGS if (root / one).is_file()), None)
    if config is not None:
        return Target(root, _docs_of(config), is_new=False, config=config)
    if output is None:
        root = here / name
    if root.exists() and (not root.is_dir() or any(p.name != ".git" for p in root.iterdir())):
        raise UsageError(
            f"{root} is not empty and no site: name a site, or a new or empty folder, with `-o`."
        )
    return Target(root, root / "docs", is_new=True)


def _docs_of(config: Path) -> Path:
    found = re.search(r"^docs_dir:[ \t]*[\"']?([^\"'\n#]+)", config.read_text("utf-8", "replace"),
                      re.MULTILINE)  # fmt: skip
    return config.parent / (found[1].strip() if found else "docs")


def check_free(target: Target, work: Coursework) -> None:
    """Raise `UsageError` where the site has the course already."""
    folder = target.docs / work.folder
    if folder.exists():
        raise UsageError(
            f"{folder} is there already, and nothing was written: delete or move it, or choose"
            " another id with `--course`."
        )


def write_course(target: Target, work: Coursework) -> list[Problem]:
    """Write the course; a site that lacks an extension of Markdown for it is told of.

    `UsageError` where it cannot be written; then nothing of it stays.
    """
    check_free(target, work)
    files: dict[Path, str | bytes | Path] = {}
    if target.is_new:
        values = {"name": write_scalar(work.title), "language": work.language.split("-")[0]}
        values["extensions"] = _WRITTEN
        files |= {target.root / name: text for name, text in import_files(values).items()}
        files |= {
            target.root / FOLDER / name: write_schema(one) for name, one in schema_files().items()
        }
    folder = target.docs / work.folder
    for name, text in work.texts.items():
        path = folder / name
        named = (
            schema_line(path, target.root, "course")
            if name == "course.yml"
            and (target.is_new or (target.root / FOLDER / "course.json").is_file())
            else ""
        )
        files[path] = named + text
    files |= {folder / name: found for name, found in work.copies.items()}
    missing = [] if target.is_new else _missing_extensions(target)
    told = sorted([*work.left, *missing], key=lambda problem: problem.place)
    files[target.root / REPORT] = "".join(f"{problem.as_text()}\n" for problem in told)
    write_all(target.root, files)
    return told


class _AnyTag(yaml.SafeLoader):
    """Reads the names in a configuration, whatever tags of MkDocs stand in it."""


_AnyTag.add_multi_constructor("", lambda loader, suffix, node: None)


def _missing_extensions(target: Target) -> list[Problem]:
    text = target.config.read_text("utf-8", "replace") if target.config else ""
    try:
        data = yaml.load(text, Loader=_AnyTag)  # noqa: S506
    except yaml.YAMLError:
        return []
    written = data.get("markdown_extensions") or [] if isinstance(data, dict) else []
    names = {str(one) if not isinstance(one, dict) else str(next(iter(one), "")) for one in written}
    names |= {name.removeprefix("markdown.extensions.") for name in names}
    line = next((n for n, row in enumerate(text.splitlines(), 1)
                 if row.startswith("markdown_extensions")), 1)  # fmt: skip
    return [
        Problem(target.config.name if target.config else "", line, 1, "extension-missing",
                f"The site lacks the Markdown extension `{name}`, which the course's pages may"
                " need.", hint=f"put `- {name}` below `markdown_extensions:`",
                severity="warning")
        for name in _NEEDED
        if name not in names
    ]  # fmt: skip


def as_object(target: Target, work: Coursework, told: list[Problem]) -> dict[str, Any]:
    """Give what `--json` prints."""
    return {
        "site": str(target.root),
        "course": work.id,
        "title": work.title,
        "folder": str(target.docs / work.folder),
        **work.counts,
        "pages": [
            {"page": f"{work.folder}/{name}", "source": source} for name, source in work.sources
        ],
        "files": len(work.copies),
        "kept_html": work.kept_html,
        "left": [problem.as_dict() for problem in told],
    }


def as_text(target: Target, work: Coursework, told: list[Problem]) -> str:
    """Give the last lines that are printed, in words."""
    counts = ", ".join(
        counted(count, _one(name), name).replace("_", " ")
        for name, count in work.counts.items()
        if count
    )
    copies = counted(len(work.copies), "picture or file", "pictures and files")
    lines = [f"{work.title}: {counts}, {copies}"]
    if work.kept_html:
        kept = counted(work.kept_html, "block stays", "blocks stay")
        lines.append(f"{kept} HTML: Markdown cannot say that")
    codes = Counter(problem.code for problem in told)
    if codes:
        said = ", ".join(f"{count} {code}" for code, count in codes.most_common())
        lines.append(f"Not carried over: {said} (all in {target.root / REPORT})")
    lines.append(f"Written to {target.docs / work.folder}")
    lines.append(f"Next: cd {target.root} && carebase check")
    return "\n".join(lines)


def _one(name: str) -> str:
    """Give the word for one of what is counted: `lesson` for `lessons`."""
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")
