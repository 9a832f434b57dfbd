"""A hand-out of a course: its exercises and questions on paper, with or without solutions.

It is made of the pages as the trainers' site shows them: exercises, solutions and questions are
taken out of each lesson, and what needs a screen gives way to what needs a pen.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from urllib.parse import unquote, urljoin, urlsplit

from carebase.articles.tokens import TOKEN, read_attributes
from carebase.i18n import text

# What is taken out of a lesson, by the mark of its root element.
_WANTED = frozenset(("exercise", "solution", "quiz"))
_VOID = frozenset(("img", "br", "hr", "input", "source", "wbr", "link", "meta"))
_TEMPLATE = re.compile(r"<template\b.*?</template>|<button\b.*?</button>", re.DOTALL)
_DETAILS = re.compile(r"<details\b(?P<rest>[^>]*)>")
_SELECT = re.compile(r"<select\b[^>]*>(?P<options>.*?)</select>", re.DOTALL)
_OPTION = re.compile(
    r"<option\b[^>]*value=\"(?P<value>[^\"]+)\"[^>]*>(?P<text>.*?)</option>", re.DOTALL
)
_PAIRS = re.compile(r"<div class=\"cb-pairs\">")
_SOURCE = re.compile(r"(?P<before><img\b[^>]*?\bsrc=\")(?P<source>[^\"]+)\"")
_HEADERLINK = re.compile(r"<a\b[^>]*class=\"headerlink\".*?</a>", re.DOTALL)
_SUMMARY = re.compile(r"<summary\b[^>]*>.*?</summary>", re.DOTALL)
_LINK = re.compile(r"<a\b[^>]*?>(?P<inner>.*?)</a>", re.DOTALL)
_CONTROL = re.compile(r"<(?P<name>carebase-[\w-]+)\b[^>]*>|</carebase-[\w-]+>")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A lesson as it is shown: its title, its address below the site, its HTML."""

    title: str
    address: str
    html: str


def write_handout(
    title: str,
    lessons: Sequence[Leaf],
    read: Callable[[str], bytes | None],
    *,
    solutions: bool,
    language: str = "en",
) -> str | None:
    """Write the hand-out as one HTML file, or nothing where no lesson has an exercise.

    `read` gives a file of the site by its path; pictures are put into the hand-out.
    """
    parts: list[str] = []
    for number, lesson in enumerate(lessons, 1):
        found = [
            _named(_on_paper(piece, lesson.address, read, solutions), kind, language)
            for kind, piece in _pieces(lesson.html)
            if solutions or kind != "solution"
        ]
        if found:
            parts += [f"<h2>{number}. {escape(lesson.title)}</h2>", *found]
    if not parts:
        return None
    code = language.replace("_", "-").split("-")[0]
    kind = text(language, "handout.solved" if solutions else "handout.open")
    style = (files("carebase.training") / "handout.css").read_text("utf-8")
    head = f"<h1>{escape(title)}</h1><p class='cb-kind'>{escape(kind)}</p>"
    return (
        f'<!doctype html>\n<html lang="{escape(code)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{head}\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _named(piece: str, kind: str, language: str) -> str:
    """Call the answer of a question what it is where nothing is left to open."""
    said = f"<summary>{escape(text(language, 'handout.answer'))}</summary>"
    return _SUMMARY.sub(said, piece) if kind == "quiz" else piece


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Give the outermost elements that are wanted, each with its kind."""
    at = 0
    for token in TOKEN.finditer(html):
        if token.start() < at or token["close"] or "data-carebase" not in (token["rest"] or ""):
            continue
        kind = read_attributes(token["rest"]).get("data-carebase", "")
        if kind in _WANTED:
            at = _end_of(html, token["tag"].lower(), token.end())
            yield kind, html[token.start() : at]


def _end_of(html: str, tag: str, start: int) -> int:
    depth = 1
    for token in TOKEN.finditer(html, start):
        if (token["tag"] or "").lower() != tag:
            continue
        depth += -1 if token["close"] else 1
        if not depth:
            return token.end()
    return len(html)


def _on_paper(
    piece: str, address: str, read: Callable[[str], bytes | None], solutions: bool
) -> str:
    piece = _TEMPLATE.sub("", piece)
    piece = _HEADERLINK.sub("", _without_details(piece, solutions))
    piece = _pairs(piece)
    piece = _CONTROL.sub(lambda found: "<div>" if found["name"] else "</div>", piece)
    piece = _LINK.sub(lambda found: found["inner"], piece)
    return _SOURCE.sub(lambda found: _picture(found, address, read), piece)


def _without_details(piece: str, solutions: bool) -> str:
    """Open what is closed, and leave out what only helps on a screen, or solves."""
    kept: list[str] = []
    at = 0
    for found in _DETAILS.finditer(piece):
        if found.start() < at:
            continue
        attributes = read_attributes(found["rest"])
        names = set(attributes.get("class", "").split())
        note = attributes.get("data-carebase") == "instructor" or "cb-hint" in names
        solves = attributes.get("data-carebase") == "solution" or "cb-solution" in names
        kept.append(piece[at : found.start()])
        at = _end_of(piece, "details", found.end())
        if not note and (solutions or not solves):
            inner = piece[found.end() : at]
            kept.append(f'<details class="{" ".join(sorted(names))}" open>')
            kept.append(
                _without_details(inner.removesuffix("</details>"), solutions) + "</details>"
            )
    return "".join([*kept, piece[at:]])


def _pairs(piece: str) -> str:
    """Write a line in place of each list to choose from, and what it offers above them."""
    options = {one["value"]: one["text"] for one in _OPTION.finditer(piece)}
    if not options:
        return piece
    letters = zip("abcdefghijklmnopqrstuvwxyz", options.values(), strict=False)
    offered = "".join(f"<li><b>{letter})</b> {said}</li>" for letter, said in letters)
    piece = _PAIRS.sub(f'<ul class="cb-offered">{offered}</ul><div class="cb-pairs">', piece, 1)
    return _SELECT.sub('<span class="cb-line"></span>', piece)


def _picture(found: re.Match[str], address: str, read: Callable[[str], bytes | None]) -> str:
    parts = urlsplit(found["source"])
    if parts.scheme or parts.netloc:
        return found[0]
    path = unquote(urljoin(f"/{address}", parts.path)).lstrip("/")
    data = read(path)
    if data is None:
        return found[0]
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f'{found["before"]}data:{kind};base64,{base64.b64encode(data).decode()}"'
