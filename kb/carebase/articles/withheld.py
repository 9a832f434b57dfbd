"""Files that stand in trainers' notes alone, such as a picture of the solution.

A generator copies every file below the docs folder; of a learner's site these are no part.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from carebase.articles.lines import Line
from carebase.articles.twins import TARGET

# Other files that may name a file, by a path that only a browser can follow.
_NAMING = (".yml", ".yaml", ".html", ".css", ".js", ".svg", ".json")


def named_files(lines: Iterable[Line], folder: str) -> Iterator[str]:
    """Give the paths below the docs folder that Markdown lines of a page in `folder` lead to.

    What is written as HTML is resolved by a browser; of that the name alone is given, after `*/`.
    """
    for line in lines:
        for found in TARGET.finditer(line.without_code):
            target = found[found.lastgroup or "inline"]
            try:
                parts = urlsplit(target)
            except ValueError:
                continue
            path = unquote(parts.path)
            if parts.scheme or parts.netloc or not path:
                continue
            if found.lastgroup == "html":
                yield f"*/{posixpath.basename(path)}"
            else:
                yield posixpath.normpath(posixpath.join(folder, path))


def only_in_notes(
    withheld: Iterable[str],
    pages: Iterable[tuple[str, Iterable[Line]]],
    published: Iterable[str],
    docs_dir: Path,
) -> frozenset[str]:
    """Give the files that notes name and nothing else does.

    `pages` are the lines that learners may read, each with the folder of its page; `published` the
    files that would be copied.
    """
    files = set(published)
    named = set(withheld)
    bare = {name.removeprefix("*/") for name in named if name.startswith("*/")}
    left = {name for name in files if name in named or posixpath.basename(name) in bare}
    if not left:
        return frozenset()
    for folder, lines in pages:
        for name in named_files(lines, folder):
            left.discard(name)
            if name.startswith("*/"):
                left -= {one for one in left if posixpath.basename(one) == name[2:]}
    for path in sorted(docs_dir.rglob("*")) if left else ():
        if path.suffix in _NAMING and path.is_file():
            own = path.relative_to(docs_dir).as_posix()
            text = path.read_text("utf-8", "replace")
            left -= {one for one in left if one != own and posixpath.basename(one) in text}
    return frozenset(left)
