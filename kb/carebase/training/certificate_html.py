"""The place of a course's page where whoever has passed gets a certificate to print."""

from __future__ import annotations

from collections.abc import Sequence

from carebase.forms import controls
from carebase.markup import Markup, element, json_template
from carebase.training.asked import Asked
from carebase.training.course import Course
from carebase.training.key import make_key

_WORDS = ("certificate.", "course.score", "number.mark", "date", "date.", "month.")


def revision_of(course: Course, asked: Sequence[Asked]) -> str:
    """Give the version that certificates name: as written, else eight hexadecimal digits.

    They follow from the pass mark and from the words, points and attempts of the questions; which
    answer is right does not change them. Signed certificates name the same.
    """
    return course.version or make_key(course, asked, {}).version


def render_certificate(
    course: Course,
    version: str,
    maker: str,
    places: dict[str, str],
    language: str,
    endpoint: str | None = None,
) -> Markup:
    """Write the place for the certificate; `maker` is the name of the site that gives it.

    `places` are the addresses of the page that checks certificates: as seen from the page
    (`check`), and whole (`whole`) where that is known. `endpoint` is the base address of the
    service that signs, where one does.
    """
    data = {
        "title": course.title,
        "version": version,
        "maker": maker,
        "months": course.certificate_months,
        **{name: places[name] for name in ("check", "whole")},
    }
    return element(
        "carebase-certificate",
        {"class": "cb-widget cb-award", "data-course": course.id, "data-endpoint": endpoint},
        json_template("data-certificate", data),
        controls.words(language, _WORDS),
    )
