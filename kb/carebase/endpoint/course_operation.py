"""What the route of graded courses takes and answers, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carebase.endpoint.body import JSON
from carebase.endpoint.operations import KEY_HEADER, OF_BODIES, Map, json_answer, refusals
from carebase.training.sending import LONGEST, MOST_ANSWERS, MOST_PARTS, SECRET

if TYPE_CHECKING:
    from carebase.endpoint.private import Private


def course_path(private: Private) -> Map:
    """Describe how answers to a graded course are graded."""
    text: Map = {"type": "string"}
    number: Map = {"type": "integer", "minimum": 0}
    answer: Map = {
        "type": "object",
        "required": ["question", "version", "given"],
        "additionalProperties": False,
        "properties": {
            "question": text,
            "version": text | {"description": "That of the page on which it was answered."},
            "given": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_PARTS,
                "items": text | {"maxLength": LONGEST},
            },
        },
    }
    sent: Map = {
        "type": "object",
        "required": ["attempt", "answers"],
        "additionalProperties": False,
        "properties": {
            "attempt": text
            | {
                "pattern": f"^{SECRET.pattern}$",
                "description": "A secret that the learner's browser makes, the same for all"
                " answers of one attempt. Its first 16 signs draw the questions of pools.",
            },
            "answers": {"type": "array", "maxItems": MOST_ANSWERS, "items": answer},
            "_lang": {},
        },
    }
    said: Map = {
        "type": "object",
        "required": ["question", "version", "right", "share", "points", "attempts", "left"],
        "properties": {
            **dict.fromkeys(("question", "version", "share", "points", "explanation"), text),
            "right": {"type": "boolean"},
            "attempts": number,
            "left": {"type": ["integer", "null"]},
            "feedback": {"type": "array", "items": text | {"contentMediaType": "text/html"}},
        },
    }
    result: Map = {
        "type": "object",
        "required": ["course", "results", "answered", "asked", "score", "mark", "passed"],
        "properties": {
            "course": text,
            "results": {"type": "array", "items": said},
            "answered": number,
            "asked": number,
            "score": {
                "type": "object",
                "required": ["reached", "possible", "percent"],
                "properties": dict.fromkeys(("reached", "possible", "percent"), text),
            },
            "mark": number,
            "passed": {"type": "boolean"},
        },
    }
    schema: Map = {"type": "string", **({"enum": list(private.keys)} if private.keys else {})}
    return {
        "post": {
            "operationId": "grade_answers",
            "summary": "Grade answers to a graded course; without any, tell the result so far.",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": schema},
                KEY_HEADER,
            ],
            "requestBody": {"required": True, "content": {JSON: {"schema": sent}}},
            "responses": {
                "200": json_answer("The result so far; nothing was sent to be stored.", result),
                "201": json_answer("Stored and graded.", result),
                **refusals(404, *OF_BODIES),
            },
        }
    }


def certificate_path(private: Private) -> Map:
    """Describe how whoever has passed a graded course gets a signed certificate."""
    text: Map = {"type": "string"}
    sent: Map = {
        "type": "object",
        "required": ["attempt", "name"],
        "additionalProperties": False,
        "properties": {
            "attempt": text
            | {"pattern": f"^{SECRET.pattern}$", "description": "The secret of the attempt."},
            "name": text
            | {
                "minLength": 1,
                "maxLength": 80,
                "description": "As it shall stand on the certificate; it is not stored.",
            },
            "_lang": {},
        },
    }
    certificate: Map = {
        "type": "object",
        "required": ["@context", "id", "type", "issuer", "credentialSubject", "proof"],
        "description": "An OpenBadgeCredential of Open Badges 3.0 with a proof by eddsa-jcs-2022.",
    }
    courses = [key.id for key in private.keys.values() if key.certificate]
    schema: Map = {"type": "string", **({"enum": courses} if courses else {})}
    return {
        "post": {
            "operationId": "sign_certificate",
            "summary": "Sign the certificate of a passed attempt; nothing is stored.",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": schema}],
            "requestBody": {"required": True, "content": {JSON: {"schema": sent}}},
            "responses": {
                "200": json_answer("The certificate, the same for the same name.", certificate),
                **refusals(404, *OF_BODIES),
            },
        }
    }
