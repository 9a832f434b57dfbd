"""What is wrong with pages that could be read: with what they name, link to, show and promise."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Any

from carebase.articles.admonitions import check_admonitions
from carebase.articles.duplicates import check_likeness, check_titles
from carebase.articles.fences import check_fences
from carebase.articles.front_matter import GuideFront
from carebase.articles.generated import check_made_addresses, generated_pages
from carebase.articles.headings import check_headings
from carebase.articles.heavy import check_heavy_pictures
from carebase.articles.links import Targets, check_links, find_places
from carebase.articles.load import Pages
from carebase.articles.markdown import Outline, Renderer
from carebase.articles.mentions import check_mentions
from carebase.articles.page import Page
from carebase.articles.path_checks import check_paths
from carebase.articles.pictures import check_pictures
from carebase.articles.questions import check_questions
from carebase.articles.reading import Readings
from carebase.articles.redirects import check_aliases
from carebase.articles.references import check_references
from carebase.articles.rendering import read_pages
from carebase.articles.slips import check_slips
from carebase.articles.spelling import check_spelling
from carebase.catalog import Catalog
from carebase.errors import Problem, nearest, suggestion
from carebase.site import Site


def check_pages(
    site: Site,
    catalog: Catalog,
    pages: Pages,
    today: date,
    renderer: Renderer | None = None,
    progress: Callable[[int, int], None] | None = None,
    remember: bool = False,
) -> list[Problem]:
    """Render every page and give all problems that `load_pages` could not see.

    `today` decides which reviews are overdue. With `remember` a text that was rendered in an
    earlier check is not rendered again; the result is the same.
    """
    renderer = renderer or Renderer(site)
    readings = Readings(site, renderer) if remember else None
    read, problems = read_pages(renderer, pages.pages, readings, progress)
    if readings:
        readings.save()
    outlines = {name: reading.outline for name, reading in read.items()}
    targets = Targets(site, pages.files, generated_pages(catalog, pages.files), outlines)
    for page in pages.pages:
        problems += check_page(page, outlines[page.src_uri], site, catalog, pages, targets, today)
    problems += check_made_addresses(site, catalog, pages.files)
    problems += check_titles(pages.pages)
    problems += check_likeness(pages.pages, read)
    problems += check_spelling(site, catalog, pages.pages)
    problems += check_admonitions(site, pages.pages)
    problems += check_mentions(catalog, pages.pages)
    problems += check_pictures(site, pages, outlines, targets)
    problems += check_heavy_pictures(site, pages, outlines, targets)
    problems += check_aliases(
        pages.pages, {site.output_of(page.src_uri): page.src_uri for page in pages.pages}
    )
    return problems


def check_page(
    page: Page,
    outline: Outline,
    site: Site,
    catalog: Catalog,
    pages: Pages,
    targets: Targets,
    today: date,
) -> Iterator[Problem]:
    """Give the problems of one page that could be rendered, as far as it is judged by itself.

    Of `pages` only their paths and the forms they may name count.
    """
    yield from _check_names(page, catalog, pages)
    yield from _check_dates(page, today, site.review_grace)
    yield from check_links(page, outline, targets)
    yield from _check_alt_texts(page, outline)
    yield from _check_ids(page, outline)
    yield from check_headings(page, outline)
    yield from check_questions(page, outline)
    yield from check_paths(page, outline, pages.forms)
    yield from check_fences(page, site)
    yield from check_slips(page, site)
    yield from check_references(page, outline, site)


def _problem(page: Page, key: str, index: int | None, code: str, text: str, **more: Any) -> Problem:
    """Make a problem at a front-matter value, or at one entry of it."""
    path = (key,) if index is None or (key, index) not in page.document.values else (key, index)
    line, column = page.document.place(path)
    return Problem(page.file, line, column, code, text, **more)


def _check_names(page: Page, catalog: Catalog, pages: Pages) -> Iterator[Problem]:
    """Check what the front matter names: products, models, parts, guides."""
    front = page.front
    products = sorted({*catalog.products, *pages.files.products})
    yield from _unknown(page, "products", front.products, products, "product")
    known = [catalog.products[name] for name in page.products if name in catalog.products]
    if front.models and all(name in catalog.products for name in page.products):
        models = [model.id for product in known or catalog.products.values()
                  for model in product.models]  # fmt: skip
        yield from _unknown(page, "models", front.models, models, "model")
    for index, target, hint in _absent(page, pages, front.related or ()):
        yield _problem(
            page,
            "related",
            index,
            "unknown-page",
            f"There is no page `{target}` to show.",
            found=f"`{target}`",
            allowed="a page, relative to this one",
            hint=hint,
        )
    if not isinstance(front, GuideFront):
        return
    if front.parts and known and len(known) == len(page.products):
        numbers = [part.sku for product in known for part in product.parts]
        parts = [part.sku for part in front.parts]
        yield from _unknown(page, "parts", parts, numbers, "part")
    for index, target, hint in _absent(page, pages, front.requires):
        yield _problem(
            page,
            "requires",
            index,
            "unknown-guide",
            f"There is no guide `{target}` to do first.",
            found=f"`{target}`",
            allowed="a page, relative to this one",
            hint=hint,
        )


def _absent(page: Page, pages: Pages, targets: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Give each path, relative to a page, that leads to none, with a hint."""
    written = pages.files.pages
    for index, target in enumerate(targets):
        if posixpath.normpath(posixpath.join(page.folder, target)) not in written:
            siblings = [posixpath.relpath(name, page.folder or ".") for name in written]
            match = nearest(target, siblings)
            yield index, target, f"did you mean `{match}`?" if match else ""


def _unknown(
    page: Page, key: str, found: Collection[str], known: Collection[str], what: str
) -> Iterator[Problem]:
    for index, name in enumerate(found):
        if name not in known:
            yield _problem(
                page,
                key,
                index,
                f"unknown-{what}",
                f"There is no {what} `{name}`.",
                found=f"`{name}`",
                allowed=", ".join(known) or f"no {what} is there yet",
                hint=suggestion(name, known),
            )


def _told_grace(days: int) -> str:
    said = "day of grace is" if days == 1 else f"{days} days of grace are"
    return f", and the {said} over" if days else ""


def _check_dates(page: Page, today: date, grace: int) -> Iterator[Problem]:
    front = page.front
    # East of Greenwich it is tomorrow already.
    if front.reviewed and front.reviewed > today + timedelta(days=1):
        yield _problem(
            page,
            "reviewed",
            None,
            "reviewed-in-future",
            "The page says it was reviewed on a day that has not come yet.",
            found=front.reviewed.isoformat(),
            allowed=f"up to {today.isoformat()}",
        )
    if front.reviewed and front.review_by and front.review_by < front.reviewed:
        yield _problem(
            page,
            "review_by",
            None,
            "review-order",
            "The next review lies before the last one.",
            found=front.review_by.isoformat(),
            allowed=f"after {front.reviewed.isoformat()}",
        )
    elif front.review_by and front.review_by < today:
        late = today > front.review_by + timedelta(days=grace)
        who = (
            f"{front.owner} was to review this page"
            if front.owner
            else "This page was to be reviewed"
        )
        yield _problem(
            page,
            "review_by",
            None,
            "review-overdue" if late else "review-due",
            f"{who} by now{_told_grace(grace) if late else ''}.",
            found=front.review_by.isoformat(),
            hint=f"read it, mend it, then say so: `carebase review {page.src_uri}`",
            severity="error" if late else "warning",
        )


def _check_alt_texts(page: Page, outline: Outline) -> Iterator[Problem]:
    lacking: Counter[str] = Counter()
    for picture in outline.pictures:
        # In HTML `alt=""` says on purpose that a picture says nothing; Markdown cannot.
        if picture.alt is None or (not picture.alt.strip() and not picture.is_html):
            index = lacking[picture.source]
            lacking[picture.source] += 1
            places = find_places(page, picture.source)
            place = places[min(index, len(places) - 1)] if places else None
            yield Problem(
                page.file,
                place.line if place else page.body_line,
                place.column if place else 1,
                "missing-alt",
                "The picture has no text for those who cannot see it.",
                found=f"`{picture.source[:80]}`",
                hint="say in a few words what it shows: `![What it shows](…)`",
                severity="warning",
            )


def _check_ids(page: Page, outline: Outline) -> Iterator[Problem]:
    quizzes = [block for block in page.blocks if block.name == "quiz"]
    asked = {line for block in quizzes for line in range(block.first, block.until)}
    for name, count in Counter(outline.ids).items():
        if count < 2:
            continue
        quoted = re.escape(name)
        pattern = re.compile(
            rf"\{{[^{{}}]*#(?P<a>{quoted})(?=[\s}}])[^{{}}]*\}}"
            rf"|\bid\s*=\s*[\"']?(?P<b>{quoted})(?=[\"'\s>}}])"
        )
        places = [
            (line.number, found.start(found.lastgroup or 0) + 1)
            for line in page.lines.lines
            # Ids of questions are looked at by course.
            if name in line.text and line.number not in asked
            for found in pattern.finditer(line.without_code)
        ]
        # Ids that an extension or an inline drawing brings are not the writer's.
        for line, column in places[1:]:
            yield Problem(
                page.file,
                line,
                column,
                "duplicate-id",
                f"The id `{name}` stands twice on this page; links reach only the first.",
                found=f"`{name}` again; first on line {places[0][0]}",
                allowed="each id once",
            )
