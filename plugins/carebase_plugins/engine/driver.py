"""A build that makes only what has changed, with the generator's own functions and events.

The order of things is the generator's: configuration, files, navigation, the text of every page,
static files, templates, pages, what plugins write at the end. A page's text or HTML is left out
where the cache holds what would come out again; then what it said and added is said and added
again, so that nothing later can tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import TemplateError
from mkdocs import utils
from mkdocs.commands import build as generator
from mkdocs.exceptions import Abort
from mkdocs.structure.files import Files, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation

from carebase.build.reads import READS, Read
from carebase_plugins.engine.failures import describe_template
from carebase_plugins.engine.logs import overheard, say
from carebase_plugins.engine.pages import StoredPage, one_day
from carebase_plugins.engine.scene import PagesError, Progress
from carebase_plugins.engine.standing import Standing
from carebase_plugins.engine.store import key_of
from carebase_plugins.engine.templates import add_theme_files, environment

__all__ = ["Driver", "PagesError", "Progress"]

_build_theme_template: Callable[..., None] = generator._build_theme_template
# What the generator packs as well.
_SITEMAP = "sitemap.xml"
_build_extra_template: Callable[..., None] = generator._build_extra_template


class Driver(Standing):
    """One build of one site into a draft."""

    def run(self) -> None:
        """Build everything; raises PagesError with all pages that could not be made."""
        try:
            self._run()
        except Exception as error:
            self.config.plugins.on_build_error(error=error)
            raise

    def _run(self) -> None:
        counter = utils.CountHandler()
        counter.setLevel(logging.WARNING)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(counter)
        try:
            for step in self._steps():
                self.check()
                step()
        finally:
            logger.removeHandler(counter)
        if self.config.strict and (counts := counter.get_counts()):
            said = ", ".join(f"{count} {level.lower()}s" for level, count in counts)
            raise Abort(f"Aborted with {said} in strict mode!")

    def _steps(self) -> Sequence[Callable[[], None]]:
        return (
            *(self._prepare, self.render, self.settle),
            *(self._write_static, self.write, self.finish),
        )

    def show(self, choose: Callable[[Files], Sequence[str]]) -> list[tuple[StoredPage, list[Any]]]:
        """Make some pages anew in the draft's folder and nothing else of the site.

        `choose` names them by their paths below the docs folder. Give each with what was said
        about it; raises PagesError when one cannot be made.
        """
        self._prepare()
        self.render()
        files = self.files.src_uris
        pages = [self.page_of(files[uri]) for uri in choose(self.files)]
        said = []
        for page in pages:
            uri = page.file.src_uri
            rendered, text, error = self.render_one(page)
            if rendered is None:
                raise PagesError(error)
            self.store.rendered[uri] = rendered
            self.store.add_text(uri, text)
            self.restore(page, rendered, self.store.loader(uri))
            said.append(list(rendered.said))
        self.settle()
        for page, heard in zip(pages, said, strict=True):
            page.fetch()
            written, _, error = self.write_one(page)
            if written is None:
                raise PagesError(error)
            heard += written.said
        return list(zip(pages, said, strict=True))

    def _prepare(self) -> None:
        config = self.config = self.config.plugins.on_config(self.config)
        config.plugins.on_pre_build(config=config)
        files = get_files(config)
        env = environment(config, self.store.records.folder)
        add_theme_files(files, config)
        files = config.plugins.on_files(files, config=config)
        set_exclusions(files, config)
        with one_day():
            nav = get_navigation(files, config)
        self.nav = config.plugins.on_nav(nav, config=config, files=files)
        self.files, self.env = files, env

    def _write_static(self) -> None:
        for file in self.files:
            if file.is_documentation_page() or not self.inclusion(file.inclusion):
                continue
            if file._content is None and file.abs_src_path:
                mark = self.store.stamps.digest(file.abs_src_path) or ""
                if mark and self.draft.keep(file.dest_uri, mark):
                    continue
                self.draft.marks[file.dest_uri] = mark
            file.copy_file()
        for template in self.config.theme.static_templates:
            self._write_template(template)
        for template in self.config.extra_templates:
            _build_extra_template(str(template), self.files, self.config, self.nav)
            # It stands where its own source was copied to, and shows more than that.
            if (source := self.files.get_file_from_path(str(template))) is not None:
                self.draft.marks[source.dest_uri] = ""

    def _write_template(self, name: str) -> None:
        """Write a page of the theme, or keep it; it shows nothing of the texts of pages."""
        dates = sorted({str(self.page_of(file).update_date) for file in self.doc_files})
        key = key_of(self._world, self._around, name, *dates)
        names = (name, f"{name}.gz") if name == _SITEMAP else (name,)
        fact = f"template {name}"
        # A site's own template may show anything, the time too.
        known = None if self.config.theme.custom_dir else self.store.recall(fact)
        if (
            known is not None
            and known[0] == key
            and READS.hold(known[1])
            and all(self.draft.keep(one, key) for one in names)
        ):
            _, _, said, gathered, entries = known
        else:
            with (
                READS.noted("template") as read,
                overheard() as said,
                self.gatherer.one_page() as (gathered, entries),
            ):
                try:
                    _build_theme_template(name, self.env, self.files, self.config, self.nav)
                except TemplateError as error:
                    raise PagesError(describe_template(name, error)) from None
            self.draft.marks.update(dict.fromkeys(names, key))
            self.store.remember(fact, (key, Read.of(read), said, gathered, entries))
        say(said)
        self.gatherer.add(gathered, entries)

    def finish(self) -> None:
        """Check anchors, and let plugins write what they write at the end."""
        level = self.config.validation.links.anchors
        for file in self.doc_files:
            self.page_of(file).validate_anchor_links(files=self.files, log_level=level)
        self.config.plugins.on_post_build(config=self.config)
        self.store.twins = self.made_twins
        there = [file.src_uri for file in self.doc_files]
        rendered, written = self.store.rendered, self.store.written
        self.store.rendered = {uri: rendered[uri] for uri in there if uri in rendered}
        self.store.written = {uri: written[uri] for uri in there if uri in written}
