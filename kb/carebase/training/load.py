"""Reading the courses of a site, with every problem of their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from carebase.badges.published import PublicKey, keys_of
from carebase.errors import Problem, nearest, suggestion
from carebase.site import Site
from carebase.sources import Document, is_there, load_model
from carebase.training.asked import BLOCK, Quizzes
from carebase.training.course import Course
from carebase.training.plugin import missing_plugin

if TYPE_CHECKING:
    from carebase.articles.page import Page


@dataclass(slots=True)
class Courses:
    """All courses of a site by id, and everything that is wrong in their files.

    `keys` are the public keys by which their signed certificates are checked.
    """

    by_id: dict[str, Course] = field(default_factory=dict)
    keys: tuple[PublicKey, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def by_folder(self) -> dict[str, Course]:
        """Give each course by its folder below `docs/`."""
        return {course.folder: course for course in self.by_id.values()}


def load_courses(site: Site, products: Collection[str] | None = None) -> Courses:
    """Read every course.yml; `products` are the ids that a course may name, where known."""
    published = keys_of(site)
    courses = Courses(keys=published.keys, problems=published.problems)
    for path in sorted(site.docs_dir.glob("courses/*/course.yml")):
        course, document = load_model(path, site.name_of(path), Course)
        if course is not None:
            if course.id and course.id != path.parent.name:
                document.problem(
                    ("id",),
                    "course-id",
                    "A course's id is the name of its folder.",
                    found=f"`{course.id}` in the folder `{path.parent.name}`",
                    allowed=f"`{path.parent.name}`",
                    hint="delete the key",
                )
            course = course.model_copy(update={"id": path.parent.name})
            courses.by_id[course.id] = course
            _check_lessons(site, course, document)
            _check_ids(course, document)
            _check_grading(site, course, document)
            _check_products(course, document, products)
            _check_prerequisites(site, course, document)
            _check_glossary(course, document)
        courses.problems += document.problems
    if courses.by_id:
        courses.problems += missing_plugin(site, "courses")
    return courses


def _check_lessons(site: Site, course: Course, document: Document) -> None:
    seen: set[str] = set()
    for index, lesson in enumerate(course.lessons):
        source = lesson.source(course.id)
        written = lesson.guide if lesson.guide is not None else lesson.page or ""
        place = ("lessons", index, "guide" if lesson.guide is not None else "page")
        path = place if place in document.values else place[:2]
        if lesson.guide is None and lesson.page is None:
            document.problem(
                ("lessons", index),
                "missing-lesson",
                "This lesson is neither a page nor a guide.",
                found="an entry without `page` and `guide`",
                allowed="`{page: …}` of the course's folder, or `{guide: …}` of the site",
                hint="say which page it is, or delete the entry",
            )
            continue
        if lesson.guide is not None and lesson.page is not None:
            document.problem(
                ("lessons", index),
                "lesson-twice",
                "A lesson is a page or a guide, not both.",
                found="`page` and `guide`",
                hint="make two lessons of it",
            )
        elif not source.endswith(".md") or not is_there(site.docs_dir / source):
            beside = _pages(site.docs_dir if lesson.guide else site.docs_dir / course.folder)
            match = nearest(written, beside)
            document.problem(
                path,
                "missing-lesson",
                f"There is no page `{written}` for this lesson.",
                found=f"`{written}`",
                allowed="a guide, relative to docs/"
                if lesson.guide
                else "a page, relative to the course's folder",
                hint=f"did you mean `{match}`?" if match else "",
            )
        elif source in seen:
            document.problem(
                path,
                "lesson-twice",
                f"`{written}` is a lesson of this course already.",
                found=f"`{written}` again",
                allowed="each lesson once",
            )
        elif lesson.guide is not None and (
            is_there(site.docs_dir / lesson.shown(course.id))
            or lesson.shown(course.id) in course.shown[:index]
        ):
            document.problem(
                path,
                "lesson-address",
                f"The course has another page by the name of the guide `{written}`.",
                found=f"`{lesson.shown(course.id)}`, where the guide would be shown",
                hint="rename the course's own page, or leave out one of the guides",
            )
        seen.add(source)


def _check_prerequisites(site: Site, course: Course, document: Document) -> None:
    others = sorted(path.parent.name for path in site.docs_dir.glob("courses/*/course.yml"))
    for index, one in enumerate(course.prerequisites):
        key = "course" if one.course is not None else "page"
        place = ("prerequisites", index, key)
        path = place if place in document.values else ("prerequisites", index)
        if (one.page is None) == (one.course is None) and not (one.text and one.page is None):
            document.problem(
                ("prerequisites", index),
                "unknown-prerequisite",
                "A prerequisite is a text, a page or a course.",
                found="`page` and `course`" if one.page else "none of them",
                hint="make two entries of it" if one.page else "write what learners should know",
            )
        elif one.course is not None and (one.course not in others or one.course == course.id):
            document.problem(
                path,
                "unknown-prerequisite",
                f"There is no other course `{one.course}` to do first.",
                found=f"`{one.course}`",
                allowed=", ".join(name for name in others if name != course.id) or "no other yet",
                hint=suggestion(one.course, others),
            )
        elif one.page is not None and not is_there(site.docs_dir / str(one.source)):
            match = nearest(one.page, _pages(site.docs_dir))
            document.problem(
                path,
                "unknown-prerequisite",
                f"There is no page `{one.page}` to read first.",
                found=f"`{one.page}`",
                allowed="a page, relative to docs/",
                hint=f"did you mean `{match}`?" if match else "",
            )


def _check_glossary(course: Course, document: Document) -> None:
    for term, meaning in course.glossary.items():
        if not meaning.strip() or not term.strip():
            path = ("glossary", term)
            document.problem(
                path if path in document.values else ("glossary",),
                "glossary-empty",
                "A word of the glossary has no meaning.",
                found=f"`{term}`",
                hint="say in a sentence what it means, or delete it",
            )


def _check_grading(site: Site, course: Course, document: Document) -> None:
    if course.grading == "graded" and site.endpoint is None:
        document.problem(
            ("grading",),
            "grading-not-there",
            "Nothing grades this course: the site has no endpoint.",
            found="`graded`, and no `endpoint` in the options of `carebase-forms`",
            allowed="`self-check`, where answers are checked in the browser",
            hint="name the endpoint in mkdocs.yml, as in `endpoint: /`",
            severity="warning",
        )


def _check_ids(course: Course, document: Document) -> None:
    seen: set[str] = set()
    for index, lesson in enumerate(course.lessons):
        if lesson.id in seen:
            document.problem(
                ("lessons", index, "id"),
                "lesson-id-twice",
                "Two lessons have the same id.",
                found=f"`{lesson.id}` again",
                allowed="each id once",
            )
        seen.update({lesson.id} if lesson.id else ())


def _pages(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


def _check_products(course: Course, document: Document, products: Collection[str] | None) -> None:
    if products is None:
        return
    for index, product in enumerate(course.products):
        if product not in products:
            place = ("products", index)
            document.problem(
                place if place in document.values else ("products",),
                "unknown-product",
                f"There is no product `{product}`.",
                found=f"`{product}`",
                allowed=", ".join(products) or "no product is there yet",
                hint=suggestion(product, products),
            )


def quizzes_of(site: Site, pages: list[Page], courses: Mapping[str, Course]) -> Quizzes:
    """Read the quizzes of all pages; `courses` by their ids."""
    if not courses and not any(block.name == BLOCK for page in pages for block in page.blocks):
        return Quizzes()
    # Most builds of sites without any are spared what reads them.
    from carebase.training.quizzes import load_quizzes

    return load_quizzes(site, pages, courses)
