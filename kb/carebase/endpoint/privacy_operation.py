"""What the routes about privacy take and answer, in the words of OpenAPI 3.1."""

from __future__ import annotations

from carebase.endpoint.body import JSON, MULTIPART, URLENCODED
from carebase.endpoint.operations import OF_BODIES, Map, json_answer, refusals
from carebase.forms import form_schema
from carebase.forms.plain import plain_schema
from carebase.forms.privacy import privacy_form
from carebase.i18n import FALLBACK

_PAGE: Map = {"text/html": {"schema": {"type": "string"}}}
_KEY: Map = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "From the link in the mail; good for a day.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{40,600}$"},
}


def parting_paths() -> dict[str, Map]:
    """Describe the pages on which a request is taken back and erased."""
    token: Map = {
        "name": "token",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"},
    }
    shown: Map = {"description": "The page.", "content": _PAGE}
    gone: Map = {"410": {"description": "It was erased.", "content": _PAGE}}
    done: Map = {
        "take-back": {
            "303": {
                "description": "Taken back; the way to the page of the request.",
                "headers": {"Location": {"schema": {"type": "string"}}},
            }
        },
        "erase": {"200": shown},
    }
    words = {"take-back": "Take a request back", "erase": "Erase a request"}
    return {
        f"/requests/{{token}}/{way}": {
            "get": {
                "operationId": f"ask_to_{way.replace('-', '_')}",
                "summary": f"{words[way]}: the page that asks first; it changes nothing.",
                "parameters": [token],
                "responses": {"200": shown, **gone, **refusals(404, 405, 500)},
            },
            "post": {
                "operationId": way.replace("-", "_"),
                "summary": f"{words[way]}.",
                "parameters": [token],
                "responses": {
                    **done[way],
                    **gone,
                    **refusals(403, 404, 405, 408, 413, 500, 503),
                },
            },
        }
        for way in done
    }


def privacy_paths() -> dict[str, Map]:
    """Describe asking for the link, the page that it opens, and the file."""
    form = privacy_form(FALLBACK)
    schema = form_schema(form)
    schema.pop("$schema")
    plain = plain_schema(form)
    said: Map = {
        "type": "object",
        "required": ["message", "good_for_hours"],
        "properties": {"message": {"type": "string"}, "good_for_hours": {"type": "integer"}},
    }
    answer = json_answer("The same for every address: the mail tells its owner.", said)
    answer["content"] |= _PAGE
    shown: Map = {"description": "The page.", "content": _PAGE}
    return {
        "/v1/privacy/requests": {
            "post": {
                "operationId": "ask_what_is_held",
                "summary": "Have a link to what is held about the owner of a mail address sent.",
                "requestBody": {
                    "required": True,
                    "content": {
                        JSON: {"schema": schema},
                        URLENCODED: {"schema": plain},
                        MULTIPART: {"schema": plain},
                    },
                },
                "responses": {"202": answer, **refusals(*OF_BODIES)},
            }
        },
        "/privacy/{key}": {
            "get": {
                "operationId": "show_what_is_held",
                "summary": "What is held about the owner of the address; changes nothing.",
                "parameters": [_KEY],
                "responses": {"200": shown, **refusals(404, 405, 500, 503)},
            },
            "post": {
                "operationId": "erase_what_is_held",
                "summary": "Erase all of it for good.",
                "parameters": [_KEY],
                "responses": {"200": shown, **refusals(403, 404, 405, 408, 413, 500, 503)},
            },
        },
        "/privacy/{key}/data.json": {
            "get": {
                "operationId": "download_what_is_held",
                "summary": "The same as a file.",
                "parameters": [_KEY],
                "responses": {
                    "200": json_answer(
                        "All of it.",
                        {"type": "object", "required": ["site", "address", "at", "held"]},
                    ),
                    **refusals(404, 405, 500, 503),
                },
            }
        },
    }
