"""The schema of a form as a browser without JavaScript sends it: names and texts, nothing else.

`Checker.read` makes of them what JSON would have sent. Names that the form does not have are passed
over, an empty text is no answer, and a number is written as a person writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from carebase.forms.field import FormField
from carebase.forms.form import Form
from carebase.forms.schema import NOT_BLANK, PHONE, Schema, form_schema

# As long as it looks: no white space at its ends, nothing that is dropped.
_SOLID = r"^[!-~]+$"
NUMBER = r"^[-+]?[0-9]{1,15}([.,][0-9]{1,10})?$"


def plain_schema(form: Form, products: Sequence[str] = ()) -> Schema:
    """Give the schema of a submission of type `application/x-www-form-urlencoded` or multipart.

    The smallest and largest number and date of a field cannot be said of texts; `x-min` and
    `x-max` tell them, and `x-pattern` how a number is written.
    """
    whole = form_schema(form, products)
    fields = form.all_fields
    schema: Schema = {
        "title": form.title,
        "type": "object",
        "properties": {
            field.id: _property(field, whole["properties"][field.id], _is_needed(field))
            for field in fields
        },
    }
    for key in ("description", "required"):
        if key in whole:
            schema[key] = whole[key]
    if "allOf" in whole:
        schema["allOf"] = [
            {
                "if": _as_texts(rule["if"]),
                "then": {
                    "required": rule["then"]["required"],
                    "properties": {
                        field.id: _property(field, whole["properties"][field.id], True)
                        for field in fields
                        if field.id in rule["then"]["required"]
                    },
                },
            }
            for rule in whole["allOf"]
        ]
    return schema


def multipart_schema(form: Form, products: Sequence[str] = ()) -> Schema:
    """Give the schema of a submission of type `multipart/form-data`, in which files are files."""
    schema = plain_schema(form, products)
    for field in form.fields:
        if field.type == "file":
            about = schema["properties"][field.id]
            about["items"] = {"type": "string", "format": "binary"}
    return schema


def _is_needed(field: FormField) -> bool:
    """Tell whether a field is always asked and must be answered: others may be left empty."""
    return field.required and not field.show_if


def _property(field: FormField, whole: Mapping[str, Any], needed: bool) -> Schema:
    schema: Schema = {key: whole[key] for key in ("title", "description") if key in whole}
    match field.type:
        case "choices":
            items = {"type": "string", "enum": list(whole["items"]["enum"])}
            schema |= {"type": "array", "items": items}
            schema |= {key: whole[key] for key in ("minItems", "maxItems") if key in whole}
            # The same text twice counts once, so only where several are asked for must they differ.
            return schema | ({"uniqueItems": True} if whole.get("minItems", 0) > 1 else {})
        case "file":
            schema |= {key: whole[key] for key in ("x-media-types", "x-max-bytes")}
            ids = {"type": "string", "anyOf": [dict(whole["items"]), {"maxLength": 0}]}
            schema |= {"type": "array", "items": dict(whole["items"]) if needed else ids}
            return schema | {key: whole[key] for key in ("minItems", "maxItems") if key in whole}
        case "rating" | "nps":
            low, high = field.scale
            return schema | _one_of([str(step) for step in range(low, high + 1)], needed)
        case "consent":
            return schema | ({"const": "true"} if needed else {"type": "string"})
        case "number":
            told = {"minimum": "x-min", "maximum": "x-max"}
            schema |= {name: whole[key] for key, name in told.items() if key in whole}
            return schema | _written({"format": "number", "x-pattern": NUMBER}, needed)
        case "phone":
            return schema | _written({"format": "phone", "x-pattern": PHONE}, needed)
        case "email" | "date":
            schema |= {key: whole[key] for key in ("x-min", "x-max") if key in whole}
            return schema | _written({"format": whole["format"]}, needed)
    if "enum" in whole:
        return schema | _one_of(whole["enum"], needed)
    schema |= {"type": "string"}
    schema |= {key: whole[key] for key in ("maxLength",) if key in whole}
    if "minLength" in whole and field.limits.min_length:
        rule = {"minLength": whole["minLength"], "pattern": _SOLID}
        return schema | (rule if needed else {"anyOf": [rule, {"maxLength": 0}]})
    return schema | ({"pattern": NOT_BLANK} if needed else {})


def _one_of(values: Sequence[str], needed: bool) -> Schema:
    return {"type": "string", "enum": [*values] if needed else [*values, ""]}


def _written(rule: Schema, needed: bool) -> Schema:
    """Give the rule of a text that has a form; where it may be left out, it may be empty too."""
    return {"type": "string"} | (
        rule | {"minLength": 1} if needed else {"anyOf": [rule, {"maxLength": 0}]}
    )


def _as_texts(condition: Mapping[str, Any]) -> Schema:
    """Give a condition on answers as a condition on the texts that stand for them."""
    return {
        "properties": {
            name: {"contains": _texts(rule["contains"])} if "contains" in rule else _texts(rule)
            for name, rule in condition["properties"].items()
        },
        "required": condition["required"],
    }


def _texts(rule: Mapping[str, Any]) -> Schema:
    return {"enum": [_text(value) for value in rule["enum"]]}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
