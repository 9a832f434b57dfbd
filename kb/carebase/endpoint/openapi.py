"""`/openapi.json`: the routes as OpenAPI 3.1, made from the forms and never written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase import __version__
from carebase.endpoint.course_operation import certificate_path, course_path
from carebase.endpoint.operations import (
    Map,
    challenge_path,
    description_path,
    digital_link_path,
    form_paths,
    health_paths,
    metrics_path,
    probe_path,
    reminders_path,
    request_path,
    search_page_path,
    search_path,
    signals_path,
    warranty_path,
)
from carebase.endpoint.privacy_operation import parting_paths, privacy_paths
from carebase.endpoint.upload_operations import request_file_path, upload_paths
from carebase.forms.schema import DIALECT

if TYPE_CHECKING:
    from carebase.endpoint.private import Private


class DescriptionRoute(HTTPEndpoint):
    """The description of all routes."""

    async def get(self, request: Request) -> Response:
        """Give it as JSON."""
        return JSONResponse(
            request.app.state.service.description(), headers={"Cache-Control": "no-cache"}
        )


def describe(private: Private, url: str) -> Map:
    """Describe the routes for the forms and products of a site."""
    forms = {
        f"/v1/forms/{checker.form.id}": form_paths(checker) for checker in private.checkers.values()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": private.name, "version": __version__},
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": url or private.base_path}],
        "paths": {
            **forms,
            "/v1/challenge": challenge_path(private),
            **upload_paths(private),
            "/v1/warranty": warranty_path(private),
            "/v1/reminders.ics": reminders_path(private),
            "/v1/signals": signals_path(private),
            "/v1/courses/{id}/attempts": course_path(private),
            "/v1/courses/{id}/certificates": certificate_path(private),
            "/v1/search": search_path(private),
            "/v1/probe": probe_path(),
            "/search": search_page_path(private),
            "/01/{gtin}/21/{serial}": digital_link_path(),
            "/requests/{token}": request_path(),
            **parting_paths(),
            "/requests/{token}/files/{file}": request_file_path(),
            **privacy_paths(),
            **health_paths(),
            "/metrics": metrics_path(),
            "/openapi.json": description_path(),
        },
        "components": {"schemas": {"Problem": _problem_schema(), "Receipt": _receipt_schema()}},
    }


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
