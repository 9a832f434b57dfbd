"""The way through a course as HTML: what its page and its lessons say of a learner's progress.

Nothing is known of a learner when a page is written, so this is data for the browser, and a link
that works without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from carebase.forms import controls
from carebase.i18n import text
from carebase.marks import without_markup
from carebase.markup import Markup, Value, element, json_template
from carebase.training.asked import Asked
from carebase.training.course import Course

_WORDS = ("course.", "number.mark", "quiz.unsaved")
_SENT_WORDS = (
    *(f"along.{name}" for name in ("course_version", "score", "points", "passed")),
    *(f"course.{name}" for name in ("send", "score", "points.", "passed", "not_passed")),
    "number.mark",
)
# What Markdown writes around words: links, emphasis, code.
_LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])+)\]\(\s*<?(?P<target>[^\s<>)]+)")

# Gives the address of what a page of a course links to, as its own page sees it; none for others.
Find = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Stop:
    """A lesson on the way: its title, its address as seen from the page, its keys.

    `keys` are the lesson's id and the addresses that its page has and had: progress that was kept
    by one of them is found by any.
    """

    title: str
    address: str
    keys: tuple[str, ...]


def plain_questions(
    course: Course, asked: Sequence[Asked], find: Find | None = None
) -> list[dict[str, Any]]:
    """Give what a score is made of, as JSON: of each question its points and the words.

    `find` gets the path of the question's page and a target. What the explanation links to is
    read again by whoever missed the question; only in a course of
    self-check explanations are told.
    """
    places = {source: number for number, source in enumerate(course.sources)}
    tells = find is not None and course.grading == "self-check"

    def see(one: Asked) -> dict[str, Any]:
        found = [
            [without_markup(link["text"]), address]
            for link in _LINK.finditer(one.question.explanation if tells else "")
            if find and (address := find(one.src_uri, link["target"]))
        ]
        return {"see": found} if found else {}

    return [
        {
            "id": one.question.id,
            "version": one.question.version,
            "points": f"{one.question.points.numerator}/{one.question.points.denominator}",
            "text": without_markup(one.question.text),
            "lesson": places[one.src_uri],
            "quiz": one.quiz,
            "draw": one.draw,
            **see(one),
        }
        for one in asked
        if one.question.id
    ]


def _words(language: str, lessons: int) -> Markup:
    """Write the strings of a walk, in the singular where there is one lesson to walk."""
    one = {"course.done_count": text(language, "lesson.done_count")} if lessons == 1 else {}
    return controls.words(language, _WORDS, one)


def render_progress(
    course: Course,
    stops: Sequence[Stop],
    questions: list[dict[str, Any]],
    language: str,
    endpoint: str | None = None,
) -> Markup:
    """Write the place of a course's page where progress, score and result are shown.

    `questions` as `plain_questions` gives them. `endpoint` is the base address of the service that
    grades, as seen from the page.
    """
    data = {
        "lessons": [_plain(stop) for stop in stops],
        "questions": questions,
        "mark": course.pass_mark,
        "graded": course.grading == "graded",
    }
    # The last lesson leads to `#result`.
    attributes: dict[str, Value] = {
        "class": "cb-widget cb-walk",
        "id": "result",
        "data-course": course.id,
        "data-endpoint": endpoint if course.grading == "graded" else None,
    }
    return element(
        "carebase-course",
        attributes,
        json_template("data-outline", data),
        _words(language, len(stops)),
    )


def render_completion(course: Course, title: str, form: Markup, language: str) -> Markup:
    """Write the place where a learner who has finished sends the result with a form.

    `title` is that of the form. The browser shows the place once it knows of a result.
    """
    about = element(
        "div",
        {"class": "cb-along"},
        element("h3", None, text(language, "along.title")),
        element("ul", {"class": "cb-along__list"}),
    )
    attributes: dict[str, Value] = {
        "class": "cb-completion",
        "data-completion": course.id,
        "data-title": course.title,
        "hidden": True,
    }
    heading = element("h2", None, title)
    words = controls.words(language, _SENT_WORDS)
    return element("section", attributes, heading, about, form, words)


def render_place(
    course: Course, stops: Sequence[Stop], number: int, outline: str, language: str
) -> Markup:
    """Write what stands at the end of a lesson; `number` counts the stops from 0.

    `outline` is the address of the course's page. The last lesson leads there.
    """
    is_last = number == len(stops) - 1
    attributes: dict[str, Value] = {"class": "cb-widget cb-way", "data-course": course.id}
    finish = element(
        "a",
        {"class": "cb-button", "href": f"{outline}#result", "data-finish": True},
        text(language, "course.finish"),
    )
    return element(
        "carebase-lesson",
        attributes,
        element("p", {"class": "cb-way__finish"}, finish) if is_last else None,
        json_template(
            "data-outline", {"lessons": [_plain(stop) for stop in stops], "here": number}
        ),
        _words(language, len(stops)),
    )


def _plain(stop: Stop) -> dict[str, Any]:
    return {"title": stop.title, "address": stop.address, "keys": list(stop.keys)}
