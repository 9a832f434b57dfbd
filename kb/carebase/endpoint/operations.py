"""What each route takes and answers, in the words of OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from carebase.endpoint import further
from carebase.endpoint.body import JSON, MULTIPART, TEXT, URLENCODED
from carebase.endpoint.problems import MEDIA_TYPE
from carebase.endpoint.secret import PROBE_HEADER
from carebase.forms import form_schema
from carebase.forms.plain import multipart_schema, plain_schema
from carebase.forms.validation import Checker
from carebase.i18n import FALLBACK

if TYPE_CHECKING:
    from carebase.endpoint.private import Private

Map = dict[str, Any]

_PAGE: Map = {"text/html": {"schema": {"type": "string"}}}
_ERASED: Map = {"410": {"description": "It was erased.", "content": _PAGE}}
_REASONS: Mapping[int, str] = {
    400: "The body cannot be read.",
    403: "The page that sends belongs to a site that is not allowed.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    409: "The piece does not begin where the last one ended.",
    408: "The body did not come in time.",
    413: "The body is too long.",
    415: "The body is of another type.",
    422: "Answers cannot be taken, or a key was used before.",
    429: "Too many came from this address.",
    500: "Something failed in the endpoint.",
    503: "It could not be stored, or is not ready.",
}
_HEADERS: Mapping[int, Map] = {
    405: {"Allow": {"schema": {"type": "string"}, "description": "The methods that it takes."}},
    429: {"Retry-After": {"schema": {"type": "string"}, "description": "In seconds."}},
}
# Of every route that reads a body.
OF_BODIES = (400, 403, 405, 408, 413, 415, 422, 429, 500, 503)

KEY_HEADER: Map = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes sending the same answers again harmless.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def form_paths(checker: Checker) -> Map:
    """Describe the two routes of a form."""
    form = checker.form
    schema = form_schema(form, checker.products)
    schema.pop("$schema")
    plain = plain_schema(form, checker.products)
    name = form.id.replace("-", "_")
    return {
        "get": {
            "operationId": f"describe_{name}",
            "summary": f"The JSON Schema of “{form.title}”.",
            "parameters": [
                {
                    "name": "lang",
                    "in": "query",
                    "description": "The language of its words; the site's where it has no such.",
                    "schema": {"type": "string"},
                }
            ],
            "responses": {
                "200": {
                    "description": "The schema.",
                    "content": {"application/schema+json": {"schema": {"type": "object"}}},
                },
                **refusals(405, 500),
            },
        },
        "post": {
            "operationId": f"send_{name}",
            "summary": form.title,
            "description": form.purpose,
            "parameters": [KEY_HEADER],
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {"schema": schema},
                    URLENCODED: {"schema": plain},
                    MULTIPART: {"schema": multipart_schema(form, checker.products)},
                },
            },
            "responses": {
                "201": json_answer("Stored.", {"$ref": "#/components/schemas/Receipt"}),
                "303": {
                    "description": "Stored; a plain form is led to the request's page.",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                },
                **refusals(*OF_BODIES),
            },
        },
    }


def challenge_path(private: Private) -> Map:
    """Describe the work that is asked for before a form is sent."""
    text: Map = {"type": "string"}
    number: Map = {"type": "integer", "minimum": 1}
    parameters: Map = {
        "algorithm": {"const": "PBKDF2/SHA-256"},
        **dict.fromkeys(("nonce", "salt", "keyPrefix", "keySignature"), text),
        **dict.fromkeys(("cost", "keyLength", "expiresAt"), number),
        "data": {"type": "object", "required": ["form"], "properties": {"form": text}},
    }
    schema: Map = {
        "type": "object",
        "required": ["parameters", "signature"],
        "properties": {
            "parameters": {
                "type": "object",
                "required": list(parameters),
                "properties": parameters,
            },
            "signature": text,
        },
    }
    return {
        "get": {
            "operationId": "make_challenge",
            "summary": "Work to do before a form is sent (ALTCHA), proven in `_proof`.",
            "parameters": [
                {
                    "name": "form",
                    "in": "query",
                    "required": True,
                    "schema": {"enum": list(private.checkers)},
                }
            ],
            "responses": {
                "200": json_answer("A challenge for one submission of this form.", schema),
                "204": {"description": "No proof of work is asked for."},
                **refusals(404, 405, 422, 500),
            },
        }
    }


def warranty_path(private: Private) -> Map:
    """Describe the warranty check."""
    products = list(private.catalog.products)
    asked = _question({"type": ["string", "null"]}, [*products, "", None], [True, False, None])
    plain = _question({"type": "string"}, [*products, ""], [])
    return {
        "post": {
            "operationId": "check_warranty",
            "summary": "What covers a unit today. Nothing is stored.",
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {"schema": asked | {"additionalProperties": False}},
                    # Names that the check does not have are passed over.
                    URLENCODED: {"schema": plain},
                    MULTIPART: {"schema": plain},
                },
            },
            "responses": {
                "200": {
                    "description": "The verdict; a page for a plain form.",
                    "content": {
                        JSON: {
                            "schema": {
                                "type": "object",
                                "required": ["as_of", "verdict", "policy", "coverages", "missing"],
                            }
                        },
                        **_PAGE,
                    },
                },
                **refusals(*OF_BODIES),
            },
        }
    }


def _question(text: Map, products: list[Any], flags: list[Any]) -> Map:
    """Give the schema of a question; whether model, serial and day fit is for the check to say."""
    return {
        "type": "object",
        "properties": {
            "product": {"enum": products},
            "model": text,
            "serial": text,
            "bought": text | {"description": "A day, a month or a year, such as 2025-10-05."},
            "delivered": text,
            "country": text | {"pattern": r"^\s*([A-Za-z]{2}(-[A-Za-z0-9]{1,3})?)?\s*$"},
            "consumer": {"enum": [*flags, "true", "false", ""]},
            "_page": {},
            "_lang": {},
            "_today": {"description": "The day where the customer is, such as 2026-11-21."},
        },
        "anyOf": [
            {"properties": {name: {"type": "string", "minLength": 1}}, "required": [name]}
            for name in ("serial", "bought", "delivered")
        ],
    }


def reminders_path(private: Private) -> Map:
    """Describe the calendar of service tasks and ends of the warranty."""
    schemas: Map = {
        "product": {"enum": list(private.catalog.products)},
        "bought": {"type": "string", "format": "date"},
        "lang": {"type": "string"},
    }
    return {
        "get": {
            "operationId": "subscribe_reminders",
            "summary": "Service tasks and the ends of the warranty of a product, as a calendar.",
            "parameters": [
                {"name": name, "in": "query", "required": name != "lang", "schema": schema}
                for name, schema in schemas.items()
            ],
            "responses": {
                "200": {
                    "description": "The calendar.",
                    "content": {"text/calendar": {"schema": {"type": "string"}}},
                },
                "304": {"description": "It is the one that `If-None-Match` names."},
                **refusals(405, 422, 500),
            },
        }
    }


def digital_link_path() -> Map:
    """Describe the addresses in the codes on products (GS1 Digital Link)."""
    return {
        "get": {
            "operationId": "lead_to_product",
            "summary": "A GS1 Digital Link address: leads to the product, the serial filled in.",
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in ("gtin", "serial")
            ],
            "responses": {
                "307": {
                    "description": "To the product's page; the serial is in the fragment.",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                },
                **refusals(404, 405, 500),
            },
        }
    }


def signals_path(private: Private) -> Map:
    """Describe the counting of signals."""
    schema = private.signals.schema()
    text = {"type": "string", "contentMediaType": JSON, "contentSchema": schema}
    return {
        "post": {
            "operationId": "count_signal",
            "summary": "Count a search without a result, or how a troubleshooter or form ended.",
            "requestBody": {
                "required": True,
                # A browser asks no permission for plain text; it is JSON all the same.
                "content": {JSON: {"schema": schema}, TEXT: {"schema": text}},
            },
            "responses": {"204": {"description": "Counted."}, **refusals(*OF_BODIES)},
        }
    }


def search_path(private: Private) -> Map:
    """Describe the search for programs."""
    result: Map = {
        "type": "object",
        "required": ["title", "url", "kind", "products", "section", "passage", "score"],
        "properties": {
            **{name: {"type": "string"} for name in ("title", "url", "kind", "section", "passage")},
            "products": {"type": "array", "items": {"type": "string"}},
            "score": {"type": "number"},
        },
    }
    found: Map = {
        "type": "object",
        "required": ["query", "language", "mended", "count", "results"],
        "properties": {
            "query": {"type": "string"},
            "language": {"type": "string"},
            "mended": {"type": "object", "additionalProperties": {"type": "string"}},
            "count": {"type": "integer"},
            "results": {"type": "array", "items": result},
        },
    }
    return {
        "get": {
            "operationId": "search",
            "summary": "The pages that answer a query, the best first.",
            "parameters": _search_parameters(private, required=True),
            "responses": {
                "200": {"description": "What was found.", "content": {JSON: {"schema": found}}},
                **refusals(404, 405, 422, 429, 500),
            },
        }
    }


def search_page_path(private: Private) -> Map:
    """Describe the search for readers whose browser runs no scripts."""
    return {
        "get": {
            "operationId": "show_search",
            "summary": "The same as a page.",
            "parameters": _search_parameters(private, required=False),
            "responses": {
                "200": {"description": "The page.", "content": _PAGE},
                **refusals(404, 405, 422, 429, 500),
            },
        }
    }


def _search_parameters(private: Private, *, required: bool) -> list[Map]:
    schemas: Map = {
        # Spaces alone ask for nothing.
        "q": {"type": "string", **({"maxLength": 200, "pattern": "\\S"} if required else {})},
        "product": {"type": "string", "examples": list(private.catalog.products)[:3]},
        "kind": {"type": "string", "examples": ["guide", "faq"]},
        "lang": {"type": "string"},
        # Nothing in the query is put right. The page refuses no reader for what stands here.
        "literal": {"type": "boolean" if required else "string"},
    }
    return [
        {"name": name, "in": "query", "required": required and name == "q", "schema": schema}
        for name, schema in schemas.items()
    ]


def request_path() -> Map:
    """Describe the page of a submission, and the further messages that are written there."""
    page = {"description": "The page.", "content": _PAGE}
    token = {
        "name": "token",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"},
    }
    message = plain_schema(further.checker(FALLBACK).form)
    message["properties"] |= {"_once": {"description": "The same twice counts once."}}
    return {
        "get": {
            "operationId": "show_request",
            "summary": "The page of a customer's request, by its secret address.",
            "parameters": [token],
            "responses": {"200": page, **_ERASED, **refusals(404, 405, 500)},
        },
        "post": {
            "operationId": "write_to_request",
            "summary": "A further message of the customer; the same from the same page once.",
            "parameters": [token],
            "requestBody": {
                "required": True,
                "content": {URLENCODED: {"schema": message}, MULTIPART: {"schema": message}},
            },
            "responses": {
                "303": {
                    "description": "Stored; the way back to the page.",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                },
                **_ERASED,
                **refusals(404, *OF_BODIES),
            },
        },
    }


def health_paths() -> Map:
    """Describe what a load balancer asks."""
    state: Map = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"type": "string"}},
    }
    return {
        path: {
            "get": {
                "operationId": name,
                "summary": summary,
                "responses": {"200": json_answer("Yes.", state), **refusals(405, 500, 503)},
            }
        }
        for path, name, summary in (
            ("/healthz", "is_alive", "Whether the process answers."),
            ("/readyz", "is_ready", "Whether the next submission could be stored."),
        )
    }


def probe_path() -> Map:
    """Describe what `carebase doctor` asks."""
    schema: Map = {
        "type": "object",
        "required": ["client", "forwarded"],
        "properties": {"client": {"type": "string"}, "forwarded": {"type": "string"}},
    }
    return {
        "get": {
            "operationId": "probe",
            "summary": "Whom the endpoint takes for its client; for the operator alone.",
            "parameters": [
                {
                    "name": PROBE_HEADER,
                    "in": "header",
                    "description": "Made of the endpoint's secret; anybody else is told 404.",
                    "schema": {"type": "string"},
                }
            ],
            "responses": {
                "200": json_answer("The client's address, and what proxies said of it.", schema),
                **refusals(404, 405, 500),
            },
        }
    }


def metrics_path() -> Map:
    """Describe the numbers for Prometheus."""
    return {
        "get": {
            "operationId": "measure",
            "summary": "Numbers for Prometheus; 404 to those who may not read them.",
            "responses": {
                "200": {
                    "description": "Prometheus' text format 0.0.4.",
                    "content": {"text/plain": {"schema": {"type": "string"}}},
                },
                **refusals(404, 405, 500),
            },
        }
    }


def description_path() -> Map:
    """Describe the description."""
    return {
        "get": {
            "operationId": "describe",
            "summary": "All of this, made from the forms of the site.",
            "responses": {
                "200": json_answer("OpenAPI 3.1.", {"type": "object", "required": ["openapi"]}),
                **refusals(405, 500),
            },
        }
    }


def json_answer(description: str, schema: Map) -> Map:
    """Describe an answer in JSON."""
    return {"description": description, "content": {JSON: {"schema": schema}}}


def refusals(*statuses: int) -> Map:
    """Describe the errors of a route by their statuses."""
    found: Map = {}
    for status in statuses:
        # Whoever asks for a page, or sends a plain form, is answered with one.
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        found[str(status)] = {
            "description": _REASONS[status],
            "content": {MEDIA_TYPE: problem, **_PAGE},
        }
        if status in _HEADERS:
            found[str(status)]["headers"] = _HEADERS[status]
    return found
