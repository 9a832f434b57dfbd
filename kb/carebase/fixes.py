"""Mending what has one right answer, and leaving every other byte of the files as it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from carebase.errors import Fix, Problem
from carebase.site import Site
from carebase.sources.text import BOM

_ROW = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def apply_fixes(site: Site, problems: Iterable[Problem]) -> list[tuple[str, Fix]]:
    """Mend the problems that have a fix, and give the fixes that were made, by file and place.

    One whose old text is not where it should be is left alone, and so is a file that is not UTF-8.
    Raises OSError when a file cannot be written; those before it are mended then.
    """
    by_file: defaultdict[str, set[Fix]] = defaultdict(set)
    for problem in problems:
        if problem.fix is not None:
            by_file[problem.file].add(problem.fix)
    return [
        (file, fix)
        for file, fixes in sorted(by_file.items())
        for fix in _mend(site.root / file, fixes)
    ]


def _mend(path: Path, fixes: set[Fix]) -> list[Fix]:
    data = path.read_bytes()
    head = BOM if data.startswith(BOM) else b""
    rows = _ROW.findall(data, len(head))
    made: list[Fix] = []
    taken: dict[int, int] = {}
    # From the end of a line to its beginning, so that columns stay right.
    for fix in sorted(fixes, key=lambda one: (one.line, -one.column, one.new)):
        if fix.line > len(rows):
            continue
        try:
            row = rows[fix.line - 1].decode("utf-8")
        except UnicodeDecodeError:
            continue
        begin, end = fix.column - 1, fix.column - 1 + len(fix.old)
        if row[begin:end] != fix.old or end > taken.get(fix.line, len(row)):
            continue
        rows[fix.line - 1] = f"{row[:begin]}{fix.new}{row[end:]}".encode()
        taken[fix.line] = begin
        made.append(fix)
    if made:
        path.write_bytes(head + b"".join(rows))
    return sorted(made, key=lambda one: (one.line, one.column))
