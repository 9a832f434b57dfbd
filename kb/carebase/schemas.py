"""JSON Schemas for editors: every YAML file and the front matter of each kind of page.

They are made from the models that `check` uses, so that an editor completes and marks what
`check` would. What a model accepts in a shorter form, such as one text for a list, is written
here beside the function that reads it. The words are those of JSON Schema 2020-12 and draft 7
alike, because the YAML language server of editors speaks draft 7.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from carebase.articles.front_matter import FOREIGN_KEYS, MODELS
from carebase.articles.kind import KINDS
from carebase.badges.published import PublicKeys
from carebase.catalog.contact import Contact
from carebase.catalog.product import Product
from carebase.forms.form import Form
from carebase.sources import parse_yaml
from carebase.training.course import Course
from carebase.warranty.policy import Lasting, Policy
from carebase.warranty.statutes import RemovedStatute, Statute
from carebase.warranty.words import TermsWords
from carebase.withdrawal.periods import Period

FOLDER = ".carebase/schemas"
DRAFT = "http://json-schema.org/draft-07/schema#"
_LENGTHS = ("days", "weeks", "months", "years", "until", "lifetime")
_REACHED = {"phone": "number", "mail": "address", "chat": "url", "service_centre": "address"}
_HOURS = r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]|24):[0-5][0-9]"

Schema = dict[str, Any]
_ANSWER: Schema = {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One schema: its name, what it is for, and the files it fits, as a pattern of editors."""

    name: str
    title: str
    files: str
    model: Any


SCHEMAS = (
    SchemaFile("product", "A product", "docs/products/*/product.yml", Product),
    SchemaFile("policy", "A warranty policy", "docs/warranty/policies/*.yml", Policy),
    SchemaFile("form", "A form", "docs/forms/*.yml", Form),
    SchemaFile("contact", "How to reach you", "docs/contact.yml", Contact),
    SchemaFile("course", "A course", "docs/courses/*/course.yml", Course),
    SchemaFile("certificates", "Public keys", "docs/certificates.yml", PublicKeys),
    SchemaFile("terms", "Your words about the terms", "docs/warranty/terms.yml", TermsWords),
    SchemaFile(
        "statutes", "The law of countries", "docs/warranty/statutes.yml",
        list[RemovedStatute | Statute],
    ),
    SchemaFile(
        "withdrawal", "Periods for withdrawal", "docs/withdrawal.yml",
        list[RemovedStatute | Period],
    ),
)  # fmt: skip


def _with(**more: Any) -> Callable[[Schema], Schema]:
    return lambda schema: {**schema, **more}


def _instead(**said: Any) -> Callable[[Schema], Schema]:
    return lambda schema: dict(said)


def _or_text(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "string"}, schema]}


def _or(**said: Any) -> Callable[[Schema], Schema]:
    return lambda schema: {"anyOf": [dict(said), schema]}


def _lessons(schema: Schema) -> Schema:
    return {**schema, "items": {"anyOf": [{"type": "string"}, schema["items"]]}}


def _lessons_or_text(schema: Schema) -> Schema:
    return _or_text(_lessons(schema))


def _same(schema: Schema) -> Schema:
    return schema


# What each function that reads or checks a value means to an editor.
READERS: Mapping[str, Callable[[Schema], Schema]] = {
    "check_id": _with(pattern=r"^[a-z][a-z0-9_-]*$"),
    "_check_inside": _with(pattern=r"^[^/\\][^\\]*$"),
    "_check_gtin": _instead(
        anyOf=[{"type": "string", "pattern": r"^([0-9]{8}|[0-9]{12,14})$"}, {"type": "integer"}]
    ),
    "_check_every": _with(pattern=r"^[1-9][0-9]* \S.*$"),
    "_check_policy": _with(pattern=r"^[a-z][a-z0-9_-]*@[1-9][0-9]*$"),
    "_policy_list": _or(type="string", pattern=r"^[a-z][a-z0-9_-]*@[1-9][0-9]*$"),
    "_read_century": _instead(type="integer", minimum=19, maximum=2900),
    "parse_money": _instead(type="string", pattern=r"^[0-9]+(\.[0-9]{1,3})? [A-Z]{3}$"),
    "_filled": _with(pattern=r"\S"),
    "_span": _instead(type="string", pattern=r"^[1-9]\d{0,3} (day|week|month|year)s?$"),
    "_option": _or_text,
    "_consent": _or_text,
    "_after": _or_text,
    "_conditions": _instead(
        type="object",
        minProperties=1,
        additionalProperties={
            "anyOf": [_ANSWER, {"type": "array", "minItems": 1, "items": _ANSWER}]
        },
    ),
    "_mails": lambda schema: {
        "anyOf": [mail := {"type": "string", "pattern": r"^[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+$"},
                  {"type": "array", "items": mail}]
    },
    "_webhook": _with(pattern=r"^https?://[^\s/]+\S*$"),
    "_always": _or(const="always"),
    "_spans": _instead(
        anyOf=[
            {"type": "string", "pattern": rf"^(closed|{_HOURS}(\s*,\s*{_HOURS})*)$"},
            {"type": "null"},
        ]
    ),
    "_objectives": _or_text,
    "_list": _or_text,
    "_words": _or_text,
    "_related": _or_text,
    "_lessons": _lessons,
    "_prerequisites": _lessons_or_text,
    "check_language": _with(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
    "_part": _or(type=["string", "integer"]),
    "_check_slug": _with(pattern=r"^[a-z][a-z0-9_-]*$"),
    "_check_text": _with(pattern=r"\S"),
    "_check_source": _with(pattern=r"^https?://\S+$"),
    "_check_country": _with(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"),
    # What no schema can say, or what its own words say already.
    **dict.fromkeys(
        ("_check_pattern", "_check_sign", "_check_year", "_read_day", "_read_start",
         "_read_transfer", "_bound", "_check_zone", "_check_holidays"),
        _same,
    ),
}  # fmt: skip


class _Generator(GenerateJsonSchema):
    """Writes what the functions of the models read; an unknown one raises KeyError."""

    def _said(self, schema: Any, written: Schema) -> Schema:
        function = schema["function"]["function"]
        # What a method checks concerns several keys: that is beyond a schema, but for lengths.
        method = "." in function.__qualname__
        reader = _same if method else READERS.get(function.__name__)
        if reader is None:
            raise KeyError(f"{function.__module__}.{function.__name__} has no words in READERS")
        return reader(written)

    def function_before_schema(self, schema: Any) -> Schema:
        return self._said(schema, super().function_before_schema(schema))

    def function_after_schema(self, schema: Any) -> Schema:
        return self._said(schema, super().function_after_schema(schema))


def schema_files() -> dict[str, Schema]:
    """Give every schema by the name of its file."""
    files = {f"{one.name}.json": _finish(_generate(one.model), one.title) for one in SCHEMAS}
    return files | {f"front-matter{name}.json": schema for name, schema in _front_matter()}


def write_schema(schema: Schema) -> str:
    """Give the text of a schema's file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def schema_line(target: Path, root: Path, name: str) -> str:
    """Give the comment by which editors find the schema of a YAML file of the site in `root`."""
    schema = root / FOLDER / f"{name}.json"
    return f"# yaml-language-server: $schema={os.path.relpath(schema, target.parent)}\n".replace(
        os.sep, "/"
    )


def _front_matter() -> list[tuple[str, Schema]]:
    """Give a schema for each kind of page, and one for pages of any kind."""
    files = []
    every: Schema = {"type": "object", "additionalProperties": False, "properties": {}}
    definitions: Schema = {}
    for kind in KINDS:
        schema = _generate(MODELS[kind])
        for key, value in schema["properties"].items():
            schema["properties"][key] = _or_nothing(value)
        # Keys of the generator and its plugins are none of our business.
        schema["properties"] |= {key: {} for key in sorted(FOREIGN_KEYS)}
        every["properties"] |= schema["properties"]
        definitions |= schema.get("$defs", {})
        own = {**schema["properties"], "kind": {**schema["properties"]["kind"], "enum": [kind]}}
        own["kind"] |= {"examples": [kind]}
        own["kind"].pop("anyOf", None)
        title = f"The front matter of a page of the kind {kind}"
        files.append((f"-{kind}", _finish({**schema, "properties": own}, title)))
    every["$defs"] = definitions
    return [("", _finish(every, "The front matter of a page")), *files]


def _or_nothing(schema: Schema) -> Schema:
    """Let a key of front matter stand without a value, as `check` does."""
    more: Schema = {
        key: schema[key] for key in ("description", "examples", "default") if key in schema
    }
    rest = {key: value for key, value in schema.items() if key not in more}
    choices = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    nothing: Schema = {"type": "null"}
    return {"anyOf": [*choices, *([] if nothing in choices else [nothing])], **more}


def _generate(model: Any) -> Schema:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return model.model_json_schema(schema_generator=_Generator, by_alias=True)
    return TypeAdapter(model).json_schema(schema_generator=_Generator, by_alias=True)


def _finish(schema: Schema, title: str) -> Schema:
    definitions = schema.pop("$defs", {})
    lengths = {cls.__name__ for cls in _below(Lasting)}
    for key, definition in definitions.items():
        if key in lengths:
            definition["oneOf"] = [{"required": [length]} for length in _LENGTHS]
        if key == "Channel":
            definition["allOf"] = [_reach(kind, key) for kind, key in _REACHED.items()]
    whole = {"$schema": DRAFT, "title": title, **_plain(schema)}
    if definitions:
        whole["definitions"] = {key: _plain(value) for key, value in sorted(definitions.items())}
    return whole


def _reach(kind: str, key: str) -> Schema:
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"required": [key]},
    }


def _below(cls: type) -> list[type]:
    found = [cls]
    below: list[type] = type.__subclasses__(cls)
    for one in below:
        found += _below(one)
    return found


def _plain(schema: Any, in_properties: bool = False) -> Any:
    """Take out what says nothing to a writer, and let numbers be typed where text is meant."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if in_properties:
        return {key: _plain(value) for key, value in schema.items()}
    result: Schema = {}
    for key, value in schema.items():
        if key == "title" or (key == "default" and value is None):
            continue
        if key == "$ref":
            result[key] = value.replace("#/$defs/", "#/definitions/")
        elif key == "examples":
            result[key] = [_example(one, schema) for one in value]
        elif key in ("enum", "const", "default", "required"):
            result[key] = value
        else:
            result[key] = _plain(value, in_properties=key == "properties")
    if result.get("type") == "string":
        if result.get("format") == "date":
            result.setdefault("pattern", r"^\d{4}-\d{2}-\d{2}$")
        elif not {"pattern", "enum", "const", "format"} & result.keys():
            # A number typed where text is meant is taken as it was typed.
            result["type"] = ["string", "number"]
    return result


def _example(example: Any, schema: Schema) -> Any:
    """Read an example that the models give as YAML, where the value is no text."""
    if not isinstance(example, str) or not example.startswith(("[", "{")):
        return example
    document = parse_yaml(example, "example")
    return example if document.problems else json.loads(json.dumps(document.data, default=str))
