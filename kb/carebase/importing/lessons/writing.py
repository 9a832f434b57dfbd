"""A lesson written in the dialect of Carebase's pages: its own text where that says the same.

Each block is rendered as the site will render it and compared with what the maker's tools showed.
Where both say the same, the rows stay as their writer wrote them; else they are written anew; what
Markdown cannot say stays HTML.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdown.extensions.toc import slugify, unique

from carebase.errors import Problem
from carebase.importing.clean import clean
from carebase.importing.export import Article
from carebase.importing.lessons.blocks import (
    Block,
    Entry,
    References,
    blocks_of,
    heading_words,
    parted,
    take_references,
)
from carebase.importing.lessons.divs import Box, Node, Text, read_boxes
from carebase.importing.lessons.inline import Inline
from carebase.importing.lessons.links import Anchors, Course, tight
from carebase.importing.lessons.proof import LessonProof
from carebase.importing.lessons.rows import Row, text_of, trimmed
from carebase.importing.markdown import Writer, can_say
from carebase.importing.proof import words

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*\Z")
_TARGET = re.compile(
    r"(?P<before>\]\(\s*)(?P<target><[^<>\n]*>|(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)"
)
_IN_HTML = re.compile(r"(?P<before>\b(?:src|href)=)(?P<quote>[\"'])(?P<target>.*?)(?P=quote)")
_COMMENT = re.compile(r"\s*<!--.*-->\s*\Z", re.DOTALL)

# What is shown of a page: the pieces that its writer is asked for.
BoxWriter = Callable[["PageWriter", Box, str], str]


@dataclass(slots=True)
class Page:
    """One page on its way: its rows taken apart, and all that counts in the whole of it."""

    file: str
    title: str
    nodes: list[Node]
    references: References
    inline: Inline
    blocks: dict[int, list[Block] | list[Entry]] = field(default_factory=dict)
    runs: dict[int, list[int]] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)


def read_page(
    file: str,
    title: str,
    rows: Sequence[Row],
    left: list[Problem],
    with_r: bool = False,
    shared: Sequence[Row] = (),
) -> Page:
    """Take a page apart. `shared` are rows with addresses that all pages may use."""
    references = References()
    body = take_references(rows, references)
    take_references(shared, references)
    state: dict[str, Sequence[Row]] = {"rows": rows}

    def tell(code: str, message: str, found: str, at: int) -> None:
        here = state["rows"]
        text = text_of(here)
        row = here[min(text.count("\n", 0, at), len(here) - 1)]
        left.append(row.left(code, message, found))

    inline = Inline(tell, with_r)
    page = Page(file, title, read_boxes(body, left), references, inline)

    def prepare(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, Box):
                if node.title is not None:
                    state["rows"] = [node.title]
                    node.title = node.title.with_text(inline.rewrite(node.title.text))
                prepare(node.children)
            else:
                page.texts.append(node)
                _prepare_text(page, node, state)

    prepare(page.nodes)
    return page


def _prepare_text(page: Page, node: Text, state: dict[str, Sequence[Row]]) -> None:
    numbers = []
    for run in parted(node.rows):
        number = len(page.blocks)
        numbers.append(number)
        if run and isinstance(run[0], Entry):
            entries: list[Entry] = [one for one in run if isinstance(one, Entry)]
            page.blocks[number] = entries
            for entry in entries:
                entry.terms = [_rewritten(page, [row], state)[0] for row in entry.terms]
                for meaning in entry.meanings:
                    text = Text(meaning)
                    page.texts.append(text)
                    _prepare_text(page, text, state)
        else:
            rows = _rewritten(page, [row for row in run if isinstance(row, Row)], state)
            found = blocks_of(rows, page.references.env)
            page.blocks[number] = found
            page.linked |= {one for block in found for one in block.fragments}
    page.runs[id(node)] = numbers


def _rewritten(page: Page, rows: list[Row], state: dict[str, Sequence[Row]]) -> list[Row]:
    state["rows"] = rows
    written = page.inline.rewrite(text_of(rows)).split("\n")
    if len(written) < len(rows):
        written += [""] * (len(rows) - len(written))
    last = rows[-1]
    return [
        (rows[index] if index < len(rows) else last).with_text(text)
        for index, text in enumerate(written)
    ]


def name_anchors(page: Page, linked: set[str]) -> Anchors:
    """Give the anchors that the written page will have; boxes get one where a link leads there."""
    used: set[str] = {slugify(page.title, "-")}
    anchors = Anchors()
    anchors.loose[tight(page.title)] = slugify(page.title, "-")
    for found in re.finditer(r'<(?:span|a)\s[^>]*?id="([^"]+)"', _all_text(page)):
        anchors.add(found[1])

    def walk(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, Box):
                box_words = page.inline.words(node.title.text) if node.title else ""
                if node.id and node.id in linked:
                    anchors.add(node.id)
                elif tight(box_words) and tight(box_words) in {tight(one) for one in linked}:
                    node.id = unique(slugify(box_words, "-"), used)
                    anchors.add(node.id, box_words)
                else:
                    node.id = ""
                walk(node.children)
                continue
            for number in page.runs.get(id(node), ()):
                for block in page.blocks[number]:
                    if isinstance(block, Block) and block.level:
                        said = page.inline.words(heading_words(block))
                        own = re.search(r"\{ #([^\s}]+) \}", page.inline.finish(block.written))
                        name = own[1] if own else unique(slugify(said, "-"), used)
                        anchors.add(name, said)

    walk(page.nodes)
    return anchors


def _all_text(page: Page) -> str:
    found = []
    for blocks in page.blocks.values():
        for block in blocks:
            if isinstance(block, Block):
                found.append(block.html)
            else:
                found += [row.text for row in block.terms]
    return "\n".join(found)


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
        self.levels: list[tuple[int, int]] = []
        self.refs = ""
        self.said: list[tuple[Row, str]] = []
        # The kinds of boxes that the page has had so far.
        self.seen: set[str] = set()

    def write(self, page: Page) -> str:
        """Give the Markdown of a page below its title."""
        self.page = page
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
            written = self._led(f"{'#' * level} {found['text']}", soup)
            if self.proof.holds(self._plain(soup), self._finished(written)):
                return written
        return "\n\n".join(self.writer.write(one) for one in soup.children if isinstance(one, Tag))

    def _best(self, block: Block, soup: BeautifulSoup) -> str:
        own = self._led(block.written.strip("\n"), soup)
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
        self._lead(soup, article)
        return soup

    def _lead(self, soup: BeautifulSoup, article: Article) -> None:
        for link in soup.find_all("a", href=True):
            href = str(link["href"])
            target, wrong = self.course.resolve(self.page.file, href)
            if wrong:
                self.left.append(_wrong(article, href, wrong))
            if target:
                link["data-md"], link["href"] = target, self._address(target)
                link["data-old"] = href
            else:
                _mark_lost(soup)
                link.unwrap()
        for picture in soup.find_all("img"):
            source = str(picture.get("src") or "")
            if source.startswith(("http://", "https://", "//", "data:")):
                if not source.startswith("data:"):
                    self.left.append(_elsewhere(article, source))
                continue
            target, _ = self.course.resolve(self.page.file, source)
            if target and not source.endswith(".md"):
                picture["data-md"], picture["src"] = target, self._address(target)
                picture["data-old"] = source
                continue
            self.left.append(_missing(article, source))
            alt = str(picture.get("alt") or "")
            _mark_lost(soup)
            if alt:
                emphasis = soup.new_tag("em")
                emphasis.string = alt
                picture.replace_with(emphasis)
            else:
                picture.decompose()

    def _address(self, target: str) -> str:
        """Give what a browser follows from the page's address, for what stays HTML."""
        if "//" in target or target.startswith(("#", "mailto:")):
            return target
        path, sign, fragment = target.partition("#")
        here = self.course.pages[self.page.file].removesuffix(".md")
        here = posixpath.dirname(here) if posixpath.basename(here) == "index" else here
        there = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.course.pages[self.page.file]), path)
        )
        end = ""
        if there.endswith(".md"):
            there, end = there.removesuffix(".md").removesuffix("index").rstrip("/"), "/"
        return posixpath.relpath(there or ".", here or ".") + end + sign + fragment

    def _led(self, written: str, soup: BeautifulSoup) -> str:
        """Lead the links and pictures of rows that stay as they are."""
        leads = {
            unquote(str(tag["data-old"])): str(tag["data-md"])
            for tag in soup.find_all(lambda one: one.has_attr("data-old"))
            if str(tag["data-old"]) != str(tag["data-md"])
        }
        if not leads:
            return written

        def lead(found: re.Match[str]) -> str:
            target = found["target"]
            bare = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", target.strip("<>"))
            new = leads.get(unquote(bare))
            if new is None:
                return found[0]
            quote = found.groupdict().get("quote") or ""
            return f"{found['before']}{quote}{new}{quote}"

        return _IN_HTML.sub(lead, _TARGET.sub(lead, written))

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
            _prepare_text(self.page, text, state)
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


def _mark_lost(soup: BeautifulSoup) -> None:
    for tag in soup.children:
        if isinstance(tag, Tag):
            tag["data-lost"] = ""


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


_WRONG: Mapping[str, str] = {
    "anchor-unknown": "A link leads to a place that its page does not have.",
    "link-broken": "A link leads nowhere; its words stay.",
}


def _wrong(article: Article, href: str, code: str) -> Problem:
    return article.left(unquote(href), code, _WRONG[code], found=f"`{unquote(href)[:120]}`")


def _elsewhere(article: Article, source: str) -> Problem:
    return article.left(
        source, "picture-elsewhere", "A picture lies on another host and stays there.",
        found=f"`{source[:120]}`",
        hint="save it in the course's folder and name it there: a Carebase site shows no picture"
        " of another host",
    )  # fmt: skip


def _missing(article: Article, source: str) -> Problem:
    return article.left(
        unquote(source), "picture-missing",
        "The picture is not there; its alternative text stands in its place.",
        found=f"`{unquote(source)[:120]}`" if source else "a picture without an address",
        hint="put it into img/ of the course's folder, and name it on the page",
    )  # fmt: skip
