"""The quizzes of a site: read from its pages, told of with every problem, gathered by course."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from carebase.counting import counted
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources.model import describe
from carebase.training.asked import BLOCK, Asked, Quizzes, course_of_lesson
from carebase.training.course import Course
from carebase.training.locking import check_locks
from carebase.training.plugin import missing_plugin
from carebase.training.question import Question, Quiz
from carebase.training.reading import read_quiz
from carebase.training.settings import READERS, read_flag, read_value
from carebase.training.syntax import Notes

if TYPE_CHECKING:
    from carebase.articles.blocks import Block
    from carebase.articles.page import Page

TOGETHER = "together"
MOST_DRAWN = 1000


def load_quizzes(site: Site, pages: list[Page], courses: Mapping[str, Course]) -> Quizzes:
    """Read the quizzes of all pages; `courses` by their ids."""
    quizzes = Quizzes()
    number = 0
    for page in pages:
        course = course_of_lesson(page.src_uri, page.course, courses)
        counted = course is not None and page.src_uri in course.sources
        notes = Notes(page.file)
        for block in page.blocks:
            if block.name != BLOCK:
                continue
            number += 1
            quiz = _read_block(page, block, notes)
            quizzes.asked += [
                Asked(
                    question,
                    page.file,
                    page.src_uri,
                    course.id if course and counted else None,
                    number,
                    quiz.draw,
                )
                for question in quiz.questions
            ]
            if course is not None and course.grading == "graded":
                for question in quiz.questions:
                    _check_graded(question, page, block, notes)
        quizzes.problems += notes.problems
    graded = {course.id for course in courses.values() if course.grading == "graded"}
    quizzes.problems += _check_ids(quizzes.asked, graded)
    quizzes.problems += check_locks(site, quizzes.asked, courses)
    if number and not courses:
        quizzes.problems += missing_plugin(site, "questions")
    return quizzes


def _read_block(page: Page, block: Block, notes: Notes) -> Quiz:
    rows = [line for line in page.lines.lines if block.first <= line.number < block.until]

    def tell(name: str, allowed: str) -> None:
        line, column = block.document.place((name,))
        notes.problems.append(
            Problem(
                page.file,
                line,
                column,
                "block-option-value",
                f"The option `{name}` of `quiz` does not have this value.",
                found=describe(block.options[name]),
                allowed=allowed,
            )
        )

    quiz = read_quiz(rows, read_options(block.options, tell), notes)
    if not quiz.written:
        notes.problems.append(
            Problem(
                page.file,
                block.line,
                block.column,
                "quiz-empty",
                "The quiz has no question.",
                found="`/// quiz`",
                hint="a question begins with a heading, as in `### Which water?`",
            )
        )
    if quiz.draw is not None and quiz.draw > quiz.written > 0:
        line, column = block.document.place(("draw",))
        notes.problems.append(
            Problem(
                page.file,
                line,
                column,
                "quiz-draw",
                f"The quiz draws {counted(quiz.draw, 'question')} and has {quiz.written}.",
                found=f"`draw: {quiz.draw}`",
                allowed=f"a whole number up to {quiz.written}",
                hint="write more questions, or draw fewer",
            )
        )
    return quiz


def read_options(
    options: Mapping[str, Any], tell: Callable[[str, str], None] | None = None
) -> dict[str, Any]:
    """Give the options of a quiz block that can be read; `tell` is told of the others."""
    good: dict[str, Any] = {}
    for name, value in options.items():
        if name == "draw":
            number = value if isinstance(value, int) else _whole(value)
            is_good = not isinstance(value, bool) and number and 0 < number <= MOST_DRAWN
            read, allowed = (number if is_good else None), f"a whole number from 1 to {MOST_DRAWN}"
        elif name == TOGETHER:
            read, allowed = read_flag(value), "`true` or `false`"
        elif name in READERS:
            read, allowed = read_value(name, value), READERS[name][1]
        else:
            continue
        if read is not None:
            good[name] = read
        elif tell:
            tell(name, allowed)
    return good


def _whole(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,6}", str(value)) else None


def _check_graded(question: Question, page: Page, block: Block, notes: Notes) -> None:
    """See to it that nothing on a page of a graded course follows from what is right."""

    def tell(code: str, message: str, **more: str) -> None:
        notes.problems.append(
            Problem(page.file, question.line, question.column, code, message, **more)  # type: ignore[arg-type]
        )

    if question.kind == "several" and not _says_type(question, page, block):
        tell(
            "graded-type",
            "A graded question with several right answers must say so.",
            found="no `type`: the page would tell that more than one is right",
            hint="write `type=several` in the braces behind the question",
        )
    if not question.is_mixed:
        tell(
            "graded-order",
            "By chance the page would show this question in its right order.",
            found=f"the id `{question.id}`, from which the order follows",
            hint="give the question another id",
        )
    if question.kind not in ("ordering", "matching"):
        return
    shown = len(question.answers if question.kind == "ordering" else question.definitions)
    if shown < 3:
        tell(
            "graded-order",
            "A graded question of this type needs three or more answers.",
            found=f"{shown}: the order that is not shown would be the right one",
            hint="write one more, or ask it as a single choice",
        )


def _says_type(question: Question, page: Page, block: Block) -> bool:
    line = next(one for one in page.lines.lines if one.number == question.line)
    return "type" in block.options or "type=several" in line.text


def _check_ids(asked: list[Asked], graded: Collection[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Asked] = {}
    for one in asked:
        question = one.question
        if not question.id:
            is_graded = one.course in graded
            yield Problem(
                one.file,
                question.line,
                question.column,
                "question-without-id",
                "The question has no id, so that no answer to it can be "
                + ("graded." if is_graded else "kept."),
                found=f"`{question.text[:60]}`",
                hint="`carebase check --fix` gives it one",
                severity="error" if is_graded else "warning",
            )
            continue
        # Within a course an id stands for one question; elsewhere, within a page.
        first = seen.setdefault((one.course or one.src_uri, question.id), one)
        if first is not one:
            yield Problem(
                one.file,
                question.line,
                question.column,
                "question-id-twice",
                f"The id `{question.id}` belongs to another question already.",
                found=f"`#{question.id}` again; first in {first.file}, line {first.question.line}",
                hint="delete the newer one; `carebase check --fix` gives that question its own",
            )
