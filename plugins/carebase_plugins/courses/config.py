"""The options of `carebase-courses`."""

from __future__ import annotations

from mkdocs.config.base import Config


class CoursesConfig(Config):
    """There is nothing to set: what a course is stands in its course.yml."""
