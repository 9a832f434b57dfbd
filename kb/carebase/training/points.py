"""The key points of a lesson: what stands below the heading of that name."""

from __future__ import annotations

import re

from carebase.articles.lines import read_lines

HEADINGS = frozenset(
    (
        *("key points", "keypoints", "in short"),
        *("das wichtigste", "auf einen blick"),
        *("puntos clave", "lo esencial"),
        *("points clés", "à retenir", "l’essentiel", "l'essentiel"),
    )
)
_QUIZ = re.compile(r" {0,3}(?P<slashes>/{3,}) *quiz\b", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}(?P<hashes>#{1,6})[ \t]+(?P<text>.*?)[ \t]*(?:\{[^{}]*\})?[ \t]*#*\Z")


def find_points(text: str) -> str:
    """Give the Markdown below the heading for key points, up to the next one as high.

    Questions stay with their lesson.
    """
    level = 0
    rows: list[str] = []
    quiz = ""
    for line in read_lines(text).lines:
        if opened := None if line.code or quiz else _QUIZ.match(line.text):
            quiz = opened["slashes"]
        if quiz:
            quiz = "" if line.text.strip() == quiz else quiz
            continue
        found = None if line.code else _HEADING.match(line.text)
        if found and level and len(found["hashes"]) <= level:
            break
        if level:
            rows.append(line.text)
        elif found and found["text"].strip().lower() in HEADINGS:
            level = len(found["hashes"])
    return "\n".join(rows).strip()
