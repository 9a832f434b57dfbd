"""Reading all pages of a site, with every problem of their front matter and blocks."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from carebase.articles.audience import for_learners
from carebase.articles.block_checks import Known, check_block, check_solutions
from carebase.articles.blocks import scan_blocks
from carebase.articles.files import DocsFiles, list_files
from carebase.articles.filling import Filling
from carebase.articles.front_matter import FOREIGN_KEYS, MODELS, Front
from carebase.articles.kind import KINDS, Kind, course_of, default_kind, product_of
from carebase.articles.lines import read_lines
from carebase.articles.markdown import Renderer
from carebase.articles.page import Page, find_title, title_from_name
from carebase.catalog import Catalog
from carebase.errors import Problem
from carebase.forms import Forms
from carebase.site import Site
from carebase.sources import Document, read_text, split_front_matter, validate

# How like one of ours a key must be to be taken for a misspelling and not for someone else's.
_MISSPELT = 0.75
# An unknown key on more pages than this is a custom of the site, told once.
_CUSTOM = 3

_OUR_KEYS = tuple(dict.fromkeys(key for model in MODELS.values() for key in model.model_fields))


@dataclass(slots=True)
class Pages:
    """All pages in the order of their paths, the files beside them, and what is wrong in them.

    `forms` are the ids that a page may name.
    """

    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: DocsFiles = field(default_factory=lambda: DocsFiles(()))
    forms: tuple[str, ...] = ()

    def by_uri(self) -> Mapping[str, Page]:
        """Give each page by its path below `docs/`."""
        return {page.src_uri: page for page in self.pages}


# A page, its problems, and its unknown keys, each with the warning about it.
ReadPage = tuple[Page, list[Problem], list[tuple[str, Problem]]]
PagesReader = Callable[[Site, Sequence[str], DocsFiles, Known, Filling], Iterable[ReadPage]]


def load_pages(
    site: Site,
    catalog: Catalog,
    forms: Forms,
    renderer: Renderer | None = None,
    progress: Callable[[int, int], None] | None = None,
    read: PagesReader | None = None,
) -> Pages:
    """Read every page below the site's docs folder; nothing is rendered.

    `renderer` knows the blocks of the site's other extensions; one is made when none is given.
    `read` stands in for `read_pages`, for one who remembers pages.
    """
    renderer = renderer or Renderer(site)
    files = list_files(site)
    known = known_to_blocks(catalog, forms, files, renderer)
    pages = Pages(
        files=files, problems=[*renderer.problems, *files.problems], forms=tuple(known.forms)
    )
    filling = Filling(site, catalog, renderer.markdown)
    customs: defaultdict[str, list[Problem]] = defaultdict(list)
    found = (read or read_pages)(site, files.pages, files, known, filling)
    for number, (page, problems, unknown) in enumerate(found):
        pages.pages.append(page)
        pages.problems += problems
        for key, problem in unknown:
            customs[key].append(problem)
        if progress:
            progress(number + 1, len(files.pages))
    pages.problems += _told_once(customs)
    return pages


def known_to_blocks(catalog: Catalog, forms: Forms, files: DocsFiles, renderer: Renderer) -> Known:
    """Give what the blocks of any page may name."""
    return Known(
        renderer.blocks,
        sorted({*catalog.products, *files.products}),
        sorted({*forms.by_id, *_own_forms(files)}),
        # Of a product whose file has errors nothing is known: those errors are enough.
        covered={
            name
            for name in files.products
            if name not in catalog.products or catalog.products[name].policy
        },
        contact="contact.yml" in files.all,
    )


def _own_forms(files: DocsFiles) -> set[str]:
    """Give the ids of the site's form files, broken ones too: naming those is no mistake."""
    parts = (name.split("/") for name in files.all if name.endswith(".yml"))
    return {part[1].removesuffix(".yml") for part in parts if len(part) == 2 and part[0] == "forms"}


def read_pages(
    site: Site, uris: Sequence[str], files: DocsFiles, known: Known, filling: Filling
) -> Iterator[ReadPage]:
    """Read pages one after the other."""
    for src_uri in uris:
        yield read_page(site, src_uri, files, known, filling)


def read_page(
    site: Site, src_uri: str, files: DocsFiles, known: Known, filling: Filling
) -> ReadPage:
    """Read one page: it, its problems, and the keys of its front matter that nobody knows."""
    path = site.docs_dir / src_uri
    return page_of(site, src_uri, files, known, filling, *read_text(path, site.name_of(path)))


def page_of(
    site: Site,
    src_uri: str,
    files: DocsFiles,
    known: Known,
    filling: Filling,
    text: str,
    problems: list[Problem],
) -> ReadPage:
    """Make a page of its text; give also its problems and the keys that nobody knows."""
    file = site.name_of(site.docs_dir / src_uri)
    text, odd = _without_controls(text, file)
    head = split_front_matter(text, file)
    document, body, body_line = head.document, head.body, head.body_line
    if isinstance(document.data, str):
        # Two rules with text between them, not a head.
        document, body, body_line = Document(file, data={}), text, 1
    kind = default_kind(src_uri, files.products, files.courses)
    kind, front, unknown = read_front(document, kind)
    lines = read_lines(body, body_line)
    product = product_of(src_uri, files.products)
    blocks, block_problems = scan_blocks(lines, file, known.names)
    for block in blocks:
        block_problems += check_block(block, known, product)
    block_problems += check_solutions(blocks)
    page = Page(
        src_uri=src_uri,
        file=file,
        kind=kind,
        front=front,
        title=front.title or find_title(lines) or title_from_name(src_uri),
        product=product,
        products=tuple(dict.fromkeys([*([product] if product else []), *front.products])),
        course=course_of(src_uri, files.courses),
        body=body,
        body_line=body_line,
        blocks=tuple(blocks),
        lines=lines,
        document=document,
    )
    if site.audience == "learner":
        page = for_learners(page)
    page, unfilled = filling.fill(page)
    return page, problems + odd + document.problems + block_problems + unfilled, unknown


def _without_controls(text: str, file: str) -> tuple[str, list[Problem]]:
    place = text.find("\0")
    if place < 0:
        return text, []
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    problem = Problem(
        file,
        line,
        column,
        "nul-character",
        "A NUL character stands in the text.",
        found="U+0000",
        hint="delete it, or save the file again as UTF-8 text",
    )
    return text.replace("\0", "\ufffd"), [problem]


def read_front(document: Document, kind: Kind) -> tuple[Kind, Front, list[tuple[str, Problem]]]:
    """Check the head of a page; `kind` is the one by its folder.

    Problems of ours go into the document. Keys that are unknown and unlike any of ours are given
    apart, each with its warning: a site may have customs of its own.
    """
    data = document.data
    if data is None and document.problems:
        return kind, MODELS[kind](), []
    if not isinstance(data, dict):
        validate(document, MODELS[kind])
        return kind, MODELS[kind](), []
    if data.get("kind") in KINDS:
        kind = data["kind"]
    model = MODELS[kind]
    ours: dict[str, Any] = {}
    unknown: list[tuple[str, Problem]] = []
    for key, value in data.items():
        if key in model.model_fields:
            if value is not None:
                ours[key] = value
        elif key in _OUR_KEYS:
            _misplaced(document, key, kind)
        elif key not in FOREIGN_KEYS:
            match = _misspelt(key, model.model_fields)
            if match:
                document.problem(
                    (key,),
                    "unknown-key",
                    f"The key `{key}` is not known here.",
                    key=True,
                    found=f"`{key}`",
                    allowed=", ".join(model.model_fields),
                    hint=f"did you mean `{match}`?",
                )
            else:
                unknown.append((key, _custom(document, key)))
    checked = replace(document, data=ours)
    front = validate(checked, model)
    document.problems = checked.problems
    if front is None:
        front = model.model_validate({key: ours[key] for key in ours if _fits(model, key, ours)})
    return kind, front, unknown


def _fits(model: type[Front], key: str, data: Mapping[str, Any]) -> bool:
    try:
        model.model_validate({key: data[key]})
    except ValidationError:
        return False
    return True


def _misspelt(key: str, ours: Collection[str]) -> str | None:
    found = difflib.get_close_matches(key.lower(), ours, n=1, cutoff=_MISSPELT)
    return found[0] if found else None


def _misplaced(document: Document, key: str, kind: Kind) -> None:
    owners = [name for name, model in MODELS.items() if key in model.model_fields]
    document.problem(
        (key,),
        "key-of-other-kind",
        f"The key `{key}` does nothing here: it belongs to a {' or '.join(owners)}.",
        key=True,
        found=f"`{key}` on a page of the kind `{kind}`",
        hint=f"write `kind: {owners[0]}`, or delete the key",
        severity="warning",
    )


def _custom(document: Document, key: str) -> Problem:
    line, column = document.key_place((key,))
    return Problem(
        document.file,
        line,
        column,
        "unknown-key",
        f"The key `{key}` is not known to Carebase, MkDocs or Material.",
        found=f"`{key}`",
        hint="delete it when nothing of yours reads it",
        severity="warning",
    )


def _told_once(customs: Mapping[str, list[Problem]]) -> list[Problem]:
    """Give the warnings about unknown keys; one for a key that many pages have."""
    told: list[Problem] = []
    for key, found in customs.items():
        if len(found) <= _CUSTOM:
            told += found
        else:
            told.append(
                replace(found[0], found=f"`{key}` here and on {len(found) - 1:,} more pages")
            )
    return told
