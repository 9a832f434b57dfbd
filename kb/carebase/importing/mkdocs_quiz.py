"""`<quiz>` blocks of mkdocs-quiz, in a copy of the site that has them, as quizzes of Carebase.

The syntax is that of mkdocs-quiz 1.x, `<?quiz?>` of its first releases included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carebase.articles.lines import Line, read_lines
from carebase.errors import ContentError, Problem, UsageError
from carebase.sources import parse_yaml, read_text
from carebase.training.naming import make_id, with_id
from carebase.training.reading import read_quiz
from carebase.training.syntax import Notes

_OPEN = re.compile(r"(?P<indent>[ \t]*)(?:<quiz>|<\?quiz\?>)[ \t]*(?P<rest>.*?)[ \t]*\Z", re.I)
_CLOSE = re.compile(r"(?P<rest>.*?)[ \t]*(?:</quiz>|<\?/quiz\?>)[ \t]*\Z", re.IGNORECASE)
_BOX = re.compile(r"[ \t]{0,3}[-*+][ \t]+\[(?P<box>[ xX]?)\](?:[ \t]+(?P<text>.*))?\Z")
_OLD = re.compile(r"[ \t]*(?P<key>question|answer-correct|answer|content):[ \t]*(?P<text>.*)\Z")
_GAP = re.compile(r"\[\[(?P<inner>[^\[\]]+)\]\]")
_RULE = re.compile(r"[ \t]*-{3,}[ \t]*\Z")
_HEADING = re.compile(r"[ \t]{0,3}(?P<signs>#{1,6})[ \t]+(?P<text>.*?)[ \t#]*\Z")
_MARK = re.compile(r"[ \t]*<!--[ \t]*mkdocs-quiz[ \t]+\w+[ \t]*-->[ \t]*\Z")
_PLUGIN = re.compile(r"(?P<indent>[ \t]*)-[ \t]*[\"']?mkdocs[_-]quiz[\"']?[ \t]*:?[ \t]*(?:#.*)?\Z")
_ANY_PLUGIN = re.compile(r"[ \t]*-[ \t]*carebase-(?P<name>\w+)")
_LEFT_OUT = frozenset((".git", ".venv", "venv", "node_modules", "site", "__pycache__", ".cache"))
# What keeps MkDocs itself from reading a mkdocs.yml; tags such as `!ENV` do not.
_BROKEN = frozenset(("yaml-character", "yaml-quote", "yaml-syntax", "yaml-tab"))
CONFIGS = ("mkdocs.yml", "mkdocs.yaml")


@dataclass(slots=True)
class Converted:
    """A copy of a site: texts that changed, files that did not, and what stays behind."""

    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    left: list[Problem] = field(default_factory=list)
    questions: int = 0
    pages: int = 0


def convert_quizzes(root: Path) -> Converted:
    """Convert every page of a folder; `UsageError` where it has no quiz."""
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.")
    converted = Converted()
    problems: list[Problem] = []
    taken: set[str] = set()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if not path.is_file() or any(part in _LEFT_OUT for part in parts):
            continue
        name = "/".join(parts)
        if path.suffix == ".md" or name in CONFIGS:
            text, wrong = read_text(path, name)
            if name in CONFIGS and not wrong:
                wrong = [one for one in parse_yaml(text, name).problems if one.code in _BROKEN]
            if not wrong and (new := _convert(text, name, converted, taken)) != text:
                converted.texts[name] = new
                converted.pages += path.suffix == ".md"
                continue
            problems += wrong
        converted.copies[name] = path
    if problems:
        raise ContentError(problems)
    if not converted.questions and not converted.left:
        raise UsageError(f"No page in {root} has a `<quiz>` block.")
    converted.left.sort(key=lambda problem: problem.place)
    return converted


def _convert(text: str, name: str, converted: Converted, taken: set[str]) -> str:
    if name in CONFIGS:
        return _config(text)
    if "<quiz>" not in text.lower() and "<?quiz?>" not in text:
        return text
    return "\n".join(_Page(name, text, converted, taken).rows())


def _config(text: str) -> str:
    """Put Carebase's plugins where that of mkdocs-quiz was, and its options away."""
    rows = text.split("\n")
    has = {found["name"] for row in rows if (found := _ANY_PLUGIN.match(row))}
    result: list[str] = []
    indent = -1
    for row in rows:
        deep = len(row) - len(row.lstrip())
        if indent >= 0 and row.strip() and deep > indent:
            continue
        indent = -1 if row.strip() else indent
        if found := _PLUGIN.match(row):
            indent = deep
            names = [one for one in ("articles", "courses") if one not in has]
            result += [f"{found['indent']}- carebase-{one}" for one in names]
        else:
            result.append(row)
    return "\n".join(result)


class _Page:
    def __init__(self, name: str, text: str, converted: Converted, taken: set[str]) -> None:
        self.name = name
        self.converted = converted
        self.taken = taken
        self.lines = read_lines(text).lines
        self.level = 2

    def rows(self) -> list[str]:
        result: list[str] = []
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            opened = None if line.code else _OPEN.match(line.text)
            end = self._end(at) if opened else None
            if opened and end is None:
                self._tell(line, "quiz-unclosed", "A `<quiz>` is never closed: it stays as it is.",
                           "write `</quiz>` below it")  # fmt: skip
            if opened is None or end is None:
                if not line.code and (found := _HEADING.match(line.text)):
                    self.level = min(len(found["signs"]) + 1, 6)
                if not line.code and _MARK.match(line.text):
                    self._tell(line, "quiz-mark", "A mark of mkdocs-quiz was left behind.")
                else:
                    result.append(line.text)
                at += 1
                continue
            indent = opened["indent"]
            inner = self._inner(at, end, opened)
            written = self._quiz(line, inner)
            if written is None:
                result += [one.text for one in self.lines[at : end + 1]]
            else:
                self._add(result, [f"{indent}{row}".rstrip() for row in written], indent)
            at = end + 1
        return result

    def _add(self, result: list[str], rows: Sequence[str], indent: str) -> None:
        """Add a quiz; one directly below another goes into the same block."""
        blank = 0
        while blank < len(result) and not result[len(result) - 1 - blank].strip():
            blank += 1
        last = result[len(result) - 1 - blank] if blank < len(result) else ""
        if last == f"{indent}///" and any("/// quiz" in row for row in result):
            del result[len(result) - 1 - blank :]
            result += rows[2:]
            return
        if result and result[-1].strip():
            result.append("")
        result += rows

    def _end(self, at: int) -> int | None:
        for index in range(at, len(self.lines)):
            if _CLOSE.match(self.lines[index].text) and not (
                index > at and self.lines[index].code and not self._is_raw(index)
            ):  # fmt: skip
                return index
        return None

    def _is_raw(self, index: int) -> bool:
        return self.lines[index].text.strip().lower() in ("</quiz>", "<?/quiz?>")

    def _inner(self, at: int, end: int, opened: re.Match[str]) -> list[str]:
        cut = len(opened["indent"])
        rows = [one.text for one in self.lines[at : end + 1]]
        rows[0] = opened["rest"]
        closed = _CLOSE.match(rows[-1])
        rows[-1] = closed["rest"] if closed else rows[-1]
        return [
            row[min(cut, len(row) - len(row.lstrip())) :] if number else row
            for number, row in enumerate(rows)
        ]

    def _quiz(self, line: Line, inner: Sequence[str]) -> list[str] | None:
        drafts = list(_questions(_old(inner), self.level))
        written: list[str] = []
        for draft in drafts:
            notes = Notes(self.name)
            quiz = read_quiz(read_lines("\n".join(draft)).lines, {}, notes)
            if notes.problems or len(quiz.questions) != 1:
                why = notes.problems[0].message if notes.problems else "It is no question."
                self._tell(line, "quiz-kept", f"This quiz stays as it is: {why[:1].lower()}"
                           f"{why[1:]}", "mend it, and import again")  # fmt: skip
                return None
            name = make_id(quiz.questions[0], self.name, self.taken)
            self.taken.add(name)
            written += [with_id(draft[0], name), *draft[1:], ""]
        if len(drafts) > 1:
            self._tell(line, "quiz-blanks", f"A question with {len(drafts)} gaps is {len(drafts)}"
                       " questions now, with one gap each.")  # fmt: skip
        self.converted.questions += len(drafts)
        return ["/// quiz", "", *written, "///"]

    def _tell(self, line: Line, code: str, message: str, hint: str = "") -> None:
        self.converted.left.append(
            Problem(self.name, line.number, 1, code, message, f"`{line.text.strip()[:60]}`",
                    hint=hint, severity="warning")
        )  # fmt: skip


def _old(inner: Sequence[str]) -> list[str]:
    """Write the keys of the first releases as the later ones write questions."""
    if not any(_OLD.match(row) for row in inner):
        return list(inner)
    rows: list[str] = []
    for row in inner:
        found = _OLD.match(row)
        if found is None:
            rows.append(row)
        elif found["key"] == "question":
            rows.append(found["text"])
        elif found["key"] == "content":
            rows += ["", found["text"]]
        else:
            rows.append(f"- [{'x' if found['key'] == 'answer-correct' else ' '}] {found['text']}")
    return rows


def _questions(inner: Sequence[str], level: int) -> Iterator[list[str]]:
    """Give the rows of each question: of several gaps each makes one."""
    lines = read_lines("\n".join(inner)).lines
    boxes = [index for index, line in enumerate(lines) if not line.code and _BOX.match(line.text)]
    if boxes:
        last = boxes[-1] + 1
        while last < len(lines) and lines[last].text.startswith("  "):
            last += 1
        answers = []
        for line in lines[boxes[0] : last]:
            found = None if line.code else _BOX.match(line.text)
            tick = "x" if found and found["box"] in ("x", "X") else " "
            if found:
                answers.append(f"- [{tick}] {found['text'] or ''}".rstrip())
            elif line.text.strip():
                answers.append(f"  {line.text.strip()}")
        head, more = _head([line.text for line in lines[: boxes[0]]])
        yield _draft(level, head, more, answers, [line.text for line in lines[last:]])
        return
    rule = next((i for i, line in enumerate(lines) if not line.code and _RULE.match(line.text)),
                len(lines))  # fmt: skip
    content = [line.text for line in lines[rule + 1 :]]
    head, more = _head([line.text for line in lines[:rule]])
    text = " ".join([head, *(row.strip() for row in more if _GAP.search(row))])
    rest = [row for row in more if not _GAP.search(row)]
    gaps = list(_GAP.finditer(text))
    if not gaps:
        yield _draft(level, head, more, [], content)
    for gap in gaps:
        asked = "".join(
            [_without_gaps(text[: gap.start()]), gap[0], _without_gaps(text[gap.end() :])]
        )
        yield _draft(level, asked, rest, [], content)


def _without_gaps(text: str) -> str:
    return _GAP.sub(r"\\_\\_\\_", text)


def _head(rows: Sequence[str]) -> tuple[str, list[str]]:
    """Give the first paragraph of a question in one row, and what stands below it."""
    kept = list(rows)
    while kept and not kept[0].strip():
        kept.pop(0)
    head: list[str] = []
    while kept and kept[0].strip() and not re.match(r"\s*(?:`{3}|~{3}|!\[|\||[-*+] )", kept[0]):
        head.append(kept.pop(0).strip())
    text = " ".join(head)
    return re.sub(r"^#{1,6}\s+", "", text), kept


def _draft(
    level: int, head: str, more: Sequence[str], answers: Sequence[str], content: Sequence[str]
) -> list[str]:
    rows = [f"{'#' * level} {head}", ""]
    if body := "\n".join(more).strip("\n"):
        rows += [*body.split("\n"), ""]
    rows += answers
    if told := "\n".join(content).strip():
        plain = [
            line.text if line.code else _HEADING.sub(r"**\g<text>**", line.text)
            for line in read_lines(told).lines
        ]
        # A fence or a box has to begin a row of its own.
        starts = re.match(r"(?:`{3}|~{3}|!!!|\?\?\?|\||[-*+] |\d+[.)] )", plain[0])
        rows += ["", *(["Explanation:", "", *plain] if starts else [f"Explanation: {plain[0]}",
                                                                     *plain[1:]])]  # fmt: skip
    return rows
