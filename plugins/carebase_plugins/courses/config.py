"""The options of `carebase-courses`."""

from __future__ import annotations

from mkdocs.config import config_options as c
from mkdocs.config.base import Config


class CoursesConfig(Config):
    """Whom the site is for. What a course is stands in its course.yml."""

    audience = c.Choice(("learner", "trainer"), default="learner")
    """For `trainer` the site holds the notes and solutions that are for trainers.

    `carebase build --audience trainer` says it for one build. A learner's site holds nothing of
    them, so this belongs into the mkdocs.yml of a site that learners cannot reach.
    """
