"""A lesson written in the dialect of Carebase's pages: its own text where that says the same.

Each block is rendered as the site will render it and compared with what the maker's tools showed.
Where both say the same, the rows stay as their writer wrote them; else they are written anew; what
Markdown cannot say stays HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from carebase.errors import Problem
from carebase.importing.clean import clean
from carebase.importing.export import Article
from carebase.importing.lessons.blocks import (
    Block,
    Entry,
    blocks_of,
)
from carebase.importing.lessons.divs import Box, Node, Text
from carebase.importing.lessons.leads import Leads
from carebase.importing.lessons.links import Course
from carebase.importing.lessons.page import Page, prepare_text
from carebase.importing.lessons.proof import LessonProof
from carebase.importing.lessons.rows import Row, trimmed
from carebase.importing.markdown import Writer, can_say
from carebase.importing.proof import words

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*\Z")
_COMMENT = re.compile(r"\s*<!--.*-->\s*\Z", re.DOTALL)

# What is shown of a page: the pieces that its writer is asked for.
BoxWriter = Callable[["PageWriter", Box, str], str]


class PageWriter:
    """Writes one page after the other of a course."""

    def __init__(
        self, course: Course, left: list[Problem], boxes: BoxWriter, host_hint: str = ""
    ) -> None:
        self.course = course
        self.left = left
        self.boxes = boxes
        self.host_hint = host_hint
        self.writer = Writer()
        self.proof = LessonProof()
        self.kept_html = 0
        # The level of the highest headings of a page.
        self.top = 2
        self.page: Page
        self.leads: Leads
        self.levels: list[tuple[int, int]] = []
        self.refs = ""
        self.said: list[tuple[Row, str]] = []
        # The kinds of boxes that the page has had so far.
        self.seen: set[str] = set()

    def write(self, page: Page) -> str:
        """Give the Markdown of a page below its title."""
        self.page = page
        self.leads = Leads(self.course, page.file, self.left)
        self.levels = []
        self.said = []
        self.seen = set()
        self.refs = self._references()
        pieces = [self.nodes(page.nodes)]
        pieces += self._notes()
        text = page.inline.finish("\n\n".join(piece for piece in pieces if piece))
        if used := self._used_references(text):
            text += f"\n\n{used}"
        self._compare(text)
        return text

    def nodes(self, nodes: Sequence[Node]) -> str:
        """Give the Markdown of boxes and texts."""
        pieces = []
        for node in nodes:
            if isinstance(node, Text):
                pieces += list(self._text(node))
            else:
                mine = list(self.levels)
                anchor = f'<a id="{node.id}"></a>' if node.id else ""
                pieces += [anchor, self.boxes(self, node, self.title_of(node))]
                self.levels = mine
        return "\n\n".join(piece for piece in pieces if piece)

    def title_of(self, box: Box) -> str:
        """Give the Markdown of a box's own title, empty where it has none."""
        if box.title is None:
            return ""
        block = next(iter(blocks_of([box.title], self.page.references.env)), None)
        if block is None:
            return ""
        soup = self._cleaned(block)
        self.said.append((box.title, self.page.inline.words(words(soup))))
        return " ".join(self._best(block, soup).split())

    def _text(self, node: Text) -> Iterator[str]:
        for number in self.page.runs.get(id(node), ()):
            run = self.page.blocks[number]
            if run and isinstance(run[0], Entry):
                yield "\n\n".join(self._entry(one) for one in run if isinstance(one, Entry))
                continue
            for block in run:
                if isinstance(block, Block):
                    yield self._block(block)

    def _entry(self, entry: Entry) -> str:
        rows = []
        for term in entry.terms:
            found = blocks_of([term], self.page.references.env)
            soup = self._cleaned(found[0])
            self.said.append((term, self.page.inline.words(words(soup))))
            rows.append(self._best(found[0], soup))
        for meaning in entry.meanings:
            text = next(one for one in self.page.texts if one.rows is meaning)
            written = "\n\n".join(self._text(text))
            rows.append(":   " + indent(written).lstrip())
        return "\n".join(rows)

    def _block(self, block: Block) -> str:
        if _COMMENT.match(block.written):
            return re.sub(r"\n[ \t]*(?=\n)", "", block.written.strip())
        soup = self._cleaned(block)
        said = self.page.inline.words(words(soup))
        if said:
            self.said.append((block.rows[0], said))
        if block.level:
            return self._heading(block, soup)
        return self._best(block, soup)

    def _heading(self, block: Block, soup: BeautifulSoup) -> str:
        while self.levels and self.levels[-1][0] >= block.level:
            self.levels.pop()
        level = min(self.levels[-1][1] + 1 if self.levels else self.top, 6)
        self.levels.append((block.level, level))
        heading = soup.find(re.compile(r"h[1-6]\Z"))
        if isinstance(heading, Tag):
            heading.name = f"h{level}"
        found = _HEADING.match(block.written)
        if found:
            written = self.leads.led(f"{'#' * level} {found['text']}", soup)
            if self.proof.holds(self._plain(soup), self._finished(written)):
                return written
        return "\n\n".join(self.writer.write(one) for one in soup.children if isinstance(one, Tag))

    def _best(self, block: Block, soup: BeautifulSoup) -> str:
        own = self.leads.led(block.written.strip("\n"), soup)
        plain = self._plain(soup)
        if not soup.find(has_lost) and self.proof.holds(plain, self._finished(own)):
            return own
        tags = [tag for tag in soup.children if isinstance(tag, Tag)]
        pieces = []
        for tag in tags:
            written = self.writer.write(tag) if can_say(tag) else ""
            alone = BeautifulSoup(str(tag), "html.parser")
            if written and self.proof.holds(self._plain(alone), self._finished(written)):
                pieces.append(written)
            else:
                self.kept_html += 1
                pieces.append(_as_html(tag))
        return "\n\n".join(piece for piece in pieces if piece)

    def _finished(self, written: str) -> str:
        # A note is one only where its definition stands.
        notes = "\n".join(f"[^{name}]: -" for name in self.page.references.notes)
        return f"{self.page.inline.finish(written)}\n\n{self.refs}\n\n{notes}"

    def _plain(self, soup: BeautifulSoup) -> BeautifulSoup:
        """Give a copy in which signs are the words that they stand for."""
        return BeautifulSoup(self.page.inline.words(str(soup)), "html.parser")

    def _cleaned(self, block: Block) -> BeautifulSoup:
        first = block.rows[0]
        article = Article(
            id="", title=self.page.title, html=block.html, file=first.file, line=first.number,
            source=block.written, folder=Path(),
        )  # fmt: skip
        soup, left = clean(article)
        self.left += left
        if left:
            # What was embedded is a link now: the rows as they were would show it again.
            for tag in soup.children:
                if isinstance(tag, Tag):
                    tag["data-lost"] = ""
        self.leads.lead(soup, article)
        return soup

    def _references(self) -> str:
        rows = []
        for label, (href, title, _) in self.page.references.addresses.items():
            target, _ = self.course.resolve(self.page.file, href)
            if href.startswith(("http", "mailto:")) and not target:
                target = href
            if target:
                rows.append(f"[{label}]: {target}{title}")
        return "\n".join(rows)

    def _used_references(self, text: str) -> str:
        kept = []
        for row in self.refs.split("\n"):
            label = row.partition("]:")[0].removeprefix("[")
            if label and re.search(rf"\[\s*{_loosely(label)}\s*\]", text, re.IGNORECASE):
                kept.append(row)
        return "\n".join(kept)

    def _notes(self) -> Iterator[str]:
        for name, rows in self.page.references.notes.items():
            text = Text(trimmed(rows))
            state: dict[str, Sequence[Row]] = {"rows": rows}
            prepare_text(self.page, text, state)
            written = "\n\n".join(self._text(text))
            yield f"[^{name}]: {indent(written).lstrip()}"
        yield from self.page.inline.notes

    def _compare(self, text: str) -> None:
        """Tell of what the whole page does not say though each of its blocks does."""
        rendered = "".join(words(self.proof.render(text)).split())
        notes = set(self.page.references.notes)
        for row, said in self.said:
            if "".join(said.split()) not in rendered and not (notes and row.text[:2] == "[^"):
                self.left.append(
                    row.left("words-differ", "This does not come out as it was written.",
                             found=f"`{said[:80]}`", hint="look at the page and mend it there")
                )  # fmt: skip


def indent(text: str) -> str:
    """Move a text into a box or an entry of a list."""
    return "\n".join(f"    {row}" if row.strip() else "" for row in text.split("\n"))


def has_lost(tag: Tag) -> bool:
    """Tell whether something of a block was taken out, so that its rows say too much."""
    return tag.has_attr("data-lost")


def _loosely(label: str) -> str:
    return r"\s+".join(re.escape(part) for part in label.split())


def _as_html(tag: Tag) -> str:
    copy = BeautifulSoup(str(tag), "html.parser")
    for one in copy.find_all(True):
        for key in ("data-md", "data-old", "data-lost"):
            if one.has_attr(key):
                del one[key]
        if (note := one.attrs.pop("data-note", None)) is not None:
            one["class"] = f"admonition {note}"
    for text in copy.find_all(string=True):
        if isinstance(text, NavigableString) and "\n\n" in text and not text.find_parent("pre"):
            text.replace_with(re.sub(r"\n\s*\n", "\n", text))
    return str(copy).strip()
