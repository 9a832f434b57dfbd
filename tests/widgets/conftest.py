"""A small support site with our widgets on it, and an endpoint that a test can break."""

from __future__ import annotations

import importlib.resources
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from carebase.catalog.catalog import Catalog
from carebase.catalog.product import Product
from carebase.forms.form import Form
from carebase.forms.html import render_feedback, render_form
from carebase.forms.load import standard_forms
from carebase.i18n import text
from carebase.warranty.coverage import coverage
from carebase.warranty.html import render_answer, render_check
from carebase.warranty.policy import Policy
from carebase.warranty.public import public_data
from carebase.warranty.reminders_form import render_reminders
from carebase.warranty.request import Asked, read_request
from carebase.warranty.statutes import shipped_statutes

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "widgets" / "carebase_widgets" / "static"
STANDARD = ROOT / "kb" / "carebase" / "forms" / "standard"

LINKS = {
    "terms": "../terms/{product}/",
    "policies": "../warranty/{policy}/",
    "claim": "../claim/#product={product}",
    "repair": "../repair/#product={product}",
    "guides": "../products/{product}/",
    "parts": "../products/{product}/#parts",
    "contact": "../contact/",
    "remind": "../v1/reminders.ics?product={product}&bought={bought}&lang=en",
}


def policy() -> Policy:
    """A promise with a part that ends early."""
    return Policy.model_validate(
        {
            "id": "brio",
            "version": 1,
            "start": ["delivered", "purchased", {"of": "made", "plus_days": 90}],
            "coverages": [
                {"id": "body", "months": 36, "clause": "terms.md#body"},
                {"id": "pump", "months": 36},
                {"id": "battery", "months": 12},
            ],
        }
    )


def products() -> list[Product]:
    """Three products: with a promise, with neither serial numbers nor one, with a recall."""
    return [
        Product.model_validate(
            {
                "id": "brio",
                "name": "Brio",
                "policy": "brio@1",
                "models": [{"id": "brio-x1", "name": "Brio X1", "sold_from": date(2019, 3, 1)}],
                "components": [{"id": "pump", "name": "Pump"}],
                "serial": {
                    "pattern": r"BR(?P<year>\d{2})(?P<week>\d{2})(?P<number>\d{4})",
                    "made": {"year": "year", "week": "week"},
                    "example": "BR24100042",
                    "where": "Under the drip tray, on the silver label.",
                },
            }
        ),
        Product.model_validate({"id": "pip", "name": "Pip"}),
        Product.model_validate(
            {
                "id": "vela",
                "name": "Vela",
                "policy": "brio@1",
                "models": [
                    {"id": "vela-c", "name": "Vela City", "gtin": "9520000000301"},
                    {"id": "vela-t", "name": "Vela Tour", "gtin": "9520000000318"},
                ],
                "serial": {
                    "pattern": r"VL(?P<year>\d{2})(?P<month>\d{2})(?P<run>\d{5})(?P<digit>\d)",
                    "check": "luhn",
                    "check_over": ["year", "month", "run", "digit"],
                    "made": {"year": "year", "month": "month"},
                    "example": "VL2406001376",
                },
                "notices": [
                    {
                        "id": "vela-stem",
                        "programme": "recall",
                        "models": ["Vela Tour"],
                        "note": "Stop riding this bike.",
                    }
                ],
                "service_plan": [
                    {"task": "Inspect the bike", "every": "12 months"},
                    {"task": "Check the tyres", "every": "2 weeks"},
                    {"task": "Measure the chain", "every": "1000 km"},
                ],
                "support_until": date(2040, 12, 31),
            }
        ),
    ]


def catalog() -> Catalog:
    """The catalogue of the small site."""
    return Catalog(
        products={product.id: product for product in products()}, policies={"brio@1": policy()}
    )


def form(name: str, language: str = "en") -> Form:
    """Give a form that ships with Carebase."""
    return standard_forms(language)[name]


def page_of(content: str, scheme: str = "default", language: str = "en") -> str:
    """Write a page as Material does, with our style sheet and our entry module."""
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Support</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/help/assets/main.css">
<link rel="stylesheet" href="/help/assets/palette.css">
<link rel="stylesheet" href="/help/assets/widgets.css">
<script type="module" src="/help/assets/carebase/js/carebase.js"></script></head>
<body dir="ltr" data-md-color-scheme="{scheme}" data-md-color-primary="indigo">
<main class="md-main"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset"><h1>Support</h1>
{content}
</article></div></div></main></body></html>
"""


@dataclass
class Endpoint:
    """What the small endpoint got, and how it shall behave: answer, fail or be slow."""

    got: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    status: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    delay: float = 0

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
        """Give status, content type and body of an answer."""
        if self.errors:
            return 422, "application/problem+json", json.dumps({"errors": self.errors})
        if self.status:
            return self.status, "application/problem+json", "{}"
        if path.endswith("/v1/warranty"):
            return self._warranty(body)
        answer = {"ref": f"CB-{len(self.got):04}", "status_url": "/help/requests/x", "promise": ""}
        return 201, "application/json", json.dumps(answer)

    def _warranty(self, body: dict[str, Any]) -> tuple[int, str, str]:
        today = date.today()
        asked = read_request(body, catalog(), today, today + timedelta(days=1))
        if not isinstance(asked, Asked):
            errors = [{"field": name, "message": message} for name, message in asked]
            return 422, "application/problem+json", json.dumps({"errors": errors})
        case = asked.case(catalog())
        if case is None:
            said = text("en", "answer.no_policy", product=asked.product.name)
            errors = [{"field": "product", "message": said}]
            return 422, "application/problem+json", json.dumps({"errors": errors})
        rows = list(shipped_statutes().rows())
        verdict = coverage(
            case.policy,
            case.events,
            case.country,
            case.as_of,
            case.consumer,
            rows,
            asked.product.notices,
            case.serial,
            case.model,
        )
        return 200, "application/json", json.dumps(verdict.plain())


def _answers_of(kind: str, raw: bytes) -> dict[str, Any]:
    """Read a form that a browser sent by itself: one with files comes in parts."""
    if "multipart" not in kind:
        return dict(parse_qsl(raw.decode()))
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
    return {
        str(part.get_param("name", header="content-disposition")): payload.decode()
        for part in whole.walk()
        if isinstance(payload := part.get_payload(decode=True), bytes)
    }


class _Handler(SimpleHTTPRequestHandler):
    endpoint: Endpoint
    lock = threading.Lock()

    def __init__(self, *args: Any, folder: Path, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        super().__init__(*args, directory=str(folder))

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/help"))

    def do_GET(self) -> None:
        if "/v1/challenge" not in self.path:
            super().do_GET()
            return
        # This endpoint asks for no proof of work; `test_challenge.py` is about one that does.
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        kind = self.headers["content-type"]
        plain = "json" not in kind
        body = _answers_of(kind, raw) if plain else json.loads(raw)
        with self.lock:
            key = self.headers.get("idempotency-key", "")
            self.endpoint.got.append((self.path, body, key))
        if self.endpoint.delay:
            threading.Event().wait(self.endpoint.delay)
        status, kind, answer = self.endpoint.answer(self.path, body)
        if plain and self.path.endswith("/v1/warranty"):
            kind = "text/html; charset=utf-8"
            answer = page_of(render_answer(json.loads(answer), products()[0], links=LINKS))
        elif plain:
            kind, answer = "text/html; charset=utf-8", page_of("<p>Received</p>")
            status = 200 if status == 201 else status
        data = answer.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name above
        """Keep the test output clean."""

    def end_headers(self) -> None:
        policy = (
            "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
            " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()


@dataclass
class Support:
    """The running site below `/help/`: its address, its folder, its endpoint."""

    address: str
    folder: Path
    endpoint: Endpoint

    def page(self, name: str, content: str, scheme: str = "default", language: str = "en") -> str:
        """Write a page and give its address."""
        file = self.folder / name / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page_of(content, scheme, language), encoding="utf-8")
        return f"{self.address}{name}/"

    def check(self, endpoint: str | None = "../", scheme: str = "default", **named: Any) -> str:
        """Write a page with the warranty check and give its address."""
        content = render_check(
            products(),
            endpoint=endpoint,
            data_url="../assets/carebase/products/",
            links=LINKS,
            **named,
        )
        return self.page("check", content, scheme, named.get("language", "en"))

    def reminders(self, endpoint: str | None = "../", scheme: str = "default") -> str:
        """Write a page with the calendar of the Vela and give its address."""
        content = render_reminders(
            products()[2],
            endpoint=endpoint,
            data_url="../assets/carebase/products/",
            host="care.example",
        )
        return self.page("plan", content, scheme)

    def form(self, name: str, scheme: str = "default", **named: Any) -> str:
        """Write a page with a form and give its address."""
        known = {product.id: product.name for product in products()}
        content = render_form(
            form(name, named.get("language", "en")),
            endpoint="../",
            context={"page": "form/"},
            products=known,
            **named,
        )
        return self.page("form", content, scheme, named.get("language", "en"))

    def feedback(self, scheme: str = "default", **named: Any) -> str:
        """Write a page that asks for feedback and give its address."""
        context = {"page": "guides/descale/", "product": "brio"}
        shown = form("page-feedback", named.get("language", "en"))
        content = render_feedback(shown, endpoint="../", context=context, **named)
        return self.page("feedback", content, scheme)


@pytest.fixture
def support(tmp_path: Path) -> Iterator[Support]:
    """Serve a small site with its endpoint below `/help/`, until the test ends."""
    folder = tmp_path / "support"
    assets = folder / "assets"
    scripts = assets / "carebase" / "js"
    scripts.mkdir(parents=True)
    for file in STATIC.glob("*.js"):
        shutil.copy(file, scripts)
    shutil.copy(STATIC / "css" / "widgets.css", assets)
    styles = importlib.resources.files("material") / "templates" / "assets" / "stylesheets"
    for sheet in styles.iterdir():
        for name in ("main", "palette"):
            if sheet.name.startswith(f"{name}.") and sheet.name.endswith(".min.css"):
                written = sheet.read_text("utf-8").partition("/*# sourceMappingURL")[0]
                (assets / f"{name}.css").write_text(written, encoding="utf-8")
    for name, written in public_data(catalog()).items():
        target = assets / "carebase" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(written, encoding="utf-8")
    endpoint = Endpoint()
    handler = partial(_Handler, folder=folder, endpoint=endpoint)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Support(f"http://127.0.0.1:{server.server_address[1]}/help/", folder, endpoint)
        finally:
            server.shutdown()
            thread.join()


Rendered = Callable[[Mapping[str, Any]], str]
