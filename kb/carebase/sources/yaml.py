"""YAML without the traps of YAML 1.1, and with the place of every key and value.

Only `true` and `false`, decimal numbers, dates and null are more than text: `NO` stays the
country Norway, `12:30` a time of day, `0012345678905` a GTIN. A key that stands twice and a date
that no calendar has are Problems with their line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import yaml

from carebase.errors import Problem
from carebase.sources.plain import PlainLine, plain_lines

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same result.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Path = tuple[str | int, ...]
Place = tuple[int, int]

_TAG = "tag:yaml.org,2002:"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEEPEST = 60
_DEEP_LINE = re.compile(rf"^[ \t?:-]{{{_DEEPEST},}}", re.MULTILINE)
_OPEN_QUOTE = re.compile(r"[^\"'#]*(?:: +|- +|[\[{,] *)(?P<quote>\")(?:[^\"\\\\]|\\\\.)*$")
# More nodes than any hand-written file has: aliases of aliases would otherwise fill the memory.
_MOST_NODES = 200_000


class _Composer(_Loader):
    """PyYAML's reader with our resolvers; values are made by `_Builder`, which knows places."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _kind, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    (
        "float",
        r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)",
        "-0123456789",
    ),
    ("timestamp", _DATE.pattern, "0123456789"),
    ("null", r"~|null|", "~n\0"),
):
    _regex = re.compile(rf"(?:{_pattern})\Z")
    for _letter in _first:
        _Composer.yaml_implicit_resolvers.setdefault("" if _letter == "\0" else _letter, []).append(
            (_TAG + _kind, _regex)
        )


@dataclass(slots=True)
class Document:
    """What a YAML text says (`data`), where each thing stands, and what is wrong with it.

    `keys` and `values` map a path such as `("models", 0, "id")` to line and column from 1;
    `written` holds numbers and dates as they were typed, for where text was meant.
    """

    file: str
    data: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Give the place of a value, or of the nearest thing that holds it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.values:
                return self.values[path[:end]]
        return (1, 1)

    def key_place(self, path: Path) -> Place:
        """Give the place of a key, or of the nearest thing that holds it."""
        return self.keys.get(path) or self.place(path)

    def problem(
        self, path: Path, code: str, message: str, *, key: bool = False, **more: Any
    ) -> None:
        """Note a problem at the value (or the key) of `path`."""
        line, column = self.key_place(path) if key else self.place(path)
        self.problems.append(Problem(self.file, line, column, code, message, **more))


def parse_yaml(text: str, file: str, first_line: int = 1) -> Document:
    """Read a YAML text; `first_line` is the line of `file` on which the text begins."""
    document = Document(file)
    if (lines := plain_lines(text)) is not None:
        return _of_lines(document, lines, first_line)
    if (line := _too_deep(text)) is not None:
        document.problems.append(
            Problem(
                file,
                line + first_line,
                1,
                "yaml-deep",
                "Lists and keys are nested too deeply here.",
                allowed=f"{_DEEPEST} levels",
            )
        )
        return document
    loader = _Composer(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            document.data = _Builder(document, first_line).value(node, ())
    except yaml.MarkedYAMLError as error:
        document.data = None
        document.problems.append(_syntax_problem(error, text, file, first_line))
    except yaml.reader.ReaderError:
        document.data = None
        document.problems.append(_character_problem(text, file, first_line))
    finally:
        loader.dispose()
    return document


def _of_lines(document: Document, lines: list[PlainLine], first_line: int) -> Document:
    document.data = {}
    document.values[()] = (first_line, 1)
    for number, (key, text, column) in enumerate(lines, first_line):
        document.keys[(key,)] = (number, 1)
        document.values[(key,)] = (number, column + 1)
        document.data[key] = text
    return document


def _too_deep(text: str) -> int | None:
    """Give the line on which a text nests deeper than anyone writes, or nothing.

    PyYAML composes by recursion, and libyaml's binding ends the process when it goes too far. Its
    events come one by one; they are only counted where a look at the text cannot rule it out.
    """
    if text.count("[") + text.count("{") < _DEEPEST and not _DEEP_LINE.search(text):
        return None
    depth = 0
    loader = _Composer(text)
    try:
        while (event := loader.get_event()) is not None:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _DEEPEST:
                    return event.start_mark.line if event.start_mark else 0
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    finally:
        loader.dispose()
    return None


def _character_problem(text: str, file: str, first_line: int) -> Problem:
    # Where libyaml counts bytes, PyYAML counts characters: so it is looked for here.
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    position = odd.start() if odd else 0
    return Problem(
        file,
        text.count("\n", 0, position) + first_line,
        position - (text.rfind("\n", 0, position) + 1) + 1,
        "yaml-character",
        "YAML does not allow this character.",
        found=f"U+{ord(odd.group()):04X}" if odd else "",
        hint="delete it; it was likely pasted in by accident",
    )


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str, first_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    for number in {row, max(row - 1, 0), min(row + 1, len(lines) - 1)}:
        line = lines[number] if number < len(lines) else ""
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            return Problem(
                file,
                number + first_line,
                indent.index("\t") + 1,
                "yaml-tab",
                "YAML lines are indented with spaces, never with a tab.",
                found="a tab",
                allowed="spaces",
                hint="replace the tab with two spaces",
            )
    if opened := _open_quote(lines[: row + 1]):
        number, column, line = opened
        return Problem(
            file,
            number + first_line,
            column + 1,
            "yaml-quote",
            "A quote is opened in this line and never closed in it.",
            found=line.strip()[:80],
            hint='put a `"` at the end of the text',
        )
    found = lines[row].strip() if row < len(lines) else ""
    if error.problem == "mapping values are not allowed in this context" or (
        error.problem or ""
    ).startswith("mapping values"):
        return Problem(
            file,
            row + first_line,
            column + 1,
            "yaml-syntax",
            "A second `: ` stands in this line, so YAML cannot tell key from value.",
            found=found,
            hint='put the value into quotes: key: "value: with a colon"',
        )
    what = (error.problem or error.context or "the text ends too early").strip()
    return Problem(
        file,
        row + first_line,
        column + 1,
        "yaml-syntax",
        f"This is not YAML: {what}.",
        found=found,
        hint="check quotes, brackets and the indentation of this line and the one before",
    )


def _open_quote(lines: list[str]) -> tuple[int, int, str] | None:
    """Find a value that begins with a quote and has no second one in its line, when YAML fails."""
    for number, line in enumerate(lines):
        found = _OPEN_QUOTE.match(line)
        if found:
            return number, found.start("quote"), line
    return None


class _Builder:
    """Makes Python values from nodes and notes where each stood."""

    def __init__(self, document: Document, first_line: int) -> None:
        self.document = document
        self.first_line = first_line
        self.nodes = 0
        self.open: set[int] = set()

    def place(self, node: yaml.Node) -> Place:
        return (node.start_mark.line + self.first_line, node.start_mark.column + 1)

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.nodes += 1
        self.document.values[path] = self.place(node)
        if self.nodes > _MOST_NODES or id(node) in self.open:
            if not any(found.code == "yaml-alias" for found in self.document.problems):
                self.document.problem(path, "yaml-alias", "This alias repeats itself without end.")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                self.refuse_tag(node, path)
                return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
            return self.mapping(cast(yaml.MappingNode, node), path)
        finally:
            self.open.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        self.refuse_tag(node, path)
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.problem(path, "yaml-key", "A key is a plain word, not a list or map.")
                continue
            key = str(key_node.value)
            inner = (*path, key)
            if key in result:
                line, column = self.place(key_node)
                first = self.document.keys[inner][0]
                self.document.problems.append(
                    Problem(
                        self.document.file,
                        line,
                        column,
                        "duplicate-key",
                        f"The key `{key}` stands twice in the same place.",
                        found=f"`{key}` again; first on line {first}",
                        allowed="each key once",
                        hint="join the two, or delete one",
                    )
                )
                continue
            self.document.keys[inner] = self.place(key_node)
            result[key] = self.value(value_node, inner)
        return result

    def scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        text = str(node.value)
        match node.tag.removeprefix(_TAG):
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int" if len(text) < 400:
                self.document.written[path] = text
                return int(text)
            case "float":
                self.document.written[path] = text
                return float(text)
            case "timestamp":
                self.document.written[path] = text
                return self.day(text, path)
        self.refuse_tag(node, path)
        return text

    def refuse_tag(self, node: yaml.Node, path: Path) -> None:
        if node.tag not in (_TAG + "map", _TAG + "seq"):
            self.document.problem(
                path, "yaml-tag", "A tag cannot stand here.", found=node.tag, hint="delete the tag"
            )

    def day(self, text: str, path: Path) -> date | str:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.document.problem(
                path,
                "impossible-date",
                f"No calendar has the date {text}.",
                found=text,
                allowed="a real date as YYYY-MM-DD",
            )
            return text


def paths_below(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk over every value of a document with its path."""
    yield path, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from paths_below(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from paths_below(value, (*path, index))
