"""What each page of a built site must hold, computed from the sources alone.

A site generator says nothing when a plugin is missing from its configuration: the pages are there
and the forms are not. So nothing here asks which plugins a site has, but for whether it has said
that it has no endpoint, or has another search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.generated import generated_pages
from carebase.articles.kind import Kind
from carebase.articles.load import Pages
from carebase.articles.page import Page
from carebase.articles.path_checks import escalation_forms
from carebase.articles.tokens import TOKEN, read_attributes
from carebase.catalog import Catalog
from carebase.site import Site
from carebase.training import Courses

FORMS_PLUGIN = "carebase-forms"

# Kinds of pages that are laid out in their own way, and carry their name as a mark of it.
_MARKED: tuple[Kind, ...] = ("guide", "faq", "troubleshooter")


@dataclass(frozen=True, slots=True)
class Widget:
    """A root element with `data-carebase="name"`, and with these further marks where given."""

    name: str
    product: str = ""
    form: str = ""

    def __str__(self) -> str:
        about = self.form or self.product
        return f"{self.name} {about}" if about else self.name

    def is_in(self, found: set[Widget]) -> bool:
        """Tell whether one of the found elements is this widget."""
        return any(
            other.name == self.name
            and (not self.product or other.product == self.product)
            and (not self.form or other.form == self.form)
            for other in found
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """A page of the built site: its HTML file there, its source, and what it must hold."""

    output: str
    source: str
    widgets: tuple[Widget, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A page (`widget` is None) or a widget that the built site lacks."""

    output: str
    source: str
    widget: Widget | None

    def __str__(self) -> str:
        what = str(self.widget) if self.widget else "the page itself"
        return f"{self.output}: {what} (from {self.source})"


def expected_pages(site: Site, catalog: Catalog, courses: Courses, pages: Pages) -> list[Expected]:
    """Give every page that a build must have made, with its widgets."""
    feedback = has_feedback(site)
    found: dict[str, Expected] = {}
    for page in pages.pages:
        found[page.src_uri] = Expected(
            site.output_of(page.src_uri), page.file, tuple(_widgets(page, feedback))
        )
    made = generated_pages(catalog, pages.files)
    for src_uri, source in made.items():
        if source:
            file = site.name_of(site.docs_dir / source)
            found[src_uri] = Expected(site.output_of(src_uri), file, ())
    for folder, widget in _fronts(catalog, courses):
        for src_uri in (f"{folder}/index.md", f"{folder}/README.md"):
            if src_uri in found:
                one = found[src_uri]
                found[src_uri] = replace(one, widgets=(*one.widgets, widget))
    for src_uri in ("index.md", "README.md"):
        if src_uri in found and has_search(site):
            one = found[src_uri]
            found[src_uri] = replace(one, widgets=(*one.widgets, Widget("search")))
    return sorted(
        (replace(one, widgets=tuple(dict.fromkeys(one.widgets))) for one in found.values()),
        key=lambda one: one.output,
    )


def _fronts(catalog: Catalog, courses: Courses) -> Iterator[tuple[str, Widget]]:
    """Give the folders whose index shows more than its own text, and what it shows."""
    for product in catalog.products:
        yield f"products/{product}", Widget("hub", product=product)
    for course in courses.by_id.values():
        yield course.folder, Widget("course")


def has_feedback(site: Site) -> bool:
    """Tell whether articles ask if they helped: not where a site has no endpoint on purpose.

    A site without the plugin has not said so: there the missing feedback is to be told.
    """
    return FORMS_PLUGIN not in site.plugins or (site.endpoint is not None and site.feedback)


def has_search(site: Site) -> bool:
    """Tell whether the home page has our search: not where the site has another one."""
    return all(name.rpartition("/")[2] != "search" for name in site.plugins)


def _widgets(page: Page, feedback: bool) -> Iterator[Widget]:
    if page.kind in _MARKED:
        yield Widget(page.kind)
    if page.kind == "troubleshooter":
        for form in escalation_forms(page):
            yield Widget("form", form=form)
    for block in page.blocks:
        # Of what only trainers see a site may hold nothing.
        ours = BLOCK_TYPES.get(block.name)
        if ours and not ours.trainer:
            product = block.options.get("product")
            yield Widget(
                ours.shows or ours.name,
                product=product if isinstance(product, str) else "",
                form=block.argument or "" if ours.argument == "form" else "",
            )
    if feedback and page.is_article and page.front.feedback:
        yield Widget("page-feedback")


def find_missing(expected: list[Expected], built: Path) -> list[Missing]:
    """Read the HTML of a built site and give what it lacks."""
    missing: list[Missing] = []
    for page in expected:
        try:
            text = (built / page.output).read_bytes().decode("utf-8", "replace")
        except OSError:
            missing.append(Missing(page.output, page.source, None))
            continue
        found = read_widgets(text)
        missing += [
            Missing(page.output, page.source, widget)
            for widget in page.widgets
            if not widget.is_in(found)
        ]
    return missing


def read_widgets(text: str) -> set[Widget]:
    """Give every element of a page that carries a mark of Carebase."""
    found: set[Widget] = set()
    if "data-carebase" not in text:
        return found
    for token in TOKEN.finditer(text):
        rest = token["rest"] or ""
        if "data-carebase" in rest:
            attributes = read_attributes(rest)
            found.add(
                Widget(
                    attributes.get("data-carebase", ""),
                    attributes.get("data-product", ""),
                    attributes.get("data-form", ""),
                )
            )
    return found
