"""The ids of a course's questions, noted in `questions.lock` so that none is lost by accident.

A learner's answers hang on the ids. The lock has one line for each, `scale: 1f0c2a9b`: the id and
a digest of the question's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from carebase.errors import Problem, UsageError
from carebase.site import Site
from carebase.sources import read_text
from carebase.training.course import Course
from carebase.training.question import Question

LOCK = "questions.lock"
_LINE = re.compile(r"([a-z][a-z0-9_-]*): ([0-9a-f]{8})")


class Located(Protocol):
    """A question with the file that it stands in and the course it counts for."""

    @property
    def question(self) -> Question: ...

    @property
    def file(self) -> str: ...

    @property
    def course(self) -> str | None: ...


@dataclass(slots=True)
class _Lock:
    path: Path
    name: str
    noted: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def _read(site: Site, course: Course) -> _Lock:
    path = site.docs_dir / course.folder / LOCK
    lock = _Lock(path, site.name_of(path))
    text, problems = read_text(path, lock.name) if path.exists() else ("", [])
    lock.problems += problems
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line.strip())
        if found and found[1] not in lock.noted:
            lock.noted[found[1]], lock.lines[found[1]] = found[2], number
        elif line.strip():
            lock.problems.append(
                Problem(
                    lock.name,
                    number,
                    1,
                    "lock-line",
                    "This line of the lock cannot be read."
                    if not found
                    else f"The lock has the id `{found[1]}` twice.",
                    found=line.strip()[:80],
                    allowed="`<id>: <8 hexadecimal digits>`, each id once",
                    hint="delete it; `carebase check --fix` writes what is missing",
                )
            )
    return lock


def check_locks(
    site: Site, asked: Sequence[Located], courses: Mapping[str, Course]
) -> Iterator[Problem]:
    """Compare the questions of each course with its lock.

    An id that was changed is an error: answers to it would be lost. One that is gone is told as a
    warning, as are words that have changed and ids that are not noted yet.
    """
    for course in courses.values():
        lock = _read(site, course)
        yield from lock.problems
        mine = [one for one in asked if one.course == course.id and one.question.id]
        found = {one.question.id: one for one in mine}
        gone = [name for name in lock.noted if name not in found]
        by_words = {lock.noted[name]: name for name in gone}
        for name, one in found.items():
            yield from _compare(lock, one, name, by_words)
        moved = {
            by_words.get(one.question.version) for n, one in found.items() if n not in lock.noted
        }
        for name in gone:
            if name not in moved:
                yield Problem(
                    lock.name,
                    lock.lines[name],
                    1,
                    "question-gone",
                    f"The question `{name}` was noted and is on no lesson of the course any more.",
                    found=f"no `#{name}`",
                    hint="put it back; or delete this line, if nobody is to be asked it again",
                    severity="warning",
                )


def _compare(
    lock: _Lock, one: Located, name: str, by_words: Mapping[str, str]
) -> Iterator[Problem]:
    question = one.question
    noted = lock.noted.get(name)

    def tell(code: str, message: str, **more: Any) -> Problem:
        return Problem(one.file, question.line, question.column, code, message, **more)

    if noted is None and (before := by_words.get(question.version)):
        yield tell(
            "question-id-changed",
            f"The question was noted as `{before}`: answers that were given to it would be lost.",
            found=f"`#{name}`",
            allowed=f"`#{before}`",
            hint=f"write `#{before}` again; for a new question, delete line {lock.lines[before]} of"
            f" {lock.name}",
        )
    elif noted is None:
        yield tell(
            "question-unnoted",
            f"The question `{name}` is not noted yet, so that a change of its id went unseen.",
            hint=f"`carebase check --fix` notes it in {lock.name}",
            severity="warning",
        )
    elif noted != question.version:
        yield tell(
            "question-changed",
            f"The words of the question `{name}` have changed: whoever answered it is asked again.",
            found="other words, or other answers, than were noted",
            hint="`carebase check --fix` notes them; a new question needs an id of its own",
            severity="warning",
        )


def note_questions(
    site: Site, asked: Sequence[Located], courses: Mapping[str, Course]
) -> list[str]:
    """Note new questions and new words in the locks; give one sentence for each lock changed.

    No line of a question that is gone is ever taken out. A lock with lines that cannot be read,
    or with an id that was changed, is left as it is.
    """
    told = []
    for course in courses.values():
        lock = _read(site, course)
        mine = {
            one.question.id: one.question.version
            for one in asked
            if one.course == course.id and one.question.id
        }
        gone = {lock.noted[name] for name in lock.noted if name not in mine}
        moved = {name for name in mine if name not in lock.noted and mine[name] in gone}
        fresh = {name: version for name, version in mine.items() if name not in moved}
        changed = [name for name in fresh if lock.noted.get(name) != fresh[name]]
        if not changed or lock.problems:
            continue
        noted = lock.noted | fresh
        text = "".join(f"{name}: {noted[name]}\n" for name in sorted(noted))
        try:
            lock.path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{lock.name} cannot be written: {error.strerror}.") from None
        told.append(f"{lock.name}: {', '.join(f'`{name}`' for name in sorted(changed))} noted")
    return told
