"""Bringing an article's HTML to what Carebase can say, and telling of all that it cannot.

What only moved or coloured the text goes: wrappers, styles, classes. What a static page cannot
hold (forms, frames, videos of other hosts) becomes a link or is noted as left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString, PageElement, PreformattedString

from carebase.errors import Problem
from carebase.importing.export import Article

_BLOCKS = (
    "address article aside blockquote details dd div dl dt figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS.split(" "))
_HEADING = re.compile(r"h[1-6]\Z")
_WRAPPED = (
    "address article aside body center figcaption figure footer header html main nav section"
    " noscript font span small big label abbr time data wbr tt picture source"
)
_WRAPPERS = frozenset(_WRAPPED.split(" "))
_ATTRIBUTES = {
    "a": ("href", "title"),
    "img": ("src", "alt", "width", "height", "title"),
    "td": ("colspan", "rowspan", "align"),
    "th": ("colspan", "rowspan", "align"),
    "ol": ("start",),
    "code": ("class",),
    "details": ("open",),
}
_RENAMED = {"b": "strong", "i": "em", "strike": "del", "s": "del", "tt": "code", "samp": "code"}
_EMBEDDED = ("iframe", "video", "audio", "embed", "object")
_ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.IGNORECASE)
_NOTE_CLASSES = {
    "note": "note", "info": "note", "important": "important", "tip": "tip", "success": "tip",
    "warning": "warning", "caution": "caution", "danger": "caution", "alert": "warning",
}  # fmt: skip
_DEEPEST = 100
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")


def is_too_deep(article: Article) -> bool:
    """Tell whether an article nests deeper than anyone writes: every step here walks down it."""
    soup = BeautifulSoup(article.html, "html.parser")
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depths[id(tag)] = depth = depths[id(tag.parent)] + 1
        if depth > _DEEPEST:
            return True
    return False


def clean(article: Article) -> tuple[BeautifulSoup, list[Problem]]:
    """Give an article's HTML with each block directly below the top, and what was left behind."""
    soup = BeautifulSoup(article.html, "html.parser")
    left = list(_take_out(soup, article))
    _mark_notes(soup)
    _keep_attributes(soup)
    for name, new in _RENAMED.items():
        for tag in soup.find_all(name):
            tag.name = new
    _gather_items(soup)
    for tag in soup.find_all(True):
        if tag.name in _WRAPPERS or (tag.name == "div" and tag.has_attr("data-note") is False):
            _unwrap(soup, tag)
        elif tag.name == "a" and not tag.get("href") and not tag.get("id"):
            tag.unwrap()
    _wrap_loose_text(soup, soup)
    for note in soup.find_all("div"):
        _wrap_loose_text(soup, note)
    _fill_links(soup)
    _drop_empty(soup)
    _level_headings(soup)
    soup.smooth()
    return soup, left


def _take_out(soup: BeautifulSoup, article: Article) -> Iterator[Problem]:
    """Take out what a static page cannot hold."""
    for piece in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        piece.extract()
    for tag in soup.find_all(("script", "style", "link", "meta", "title")):
        if tag.decomposed:
            continue
        if tag.name == "script":
            needle = f"<{tag.name}"
            yield article.left(needle, "script", "A script was left behind.", found=f"`{needle}`")
        tag.decompose()
    for tag in soup.find_all(("form", "input", "button", "select", "textarea")):
        if tag.decomposed:
            continue
        yield article.left(
            f"<{tag.name}", "form", "A form or a field of one was left behind.",
            found=f"`<{tag.name}>`", hint="`/// form | support-request` shows one of Carebase's",
        )  # fmt: skip
        if tag.name in ("form", "button") and tag.get_text(strip=True):
            tag.name = "div"
        else:
            tag.decompose()
    for tag in soup.find_all(_EMBEDDED):
        if tag.decomposed:
            continue
        yield from _link_embedded(soup, tag, article)


def _link_embedded(soup: BeautifulSoup, tag: Tag, article: Article) -> Iterator[Problem]:
    inner = tag.find("source", src=True) or tag.find("embed", src=True)
    address = str(tag.get("src") or tag.get("data") or (inner.get("src") if inner else "") or "")
    told = article.left(
        address or f"<{tag.name}", "embedded",
        f"What was embedded as `{tag.name}` is a link now: a page shows nothing of another host.",
        found=f"`{address}`" if address else f"`<{tag.name}>` without an address",
    )  # fmt: skip
    yield told
    if not address:
        tag.decompose()
        return
    address = f"https:{address}" if address.startswith("//") else address
    link = soup.new_tag("a", href=address)
    parts = urlsplit(address)
    link.string = str(tag.get("title") or f"{parts.netloc}{parts.path}".rstrip("/") or address)
    inline = any(parent.name in ("p", "li", "td", "a", "span") for parent in tag.parents)
    if inline:
        tag.replace_with(link)
    else:
        paragraph = soup.new_tag("p")
        paragraph.append(link)
        tag.replace_with(paragraph)


def _mark_notes(soup: BeautifulSoup) -> None:
    """Make the notes of GitHub's Markdown and of common themes boxes with a kind."""
    for quote in soup.find_all("blockquote"):
        first = quote.find(string=lambda text: bool(text.strip()))
        found = _ALERT.match(first) if isinstance(first, NavigableString) else None
        if found and first is not None:
            first.replace_with(first[found.end() :])
            quote.name = "div"
            quote["data-note"] = found[1].lower()
    for box in soup.find_all("div", class_=True):
        kinds = [_NOTE_CLASSES[c.lower()] for c in box["class"] if c.lower() in _NOTE_CLASSES]
        kinds += [
            _NOTE_CLASSES[part]
            for c in box["class"]
            for part in re.split(r"[-_]+", c.lower())
            if "callout" in c.lower() and part in _NOTE_CLASSES
        ]
        if kinds and not box.has_attr("data-note"):
            box["data-note"] = kinds[0]


def _keep_attributes(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(True):
        kept = ("id", "data-note", *_ATTRIBUTES.get(tag.name, ()))
        align = _ALIGN.search(str(tag.get("style", ""))) if tag.name in ("td", "th") else None
        if tag.name == "a" and tag.get("name") and not tag.get("id"):
            tag["id"] = tag["name"]
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in kept}
        if align and not tag.get("align"):
            tag["align"] = align[1]
        href = str(tag.get("href", "")).strip()
        if re.match(r"(?:javascript|data|vbscript):", href, re.IGNORECASE):
            del tag["href"]


def _gather_items(soup: BeautifulSoup) -> None:
    """Give list items that stand alone a list, and lists between items an item."""
    for item in soup.find_all("li"):
        if item.parent is None or item.parent.name in ("ul", "ol"):
            continue
        before = item.find_previous_sibling()
        between = item.previous_sibling
        if isinstance(before, Tag) and before.has_attr("data-gathered") and (
            between is before or not str(between).strip()
        ):  # fmt: skip
            before.append(item.extract())
        else:
            gathered = soup.new_tag("ul")
            gathered["data-gathered"] = ""
            item.wrap(gathered)
    for inner in soup.find_all(("ul", "ol")):
        inner.attrs.pop("data-gathered", None)
        if inner.parent is not None and inner.parent.name in ("ul", "ol"):
            before = inner.find_previous_sibling("li")
            if isinstance(before, Tag):
                before.append(inner.extract())
            else:
                inner.wrap(soup.new_tag("li"))


def _unwrap(soup: BeautifulSoup, tag: Tag) -> None:
    """Take a wrapper away; around plain text it becomes a paragraph."""
    if tag.get("id"):
        tag.insert(0, soup.new_tag("a", id=str(tag["id"])))
    if tag.name not in BLOCKS:
        tag.unwrap()
        return
    if any(child.name in BLOCKS for child in tag.find_all(True)):
        _wrap_loose_text(soup, tag)
        tag.unwrap()
    elif any(parent.name in ("p", "li", "td", "th", "a") or _HEADING.match(parent.name)
             for parent in tag.parents if parent.name):  # fmt: skip
        # Text that stood on a line of its own keeps it.
        for side in (tag.insert_before, tag.insert_after):
            side(soup.new_tag("br"))
        tag.unwrap()
    else:
        tag.name = "p"
        tag.attrs = {}


def _wrap_loose_text(soup: BeautifulSoup, holder: Tag) -> None:
    """Put text and signs that stand beside blocks into paragraphs."""
    run: list[PageElement] = []

    def close() -> None:
        if any(isinstance(one, Tag) or str(one).strip() for one in run):
            paragraph = soup.new_tag("p")
            run[0].insert_before(paragraph)
            for one in run:
                paragraph.append(one.extract())
        run.clear()

    for child in list(holder.children):
        if isinstance(child, Tag) and child.name in BLOCKS:
            close()
        elif not isinstance(child, Comment):
            run.append(child)
    close()


def _fill_links(soup: BeautifulSoup) -> None:
    """Let a link that styles had laid over its block hold what the block says."""
    for link in soup.find_all("a", href=True):
        if link.decomposed or link.get_text().strip() or link.find("img"):
            continue
        holder = link.parent
        if isinstance(holder, Tag) and holder.name in ("p", "li", "td") and (
            holder.find_all("a") == [link] and not holder.find(("p", "ul", "ol", "table", "div"))
        ):  # fmt: skip
            for other in [one for one in holder.contents if one is not link]:
                link.append(other.extract())
        elif not link.get("id"):
            link.decompose()


def _drop_empty(soup: BeautifulSoup) -> None:
    for tag in reversed(soup.find_all(True)):
        marked = tag.get("id") and not _HEADING.match(tag.name)
        if tag.name in ("td", "th", "tr", "br", "hr", "img") or marked:
            continue
        if not tag.find(("img", "br", "hr", "table", "a")) and not tag.get_text().strip():
            # A space between two words stays one.
            tag.replace_with(" ") if tag.name not in BLOCKS and tag.get_text() else tag.decompose()
    for paragraph in soup.find_all("p"):
        if paragraph.decomposed:
            continue
        for edge in (0, -1):
            while paragraph.contents and getattr(paragraph.contents[edge], "name", "") == "br":
                paragraph.contents[edge].extract()
        if not paragraph.contents:
            paragraph.decompose()


def _level_headings(soup: BeautifulSoup) -> None:
    """Let the largest headings be of the second level, and let none skip a level."""
    last = 1
    open_levels: list[tuple[int, int]] = []
    for heading in soup.find_all(_HEADING):
        own = int(heading.name[1])
        while open_levels and open_levels[-1][0] >= own:
            open_levels.pop()
        last = open_levels[-1][1] + 1 if open_levels else 2
        open_levels.append((own, last))
        heading.name = f"h{min(last, 6)}"
