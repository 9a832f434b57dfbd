"""Making a Carebase site of an export: every page, picture and product, and what stays behind."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from carebase.articles.kind import default_kind
from carebase.articles.redirects import file_of
from carebase.errors import ContentError, Problem
from carebase.importing.clean import clean, is_too_deep
from carebase.importing.export import Article, Export
from carebase.importing.kinds import Verdict, judge
from carebase.importing.markdown import Writer, can_say
from carebase.importing.pictures import Pictures
from carebase.importing.places import Places
from carebase.importing.products import Found, find_products
from carebase.importing.proof import Proof
from carebase.sources.edit import write_scalar

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp"))
_WRONG = {
    "anchor-unknown": "A link leads to a place that its article does not have.",
    "article-elsewhere": "A link leads to a page of the old help centre that is not taken over.",
    "link-broken": "A link leads nowhere; its words stay.",
}
_HINTS = {
    "article-elsewhere": "it is dead when the old help centre is switched off: lead it elsewhere",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for beside the export: products by the names of sections, or no guessing."""

    products: Sequence[str] = ()
    guess: bool = True


@dataclass(slots=True)
class Imported:
    """A site as texts and copies by their paths below `docs/`, and all that was not carried over.

    `kinds` has the kind of each page with the reason for it, `kept_html` how many blocks stay
    HTML because Markdown cannot say them.
    """

    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path | bytes] = field(default_factory=dict)
    kinds: dict[str, Verdict] = field(default_factory=dict)
    products: list[Found] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    kept_html: int = 0


def import_export(
    export: Export, wishes: Wishes, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """Make the site; `progress` is told how many articles of how many are written.

    Raises ContentError for articles whose HTML cannot be read.
    """
    if deep := [_too_deep(article) for article in export.articles if is_too_deep(article)]:
        raise ContentError(deep)
    imported = Imported(left=list(export.left))
    soups: dict[int, BeautifulSoup] = {}
    for index, article in enumerate(export.articles):
        soups[index], left = clean(article)
        imported.left += left
        if not article.public:
            imported.left.append(_hidden(article))
    _agree_addresses(export)
    imported.products = find_products(export, soups, wishes.products, wishes.guess)
    places = Places(export, soups, imported.products)
    pages = _Pages(export, places, Pictures(export.root), imported)
    for index in range(len(export.articles)):
        pages.write(index, soups[index])
        if progress:
            progress(index + 1, len(export.articles))
    _write_products(imported)
    _write_indexes(export, places, imported)
    imported.copies = pages.pictures.copies
    imported.left += _unused(export, pages.pictures)
    imported.left.sort(key=lambda problem: problem.place)
    return imported


def _agree_addresses(export: Export) -> None:
    """Leave each old address to one page, as a server sees it; drop what can be none."""
    taken: set[str] = set()
    for addresses in (*(one.addresses for one in export.articles if one.public),
                      *export.places.values()):  # fmt: skip
        usable = dict.fromkeys(unquote(address) for address in addresses)
        addresses[:] = [one for one in usable if (file := file_of(one)) and file not in taken]
        taken.update(file for one in addresses if (file := file_of(one)))


class _Pages:
    """Writes the pages of the articles one by one."""

    def __init__(
        self, export: Export, places: Places, pictures: Pictures, imported: Imported
    ) -> None:
        self.export = export
        self.places = places
        self.pictures = pictures
        self.imported = imported
        self.writer = Writer()
        self.proof = Proof()

    def write(self, index: int, soup: BeautifulSoup) -> None:
        article, name = self.export.articles[index], self.places.pages[index]
        verdict = judge(soup)
        self._lead_links(index, soup)
        self._place_pictures(index, soup)
        if verdict.kind == "guide":
            for number, heading in enumerate(soup.find_all("h2")):
                if number not in verdict.steps:
                    heading["data-aside"] = ""
        head = _head(article, verdict, name, self.imported.products)
        title = self.writer.escape(article.title, set())
        self.imported.texts[name] = f"{head}\n# {title}\n\n{self._body(soup)}\n"
        self.imported.sources[name] = article.file
        if article.public:
            self.imported.kinds[name] = verdict

    def _body(self, soup: BeautifulSoup) -> str:
        """Write the blocks, each as Markdown where that says the same, else as HTML."""
        blocks = [block for block in soup.children if isinstance(block, Tag)]
        sayable = [can_say(block) for block in blocks]
        # Anchors and headings that stay HTML take no part in numbering anchors of the same name.
        self.writer.names_anchors = not all(sayable) or bool(soup.find("a", id=True))
        pieces = [
            self.writer.write(block) if plain else self._as_html(block)
            for block, plain in zip(blocks, sayable, strict=True)
        ]
        body = "\n\n".join(piece for piece in pieces if piece)
        if self.proof.holds(soup, body):
            return body
        # Something does not come out as it went in: find which block, and keep that as it was.
        checked = [
            piece if self.proof.holds(_alone(block), piece) else self._as_html(block)
            for piece, block in zip(pieces, blocks, strict=True)
        ]
        body = "\n\n".join(piece for piece in checked if piece)
        if not self.proof.holds(soup, body):
            body = "\n\n".join(self._as_html(block) for block in blocks)
        return body

    def _as_html(self, block: Tag) -> str:
        if not block.get_text().strip() and not block.find("img") and block.name != "hr":
            return ""
        self.imported.kept_html += 1
        copy = BeautifulSoup(str(block), "html.parser")
        for tag in copy.find_all(True):
            for key in ("data-md", "data-aside"):
                if tag.has_attr(key):
                    del tag[key]
            if (note := tag.attrs.pop("data-note", None)) is not None:
                tag["class"] = f"admonition {note}"
        return str(copy).strip()

    def _lead_links(self, index: int, soup: BeautifulSoup) -> None:
        article = self.export.articles[index]
        for link in soup.find_all("a", href=True):
            href = str(link["href"]).strip()
            found = self.pictures.find(article, href)
            if found is not None and not (isinstance(found, Path) and _is_article(found)):
                place = self._place(index, found, href, "files")
                link["data-md"], link["href"] = self.places.between(index, place)
                continue
            file, address, wrong = self.places.resolve(index, href)
            if wrong:
                self.imported.left.append(
                    article.left(href, wrong, _WRONG[wrong], found=f"`{href[:120]}`",
                                 hint=_HINTS.get(wrong, ""))
                )  # fmt: skip
            if address:
                link["data-md"], link["href"] = file, address
            else:
                link.unwrap()

    def _place_pictures(self, index: int, soup: BeautifulSoup) -> None:
        article = self.export.articles[index]
        for picture in soup.find_all("img"):
            source = str(picture.get("src") or "").strip()
            found = self.pictures.find(article, source) if source else None
            if found is not None:
                place = self._place(index, found, source, "img")
                picture["data-md"], picture["src"] = self.places.between(index, place)
            elif source.startswith(("http://", "https://", "//")):
                picture["src"] = f"https:{source}" if source.startswith("//") else source
                self.imported.left.append(
                    article.left(
                        source, "picture-elsewhere",
                        "A picture lies on another host and stays there.",
                        found=f"`{source[:120]}`",
                        hint=f"save it beside {self.places.pages[index]} and name it there:"
                        " a Carebase site shows no picture of another host",
                    )
                )  # fmt: skip
            else:
                self._lose(article, picture, source, self.places.pages[index])

    def _place(self, index: int, found: Path | bytes, source: str, folder: str) -> str:
        beside = posixpath.dirname(self.places.pages[index])
        is_picture = isinstance(found, bytes) or found.suffix.lower() in _PICTURES
        return self.pictures.place(found, f"{beside}/{'img' if is_picture else folder}", source)

    def _lose(self, article: Article, picture: Tag, source: str, name: str) -> None:
        alt = " ".join(str(picture.get("alt") or "").split())
        self.imported.left.append(
            article.left(
                source, "picture-missing",
                "The picture is not in the export; its alternative text stands in its place.",
                found=f"`{source[:120]}`" if source else "a picture without an address",
                hint=f"put it beside {name} and write `![{alt}](img/…)`",
            )
        )  # fmt: skip
        if alt:
            picture.replace_with(BeautifulSoup(f"<em>{_escape(alt)}</em>", "html.parser"))
        else:
            picture.decompose()


def _alone(block: Tag) -> BeautifulSoup:
    return BeautifulSoup(str(block), "html.parser")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _is_article(path: Path) -> bool:
    return path.suffix.lower() in (".md", ".markdown", ".html", ".htm", ".json")


def _head(article: Article, verdict: Verdict, name: str, products: Sequence[Found]) -> str:
    ids = {found.id for found in products}
    lines = ["---", f"title: {write_scalar(article.title)}"]
    if verdict.kind != default_kind(name, ids, ()):
        lines.insert(1, f"kind: {verdict.kind}")
    if article.addresses and article.public:
        lines.append("aliases:")
        lines += [f"  - {write_scalar(address)}" for address in article.addresses]
    if article.keywords:
        lines.append("keywords:")
        lines += [f"  - {write_scalar(word)}" for word in dict.fromkeys(article.keywords)]
    return "\n".join([*lines, "---", ""])


def _too_deep(article: Article) -> Problem:
    return Problem(
        article.file, article.line, 1, "html-deep",
        "The HTML of this article is nested too deeply to be read.",
        found=f"`{article.title}`", hint="save it again in the editor of the help centre",
    )  # fmt: skip


def _hidden(article: Article) -> Problem:
    return Problem(
        article.file, article.line, 1, "not-public",
        f"The article was {article.why}: it lies in docs/drafts/, which no build publishes.",
        found=f"`{article.title}`", hint="move it out with `carebase mv` when all may read it",
        severity="warning",
    )  # fmt: skip


def _write_products(imported: Imported) -> None:
    for found in imported.products:
        text = f"id: {found.id}\nname: {write_scalar(found.name)}\n"
        imported.texts[f"products/{found.id}/product.yml"] = text


def _write_indexes(export: Export, places: Places, imported: Imported) -> None:
    """Write a page for each category and section, with links to what is in it."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, article in enumerate(export.articles):
        for end in range(1, len(article.path) + 1) if article.public else ():
            groups.setdefault(article.path[:end], [])
        if article.public and article.path:
            groups[article.path].append(index)
    writer = Writer()
    hubs = {found.path for found in imported.products}
    for path, members in groups.items():
        name = places.index_of(path)
        if name in imported.texts:
            continue
        lines = ["---", f"title: {write_scalar(path[-1])}"]
        lines += ["kind: page"] if default_kind(name, {f.id for f in imported.products}, ()) != (
            "page"
        ) else []  # fmt: skip
        if aliases := export.places.get(path):
            lines += ["aliases:", *(f"  - {write_scalar(address)}" for address in aliases)]
        lines += ["---", "", f"# {writer.escape(path[-1], set())}", ""]
        folder = posixpath.dirname(name)
        # A product's hub lists its pages by itself.
        if path not in hubs:
            below = sorted(one for one in groups if one[:-1] == path)
            links = [(one[-1], places.index_of(one)) for one in below]
            links += [(export.articles[i].title, places.pages[i]) for i in members]
            lines += [
                f"- [{writer.escape(text, set())}]({posixpath.relpath(page, folder)})"
                for text, page in links
            ]
        imported.texts[name] = "\n".join(lines).rstrip("\n") + "\n"


def _unused(export: Export, pictures: Pictures) -> list[Problem]:
    return [
        Problem(
            path.relative_to(export.root).as_posix(), 1, 1, "picture-unused",
            "No article shows this picture: it was not copied.", severity="warning",
        )
        for path in sorted(export.root.rglob("*"))
        if path.suffix.lower() in _PICTURES and path.is_file() and path not in pictures.used
    ]  # fmt: skip
