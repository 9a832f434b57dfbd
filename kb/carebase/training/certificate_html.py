"""The place of a course's page where whoever has passed gets a certificate to print."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from carebase.forms import controls
from carebase.markup import Markup, element, json_template
from carebase.training.course import Course

_WORDS = ("certificate.", "course.score", "number.mark", "date", "date.", "month.")


def revision_of(course: Course, questions: Sequence[dict[str, Any]]) -> str:
    """Give the version that certificates name: as written, else eight hexadecimal digits.

    They follow from the lessons, the pass mark, and the words and points of the questions, as
    `plain_questions` gives them; which answer is right does not change them.
    """
    if course.version:
        return course.version
    asked = [[one["id"], one["version"], one["points"], one["draw"]] for one in questions]
    data = [course.title, course.sources, course.pass_mark, asked]
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:8]


def render_certificate(
    course: Course, version: str, maker: str, places: dict[str, str], language: str
) -> Markup:
    """Write the place for the certificate; `maker` is the name of the site that gives it.

    `places` are the addresses of the page that checks certificates: as seen from the page
    (`check`), and whole (`whole`) where that is known.
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
        {"class": "cb-widget cb-award", "data-course": course.id},
        json_template("data-certificate", data),
        controls.words(language, _WORDS),
    )
