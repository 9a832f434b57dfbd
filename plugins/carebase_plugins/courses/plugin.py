"""Courses with lessons, questions and the way through them: `carebase-courses`."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase_plugins.base import CarebasePlugin
from carebase_plugins.blocks import Placeholder
from carebase_plugins.courses.config import CoursesConfig
from carebase_plugins.courses.glossary import add_glossaries
from carebase_plugins.courses.pages import add_course_pages, view_of_course_page
from carebase_plugins.courses.quiz import quiz_of
from carebase_plugins.courses.trainer import (
    block_head,
    with_trainer_bar,
    without_trainers_files,
)
from carebase_plugins.courses.walk import add_course_guides, add_key_points, guide_address
from carebase_plugins.courses.whole import stop_before_half_a_course
from carebase_plugins.private import keep_keys


class CoursesPlugin(CarebasePlugin):
    """Translates the generator's events for courses and questions."""

    config_class = CoursesConfig
    blocks = ("quiz", "exercise", "solution", "instructor")
    command = ""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command = command

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        files = super().on_files(files, config=config)
        if self.command in ("build", "gh-deploy") and not self.shared.drafted:
            stop_before_half_a_course(self.shared)
        files = without_trainers_files(self.shared, files)
        files = add_course_guides(self.shared, files, config)
        files = add_key_points(self.shared, files, config)
        files = add_glossaries(self.shared, files, config)
        return add_course_pages(self.shared, files, config)

    def on_page_context(
        self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        view = self.view(context, page)
        view |= view_of_course_page(self.shared, page)
        with_trainer_bar(view, self.shared, page)
        if self.shared.guide_shown(page.file.src_uri):
            page.canonical_url = guide_address(self.shared, page)
            if "guide" in view:
                view["template"] = "carebase/guide.html"
        return context

    def write_quiz(self, block: Placeholder, page: SitePage) -> str:
        """Write the questions of a quiz."""
        return quiz_of(self.shared, block, page)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        super().on_post_build(config=config)
        if self.command != "serve" and not self.shared.drafted:
            keep_keys(self.shared, Path(config.site_dir))

    def write_exercise(self, block: Placeholder, page: SitePage) -> str:
        """Write what stands before the title of an exercise."""
        return block_head(self.shared, block, page)

    def write_solution(self, block: Placeholder, page: SitePage) -> str:
        """Write what stands before the title of a solution."""
        return block_head(self.shared, block, page)

    def write_instructor(self, block: Placeholder, page: SitePage) -> str:
        """Write what stands above a note for trainers."""
        return block_head(self.shared, block, page)
