"""Types of admonitions that are misspelt: nothing complains, and readers see a plain box.

A type of the site's own is as good as any, so only one that is a single slip away from a known type
is told of, and only where no style sheet of the site speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from carebase.articles.marks import LOOKS
from carebase.articles.page import Page
from carebase.errors import Problem
from carebase.site import Site

# Those that Material shows in a colour of their own.
_THEME = ("abstract", "bug", "danger", "example", "failure", "info", "note", "question", "quote",
          "success", "tip", "warning")  # fmt: skip
STYLED = frozenset((*_THEME, *LOOKS))
# Those that other themes and earlier ones know besides: no slips, whatever they look like.
_KNOWN = STYLED | frozenset(("check", "cite", "done", "fail", "faq", "help", "important", "missing",
                             "seealso", "summary", "tldr", "todo"))  # fmt: skip
_FIRST = re.compile(r"\s*(?:!!!|\?\?\?\+?) ?(?P<types>[\w-]+(?: +[\w-]+)*)(?: +\".*\")? *\Z")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
# A shorter word with a letter more or less, or another one, is often a word of its own.
_LONG = 4


def check_admonitions(site: Site, pages: Iterable[Page]) -> Iterator[Problem]:
    """Give a warning for each admonition whose type is nearly one that is known."""
    own: frozenset[str] | None = None
    for page in pages:
        if "!!!" not in page.body and "???" not in page.body:
            continue
        for line in page.lines.lines:
            if line.code or not (found := _FIRST.match(line.text)):
                continue
            types = found["types"].lower().split()
            meant = _meant(types[0])
            if not meant or not _KNOWN.isdisjoint(types):
                continue
            if own is None:
                own = _own_classes(site)
            if own.isdisjoint(types):
                yield Problem(
                    page.file,
                    line.number,
                    found.start("types") + 1,
                    "admonition-type",
                    "No admonition has this type: readers see a plain box.",
                    found=f"`{types[0]}`",
                    hint=f"did you mean `{meant}`?",
                    severity="warning",
                )


def _meant(name: str) -> str | None:
    """Give the type that is one slip away: a letter too many, too few, another, or two swapped."""
    return next((known for known in sorted(STYLED) if _is_slip(name, known)), None)


def _is_slip(name: str, known: str) -> bool:
    longer = len(name) - len(known)
    if abs(longer) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), None)
    if at is None:
        return longer == 1 or (longer == -1 and len(known) >= _LONG)
    if longer == 1:
        return name[at + 1 :] == known[at:]
    swapped = name[at : at + 2] == known[at : at + 2][::-1] and name[at + 2 :] == known[at + 2 :]
    if len(known) < _LONG:
        return longer == 0 and swapped
    if longer == -1:
        return name[at:] == known[at + 1 :]
    return swapped or name[at + 1 :] == known[at + 1 :]


def _own_classes(site: Site) -> frozenset[str]:
    """Give the classes of which the style sheets of the site and of its templates speak."""
    folders = [site.docs_dir, *([site.templates] if site.templates else [])]
    found: set[str] = set()
    for folder in folders:
        for pattern in ("*.css", "*.html"):
            for path in folder.rglob(pattern):
                try:
                    text = path.read_text("utf-8", "replace")
                except OSError:
                    continue
                found.update(name.lower() for name in _CLASS.findall(text))
    return frozenset(found)
