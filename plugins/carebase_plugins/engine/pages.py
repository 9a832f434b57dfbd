"""The generator's page with its text loaded when it is asked for, and noted when others ask."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Any, NamedTuple, cast

from markdown import Markdown
from mkdocs import utils
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages as generator
from mkdocs.structure.files import File, Files
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import YAML_RE, get_data

from carebase.build.reads import READS
from carebase.joining import join
from carebase.sources.plain import plain_lines
from carebase_plugins.engine.quick import quicken

# While pages are written, all texts are known, and may be read by any page.
WRITING = "write"
# A file that a link means: its address, and whether the site will have it.
Target = tuple[str, str] | None
_PLAIN = re.compile(r"[\w-]+")
# A link to a page, with steps upwards or downwards and nothing else.
_PLAIN_LINK = re.compile(r"(?:\.\./)*(?:[\w-]+/)*[\w-]+\.md")
# Addresses that mean what stands in them: no steps upwards, nothing behind the path.
_PLAIN_SITE = re.compile(r"https?://[\w.:-]+(/(?:[\w~-]+/)*)", re.ASCII)
_PLAIN_PATH = re.compile(r"(?:[\w~-]+/)*(?:[\w~-]+\.html)?", re.ASCII)


# The generator works out the whole address of every page in each build.
vars(generator)["urljoin"] = join


_set_canonical_url = generator.Page._set_canonical_url


def _canonical(page: Any, base: str | None) -> None:
    """Note a page's whole address as the generator does, which takes addresses apart for it."""
    site = _site_path(base) if base else None
    if site is None or not _PLAIN_PATH.fullmatch(page.url):
        _set_canonical_url(page, base)
    else:
        page.canonical_url = site[0] + page.url
        page.abs_url = site[1] + page.url


@cache
def _site_path(base: str) -> tuple[str, str] | None:
    """Give a site's address with its path, where a page's address can be put behind both."""
    found = _PLAIN_SITE.fullmatch(base if base.endswith("/") else f"{base}/")
    return (found[0], found[1]) if found else None


@contextmanager
def one_day() -> Iterator[None]:
    """Ask what day it is once for all pages that are begun inside; the generator asks for each."""
    day = utils.get_build_date()
    vars(generator)["get_build_date"] = lambda: day
    try:
        yield
    finally:
        vars(generator)["get_build_date"] = utils.get_build_date


_GeneratorPage: Any = generator.Page
_GeneratorPage._set_canonical_url = _canonical


def _data_of(text: str) -> tuple[str, dict[str, Any]]:
    """Give a page's text and the data of its head, as the generator reads both."""
    found = YAML_RE.match(text)
    lines = plain_lines(found[1]) if found else None
    if found is None or lines is None:
        return get_data(text)
    return text[found.end() :].lstrip("\n"), {line.key: line.text for line in lines}


class Text(NamedTuple):
    """What Markdown made of a page."""

    content: str
    toc: Any
    markdown: str


_get_file_from_path = Files.get_file_from_path


def _file_at(files: Files, path: str) -> File | None:
    """Give a file as the generator does, which first writes every path anew."""
    return files.src_uris.get(path) or _get_file_from_path(files, path)


_GeneratorFiles: Any = Files
_GeneratorFiles.get_file_from_path = _file_at


class NotingFiles:
    """The site's files, for the links of one page: what is looked for is noted."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.looked: dict[str, Target] = {}

    def get_file_from_path(self, path: str) -> File | None:
        """Give a file by its path below the docs folder."""
        file = self._files.src_uris.get(path)
        name = path if file is not None else PurePath(path).as_posix()
        if name != path:
            file = self._files.src_uris.get(name)
        self.looked[name] = target_of(file)
        return file


class _Links(generator._RelativePathTreeprocessor):
    """The generator's step that makes addresses of links; plain ones are known at once."""

    def path_to_url(self, url: str) -> str:
        """Give the address that a link becomes."""
        anchor = url[1:]
        if url[:1] == "#" and anchor.isascii() and _PLAIN.fullmatch(anchor):
            self.links_to_anchors.setdefault(self.file, {}).setdefault(anchor, url)
            return url
        if url.isascii() and _PLAIN_LINK.fullmatch(url):
            own = self.file
            file = self.files.get_file_from_path(_target(own.src_uri.rpartition("/")[0], url))
            if file is not None and not file.inclusion.is_excluded():
                return get_relative_url(file.url, own.url)
        return super().path_to_url(url)


# Pages of a folder name each other alike.
@lru_cache(maxsize=4096)
def _target(folder: str, url: str) -> str:
    return posixpath.normpath(posixpath.join(folder, url))


class _RawAnchors(generator._RawHTMLPreprocessor):
    """The generator's step that gathers the anchors of HTML among the Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        """Note the anchors; where nothing is a tag there are none."""
        return super().run(lines) if any("<" in line for line in lines) else lines


def target_of(file: File | None) -> Target:
    """Give what a link shows of the file that it means."""
    return None if file is None else (file.url, file.inclusion.name)


class StoredPage(generator.Page):
    """A page whose text may still lie in the cache; `load` fetches it."""

    load: Callable[[], Text] | None
    looked: dict[str, Target]

    @classmethod
    def of(cls, page: generator.Page) -> StoredPage:
        """Make a page one of these."""
        if isinstance(page, cls):
            return page
        page.__class__ = cls
        stored = cast(StoredPage, page)
        stored.load = None
        return stored

    def _text(self, name: str) -> Any:
        if READS.stage == WRITING:
            READS.note("content", self.file.src_uri)
        if self.load is not None:
            self.fetch()
        return self.__dict__[name]

    def drop(self, load: Callable[[], Text] | None = None) -> None:
        """Forget the text: those of many pages take much memory. `load` would give it again."""
        self.__dict__.update(content=None, toc=None, markdown="")
        self.load = load

    def fetch(self) -> None:
        """Fetch the text if it is not there."""
        if self.load is not None:
            load, self.load = self.load, None
            self.__dict__.update(load()._asdict())

    @property
    def content(self) -> str | None:
        """The text as HTML."""
        text: str | None = self._text("content")
        return text

    @content.setter
    def content(self, content: str | None) -> None:
        self.__dict__["content"] = content

    @property
    def toc(self) -> Any:
        """The headings."""
        return self._text("toc")

    @toc.setter
    def toc(self, toc: Any) -> None:
        self.__dict__["toc"] = toc

    def read_source(self, config: MkDocsConfig) -> None:
        """Read the page's file as the generator does, without its way through a text stream."""
        path = self.file.abs_src_path if self.file._content is None else None
        if path is None or config.plugins.events["page_read_source"]:
            return super().read_source(config)
        try:
            with open(path, "rb", buffering=0) as file:
                text = file.readall().decode("utf-8-sig")
        except (OSError, ValueError):
            # It says so, and in its words.
            return super().read_source(config)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.markdown, self.meta = _data_of(text)
        return None

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make HTML of the Markdown as the generator does, with one Markdown object for all."""
        if self.markdown is None:
            raise RuntimeError("`markdown` field hasn't been set (via `read_source`)")
        markdown = MARKDOWN.of(config)
        noting = NotingFiles(files)
        raw = _RawAnchors()
        anchors = generator._ExtractAnchorsTreeprocessor(self.file, files, config)
        links = _Links(self.file, noting, config)  # type: ignore[arg-type]
        title = generator._ExtractTitleTreeprocessor()
        for part in (raw, anchors, links, title):
            part._register(markdown)
        self.content = markdown.convert(self.markdown)
        self.toc = get_toc(getattr(markdown, "toc_tokens", []))
        self._title_from_render = title.title
        self.present_anchor_ids = anchors.present_anchor_ids | raw.present_anchor_ids
        self.links_to_anchors = links.links_to_anchors
        self.looked = noting.looked


class _Markdown:
    """One Markdown object for all pages of a configuration, where that is safe."""

    def __init__(self) -> None:
        self._config: MkDocsConfig | None = None
        self._made: Markdown | None = None
        self._resets = False

    def spoil(self) -> None:
        """Throw the object away: an error may have left anything in it."""
        self._made = None

    def of(self, config: MkDocsConfig) -> Markdown:
        """Give the object, as good as new."""
        if self._config is not config or self._made is None or not self._resets:
            self._config, self._resets = config, _resets(config)
            self._made = Markdown(
                extensions=config["markdown_extensions"],
                extension_configs=config["mdx_configs"] or {},
            )
            quicken(self._made)
        else:
            self._made.reset()
        return self._made


def _resets(config: MkDocsConfig) -> bool:
    """Tell whether a used Markdown object makes the same as a new one.

    Footnotes with names of their own for each page count the pages.
    """
    return "UNIQUE_IDS" not in repr(config.mdx_configs)


MARKDOWN = _Markdown()
