"""Guides with steps, questions that open, troubleshooters: `carebase-articles`."""

from __future__ import annotations

import logging

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase.articles.marks import mark_lines
from carebase.articles.review import lower_in_search
from carebase.articles.steps import wrap_steps
from carebase_plugins.articles.config import ArticlesConfig
from carebase_plugins.articles.guide import guide_view
from carebase_plugins.articles.late import late_today, late_view
from carebase_plugins.articles.questions import faq_view, questions_view
from carebase_plugins.articles.redirects import write_redirects
from carebase_plugins.articles.related import prepare, related_view
from carebase_plugins.articles.troubleshooter import troubleshooter_view
from carebase_plugins.base import CarebasePlugin, add_page
from carebase_plugins.ledger import record_addresses
from carebase_plugins.theme.view import without_h1
from carebase_plugins.theme.words import words_of

log = logging.getLogger("mkdocs.plugins.carebase")

QUESTIONS = "faq/index.md"


class ArticlesPlugin(CarebasePlugin):
    """Translates the generator's events for articles."""

    config_class = ArticlesConfig
    command = ""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command = command

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        files = super().on_files(files, config=config)
        words = words_of(self.shared.site.language)
        if any(page.src_uri.startswith("faq/") for page in self.shared.pages.pages):
            add_page(files, config, QUESTIONS, words("nav.faq"))
        return files

    def on_page_content(
        self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files
    ) -> str:
        html = super().on_page_content(html, page=page, config=config, files=files)
        words = words_of(self.shared.language_of(page))
        source = self.shared.page_of(page)
        if source is not None and late_today(source):
            # Before a search plugin reads it.
            page.meta["search"] = lower_in_search(page.meta.get("search"))
        return mark_lines(html, lambda kind: words(f"mark.{kind}"))

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        env = super().on_env(env, config=config, files=files)
        prepare(self.shared)
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        view = self.view(context, page)
        words = words_of(self.shared.language_of(page))
        source = self.shared.page_of(page)
        body = without_h1(page.content)
        view["late"] = late_view(self.shared, page, source)
        view |= related_view(self.shared, page)
        if source is None and page.file.src_uri == QUESTIONS:
            view |= questions_view(self.shared)
        elif source is None:
            pass
        elif source.kind == "guide":
            steps = wrap_steps(
                body,
                lambda number: words("guide.step", number=number),
                lambda number: words("guide.step_link", number=number),
            )
            view |= guide_view(self.shared, page, source, steps)
            view["body"] = Markup(steps)  # noqa: S704
        elif source.kind == "faq":
            view |= faq_view(self.shared, source, body)
        elif source.kind == "troubleshooter":
            view |= troubleshooter_view(self.shared, page, source, body)
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        super().on_post_build(config=config)
        write_redirects(self.shared)
        if self.command == "build" and not self.shared.drafted:
            for warning in record_addresses(self.shared)[1]:
                log.warning(warning)
