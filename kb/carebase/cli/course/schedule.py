"""`carebase course schedule`: the times of day of a course, for whoever teaches it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from carebase.articles import load_pages
from carebase.catalog import load_catalog
from carebase.errors import CarebaseError, ContentError, UsageError, nearest
from carebase.forms import load_forms
from carebase.training import Course, load_courses
from carebase.training.outline import exercises_of
from carebase.training.schedule import (
    Pause,
    Planned,
    Slot,
    plan,
    read_pause,
    read_time,
    write_time,
)


@click.command("schedule")
@click.argument("course", metavar="ID")
@click.option("--start", default="09:00", show_default=True, metavar="TIME", help="When it begins.")
@click.option(
    "--break",
    "breaks",
    multiple=True,
    metavar="TIME-TIME",
    help="A break, such as 10:30-10:45; may be given several times. It comes between two lessons.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects for programs.")
def schedule(course: str, start: str, breaks: tuple[str, ...], as_json: bool) -> None:
    """Print when each lesson of the course ID begins and ends.

    ID is the name of its folder below docs/courses; each of its lessons must have `minutes`.
    """
    from carebase_plugins.engine import load_site

    begin = read_time(start)
    if begin is None:
        raise UsageError(f"`{start}` is no time of the day: write it as 09:00.")
    pauses = [_pause(text) for text in breaks]
    site = load_site(Path.cwd())
    courses = load_courses(site)
    one = courses.by_id.get(course)
    broken = [problem for problem in courses.problems if f"courses/{course}/" in problem.file]
    if any(problem.severity == "error" for problem in broken):
        raise ContentError(broken)
    if one is None:
        match = nearest(course, courses.by_id)
        known = ", ".join(courses.by_id) or "none yet; `carebase new course ID` begins one"
        hint = f"Did you mean `{match}`?" if match else f"Courses: {known}."
        raise UsageError(f"There is no course `{course}`. {hint}")
    pages = load_pages(site, load_catalog(site), load_forms(site)).by_uri()
    lessons = _lessons(one, {uri: (page.title, page) for uri, page in pages.items()})
    slots = plan(lessons, begin, pauses)
    if as_json:
        click.echo(json.dumps([_object(slot) for slot in slots], ensure_ascii=False, indent=2))
        return
    click.echo(one.title)
    for slot in slots:
        click.echo(_row(slot))
        for exercise in slot.exercises:
            time = f" ({exercise.minutes} min)" if exercise.minutes else ""
            title = f": {exercise.title}" if exercise.title else ""
            click.echo(f"                 Exercise{title}{time}")
    click.echo(f"{write_time(slots[-1].end)}        End")


def _pause(text: str) -> Pause:
    found = read_pause(text)
    if found is None:
        raise UsageError(f"`{text}` is no break: write it as 10:30-10:45.")
    return found


def _lessons(course: Course, pages: dict[str, Any]) -> list[Planned]:
    lacking = [
        f"lesson {number} (`{lesson.guide or lesson.page}`)"
        for number, lesson in enumerate(course.lessons, 1)
        if lesson.minutes is None
    ]
    if lacking:
        raise CarebaseError(
            f"The course `{course.id}` has no times: {', '.join(lacking)} without `minutes`."
            f" Write them into docs/{course.folder}/course.yml."
        )
    lessons = []
    for lesson in course.lessons:
        title, page = pages[lesson.source(course.id)]
        minutes = lesson.minutes or 0
        lessons.append(Planned(lesson.title or title, minutes, tuple(exercises_of(page))))
    return lessons


def _row(slot: Slot) -> str:
    times = f"{write_time(slot.start)}\u2013{write_time(slot.end)}"
    return f"{times}  {slot.number:>2}  {slot.title}" if slot.number else f"{times}      Break"


def _object(slot: Slot) -> dict[str, Any]:
    return {
        "start": write_time(slot.start),
        "end": write_time(slot.end),
        "lesson": slot.number or None,
        "title": slot.title or None,
        "exercises": [{"title": one.title, "minutes": one.minutes} for one in slot.exercises],
    }
