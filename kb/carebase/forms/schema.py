"""The JSON Schema (2020-12) of a form: what the endpoint checks and what it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from carebase.files.kinds import types_of
from carebase.forms.context import CONTEXT_SCHEMAS, has_context
from carebase.forms.field import Answer, FormField
from carebase.forms.form import Form

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# At least 5 digits with what people put between them, then room for an extension.
PHONE = r"^\s*\+?(?:[ ().\-/]*[0-9]){5,20}[^\r\n]{0,20}$"
# A required text must hold more than is dropped from it: white space, and control characters.
NOT_BLANK = r"[^\s\u0000-\u001f\u007f\u0085]"
# The id of a file that was sent before the form.
UPLOAD = r"^[A-Za-z0-9_-]{32}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Schema = dict[str, Any]

# A field that people do not see, with a name that programs like to fill in.
TRAP = "_website"
# The time from the page to the sending, in seconds, as the page has measured it.
SECONDS = "_seconds"
# The solved challenge, as proof of work.
PROOF = "_proof"

ENVELOPE_SCHEMAS: Mapping[str, Schema] = {
    "_page": {"title": "The page it was sent from", "type": "string", "maxLength": 500},
    "_lang": {
        "title": "The language of that page",
        "type": "string",
        "pattern": LANGUAGE,
        "maxLength": 35,
    },
    TRAP: {"title": "To be left empty", "type": "string"},
    SECONDS: {"title": "The time it took to fill in, in seconds", "type": "number", "minimum": 0},
    PROOF: {
        "title": "The proof of work: a solved challenge in base64",
        "type": "string",
        "maxLength": 4000,
    },
    **CONTEXT_SCHEMAS,
}


def envelope_of(form: Form) -> dict[str, Schema]:
    """Give what may stand beside the fields of a form, by name."""
    return {name: rule for name, rule in ENVELOPE_SCHEMAS.items() if has_context(form.id, name)}


def form_schema(form: Form, products: Sequence[str] = ()) -> Schema:
    """Give the schema of one submission, one property a field.

    A field with `show_if` is required only when it is asked. A `product` field takes one of
    `products`, the ids of the site; a site that has none takes any text. What a page tells
    of itself (`envelope_of`) may stand beside the fields.
    """
    properties = {field.id: _property(field, products) for field in form.all_fields}
    schema: Schema = {
        "$schema": DIALECT,
        "title": form.title,
        "type": "object",
        "properties": properties | envelope_of(form),
        "additionalProperties": False,
    }
    if form.intro:
        schema["description"] = form.intro
    required = [field.id for field in form.all_fields if field.required and not field.show_if]
    if required:
        schema["required"] = required
    conditional = [
        {
            "if": _asked(form, form.conditions(field)),
            "then": {"required": [field.id]},
        }
        for field in form.all_fields
        if field.required and field.show_if
    ]
    if conditional:
        schema["allOf"] = conditional
    return schema


def _asked(form: Form, conditions: Mapping[str, Sequence[Answer]]) -> Schema:
    properties: Schema = {}
    for name, answers in conditions.items():
        field = form.field(name)
        wanted: Schema = {"enum": [_as(field, answer) for answer in answers]}
        properties[name] = (
            {"contains": wanted} if field is not None and field.type == "choices" else wanted
        )
    return {"properties": properties, "required": list(conditions)}


def _as(field: FormField | None, answer: Answer) -> Answer:
    """Give an answer the type that its field has in JSON, however the file writes it."""
    kind = field.type if field else "text"
    if kind == "consent":
        return answer if isinstance(answer, bool) else answer == "true"
    if kind in ("number", "rating", "nps"):
        return answer
    return str(answer)


def _property(field: FormField, products: Sequence[str]) -> Schema:
    schema: Schema = {}
    if field.label:
        schema["title"] = field.label
    if field.help:
        schema["description"] = field.help
    match field.type:
        case "number":
            schema["type"] = "number"
            if isinstance(field.limits.min, int | float):
                schema["minimum"] = field.limits.min
            if isinstance(field.limits.max, int | float):
                schema["maximum"] = field.limits.max
        case "rating" | "nps":
            low, high = field.scale
            schema |= {"type": "integer", "minimum": low, "maximum": high}
        case "date":
            schema |= {"type": "string", "format": "date"}
            schema |= _date_limits(field)
        case "choice":
            schema["enum"] = [option.value for option in field.options]
        case "choices":
            schema |= {
                "type": "array",
                "items": {"enum": [option.value for option in field.options]},
                "uniqueItems": True,
            }
            least = field.limits.min if isinstance(field.limits.min, int) else 0
            if field.required or least:
                schema["minItems"] = max(least, 1) if field.required else least
            if isinstance(field.limits.max, int):
                schema["maxItems"] = field.limits.max
        case "file":
            schema |= {
                "type": "array",
                "items": {"type": "string", "pattern": UPLOAD},
                "uniqueItems": True,
                "maxItems": field.most_files,
                "x-media-types": types_of(field.kinds),
                "x-max-bytes": field.most_bytes,
            }
            if field.required:
                schema["minItems"] = 1
        case "product" if products:
            schema["enum"] = list(products)
        case "consent":
            schema["type"] = "boolean"
            if field.required:
                schema["const"] = True
        case _:
            schema |= _text(field)
    return schema


def _date_limits(field: FormField) -> Schema:
    """Tell the limits of a date; JSON Schema has no word for them, so the endpoint checks them."""
    limits: Schema = {}
    for key, bound in (("x-min", field.limits.min), ("x-max", field.limits.max)):
        if bound is not None:
            limits[key] = bound.isoformat() if isinstance(bound, date) else bound
    return limits


def _text(field: FormField) -> Schema:
    schema: Schema = {"type": "string"}
    least = field.limits.min_length or 0
    if field.type == "product":
        schema["maxLength"] = 64
    elif field.max_length:
        schema["maxLength"] = field.max_length
    if least:
        schema["minLength"] = least
    if field.type == "email":
        schema["format"] = "email"
    elif field.type == "phone":
        schema["pattern"] = PHONE
    elif field.required:
        schema["pattern"] = NOT_BLANK
    if field.required and not least:
        schema["minLength"] = 1
    return schema
