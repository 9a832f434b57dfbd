"""What schemathesis cannot know of our routes: days have limits, and a key stands for one body.

Nor has it ever answered the questions of a course whose result it tells.
"""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext
from schemathesis.schemas import APIOperation

from carebase.forms.schema import UPLOAD

# Plain text that is JSON: no schema says so to a generator.
schemathesis.openapi.media_type(
    "text/plain",
    st.sampled_from(["pump", "valve", "no steam"]).map(
        lambda words: json.dumps({"kind": "search", "query": words}).encode()
    ),
)

schemathesis.openapi.format("phone", st.from_regex(r"\A\+?[0-9]{5,15}\Z"))
schemathesis.openapi.format("number", st.integers(0, 9).map(str))

_KEYS = itertools.count()
_KEY = "Idempotency-Key"
_LONGEST_SECRET = 64
_UPLOAD = re.compile(UPLOAD)


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], **_: Any) -> None:
    """Give each case a key of its own: the same key with another body is refused, and rightly.

    Take out of its body what only the endpoint knows, and put its days within their limits.
    """
    if isinstance(case.body, dict):
        _mend(case.body, case.operation)
    if case.headers and re.fullmatch(r"[!-~]{1,240}", str(case.headers.get(_KEY, ""))):
        case.headers[_KEY] = f"{case.headers[_KEY]}-{next(_KEYS)}"


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Take files out of plain forms: what is a sound picture, no schema tells a generator."""
    for ways in raw_schema["paths"].values():
        for way in ways.values():
            content = way.get("requestBody", {}).get("content", {})
            properties = content.get("multipart/form-data", {}).get("schema", {})
            fields = properties.get("properties", {})
            for name in [name for name, rule in fields.items() if _takes_files(rule)]:
                del fields[name]


def _takes_files(rule: Any) -> bool:
    return isinstance(rule, dict) and "x-max-bytes" in rule


def _mend(body: dict[str, Any], operation: APIOperation[Any, Any, Any, Any]) -> None:
    """Move a day out of its field's limits to one within them: JSON Schema cannot tell limits.

    Take out what names an attempt that nobody made; what is wrong by the schema stays.
    """
    if isinstance(secret := body.get("_attempt"), str) and len(secret) <= _LONGEST_SECRET:
        del body["_attempt"]
    if body.get("_course") == "exam":
        del body["_course"]
    for name, rule in _files(operation).items():
        ids = body.get(name)
        if not isinstance(ids, list) or len(ids) > rule["maxItems"]:
            continue
        if all(isinstance(one, str) and (not one or _UPLOAD.match(one)) for one in ids):
            # Nobody has sent them.
            del body[name]
    for name, rule in _limited(operation).items():
        day = _read(body.get(name))
        least, most = _limit(rule, "x-min", date.min), _limit(rule, "x-max", date.max)
        if day is not None and not least <= day <= most:
            body[name] = (most if "x-max" in rule else least).isoformat()


def _files(operation: APIOperation[Any, Any, Any, Any]) -> dict[str, Any]:
    """Give the fields of an operation that name files."""
    found: dict[str, Any] = {}
    for one in operation.body:
        properties = one.raw_schema.get("properties", {})
        found |= {name: rule for name, rule in properties.items() if _takes_files(rule)}
    return found


def _limited(operation: APIOperation[Any, Any, Any, Any]) -> dict[str, Any]:
    """Give the fields of an operation that take a day with limits."""
    found: dict[str, Any] = {}
    for one in operation.body:
        properties = one.raw_schema.get("properties", {})
        found |= {name: rule for name, rule in properties.items() if {"x-min", "x-max"} & set(rule)}
    return found


def _limit(rule: dict[str, Any], key: str, without: date) -> date:
    limit = rule.get(key)
    if limit == "today":
        return datetime.now(UTC).date()
    return date.fromisoformat(limit) if isinstance(limit, str) else without


def _read(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
