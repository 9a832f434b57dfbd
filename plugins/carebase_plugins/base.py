"""What every plugin of Carebase does: install the theme, hide sources, place pages, finish HTML."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase_plugins.blocks import BlocksExtension, fill_placeholders
from carebase_plugins.blocks.training import LearnersExtension
from carebase_plugins.shared import Filler, Shared, hide_sources, shared_by
from carebase_plugins.theme import finish, install
from carebase_plugins.theme.entries import page_at
from carebase_plugins.theme.head import write_head
from carebase_plugins.theme.navigation import Places
from carebase_plugins.theme.once import once_by
from carebase_plugins.theme.styles import link_styles
from carebase_plugins.theme.twins import write_twins
from carebase_plugins.theme.values import add_values, fill_values
from carebase_plugins.theme.view import SITE_INDEX, frame, view_of, without_h1
from carebase_plugins.theme.words import theme_words, words_of

# After other plugins have had their turn: what they add is polished and placed too.
_LAST = -100
# What Python-Markdown lets a backslash stand before.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!]")


class CarebasePlugin(BasePlugin):  # type: ignore[type-arg]
    """The common part; it does its work once, whichever plugins a site uses.

    `blocks` are the names of the blocks that a plugin writes, each by `write_<name>`.
    """

    blocks: Collection[str] = ()
    shared: Shared

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.shared = shared_by(config)
        _ = self.shared.site  # described before anything of ours is added to it
        if self.shared.leader is None:
            self.shared.leader = self
            install.install(config)
            add_values(self.shared)
            if self.shared.site.audience == "learner":
                config.markdown_extensions.append(LearnersExtension())  # type: ignore[arg-type]
        self.shared.fillers.update(self._fillers())
        if self.blocks:
            config.markdown_extensions.append(
                BlocksExtension(self.blocks, notes=self.shared.site.audience == "trainer")
            )
        return config

    @property
    def leads(self) -> bool:
        """Whether this plugin does what is done once for all of them."""
        return self.shared.leader is self

    def _fillers(self) -> dict[str, Filler]:
        return {name: getattr(self, f"write_{name.replace('-', '_')}") for name in self.blocks}

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        files = install.add_static_files(hide_sources(files), config, self.shared.facts)
        if files.get_file_from_path(SITE_INDEX) is None:
            title = words_of(self.shared.site.language)("index.title")
            files.append(make_page(config, SITE_INDEX, title))
        return files

    def on_page_markdown(
        self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files
    ) -> str:
        return fill_values(markdown, self.shared, page) if self.leads else markdown

    def on_page_content(
        self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files
    ) -> str:
        fillers = {
            name: lambda placeholder, name=name: self.shared.fillers[name](placeholder, page)
            for name in self.blocks
        }
        html = fill_placeholders(html, fillers)
        # What the plugin before left as it is has no table that is still to be wrapped.
        if html is not self.shared.wrapped:
            html = finish.wrap_tables(html, words_of(self.shared.site.language)("table"))
            html = finish.name_permalinks(html)
            self.shared.wrapped = html
        return html

    @event_priority(_LAST)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        self.shared.nav = nav
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        if not self.shared.placed and self.shared.nav is not None:
            words = words_of(self.shared.site.language)
            self.shared.places = Places(self.shared, files, self.shared.nav, words)
        env.filters["without_h1"] = without_h1
        env.globals.setdefault("theme_words", theme_words(env))
        env.globals.setdefault("once", once_by(bool(config.theme.custom_dir)))
        return env

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        frame(context, self.shared)  # type: ignore[arg-type]
        return context

    def view(self, context: TemplateContext, page: SitePage) -> dict[str, Any]:
        """Give what the templates of a page see, to add to it."""
        return view_of(context, self.shared, page)  # type: ignore[arg-type]

    @event_priority(_LAST)
    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        if self.leads and template_name.endswith(".html"):
            return link_styles(finish.polish(output_content, self.shared.assets))
        return output_content

    @event_priority(_LAST)
    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        if not self.leads:
            return output
        view = self.shared.views.pop(page.file.src_uri, None)
        # What is added to the head has no styles and nothing that is run.
        output = finish.polish(output, self.shared.assets)
        if view is not None:
            output = write_head(output, self.shared, page, view)
        return link_styles(output)

    @event_priority(_LAST)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self.leads:
            write_twins(self.shared)
            finish.write(config, self.shared.assets)


def make_page(config: MkDocsConfig, src_uri: str, title: str) -> File:
    """Make a page that no writer wrote; nothing in its title is taken for Markdown or HTML."""
    text = _MARKDOWN.sub(r"\\\g<0>", escape(" ".join(title.split()), quote=False))
    return File.generated(config, src_uri, content=f"# {text}\n")


def add_page(files: Files, config: MkDocsConfig, src_uri: str, title: str) -> None:
    """Add a page that no writer wrote, unless one did, as `index.md` or `README.md`."""
    if page_at(files, src_uri) is None:
        files.append(make_page(config, src_uri, title))
