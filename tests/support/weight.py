"""What a page costs a reader: requests, and bytes as a compressing host would send them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

# Fonts and most pictures are compressed already.
COMPRESSED = (
    "text/",
    "application/javascript",
    "application/json",
    "application/xml",
    "image/svg+xml",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """One loading of a page. `html` is plain bytes; `total` and `ours` are compressed ones.

    `ours` counts the scripts and styles below `assets/carebase/`.
    """

    html: int
    total: int
    ours: int
    requests: int
    foreign: int


def compressed(body: bytes, kind: str) -> int:
    """Give the bytes that go over the wire for a body of a content type (gzip, level 6)."""
    return len(gzip.compress(body, 6)) if kind.startswith(COMPRESSED) else len(body)


def weigh(page: Page, address: str) -> Weight:
    """Load an address in an empty page, to the end of all requests, and weigh what came."""
    responses: list[Response] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    html = total = ours = 0
    for response in responses:
        if response.url.startswith("data:") or not response.ok:
            continue
        body = response.body()
        size = compressed(body, response.headers.get("content-type", ""))
        total += size
        ours += size if "/assets/carebase/" in response.url else 0
        if response.request.is_navigation_request():
            html = len(body)
    sent = [url for url in asked if not url.startswith(("data:", "blob:"))]
    foreign = [url for url in sent if urlsplit(url).netloc != urlsplit(address).netloc]
    return Weight(html, total, ours, len(sent), len(foreign))
