"""Checking what a YAML document says against a pydantic model: all problems, each at its place."""

from __future__ import annotations

import re
import types
import typing
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from carebase.errors import nearest
from carebase.sources.meant import find_meant
from carebase.sources.text import read_text
from carebase.sources.yaml import Document, parse_yaml
from carebase.sources.yaml import Path as DataPath

M = TypeVar("M", bound=BaseModel)

# A day as others write it: `14.9.2026`, `9/14/2026`, `2026/9/14`.
_DAY = re.compile(
    r"(?P<a>\d{1,2})(?P<sign>[./-])\s?(?P<month>\d{1,2})(?P=sign)\s?(?P<year>\d{4})"
    r"|(?P<first>\d{4})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,2})"
)
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "date_type": "a date as YYYY-MM-DD",
    "date_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD",
}


def load_model(path: Path, name: str, model: type[M]) -> tuple[M | None, Document]:
    """Read one YAML file into a model; the document holds its places and its problems."""
    text, problems = read_text(path, name)
    document = parse_yaml(text, name)
    document.problems[:0] = problems
    return validate(document, model), document


def validate(document: Document, model: type[M], base: DataPath = ()) -> M | None:
    """Check a document's data (or the part at `base`), note every problem in it, give the model.

    A number or date where text is wanted is taken as it was typed, so that GTINs and names need
    no quotes. Nothing is given back when anything in the data is wrong.
    """
    data = document.data
    for part in base:
        data = data[part]
    if data is None and document.problems:
        return None
    if not isinstance(data, dict):
        document.problem(
            base,
            "not-a-mapping",
            "This must be a list of `key: value` lines.",
            found=describe(data),
            allowed=", ".join(model.model_fields),
        )
        return None
    had_problems = bool(document.problems)
    for _ in range(2):
        try:
            result = model.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if not _take_as_typed(document, data, details, base):
                for detail in details:
                    if not _follows(detail, details):
                        _note(document, model, detail, base)
                return None
        else:
            return None if had_problems else result
    return None


def _take_as_typed(
    document: Document, data: Any, details: list[ErrorDetails], base: DataPath
) -> bool:
    changed = False
    for detail in details:
        path = (*base, *detail["loc"])
        if detail["type"] == "string_type" and path in document.written:
            holder = data
            for part in detail["loc"][:-1]:
                holder = holder[part]
            holder[detail["loc"][-1]] = document.written[path]
            changed = True
    return changed


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Tell whether a list is only too short because its entries are wrong, which is told anyway."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details
    )


def _note(document: Document, model: type[BaseModel], detail: ErrorDetails, base: DataPath) -> None:
    loc = detail["loc"]
    path = (*base, *loc)
    kind = detail["type"]
    name = str(loc[-1]) if loc else ""
    found = describe(detail["input"])
    # A problem that the YAML reader has already told at this place is not told twice.
    if any(
        (found.line, found.column) == document.place(path) and found.code == "impossible-date"
        for found in document.problems
    ):
        return
    if kind == "extra_forbidden":
        allowed = list(_fields(model, loc[:-1]))
        match = nearest(name, allowed)
        document.problem(
            path,
            "unknown-key",
            f"The key `{name}` is not known here.",
            key=True,
            found=f"`{name}`",
            allowed=", ".join(allowed),
            hint=f"did you mean `{match}`?" if match else "delete it",
        )
    elif kind == "missing":
        document.problem(
            path[:-1],
            "missing-key",
            f"The key `{name}` is missing.",
            allowed=_sentence(model, loc),
            hint=f"add `{name}: …`",
        )
    elif kind in ("literal_error", "enum"):
        choices = [
            c.strip("'") for c in str(detail["ctx"]["expected"]).replace(" or ", ", ").split(", ")
        ]
        field = _field(model, loc)
        document.problem(
            path,
            "unknown-value",
            f"`{name}` does not have this value.",
            found=found,
            allowed=", ".join(choices),
            hint=find_meant(detail["input"], choices, field.metadata if field else ()),
        )
    elif kind in _WANTED:
        document.problem(
            path,
            "wrong-type",
            f"`{_named(loc)}` must be {_WANTED[kind]}.",
            found=found,
            allowed=_WANTED[kind],
            hint=_meant_day(detail["input"]) if kind.startswith("date") else "",
        )
    elif kind == "too_short":
        least = detail["ctx"]["min_length"]
        document.problem(
            path,
            "wrong-value",
            f"`{_named(loc)}` needs at least {least} {'entry' if least == 1 else 'entries'}.",
            found=found,
            allowed=_example(model, loc),
        )
    elif kind in ("value_error", "assertion_error"):
        document.problem(
            path,
            "wrong-value",
            str(detail["ctx"]["error"]),
            found=found,
            allowed=_example(model, loc),
        )
    else:
        # Our own validators write whole sentences; pydantic's say what the input should be.
        message = detail["msg"]
        if message.startswith("Input should "):
            message = f"`{_named(loc)}` should {message.removeprefix('Input should ')}."
        document.problem(
            path,
            "wrong-value",
            message,
            found=found,
            allowed=_example(model, loc),
        )


def _meant_day(written: Any) -> str:
    """Say how a date that is written in another way is to be written, where it can only be one."""
    found = _DAY.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        return ""
    year, sign = int(found["year"] or found["first"]), found["sign"] or found["mark"]
    one, two = (int(found[name]) for name in (("b", "c") if found["first"] else ("a", "month")))
    # With a year before them, and with dots, everybody means the same; with `/` only some.
    orders = [(one, two)] if found["first"] else [(two, one)]
    if not found["first"] and sign != ".":
        orders.append((one, two))
    days = set()
    for month, day in orders:
        with suppress(ValueError):
            days.add(date(year, month, day))
    return f"write `{days.pop().isoformat()}`" if len(days) == 1 else ""


def describe(value: Any) -> str:
    """Say in a few words what stands in a file."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{value}`" if len(value) <= 60 else f"the text `{value[:57]}…`"
        case int() | float():
            return f"the number {value}"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return "keys with values: " + ", ".join(f"`{key}`" for key in list(value)[:6])
    return f"`{value}`"


def _named(loc: tuple[int | str, ...]) -> str:
    if not loc:
        return "the file"
    if isinstance(loc[-1], int):
        names = [part for part in loc if isinstance(part, str)]
        return f"entry {loc[-1] + 1} of {names[-1]}" if names else f"entry {loc[-1] + 1}"
    return str(loc[-1])


def _fields(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """Give the keys allowed at a place, following the model's own types."""
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return ()
        model = inner
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (
        list,
        tuple,
        dict,
        typing.Union,
        types.UnionType,
        typing.Annotated,
    ):
        for argument in typing.get_args(annotation):
            found = _model_in(argument)
            if found:
                return found
    return None


def _field(model: type[BaseModel], loc: tuple[int | str, ...]) -> Any:
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return None
        model = inner
    return model.model_fields.get(str(loc[-1])) if loc else None


def _sentence(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    field = _field(model, loc)
    return (field.description or "") if field else ""


def _example(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    field = _field(model, loc)
    if field is None or not field.examples:
        return ""
    return "for example `" + "`, `".join(str(example) for example in field.examples) + "`"
