"""Where the links and pictures of a lesson lead once it is a page of the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from carebase.errors import Problem
from carebase.importing.export import Article
from carebase.importing.lessons.links import Course

_TARGET = re.compile(
    r"(?P<before>\]\(\s*)(?P<target><[^<>\n]*>|(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)"
)
_IN_HTML = re.compile(r"(?P<before>\b(?:src|href)=)(?P<quote>[\"'])(?P<target>.*?)(?P=quote)")


class Leads:
    """Leads what one page of a course names; `left` takes what leads nowhere."""

    def __init__(self, course: Course, file: str, left: list[Problem]) -> None:
        self.course = course
        self.file = file
        self.left = left

    def lead(self, soup: BeautifulSoup, article: Article) -> None:
        """Give each link and picture its address on the site; what leads nowhere is told."""
        for link in soup.find_all("a", href=True):
            href = str(link["href"])
            target, wrong = self.course.resolve(self.file, href)
            if wrong:
                self.left.append(_wrong(article, href, wrong))
            if target:
                link["data-md"], link["href"] = target, self._address(target)
                link["data-old"] = href
            else:
                mark_lost(soup)
                link.unwrap()
        for picture in soup.find_all("img"):
            source = str(picture.get("src") or "")
            if source.startswith(("http://", "https://", "//", "data:")):
                if not source.startswith("data:"):
                    self.left.append(_elsewhere(article, source))
                continue
            target, _ = self.course.resolve(self.file, source)
            if target and not source.endswith(".md"):
                picture["data-md"], picture["src"] = target, self._address(target)
                picture["data-old"] = source
                continue
            self.left.append(_missing(article, source))
            alt = str(picture.get("alt") or "")
            mark_lost(soup)
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
        here = self.course.pages[self.file].removesuffix(".md")
        here = posixpath.dirname(here) if posixpath.basename(here) == "index" else here
        there = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.course.pages[self.file]), path)
        )
        end = ""
        if there.endswith(".md"):
            there, end = there.removesuffix(".md").removesuffix("index").rstrip("/"), "/"
        return posixpath.relpath(there or ".", here or ".") + end + sign + fragment

    def led(self, written: str, soup: BeautifulSoup) -> str:
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


def mark_lost(soup: BeautifulSoup) -> None:
    """Note of a block that something of it was taken out."""
    for tag in soup.children:
        if isinstance(tag, Tag):
            tag["data-lost"] = ""


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
