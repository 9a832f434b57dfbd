"""`/v1/search` for programs, and `/search` for readers whose browser runs no scripts."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.build.private import private_of
from carebase.endpoint.limits import refusal, search_meters
from carebase.endpoint.pages import page, page_address, reader_language
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.service import Service, service_of
from carebase.errors import CarebaseError
from carebase.forms.errors import FieldError
from carebase.i18n import count_text, text
from carebase.markup import Markup, element
from carebase.search.build import PRIVATE
from carebase.search.found import Found, Hit
from carebase.search.index import open_index
from carebase.search.search import Searcher
from carebase.search.synonyms import Synonyms
from carebase.store import TooMany

# In characters; as in the signals of searches.
LONGEST = 200
MOST = 20
_PASSAGE = 220


class _Held:
    """The searcher of one build, opened when it is first asked; another build brings another.

    The index of a build may come a while after its pages.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: object = None
        self._seen: tuple[int, int] | None = None
        self._searcher: Searcher | None = None
        self._open = ExitStack()

    def search(self, service: Service, query: str, **wishes: Any) -> Found:
        """Search; raises CarebaseError when the site was built without an index."""
        with self._lock:
            folder = private_of(service.settings.site) / PRIVATE
            seen = _seen(folder)
            is_same = self._of is service.private and self._seen == seen
            if self._searcher is None or not is_same:
                self._open.close()
                opened = self._open.enter_context(open_index(folder))
                self._searcher = Searcher(opened, service.private.language, _synonyms(folder))
                self._of, self._seen = service.private, seen
            return self._searcher.search(query, **wishes)


def _seen(folder: Path) -> tuple[int, int] | None:
    """Tell one folder from another that has taken its place."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _synonyms(folder: Path) -> Synonyms:
    words = json.loads((folder / "words.json").read_text("utf-8"))
    return Synonyms.model_validate(words["synonyms"])


class SearchRoute(HTTPEndpoint):
    """The pages that answer a query, as JSON."""

    async def get(self, request: Request) -> Response:
        """Give the best pages, each with the section and passage that answer."""
        query = request.query_params.get("q", "").strip()
        if not query:
            said = "Say what to search for."
            raise Refusal(422, said, [FieldError("q", said)])
        service = service_of(request)
        found = await _search(request, query, literal=_is_literal(request))
        results = [_as_data(service, hit) for hit in found.hits[:MOST]]
        data = {
            "query": query,
            "language": found.language,
            "mended": dict(found.mended),
            "count": len(found.hits),
            "results": results,
        }
        return JSONResponse(data, headers={"Cache-Control": "no-store"})


class SearchPageRoute(HTTPEndpoint):
    """The same as a page, in the reader's language."""

    async def get(self, request: Request) -> Response:
        """Give a search field, and what was found where something was asked."""
        service = service_of(request)
        language = reader_language(request)
        # Of a message that somebody pasted the beginning is searched; nobody is told of limits.
        query = request.query_params.get("q", "")[: 2 * LONGEST].strip()[:LONGEST]
        literal = request.query_params.get("literal") == "true"
        found = await _search(request, query, literal=literal) if query else None
        content = [_form(language, query)]
        if found is not None:
            content += _results(service, found, language)
        return page(service, text(language, "search.title"), *content, language=language)


def _is_literal(request: Request) -> bool:
    """Tell whether nothing in the query shall be put right."""
    given = request.query_params.getlist("literal")
    if given not in ([], ["true"], ["false"]):
        said = "Say `true` or `false`."
        raise Refusal(422, said, [FieldError("literal", said)])
    return given == ["true"]


async def _search(request: Request, query: str, *, literal: bool) -> Found:
    service = service_of(request)
    if len(query) > LONGEST:  # Of programs: they are told.
        said = f"A query has at most {LONGEST} characters."
        raise Refusal(422, said, [FieldError("q", said)])
    await _count(request, service)
    asked = request.query_params
    wishes: dict[str, Any] = {name: asked.get(name, "") for name in ("product", "kind")}
    wishes |= {"language": asked.get("lang", ""), "literal": literal}
    today = service.private.today(service.now())
    held = _held(request)
    try:
        return await run_in_threadpool(held.search, service, query, today=today, **wishes)
    except CarebaseError as error:
        # A preview makes the index once its pages answer.
        is_awaited: Callable[[], bool] = getattr(request.app.state, "index_is_awaited", bool)
        if is_awaited():
            said = "The search index of this site is being made: try again in a moment."
            raise Refusal(503, said, headers={"Retry-After": "2"}) from None
        log.error("%s", error)
        raise Refusal(404, "This site was built without a search index.") from None


def _held(request: Request) -> _Held:
    state = request.app.state
    if not hasattr(state, "search"):
        state.search = _Held()
    held: _Held = state.search
    return held


async def _count(request: Request, service: Service) -> None:
    """Count a search; only one that comes too often is refused."""
    meters = search_meters(request)
    if not meters:
        return
    try:
        await asyncio.wrap_future(service.store.charge(meters, service.now()))
    except TooMany as told:
        raise refusal(told) from None
    except SQLAlchemyError as error:
        log.error("A search could not be counted", exc_info=error)


def _as_data(service: Service, hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.page.title,
        "url": service.private.base_path + hit.path,
        "kind": hit.page.kind,
        "products": list(hit.page.products),
        "section": hit.section.heading if hit.section else "",
        "passage": hit.passage(_PASSAGE),
        "score": round(hit.score, 3),
    }


def _form(language: str, query: str) -> Markup:
    label = text(language, "search.title")
    field = {"class": "cb-input", "name": "q", "type": "search", "id": "cb-q", "value": query}
    return element(
        "form",
        {"class": "cb-form", "role": "search", "method": "get"},
        element(
            "div",
            {"class": "cb-field"},
            element("label", {"class": "cb-label", "for": "cb-q"}, label),
            element("input", {**field, "maxlength": LONGEST}),
        ),
        element("button", {"class": "cb-button"}, text(language, "search.button")),
    )


def _results(service: Service, found: Found, language: str) -> list[Markup]:
    query = found.query.text
    if found.hits:
        said = count_text(language, "search.found", len(found.hits), query=found.corrected)
    else:
        said = text(language, "search.nothing", query=found.corrected)
    parts = [element("p", {"role": "status"}, said)]
    if found.mended:
        words = ", ".join(found.mended.values())
        said = text(language, "search.mended", words=words)
        typed = "?" + urlencode({"q": query, "literal": "true"})
        instead = element("a", {"href": typed}, text(language, "search.instead", query=query))
        parts.append(element("p", None, said, " ", instead))
    names = service.private.product_names
    items = []
    for hit in found.hits[:MOST]:
        heading = hit.section.heading if hit.section else ""
        where = " · ".join([*(names.get(one, one) for one in hit.page.products), heading])
        pieces = [
            element("mark", None, piece) if marked else piece
            for piece, marked in hit.pieces(_PASSAGE)
        ]
        link = element("a", {"href": service.private.base_path + hit.path}, hit.page.title)
        small = element("small", None, where.strip(" ·")) if where.strip(" ·") else None
        items.append(
            element(
                "li",
                {"lang": hit.page.lang, "dir": "auto"},
                element("p", None, element("strong", None, link), " ", small),
                element("p", None, *pieces),
            )
        )
    if items:
        return [*parts, element("ol", {"class": "cb-found"}, *items)]
    return [*parts, *_all_pages(service, language)]


def _all_pages(service: Service, language: str) -> list[Markup]:
    """Lead to the list of all pages, where the build tells its address."""
    address = page_address(service, service.private.links.get("pages", ""))
    if not address:
        return []
    link = element("a", {"href": address}, text(language, "search.all"))
    return [element("p", {"class": "cb-ways"}, link)]
