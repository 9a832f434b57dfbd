"""What the routes of files take and answer, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carebase.endpoint.body import JSON
from carebase.endpoint.operations import OF_BODIES, Map, json_answer, refusals
from carebase.endpoint.upload_protocol import COMPLETE, LENGTH, NEW_SCHEMA, OFFSET, PARTIAL, PIECE
from carebase.files.kinds import KINDS, types_of
from carebase.forms.schema import UPLOAD

if TYPE_CHECKING:
    from carebase.endpoint.private import Private

_TOKEN: Map = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "The id of the upload, which its sender alone has.",
    "schema": {"type": "string", "pattern": UPLOAD},
}
_STATE: Map = {
    OFFSET: {"description": "How many bytes have come.", "schema": {"type": "string"}},
    LENGTH: {"description": "How many there are.", "schema": {"type": "string"}},
    COMPLETE: {"description": "`?1` once the file is kept.", "schema": {"enum": ["?0", "?1"]}},
}


def upload_paths(private: Private) -> Map:
    """Describe how a file is sent before its form."""
    pairs = [
        {
            "properties": {
                "form": {"const": checker.form.id},
                "field": {"const": field.id},
                "size": {"minimum": 1, "maximum": field.most_bytes},
            }
        }
        for checker in private.checkers.values()
        for field in checker.form.fields
        if field.type == "file"
    ]
    new = {**NEW_SCHEMA, **({"anyOf": pairs} if pairs else {})}
    made: Map = {
        "type": "object",
        "required": ["id", "piece"],
        "properties": {
            "id": {"type": "string", "pattern": UPLOAD},
            "piece": {"const": PIECE, "description": "The most bytes of one PATCH."},
        },
    }
    gone = {"204": {"description": "It is gone."}, **refusals(403, 404, 405, 500, 503)}
    return {
        "/v1/uploads": {
            "post": {
                "operationId": "create_upload",
                "summary": "Make a file known that is about to be sent for a field of a form.",
                "description": "It waits 24 hours for its form, which names it by its id.",
                "requestBody": {"required": True, "content": {JSON: {"schema": new}}},
                "responses": {
                    "201": json_answer("Send it to the address in Location.", made)
                    | {"headers": {"Location": {"schema": {"type": "string"}}}},
                    **refusals(*OF_BODIES),
                },
            }
        },
        "/v1/uploads/{token}": {
            "head": {
                "operationId": "ask_upload",
                "summary": "How much of a file has come.",
                "parameters": [_TOKEN],
                "responses": {
                    "204": {"description": "So much.", "headers": _STATE},
                    **refusals(404, 405, 500),
                },
            },
            "patch": {
                "operationId": "send_piece",
                "summary": "The next piece of a file; with the last one it is checked and kept.",
                "parameters": [
                    _TOKEN,
                    {
                        "name": OFFSET,
                        "in": "header",
                        "required": True,
                        "description": "Where the piece begins: as many bytes as have come.",
                        "schema": {"type": "integer", "minimum": 0, "maximum": 10**12},
                    },
                    {
                        "name": "lang",
                        "in": "query",
                        "description": "The language in which a refusal is told.",
                        "schema": {"type": "string"},
                    },
                ],
                "requestBody": {
                    "required": True,
                    "content": {PARTIAL: {"schema": {"type": "string", "format": "binary"}}},
                },
                "responses": {
                    "204": {"description": "It has come.", "headers": _STATE},
                    **refusals(404, 409, *OF_BODIES),
                },
            },
            "delete": {
                "operationId": "cancel_upload",
                "summary": "Give a file up.",
                "parameters": [_TOKEN],
                "responses": gone,
            },
        },
    }


def request_file_path() -> Map:
    """Describe how a customer gets a file back."""
    return {
        "get": {
            "operationId": "save_request_file",
            "summary": "A file of a customer's request, by its secret address, as an attachment.",
            "parameters": [
                _TOKEN | {"description": "The secret of the request's address."},
                {
                    "name": "file",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "pattern": "^[0-9a-f-]{36}$"},
                },
            ],
            "responses": {
                "200": {
                    "description": "The file.",
                    "content": {one: {"schema": {"type": "string"}} for one in types_of(KINDS)},
                },
                **refusals(404, 405, 500),
            },
        }
    }
