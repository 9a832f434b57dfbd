"""Pandoc's Markdown inside a block, written so that every reader of Markdown understands it.

Pictures get their text for those who cannot see them, spans become HTML, bare addresses links.
What two readers take differently, such as footnotes and formulas, is put aside behind a sign: one
character of Unicode's private use area for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from carebase.importing.lessons.attributes import Attributes, find_braces, read_attributes

_FIRST_SIGN = 0xE000
_LAST_SIGN = 0xF8FF
SIGNS = re.compile(f"[{chr(_FIRST_SIGN)}-{chr(_LAST_SIGN)}]")

_PIECE = re.compile(
    r"(?P<fence>^[ \t]*(?:>[ \t]*)*(?P<run>`{3,}|~{3,})[^\n]*\n(?:.*?\n)?"
    r"[ \t]*(?:>[ \t]*)*(?P=run)[`~]*[ \t]*$)"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<code>(?<!\\)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<autolink><(?:https?|mailto|ftp):[^>\s]*>|<[\w.+-]+@[\w.-]+>)"
    r"|(?P<html></?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>)"
    r"|(?P<note>\[\^(?P<name>[^\]\s]+)\](?!:))"
    r"|(?P<open>!?\[)"
    r"|(?P<inline_note>\^\[)"
    r"|(?P<math>\$\$(?:(?!\n[ \t]*\n).)+?\$\$"
    r"|(?<![\w\\$])\$(?![\s$\d])(?:\\.|[^$\n\\]|\n(?![ \t]*\n))*?(?<![\s\\$])\$(?![\w$])"
    r"|(?<![\w\\$])\$(?=\d[^$\n]*[=^_+\\{<>][^$\n]*\$)[^$\n]+?(?<!\s)\$(?![\w$]))"
    r"|(?P<liquid>\{\{.*?\}\}|\{%.*?%\})"
    r"|(?P<address>(?<![\w@/=\"'])https?://[^\s<>\[\]\"`{}|\\^]+)"
    r"|(?P<sub>(?<!~)~(?P<lower>[^\s~`/]+)~(?!~))"
    r"|(?P<sup>(?<![\^\w\]\)}])\^(?P<rare>[^\s^`\[\]]+)\^|(?<=\w)\^(?P<upper>[^\s^`\[\]]+)\^)",
    re.DOTALL | re.MULTILINE,
)
_TARGET = re.compile(
    r"\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*))"
    r"(?P<title>\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)",
    re.DOTALL,
)
_REFERENCE = re.compile(r"\[(?P<label>[^\[\]]*)\]")
_DEFINITION = re.compile(r"(?:^|\n) {0,3}\Z")
_HEADING_BRACES = re.compile(
    r"^(?P<head> {0,3}#{1,6}[ \t].*?)[ \t]*(?P<braces>\{:?[^{}\n]*\})[ \t]*#*$", re.MULTILINE
)
_ENDING = ".,;:!?*_'~"
_ROOT = re.compile(r"\{\{\s*(?:page\.root|site\.baseurl|relative_root_path|site\.root)\s*\}\}/?")
_LIQUID_LINK = re.compile(r"\{%-?\s*(?:link|include_relative)\s+(?P<path>[^\s%]+)\s*-?%\}")


@dataclass(frozen=True, slots=True)
class Sign:
    """What one sign stands for: how it is written at the end, and the words a reader sees."""

    written: str
    words: str = ""


@dataclass(slots=True)
class Inline:
    """Rewrites texts; `tell` is told of what does not come along: code, message, found, place."""

    tell: Callable[[str, str, str, int], None]
    with_r: bool = False
    signs: dict[str, Sign] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def sign(self, written: str, words: str = "") -> str:
        """Put something aside and give the character that stands for it."""
        character = chr(_FIRST_SIGN + len(self.signs))
        if character > chr(_LAST_SIGN):
            return written
        self.signs[character] = Sign(written, words)
        return character

    def finish(self, text: str) -> str:
        """Write out what was put aside."""
        while SIGNS.search(text):
            text = SIGNS.sub(lambda found: self._sign(found[0]).written, text)
        return text

    def words(self, text: str) -> str:
        """Write out the words of what was put aside."""
        while SIGNS.search(text):
            text = SIGNS.sub(lambda found: self._sign(found[0]).words, text)
        return text

    def _sign(self, character: str) -> Sign:
        return self.signs.get(character, Sign("\ufffd"))

    def rewrite(self, text: str) -> str:
        """Give the text in the common dialect; it has as many rows as before."""
        text = SIGNS.sub("\ufffd", text) if not self.signs else text
        text = _LIQUID_LINK.sub(lambda one: f"/{one['path'].lstrip('/')}", _ROOT.sub("/", text))
        text = _HEADING_BRACES.sub(self._heading, text)
        pieces: list[str] = []
        at = 0
        while found := _PIECE.search(text, at):
            pieces.append(text[at : found.start()])
            kind = found.lastgroup or ""
            kind = next(
                name
                for name in ("fence", "comment", "code", "escape", "autolink", "html", "note",
                             "open", "inline_note", "math", "liquid", "address", "sub", "sup")
                if found[name] is not None
            )  # fmt: skip
            written, at = self._piece(kind, found, text)
            pieces.append(written)
        pieces.append(text[at:])
        return "".join(pieces)

    def _piece(self, kind: str, found: re.Match[str], text: str) -> tuple[str, int]:
        end = found.end()
        whole = found[0]
        if kind == "code":
            braces = find_braces(text, end) if text[end : end + 2] in ("{.", "{r") else ""
            if self.with_r and re.match(r"`r\s", whole):
                self.tell(
                    "code-inline", "A value that R works out is shown as the code for it.",
                    f"{whole[:80]}", found.start(),
                )  # fmt: skip
            return whole, end + len(braces)
        if kind == "note":
            return self.sign(whole), end
        if kind == "open":
            return self._bracket(found, text)
        if kind == "inline_note":
            return self._inline_note(found, text)
        if kind == "math":
            self.tell(
                "math", "A formula is shown as it is written, since a page draws none.",
                f"`{' '.join(whole.split())[:80]}`", found.start(),
            )  # fmt: skip
            return self._math(whole), end
        if kind == "liquid":
            return self._liquid(whole, found.start()), end
        if kind == "address":
            address = whole.rstrip(_ENDING)
            while address.endswith(")") and address.count(")") > address.count("("):
                address = address[:-1].rstrip(_ENDING)
            return f"<{address}>", found.start() + len(address)
        if kind == "sub":
            return f"<sub>{found['lower']}</sub>", end
        if kind == "sup":
            return f"<sup>{found['upper'] or found['rare']}</sup>", end
        return whole, end

    def _math(self, whole: str) -> str:
        rows = whole.count("\n")
        one = " ".join(whole.split())
        escaped = re.sub(r"([\\`*_{}\[\]#+\-.!|~^])", r"\\\1", one).replace("<", "&lt;")
        return self.sign(escaped, one) + "\n" * rows

    def _liquid(self, whole: str, at: int) -> str:
        if re.fullmatch(r"\{%-?\s*(?:raw|endraw|include (?:links|base_path)\S*).*%\}", whole, re.S):
            return "\n" * whole.count("\n")
        self.tell(
            "liquid", "A tag of Jekyll was left behind: nothing fills it in here.",
            f"`{' '.join(whole.split())[:80]}`", at,
        )  # fmt: skip
        return "\n" * whole.count("\n")

    def _heading(self, found: re.Match[str]) -> str:
        attributes = read_attributes(found["braces"])
        if not (attributes.id or attributes.classes) and found["braces"] not in ("{-}", "{}"):
            return found[0]
        return f"{found['head']}{self.sign(f' {{ #{attributes.id} }}')}" if attributes.id else (
            found["head"]
        )  # fmt: skip

    def _inline_note(self, found: re.Match[str], text: str) -> tuple[str, int]:
        end = closing(text, found.end() - 1)
        if end < 0:
            return found[0], found.end()
        name = f"inline-{len(self.notes) + 1}"
        inner = self.rewrite(text[found.end() : end])
        self.notes.append(f"[^{name}]: {' '.join(inner.split())}")
        return self.sign(f"[^{name}]") + "\n" * inner.count("\n"), end + 1

    def _bracket(self, found: re.Match[str], text: str) -> tuple[str, int]:
        """Write a picture, a link or a span; anything else in brackets stays."""
        is_picture = found[0] == "!["
        start = found.end() - 1
        end = closing(text, start)
        if end < 0:
            return found[0], found.end()
        inner = text[start + 1 : end]
        target = _TARGET.match(text, end + 1) if text[end + 1 : end + 2] == "(" else None
        label = _REFERENCE.match(text, end + 1) if target is None else None
        if target is None and label is None and not is_picture:
            if text[end + 1 : end + 2] == ":" and _DEFINITION.search(text, 0, found.start() + 0):
                return text[found.start() : end + 1], end + 1
            braces = find_braces(text, end + 1)
            if braces and not braces.startswith("{{"):
                return self._span(inner, read_attributes(braces), braces), end + 1 + len(braces)
        stop = target.end() if target else label.end() if label else end + 1
        braces = find_braces(text, stop)
        if braces and not (is_picture or target or label):
            braces = ""
        attributes = read_attributes(braces) if braces and braces[:2] != "{{" else None
        stop += len(braces) if attributes else 0
        rows = text.count("\n", found.start(), stop)
        if not is_picture:
            words = self._inside(inner)
            tail = text[end + 1 : target.end() if target else label.end() if label else end + 1]
            written = f"[{words}]{tail}".replace("\n", " ") if target else f"[{words}]{tail}"
            if attributes and attributes.id:
                written = f'<a id="{attributes.id}"></a>{written}'
            return written + "\n" * (rows - written.count("\n")), stop
        alt, caption = self._alt(inner, attributes)
        tail = text[end + 1 : target.end() if target else label.end() if label else end + 1]
        if not (target or label):
            # A picture by its own words has to keep them as the name of what it shows.
            tail = f"[{inner}]"
        written = f"![{escape_alt(alt)}]{tail}"
        if attributes:
            written += self._size(attributes)
            if attributes.id:
                written = f'<a id="{attributes.id}"></a>{written}'
        if caption:
            written += f"<br>{caption}"
        return written + "\n" * (rows - written.count("\n")), stop

    def _alt(self, inner: str, attributes: Attributes | None) -> tuple[str, str]:
        """Give the text for those who cannot see a picture, and the one that stands below it."""
        plain = " ".join(inner.split())
        said = attributes.values.get("alt") if attributes else None
        if said is None:
            return _plain(plain), ""
        if not plain or _plain(plain) == said:
            return said, ""
        return said, self._inside(plain)

    def _size(self, attributes: Attributes) -> str:
        sizes = [
            f'{name}="{value.removesuffix("px")}"'
            for name in ("width", "height")
            if re.fullmatch(r"\d+(?:px|%)?", value := attributes.values.get(name, ""))
        ]
        return self.sign("{ " + " ".join(sizes) + " }") if sizes else ""

    def _inside(self, inner: str) -> str:
        """Rewrite what stands in brackets, where an address is no link of its own."""
        return re.sub(r"<(https?://[^>]*)>", r"\1", self.rewrite(inner))

    def _span(self, inner: str, attributes: Attributes, braces: str) -> str:
        words = self._inside(inner)
        rows = "\n" * braces.count("\n")
        return f'<span id="{attributes.id}">{words}</span>{rows}' if attributes.id else words + rows


def closing(text: str, start: int) -> int:
    """Give the place of the bracket that closes the one at `start`, or -1."""
    depth = 0
    at = start
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 2
            continue
        if sign == "`":
            run = re.compile(r"`+").match(text, at)
            ticks = run[0] if run else "`"
            end = text.find(ticks, at + len(ticks))
            at = end + len(ticks) if 0 <= end < at + 400 else at + len(ticks)
            continue
        if sign == "\n" and re.compile(r"\n[ \t]*\n").match(text, at):
            return -1
        if sign == "[":
            depth += 1
        elif sign == "]":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def escape_alt(text: str) -> str:
    """Write a text for those who cannot see a picture as it stands between brackets."""
    plain = " ".join(text.replace("`", "'").split())
    return re.sub(r"([\\\[\]*_<&])", r"\\\1", plain)


def _plain(text: str) -> str:
    """Take the signs of Markdown off a text."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    text = re.sub(r"(?<!\\)[*`]+|(?<![\w\\])_+|(?<!\\)_+(?!\w)", "", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
