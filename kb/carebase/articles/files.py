"""The files below `docs/` as a build sees them: what becomes a page, what is copied."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from carebase.errors import Problem, UsageError
from carebase.site import MARKDOWN, Site
from carebase.sources.text import no_file

# Unicode's categories: halves of letters, control signs, and separators of lines and paragraphs.
_HALVES = "Cs"
# The sources that are read by their name, without its ending.
_READ_BY_NAME = re.compile(
    r"(?P<name>(?:products/[^/]+/product|courses/[^/]+/course|contact|synonyms|certificates"
    r"|warranty/(?:statutes|terms|policies/[^/]+)))\.(?P<ending>yaml|ya?ml)\Z",
    re.I,
)
_NO_ADDRESS = frozenset((_HALVES, "Cc", "Zl", "Zp"))


@dataclass(frozen=True)
class DocsFiles:
    """Paths below `docs/`, with `/`, sorted; capital letters count, as they do on a web server.

    `products` and `courses` are the folders that hold a product.yml or course.yml. `kept_out` are
    the files that the site's own patterns exclude. `problems` tell of what is no file.
    """

    all: tuple[str, ...]
    products: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    kept_out: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The Markdown files that become pages; a README gives way to an index beside it."""
        names = set(self.all)
        return tuple(
            name for name in self.all if name.endswith(".md") and not _gives_way(name, names)
        )

    @cached_property
    def published(self) -> frozenset[str]:
        """The files copied as they are: no pages, and no YAML or lock files."""
        return frozenset(
            name for name in self.all if not name.endswith(".md") and not is_source(name)
        )


def _gives_way(name: str, names: set[str]) -> bool:
    folder, slash, last = name.rpartition("/")
    return last == "README.md" and f"{folder}{slash}index.md" in names


def is_source(name: str) -> bool:
    """Tell whether a file only says how the site is made: those are never copied to it."""
    return name.endswith((".yml", ".yaml", ".lock"))


def list_files(site: Site) -> DocsFiles:
    """Walk over `docs/`; what begins with a dot and the top folder `templates` is left out.

    Raises `UsageError` for a link to a folder that holds it: a walk would never end.
    """
    found: list[str] = []
    kept_out: list[str] = []
    problems: list[Problem] = []
    rooms = [("", str(site.docs_dir))]
    for prefix, room in rooms:
        try:
            entries = _entries(room)
        except OSError as error:
            problems.append(_closed(site, Path(room), error))
            continue
        for entry in entries:
            name = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if (odd := _odd_name(site, entry.path)) is not None:
                problems.append(odd)
            elif _is_folder(entry):
                if name != "templates":
                    _no_circle(site, Path(entry.path))
                    rooms.append((f"{name}/", entry.path))
            elif site.excluded(name):
                kept_out.append(name)
            elif (odd := _odd(site, entry)) is not None:
                problems.append(odd)
            else:
                found.append(name)
                problems += [*_misnamed(site, name), *_other_pages(site, name)]
    listed = DocsFiles(
        tuple(sorted(found)), _folders(found, "products", "product.yml"),
        _folders(found, "courses", "course.yml"),
        tuple(sorted(kept_out)),
    )  # fmt: skip
    problems += _of_one_address(site, listed.pages)
    return replace(listed, problems=tuple(sorted(problems, key=lambda problem: problem.place)))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        # It went meanwhile, or is still to be made.
        return []


def _closed(site: Site, folder: Path, error: OSError) -> Problem:
    message = f"This folder cannot be read: {error.strerror}."
    hint = "whoever builds the site must be allowed to read it and all in it"
    return Problem(site.name_of(folder), 1, 1, "file-unreadable", message, hint=hint)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads to itself.
        return False


def _odd(site: Site, entry: os.DirEntry[str]) -> Problem | None:
    name = site.name_of(Path(entry.path))
    try:
        return None if entry.is_file() else no_file(Path(entry.path), name)
    except OSError:
        if not entry.is_symlink():
            # It went while the folder was read.
            return None
    message = "This is a link that leads nowhere."
    hint = "take it away, or have it lead to a file or folder that is there"
    return Problem(
        name, 1, 1, "file-unreadable", message, found=f"`{Path(entry.path).readlink()}`", hint=hint
    )


def _odd_name(site: Site, path: str) -> Problem | None:
    """Tell of a name that cannot be part of an address, or of a line that lists addresses."""
    name = path[path.rfind("/") + 1 :]
    kinds = set() if name.isprintable() else set(map(unicodedata.category, name))
    if not kinds & _NO_ADDRESS:
        return None
    # What is no UTF-8 in a name comes as halves of letters.
    wrong = (
        "bytes that are not UTF-8" if _HALVES in kinds else "a line break or another control sign"
    )
    readable = os.fsencode(site.name_of(Path(path))).decode("utf-8", "backslashreplace")
    shown = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in readable)
    message = f"The name of this file or folder holds {wrong}."
    return Problem(shown, 1, 1, "file-name", message, hint="rename it; letters may have accents")


def _misnamed(site: Site, name: str) -> list[Problem]:
    """Tell of a source that nothing reads, because of how its name ends."""
    read = _READ_BY_NAME.match(name)
    right = f"{read['name'].lower()}.yml" if read else ""
    if read is None or right == name or (read["ending"] == "yml" and "@" in name):
        return []
    file = site.name_of(site.docs_dir / name)
    short = name.rpartition("/")[2]
    return [
        Problem(
            file,
            1,
            1,
            "file-ending",
            f"Nothing reads this file: its name is to be `{right.rpartition('/')[2]}`.",
            found=f"`{short}`",
            hint=f"rename it to `{right.rpartition('/')[2]}`",
        )
    ]


def _other_pages(site: Site, name: str) -> list[Problem]:
    """Tell of a page that is treated unlike the others, because of how its name ends."""
    stem, dot, last = name.rpartition("/")[2].rpartition(".")
    ending = f"{dot}{last}"
    if ending == ".md" or ending.lower() not in MARKDOWN or not site.is_ours:
        return []
    made = "made, but not checked" if ending in MARKDOWN else "copied as it is"
    return [
        Problem(
            site.name_of(site.docs_dir / name),
            1,
            1,
            "file-ending",
            f"The name of a page ends with `.md`: this one is {made}.",
            found=f"`{stem}{ending}`",
            hint=f"rename it to `{stem}.md`",
            severity="warning",
        )
    ]


def _of_one_address(site: Site, pages: Iterable[str]) -> list[Problem]:
    """Tell of pages of which only one would be published, as both are written to one file."""
    if not site.is_ours:
        return []
    first: dict[str, str] = {}
    problems = []
    for name in pages:
        other = first.setdefault(site.output_of(name), name)
        if other != name:
            shown = site.name_of(site.docs_dir / other)
            problems.append(
                Problem(
                    site.name_of(site.docs_dir / name),
                    1,
                    1,
                    "address-taken",
                    f"`{shown}` has the address of this page: only one of them would be published.",
                    found=f"`/{site.address_of(name)}`",
                    hint="make one page of both, or rename one",
                )
            )
    return problems


def _no_circle(site: Site, folder: Path) -> None:
    if folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{site.name_of(folder)} is a link to a folder that holds it, so that its pages would"
            " go on for ever: take it away."
        )


def _folders(names: list[str], room: str, file: str) -> frozenset[str]:
    parts = (name.split("/") for name in names if name.endswith(f"/{file}"))
    return frozenset(part[1] for part in parts if len(part) == 3 and part[0] == room)
