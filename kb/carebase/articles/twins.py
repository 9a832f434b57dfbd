"""The Markdown twin of a page, for programs that read text: its source, readable anywhere.

Links and pictures get whole addresses. A block of ours, such as a form or a quiz, is only a sign
for what the page shows there: a link to the page stands in its place, so that no answer of a quiz
and no setting of a form is in it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.lines import Line, Lines, read_lines
from carebase.articles.nodes import form_anchor
from carebase.articles.page import Page, find_title
from carebase.joining import join
from carebase.site import Site

# Where a link or picture leads, in Markdown and in HTML.
TARGET = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s()<>]+)"
    r"|^ {0,3}\[[^\]]+\]:\s*<?(?P<reference>[^\s<>]+)"
    r"|\b(?:href|src)\s*=\s*[\"'](?P<html>[^\"']+)[\"']"
)
_BLOCK = re.compile(r" {0,3}(?P<slashes>/{3,}) *(?P<name>[\w-]+)(?: *\| *(?P<argument>.*?) *$)?")
# Comments are among writers, unless they stand in code.
_COMMENT = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^ {0,3}(?P=fence)[`~]*[ \t]*$"
    r"|(?P<run>`+)(?!`)[^\n]+?(?<!`)(?P=run)(?!`))"
    r"|^[ \t]*<!--.*?-->[ \t]*\n|[ \t]*<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
_TITLE = re.compile(r"^(?:#[ \t][^\n]*|[^\n#]+\n=+[ \t]*)$", re.MULTILINE)
_SECTION = re.compile(r"^(?=##[ \t])", re.MULTILINE)
_ESCALATES = re.compile(r"##[^\n]*\{[^{}\n]*\.escalate\b[^{}\n]*\bform=[\"']?(?P<form>[\w-]+)")
_ATTRIBUTES = re.compile(r"[ \t]*\{:? ?[.#][^{}\n]*\}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Twins:
    """What a twin has to know of its site: the pages and files that its links can mean."""

    site: Site
    names: Collection[str]
    # Gives a page's text with included files in their place, and as it is without any.
    expand: Callable[[Page], str]
    # The titles of the site's forms by id.
    forms: Mapping[str, str] = field(default_factory=dict)
    # Gives what a page says at a glance beside its text: names and values.
    facts: Callable[[Page], Sequence[tuple[str, str]]] = lambda page: ()
    _addresses: dict[str, str] = field(default_factory=dict)

    def whole(self, address: str) -> str:
        """Give the whole address of a place of the site; from the host's top without `site_url`."""
        return join(self.site.url or self.site.base_path, address)

    def write(self, page: Page) -> str:
        """Write the twin of a page."""
        text = self.expand(page)
        lines = page.lines
        texts = [line.text for line in lines.lines]
        # Most often nothing was included or filled in: the lines are known already.
        if "\n".join(texts) != text:
            lines = read_lines(text)
            texts = [line.text for line in lines.lines]
        rows = [
            self._row(page, line) if "](" in row or "]:" in row or "=" in row else row
            for row, line in zip(texts, lines.lines, strict=True)
        ]
        if "///" in text:
            rows = list(_without_blocks(rows, lines, self._sign(page)))
        body = "\n".join(rows)
        if "<!--" in body:
            body = _COMMENT.sub(lambda found: found["code"] or "", body)
        if page.kind == "troubleshooter":
            body = "".join(self._with_form(page, part) for part in _SECTION.split(body))
        if "{" in body:
            body = _ATTRIBUTES.sub("", body)
        body = body.strip("\n")
        if not find_title(lines):
            body = f"# {page.title}\n\n{body}"
        facts = "\n".join(f"- {name}: {value}" for name, value in self.facts(page))
        return f"{_below_title(body, facts) if facts else body}\n"

    def _sign(self, page: Page) -> str:
        address = self.whole(quote(self.site.address_of(page.src_uri)))
        return f"[{page.title}]({address})"

    def _with_form(self, page: Page, section: str) -> str:
        """Give an outcome with a link to the form that it leads to; other sections as they are."""
        found = _ESCALATES.match(section)
        title = self.forms.get(found["form"]) if found else None
        if not found or title is None:
            return section
        here = self.whole(quote(self.site.address_of(page.src_uri)))
        return f"{section.rstrip()}\n\n[{title}]({here}#{form_anchor(found['form'])})\n\n"

    def _row(self, page: Page, line: Line) -> str:
        text = line.text
        visible = line.without_code
        pieces, at = [], 0
        for found in TARGET.finditer(visible):
            name = found.lastgroup or "inline"
            target = found[name]
            pieces += [text[at : found.start(name)], self._absolute(page, target, name == "html")]
            at = found.end(name)
        return "".join([*pieces, text[at:]])

    def _absolute(self, page: Page, target: str, is_html: bool) -> str:
        try:
            parts = urlsplit(target)
        except ValueError:
            return target
        if parts.scheme or parts.netloc or "{" in target:
            return target
        rest = (f"?{parts.query}" if parts.query else "") + (
            f"#{parts.fragment}" if parts.fragment else ""
        )
        path = unquote(parts.path)
        if path and not path.startswith("/") and not is_html:
            name = _name_of(page.folder, path)
            if name in self.names:
                return self._address_of(name) + rest
        return urljoin(self.whole(quote(self.site.address_of(page.src_uri))), target)

    def _address_of(self, name: str) -> str:
        """Give the whole address of a page or file."""
        known = self._addresses.get(name)
        if known is None:
            address = self.site.address_of(name) if name.endswith(".md") else name
            known = self._addresses[name] = self.whole(quote(address))
        return known


# Pages of a folder name each other alike.
@lru_cache(maxsize=4096)
def _name_of(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _below_title(body: str, facts: str) -> str:
    """Put facts below the title of a text, which is of either kind that Markdown knows."""
    found = _TITLE.search(body)
    if found is None:
        return f"{facts}\n\n{body}"
    rest = body[found.end() :].lstrip("\n")
    return f"{body[: found.end()]}\n\n{facts}" + (f"\n\n{rest}" if rest else "")


def _without_blocks(rows: list[str], lines: Lines, sign: str) -> Iterable[str]:
    """Give the rows with our blocks taken out, each for a link to the page.

    An exercise stays, below its title; of what is for trainers nothing does.
    """
    closing = 0
    # The slashes of the exercises around a row, and whether it may be an option of the last.
    around: list[str] = []
    head = False
    for row, line in zip(rows, lines.lines, strict=True):
        if closing:
            if line.text.strip() == "/" * closing:
                closing = 0
            continue
        if head and line.inner.startswith("    ") and line.inner.strip():
            continue
        head = False
        found = None if line.code or "///" not in line.text else _BLOCK.match(line.inner)
        block = BLOCK_TYPES.get(found["name"].lower()) if found else None
        if found is None or block is None:
            if around and line.inner.strip() == around[-1]:
                around.pop()
                yield ""
            else:
                yield row
        elif block.content == "text" and not block.trainer:
            around.append(found["slashes"])
            head = True
            yield f"**{found['argument']}**" if found["argument"] else ""
        else:
            closing = len(found["slashes"])
            yield "" if block.trainer else sign
