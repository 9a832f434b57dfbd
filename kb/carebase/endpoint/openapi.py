"""`/openapi.json`: the routes as OpenAPI 3.1, made from the forms and never written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase import __version__
from carebase.endpoint.further import LONGEST
from carebase.forms import form_schema
from carebase.forms.validation import Checker

if TYPE_CHECKING:
    from carebase.endpoint.private import Private

Map = dict[str, Any]

_PROBLEM: Map = {
    "description": "What is wrong (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PAGE: Map = {"text/html": {"schema": {"type": "string"}}}


class DescriptionRoute(HTTPEndpoint):
    """The description of all routes."""

    async def get(self, request: Request) -> Response:
        """Give it as JSON."""
        return JSONResponse(
            request.app.state.service.description(), headers={"Cache-Control": "no-cache"}
        )


def describe(private: Private, url: str) -> Map:
    """Describe the routes for the forms and products of a site."""
    paths: Map = {}
    for checker in private.checkers.values():
        paths[f"/v1/forms/{checker.form.id}"] = _form(checker)
    paths["/v1/warranty"] = {"post": _warranty(private)}
    paths["/v1/reminders.ics"] = {"get": _reminders(private)}
    paths["/01/{gtin}/21/{serial}"] = {"get": _digital_link()}
    paths["/requests/{token}"] = {
        "get": {
            "operationId": "show_request",
            "summary": "The page of a customer's request, by its secret address.",
            "parameters": [
                {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "responses": {
                "200": {"description": "The page.", "content": _PAGE},
                "404": {"description": "No such request.", "content": _PAGE},
                "405": _PROBLEM,
            },
        },
        "post": _further(),
    }
    for path, name, summary in (
        ("/healthz", "is_alive", "Whether the process answers."),
        ("/readyz", "is_ready", "Whether the next submission could be stored."),
    ):
        paths[path] = {
            "get": {
                "operationId": name,
                "summary": summary,
                "responses": {"200": _json("Yes.", {"type": "object"}), "503": _PROBLEM},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": private.name, "version": __version__},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": url or private.base_path}],
        "paths": paths,
        "components": {"schemas": {"Problem": _problem_schema(), "Receipt": _receipt_schema()}},
    }


def _form(checker: Checker) -> Map:
    form = checker.form
    schema = form_schema(form, checker.products)
    schema.pop("$schema")
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
                }
            },
        },
        "post": {
            "operationId": f"send_{name}",
            "summary": form.title,
            "description": form.purpose,
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "description": "Makes sending the same answers again harmless.",
                    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": schema},
                    "application/x-www-form-urlencoded": {"schema": schema},
                    "multipart/form-data": {"schema": schema},
                },
            },
            "responses": {
                "201": _json("Stored.", {"$ref": "#/components/schemas/Receipt"}),
                "303": {"description": "Stored; a plain form is led to the request's page."},
                **_refusals(400, 403, 413, 415, 422, 429, 503),
            },
        },
    }


def _warranty(private: Private) -> Map:
    text = {"type": "string", "maxLength": 200}
    day = {"type": "string", "format": "date"}
    schema: Map = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "product": {"enum": list(private.catalog.products)},
            "model": text,
            "serial": text,
            "bought": day,
            "delivered": day,
            "country": {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"},
            "consumer": {"type": "boolean"},
            "_page": text,
            "_lang": text,
        },
    }
    return {
        "operationId": "check_warranty",
        "summary": "What covers a unit today. Nothing is stored.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": schema},
                "application/x-www-form-urlencoded": {"schema": schema},
            },
        },
        "responses": {
            "200": {
                "description": "The verdict; a page for a plain form.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["as_of", "verdict", "policy", "coverages", "missing"],
                        }
                    },
                    **_PAGE,
                },
            },
            **_refusals(400, 403, 413, 415, 422, 429),
        },
    }


def _digital_link() -> Map:
    text = {"type": "string"}
    return {
        "operationId": "lead_to_product",
        "summary": "A GS1 Digital Link address: leads to the product, the serial filled in.",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": text}
            for name in ("gtin", "serial")
        ],
        "responses": {
            "307": {"description": "To the product's page; the serial is in the fragment."},
            **_refusals(404),
        },
    }


def _reminders(private: Private) -> Map:
    schemas: Map = {
        "product": {"enum": list(private.catalog.products)},
        "bought": {"type": "string", "format": "date"},
        "lang": {"type": "string"},
    }
    return {
        "operationId": "subscribe_reminders",
        "summary": "The service tasks and the ends of the warranty of a product, as a calendar.",
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
            **_refusals(422),
        },
    }


def _further() -> Map:
    properties = {
        "message": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        "_once": {"type": "string", "maxLength": 100},
    }
    schema: Map = {"type": "object", "required": ["message"], "properties": properties}
    refused = {**_PROBLEM, "content": {**_PROBLEM["content"], **_PAGE}}
    again = {"description": "The page with the message, to be sent again.", "content": _PAGE}
    return {
        "operationId": "write_to_request",
        "summary": "A further message of the customer; the same from the same page counts once.",
        "parameters": [
            {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": schema},
                "multipart/form-data": {"schema": schema},
            },
        },
        "responses": {
            "303": {"description": "Stored; the way back to the page."},
            "404": {"description": "No such request.", "content": _PAGE},
            **dict.fromkeys(("422", "429", "503"), again),
            **dict.fromkeys(("400", "403", "413", "415"), refused),
        },
    }


def _json(description: str, schema: Map) -> Map:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: int) -> Map:
    return {str(status): _PROBLEM for status in statuses}


def _problem_schema() -> Map:
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "errors"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    }


def _receipt_schema() -> Map:
    return {
        "type": "object",
        "required": ["ref", "status_url", "promise"],
        "properties": {
            "ref": {"type": "string", "pattern": "^CB-[0-9A-Z]{4}-[0-9A-Z]{4}$"},
            "status_url": {"type": "string"},
            "promise": {"type": "string"},
        },
    }
