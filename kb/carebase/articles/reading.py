"""What is read from a page's text alone: its outline and its sketch, kept from check to check.

Rendering takes most of the time of a check, so what it gave is remembered in one file, by the
text, the Markdown settings and the versions of all that took part. The file is only a shortcut:
one that is damaged, foreign or of another version is thrown away, and what is remembered is the
same, sign for sign, as what would be read anew.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

import markdown

from carebase import __version__
from carebase.articles.kind import Kind
from carebase.articles.likeness import sketch
from carebase.articles.markdown import Heading, Link, Outline, Picture, Renderer
from carebase.articles.needs import Checker, listening
from carebase.articles.nodes import Choice, Mark, Node
from carebase.site import Site

# Where it is kept, below the site's folder.
FILE = Path(".cache", "carebase", "check.json")

_FORMAT = 2
# The modules that decide what is read from a text.
_OURS = ("brackets", "likeness", "markdown", "needs", "nodes", "reading", "sections", "tokens")
_HEAD = "carebase check"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds when it is rendered, and the sketch by which others like it are found."""

    outline: Outline
    sketch: tuple[int, ...]


Entry = dict[str, Any]


def read_text_of_page(renderer: Renderer, body: str, kind: Kind) -> Entry:
    """Render a text of a kind of page and give what is read from it, as JSON can hold it.

    Under `error` stands, in short, what an extension raised. `needs` is missing where it is not
    known on what else the text depends.
    """
    with listening() as needs:
        renderer.snippets.watch(needs, body)
        outline = renderer.read(body, kind)
    if isinstance(outline, str):
        return {"error": outline}
    entry: Entry = {"outline": _encode(outline), "sketch": sketch(body)}
    if needs.known:
        entry["needs"] = needs.as_lists()
    return entry


def decode(entry: Entry) -> Reading:
    """Give what an entry says; ValueError, KeyError or TypeError for what is none."""
    headings, links, pictures, ids, names, named, nodes, brackets = entry["outline"]
    outline = Outline(
        tuple([Heading(level, id_, text, tuple(rest)) for level, id_, text, rest in headings]),
        tuple([Link(target, html, picture) for target, html, picture in links]),
        tuple([Picture(source, alt, html) for source, alt, html in pictures]),
        tuple(ids),
        frozenset([*ids, *names]),
        tuple(named),
        nodes=tuple([_node(*one) for one in nodes]),
        brackets=tuple([(text, name) for text, name in brackets]),
    )
    return Reading(outline, tuple(entry["sketch"]))


def _encode(outline: Outline) -> list[Any]:
    return [
        [[one.level, one.id, one.text, list(one.classes)] for one in outline.headings],
        [[one.target, one.is_html, one.is_picture] for one in outline.links],
        [[one.source, one.alt, one.is_html] for one in outline.pictures],
        list(outline.ids),
        sorted(outline.anchors.difference(outline.ids)),
        list(outline.named),
        [
            [
                one.anchor,
                one.text,
                one.marks,
                one.form,
                [_choice(a) for a in one.choices],
                one.classes,
                one.beside,
            ]
            for one in outline.nodes
        ],
        [list(one) for one in outline.brackets],
    ]


def _choice(choice: Choice) -> list[str]:
    return [choice.target, choice.text]


def _node(
    anchor: str,
    text: str,
    marks: list[Mark],
    form: str,
    choices: list[list[str]],
    classes: list[str],
    beside: str,
) -> Node:
    answers = tuple([Choice(target, words) for target, words in choices])
    return Node(anchor, text, tuple(marks), form, answers, tuple(classes), beside)


class Readings:
    """The remembered readings of a site; `save` keeps those that were asked for."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self.path = site.root / FILE
        settings = _settings(site, renderer)
        self.usable = settings is not None
        self._key = (settings or "").encode()[:64]
        self._checker = Checker(renderer.snippets)
        self._kept = self._load() if self.usable else {}
        self._used: dict[str, Entry] = {}

    def key_of(self, body: str, kind: Kind) -> str:
        """Give the key of a text of a kind of page, under the settings of this site."""
        data = f"{kind} {body}".encode("utf-8", "replace")
        return blake2b(data, digest_size=16, key=self._key).hexdigest()

    def find(self, key: str) -> Reading | None:
        """Give what is remembered of a text, when it still holds."""
        entry = self._kept.get(key)
        if entry is None:
            return None
        try:
            if not self._checker.holds(entry["needs"]):
                return None
            reading = decode(entry)
        except (KeyError, TypeError, ValueError):
            return None
        self._used[key] = entry
        return reading

    def add(self, key: str, entry: Entry) -> None:
        """Remember what was read anew."""
        if self.usable and "needs" in entry:
            self._used[key] = entry

    def save(self) -> None:
        """Write the file in one step; where that cannot be, the next check reads all anew."""
        if not self.usable or (self._used == self._kept and self.path.is_file()):
            return
        text = json.dumps(self._used, ensure_ascii=False, separators=(",", ":"))
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, f"{_head(text)}\n{text}".encode("utf-8", "surrogatepass"))

    def _load(self) -> dict[str, Entry]:
        try:
            head, _, text = self.path.read_bytes().partition(b"\n")
            said = text.decode("utf-8", "surrogatepass")
            kept = json.loads(said) if head.decode("ascii") == _head(said) else {}
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}


def _head(text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{_HEAD} {_FORMAT} {digest}"


def _replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another, so that a reader beside us has the one or the other."""
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _settings(site: Site, renderer: Renderer) -> str | None:
    """Give what all readings of a site depend on; nothing when that cannot be written down."""
    try:
        extensions = [
            (name, _written(site.extension_configs.get(name, {}))) for name in renderer.names
        ]
    except TypeError:
        return None
    modules = {type(one).__module__ for one in renderer.markdown.registeredExtensions}
    modules |= {f"{__package__}.{name}" for name in _OURS}
    files = [(name, *_stamp(sys.modules[name].__file__)) for name in sorted(modules)]
    said = (_FORMAT, __version__, sys.version, markdown.__version__, extensions, files)
    return blake2b(repr(said).encode(), digest_size=32).hexdigest()


def _stamp(file: str | None) -> tuple[int, int]:
    with suppress(OSError):
        stat = Path(file or "").stat()
        return stat.st_size, stat.st_mtime_ns
    return 0, 0


def _written(value: Any) -> Any:
    """Write an option down so that it is the same in each process; TypeError where none can."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case Mapping():
            return [[_written(key), _written(one)] for key, one in value.items()]
        case list() | tuple():
            return [_written(one) for one in value]
        case partial():
            return [_written(value.func), _written(value.args), _written(value.keywords)]
        case FunctionType() | BuiltinFunctionType() | type():
            return [value.__module__, _qualified(value)]
    raise TypeError(f"{type(value).__name__} cannot be written down")


def _qualified(value: Callable[..., Any]) -> str:
    name: str = value.__qualname__
    if "<" in name:
        # A function made inside another depends on what it was made with.
        raise TypeError(f"{name} cannot be written down")
    return name
