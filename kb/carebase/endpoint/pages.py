"""The few pages that the endpoint writes itself: complete, small, in the look of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from carebase.endpoint.body import MULTIPART, URLENCODED, kind_of
from carebase.endpoint.headers import PAGE_POLICY
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import Service, service_of
from carebase.i18n import languages, text
from carebase.markup import Child, Markup, element, join

STYLES = "assets/carebase/carebase.css"
# Material puts it into every site; without a link browsers would ask for one that is not there.
ICON = "assets/images/favicon.png"

# A page of the site as its forms name it; nothing that could lead elsewhere.
_PAGE = re.compile(r"/?(?:[\w.~%-]+/)*[\w.~%-]*")
_FAILURES = {
    403: "page.origin",
    404: "page.missing",
    405: "page.missing",
    413: "page.too_large",
    400: "page.unreadable",
    415: "page.unreadable",
    422: "page.unreadable",
    429: "page.busy",
}


def wants_page(request: Request, *, told_plainly: bool = True) -> bool:
    """Tell whether a person reads the answer: a plain form was sent, or an address opened.

    Browsers say so; of others a plain form tells it, unless `told_plainly` is off.
    """
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted:
        return True
    sent_plainly = kind_of(request) in (URLENCODED, MULTIPART)
    return told_plainly and sent_plainly and "json" not in accepted


def page(
    service: Service,
    title: str,
    *content: Child,
    language: str = "",
    status: int = 200,
    back: str = "",
    headed: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write one page.

    `back` is the page of the site that the reader came from, if it is known. The title is the
    page's first heading too, unless the content brings its own (`headed=False`).
    """
    private = service.private
    language = language or private.language
    home = private.base_path
    ways = [element("a", {"href": home}, text(language, "page.home"))]
    way_back = page_address(service, back)
    if way_back and way_back != home:
        ways.insert(0, element("a", {"href": way_back}, text(language, "page.back")))
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "robots", "content": "noindex"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", None, f"{title} – {private.name}"),
        [
            element("link", {"rel": "stylesheet", "href": home + sheet})
            for sheet in (*private.styles, STYLES)
        ],
        element("link", {"rel": "icon", "href": home + ICON}),
    )
    body = element(
        "body",
        {"class": "cb-page"},
        element(
            "header",
            {"class": "cb-page__header"},
            element("a", {"href": home}, private.name),
        ),
        element(
            "main",
            {"class": "cb-page__main", "id": "main"},
            element("h1", None, title) if headed else None,
            content,
        ),
        element("footer", {"class": "cb-page__footer"}, element("nav", None, ways)),
    )
    colour = {"data-md-color-primary": private.colour} if private.colour else {}
    written = join(
        Markup("<!doctype html>\n"), element("html", {"lang": language, **colour}, head, body)
    )
    return HTMLResponse(
        written + "\n",
        status,
        {
            "Content-Security-Policy": PAGE_POLICY,
            "Cache-Control": "no-store",
            "X-Frame-Options": "DENY",
            # The address of a page may be a secret; our own form behind it still names its origin.
            "Referrer-Policy": "same-origin",
            **(headers or {}),
        },
    )


def failure_page(request: Request, refusal: Refusal) -> Response:
    """Write a page for a request that cannot be answered."""
    service = service_of(request)
    language = reader_language(request)
    key = _FAILURES.get(refusal.status, "page.failed")
    return page(
        service,
        text(language, key),
        element("p", None, text(language, f"{key}_text")),
        language=language,
        status=refusal.status,
        back=page_of(request),
        headers=refusal.headers,
    )


def reader_language(request: Request) -> str:
    """Give the language in which a reader is answered whose form could not be read.

    It is the first that the browser asks for (RFC 9110, 12.5.4) and that we speak, else the site's.
    """
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:500].split(","):
        name, _, weight = part.partition(";")
        share = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
        wanted.append((float(share[1]) if share else 1.0, name.strip()))
    for share_of, name in sorted(wanted, key=lambda one: -one[0]):
        if share_of > 0 and name.split("-")[0].lower() in languages():
            return name
    return service_of(request).private.language


def page_of(request: Request) -> str:
    """Give the page that a browser names as the sender, where it may be one of the site."""
    path = urlsplit(request.headers.get("referer", "")).path
    home = service_of(request).private.base_path
    return path.removeprefix(home)[:500] if path.startswith(home) else ""


def page_address(service: Service, name: str) -> str:
    """Give the path of a page of the site that a form names, or nothing for anything else."""
    home = service.private.base_path
    if not name or not _PAGE.fullmatch(name) or ".." in name.split("/"):
        return ""
    return name if name.startswith(home) and home != "/" else home + name.lstrip("/")
