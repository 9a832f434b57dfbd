"""Code in lessons: its language, chunks of R Markdown, and files that a chunk takes in.

What R would print is in no source file: that is told, chunk by chunk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from carebase.errors import Problem
from carebase.importing.lessons.attributes import read_attributes
from carebase.importing.lessons.rows import Row, rows_of
from carebase.sources import read_text, split_front_matter

_FENCE = re.compile(
    r"(?P<indent>[ \t]*(?:>[ \t]*)*)(?P<run>`{3,}|~{3,})[ \t]*(?P<info>.*?)[ \t]*\Z"
)
_CHUNK = re.compile(r"\{(?P<engine>[A-Za-z][\w.-]*)(?P<options>.*)\}\Z")
_MARK = re.compile(r"[ \t>]*\{:[ \t]*\.(?:language-)?(?P<kind>[\w+#-]+)[ \t]*\}[ \t]*\Z")
_OPTION = re.compile(
    r"""(?P<key>[\w.-]+)\s*=\s*(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'"""
    r"""|(?P<list>c\([^)]*\))|(?P<bare>[^,\s]+))"""
)
_HASH_OPTION = re.compile(r"\s*#\|\s*(?P<key>[\w.-]+):\s*(?P<value>.*?)\s*\Z")
_GRAPHICS = re.compile(r"include_graphics\(\s*(?P<list>(?:c\()?\s*[\"'][^)]*)\)")
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_OFF = ("FALSE", "F", "false", "no")
_BOXES = frozenset(("callout", "challenge", "solution", "objectives", "keypoints", "prereq",
                    "discussion", "testimonial", "checklist"))  # fmt: skip


class Chunks:
    """Reads the code of a lesson; what is wrong goes to `problems`, what stays to `left`."""

    def __init__(self, root: Path, problems: list[Problem], left: list[Problem]) -> None:
        self.root = root
        self.problems = problems
        self.left = left
        self.read: set[str] = set()

    def write(self, rows: Sequence[Row], folder: Path, inside: tuple[str, ...]) -> list[Row]:
        """Give the rows with plain fences, and with the files that chunks take in.

        `inside` are the files that are being read: one that takes itself in is told of.
        """
        result: list[Row] = []
        at = 0
        while at < len(rows):
            row = rows[at]
            found = _FENCE.match(row.text)
            end = _end(rows, at, found["run"]) if found else None
            if found is None or end is None:
                result.append(row)
                at += 1
                continue
            body = list(rows[at + 1 : end])
            mark = _MARK.match(rows[end + 1].text) if end + 1 < len(rows) else None
            if mark and mark["kind"] in _BOXES:
                mark = None
            result += self._code(row, found, body, rows[end], mark, folder, inside)
            at = end + (2 if mark else 1)
        return result

    def _code(
        self,
        row: Row,
        found: re.Match[str],
        body: list[Row],
        last: Row,
        mark: re.Match[str] | None,
        folder: Path,
        inside: tuple[str, ...],
    ) -> list[Row]:
        info = found["info"]
        if mark:
            return [_opened(row, found, mark["kind"]), *body, last]
        if not info.startswith("{"):
            return [row, *body, last]
        if info.startswith("{="):
            return body if info == "{=html}" else [_opened(row, found, info[2:-1]), *body, last]
        chunk = _CHUNK.match(info)
        if chunk is None:
            classes = read_attributes(info).classes
            known = [name for name in classes if name not in ("numberLines", "lineAnchors")]
            return [_opened(row, found, known[0] if known else ""), *body, last]
        return self._chunk(row, found, chunk, body, last, folder, inside)

    def _chunk(
        self,
        row: Row,
        found: re.Match[str],
        chunk: re.Match[str],
        body: list[Row],
        last: Row,
        folder: Path,
        inside: tuple[str, ...],
    ) -> list[Row]:
        options = _options(chunk["options"], body)
        said = f"`{row.text.strip()[:80]}`"
        if child := options.get("child"):
            names = [one or other for one, other in _STRING.findall(child)] or [child]
            return [one for name in names for one in self._child(row, name, folder, inside)]
        text = "\n".join(one.text for one in body)
        pictures = _GRAPHICS.search(text)
        hidden = any(options.get(key, "") in _OFF for key in ("include", "echo"))
        result: list[Row] = []
        rest = [one for one in body if not _HASH_OPTION.match(one.text)]
        if not hidden and any(one.text.strip() for one in rest):
            result += [_opened(row, found, chunk["engine"].lower()), *rest, last]
        if pictures and options.get("include") not in _OFF:
            alt, caption = options.get("fig.alt", ""), options.get("fig.cap", "")
            for one, other in _STRING.findall(pictures["list"]):
                words = (alt or caption).replace('"', "'")
                shown = caption if alt else ""
                line = f'![{shown}]({one or other}){{alt="{words}"}}'
                result += [row.with_text(""), row.with_text(line), row.with_text("")]
        elif hidden:
            self.left.append(
                row.left("chunk-hidden", "Code that the lesson runs and does not show was left"
                         " behind.", said)
            )  # fmt: skip
        elif options.get("eval") not in _OFF and any(one.text.strip() for one in rest):
            self.left.append(
                row.left("chunk-output", "What this code prints is not in the source: the code"
                         " came along, its result did not.", said,
                         "run it, and put what it prints below it")
            )  # fmt: skip
        return result

    def _child(self, row: Row, name: str, folder: Path, inside: tuple[str, ...]) -> list[Row]:
        near = (folder / name, self.root / name, self.root / "episodes" / name)
        path = next((one.resolve() for one in near if one.is_file()), None)
        if path is None or not path.is_relative_to(self.root):
            self.problems.append(
                Problem(row.file, row.number, 1, "child-missing",
                        "A chunk takes in a file that is not there.", found=f"`{name}`",
                        hint="put the file there, or delete the chunk")
            )  # fmt: skip
            return []
        file = path.relative_to(self.root).as_posix()
        if file in inside:
            self.problems.append(
                Problem(row.file, row.number, 1, "child-circle",
                        "A chunk takes in a file that is being read already.",
                        found=" → ".join((*inside[inside.index(file) :], file)),
                        hint="delete one of the chunks with `child`")
            )  # fmt: skip
            return []
        self.read.add(file)
        text, wrong = read_text(path, file)
        self.problems += wrong
        if wrong:
            return []
        head = split_front_matter(text, file)
        rows = rows_of(head.body, file, head.body_line)
        return [row.with_text(""), *self.write(rows, path.parent, (*inside, file))]


def _end(rows: Sequence[Row], at: int, run: str) -> int | None:
    for index in range(at + 1, len(rows)):
        found = _FENCE.match(rows[index].text)
        if found and not found["info"] and found["run"][0] == run[0] and (
            len(found["run"]) >= len(run)
        ):  # fmt: skip
            return index
    return None


def _opened(row: Row, found: re.Match[str], language: str) -> Row:
    return row.with_text(f"{found['indent']}{found['run']}{language}")


def _options(written: str, body: Sequence[Row]) -> dict[str, str]:
    options = {}
    for found in _OPTION.finditer(written):
        value = next(v for v in found.groups()[1:] if v is not None)
        options[found["key"].replace("fig-", "fig.")] = value
    for row in body:
        if said := _HASH_OPTION.match(row.text):
            value = said["value"].strip("\"'")
            options[said["key"].replace("fig-", "fig.")] = {"false": "FALSE"}.get(value, value)
    return options
