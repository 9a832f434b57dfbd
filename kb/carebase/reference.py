"""Tables of keys for the handbook, made from the models so that text and code cannot differ.

A page is for writers: it says in plain words what may stand behind a key, not which Python type
holds it.
"""

from __future__ import annotations

import contextlib
import json
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.front_matter import Duration, Front, GuideFront
from carebase.catalog.contact import Contact, Hours
from carebase.catalog.money import Money
from carebase.catalog.product import Product
from carebase.forms.field import Answer
from carebase.forms.form import Form
from carebase.search.synonyms import Synonyms
from carebase.training.course import Course
from carebase.warranty.policy import Policy
from carebase.withdrawal.periods import Period

_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    date: "date",
    Money: "amount and currency",
    Duration: "time",
    tuple[tuple[time, time], ...]: "hours, several with a comma",
}
_ANSWERS = tuple[Answer, ...]
# Models that may also be written in one line: the words for that, before the link to the keys.
_SHORT: Mapping[str, str] = {
    "Option": "text or ",
    "Consent": "text or ",
    "After": "text or ",
    "Lesson": "page or ",
    "PartNeeded": "part number or ",
    "Hours": "`always` or ",
    "Words": "a list of words or ",
}


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """One page of the reference: its file name, its words, and the models that it lists."""

    name: str
    title: str
    description: str
    intro: tuple[str, ...]
    models: tuple[type[BaseModel], ...]
    notes: tuple[str, ...] = ()


PAGES = (
    ReferencePage(
        "product",
        "Keys of product.yml",
        "Every key of a product's file, with its meaning and an example.",
        (
            "A product is described in `docs/products/<id>/product.yml`.",
            "[Describe a product](../products.md) shows how to begin.",
        ),
        (Product,),
    ),
    ReferencePage(
        "policy",
        "Keys of a warranty policy",
        "Every key of a policy file, with its meaning and an example.",
        (
            "A policy is one version of a promise, in `docs/warranty/policies/<id>@<version>.yml`.",
            "[Write a warranty](../warranty.md) shows how to begin.",
        ),
        (Policy,),
        (
            "A coverage, and what it becomes on registration, has exactly one of the keys"
            " `days`, `weeks`, `months`, `years`, `until` and `lifetime`.",
        ),
    ),
    ReferencePage(
        "withdrawal",
        "Keys of withdrawal.yml",
        "Every key of a row on the period for withdrawal, with its meaning and an example.",
        (
            "Rows of your own on the time in which customers may withdraw stand in"
            " `docs/withdrawal.yml`.",
            "[Let customers withdraw](../withdrawal.md) shows how to begin.",
        ),
        (Period,),
        ("`{id: at-2014, remove: true}` takes a shipped row away.",),
    ),
    ReferencePage(
        "form",
        "Keys of a form",
        "Every key of a form file, with its meaning and an example.",
        (
            "A form is described in `docs/forms/<id>.yml`.",
            "[Make a form](../forms.md) shows how to begin, and what each type of field asks.",
        ),
        (Form,),
        (
            "`retention` is told to customers, and the endpoint deletes what was kept that long.",
            "`notify` is kept in the private folder and never part of the site.",
        ),
    ),
    ReferencePage(
        "synonyms",
        "Keys of synonyms.yml",
        "Every key of the file with words that mean the same in a search.",
        (
            "What readers call by another name is written in `docs/synonyms.yml`.",
            "[Let people find it](../searching.md) shows how to begin.",
        ),
        (Synonyms,),
    ),
    ReferencePage(
        "contact",
        "Keys of contact.yml",
        "Every key of the file with phone numbers and opening hours.",
        (
            "The ways to reach you are described in `docs/contact.yml`.",
            "[Say how to reach you](../contact.md) shows how to begin.",
        ),
        (Contact,),
        (
            "`holidays` adds the sentence that you are closed on public holidays, and its country"
            " is the first choice of the warranty check.",
            "The opening hours of a day do not change by it.",
        ),
    ),
    ReferencePage(
        "course",
        "Keys of course.yml",
        "Every key of a course's file, with its meaning and an example.",
        (
            "A course is described in `docs/courses/<id>/course.yml`.",
            "[Write a course](../courses.md) shows how to begin, and what the site makes of it.",
        ),
        (Course,),
        (
            "[Certificates](../certificates.md) tells what `certificate`, `certificate_months` and"
            " `version` do.",
        ),
    ),
    ReferencePage(
        "front-matter",
        "Keys of the front matter",
        "Every key that may stand at the head of a page, and those of guides.",
        (
            "The front matter stands at the top of a Markdown page, between two lines with `---`.",
            "Keys of MkDocs, Material and their usual plugins may stand beside these.",
        ),
        (Front, GuideFront),
        (
            "`keywords` are checked for their form and change nothing on the site:"
            " the search reads the text of a page.",
        ),
    ),
)

_HEADINGS: Mapping[str, str] = {"Front": "Every page", "GuideFront": "Guides"}


def reference_page(page: ReferencePage, reviewed: date) -> str:
    """Write a page of the reference as Markdown, front matter included."""
    lines = [
        "---",
        f"title: {page.title}",
        f"description: {page.description}",
        "owner: Handbook",
        f"reviewed: {reviewed.isoformat()}",
        "search: {boost: 0.2}",
        "---",
        "",
        f"# {page.title}",
        "",
        *page.intro,
        "",
    ]
    if page.notes:
        lines += [*page.notes, ""]
    several = len(page.models) > 1
    for number, model in enumerate(_with_inner(page.models)):
        if several or number:
            lines += [f"## {_heading(model)} {{ #{_anchor(model)} }}", "", _sentence(model), ""]
        lines += [*_table(_own_fields(model, page.models)), ""]
    return "\n".join(lines).rstrip() + "\n"


_ARGUMENTS = {"form": "the id of a form", "title": "a title, if it has one", None: "nothing"}


def blocks_table() -> list[str]:
    """Give the lines of a table of all blocks, for the handbook's page about them."""
    lines = ["| Block | What it shows | After the bar | Options |", "|---|---|---|---|"]
    for block in BLOCK_TYPES.values():
        options = ", ".join(f"`{option.name}`" for option in block.options)
        if block.needs_product:
            options += "; needed outside a product's folder"
        argument = _ARGUMENTS[block.argument]
        lines.append(f"| `{block.name}` | {block.sentence} | {argument} | {options} |")
    return lines


def _with_inner(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """Give the models and all that stand in them, each once, in the order of the keys."""
    found: dict[type[BaseModel], None] = {}
    waiting = list(models)
    while waiting:
        model = waiting.pop(0)
        if model not in found:
            found[model] = None
            inner = [
                one
                for field in model.model_fields.values()
                for one in _models_in(field.annotation)
                if one not in found
            ]
            waiting[:0] = inner if model not in models else []
            waiting += inner if model in models else []
    return list(found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models_in(part)


def _own_fields(model: type[BaseModel], shown: Iterable[type[BaseModel]]) -> dict[str, FieldInfo]:
    """Give the keys of a model that no other model of the page has listed before."""
    above = {
        name
        for other in shown
        if other is not model and issubclass(model, other)
        for name in other.model_fields
    }
    found = {
        field.alias or name: field
        for name, field in model.model_fields.items()
        if name not in above and not field.exclude
    }
    return dict(sorted(found.items(), key=lambda item: item[0] != "id"))


def _table(fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    yield "| Key | What it takes | Needed | Meaning |"
    yield "|---|---|---|---|"
    for name, field in fields.items():
        examples = ", ".join(f"`{_written(example)}`" for example in (field.examples or [])[:2])
        meaning = (field.description or "").strip()
        cells = (
            f"`{name}`",
            _takes(field),
            _needed(field),
            f"{meaning} Example: {examples}" if examples else meaning,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _takes(field: FieldInfo) -> str:
    words = _words(field.annotation)
    if words.startswith("list of") and _takes_one(field):
        words += ", or one alone"
    return words + _limits(field.metadata)


def _limits(metadata: Iterable[Any]) -> str:
    least: Any = None
    most: Any = None
    for limit in metadata:
        least = limit.ge if isinstance(limit, Ge) else least
        most = limit.le if isinstance(limit, Le) else most
    if least is not None and most is not None:
        return f", {least} to {most}"
    return f", from {least}" if least is not None else ""


def _takes_one(field: FieldInfo) -> bool:
    """Tell whether one text may stand for a list of one, by trying an example."""
    kind: Any = field.annotation
    for each in field.metadata:
        kind = Annotated[kind, each]
    example = next(iter(field.examples or ["x"]))
    written = example if isinstance(example, str) else "x"
    try:
        TypeAdapter(kind).validate_python(written.strip("[]"))
    except ValidationError:
        return False
    return True


def _words(annotation: Any) -> str:
    """Say in plain words what may stand behind a key."""
    with contextlib.suppress(TypeError):  # what cannot be hashed is none of the plain types
        if annotation in _WORDS:
            return _WORDS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (
            f"{_SHORT.get(annotation.__name__, '')}[{_label(annotation)}](#{_anchor(annotation)})"
        )
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        inner = [
            limit for each in parts[1:] if isinstance(each, FieldInfo) for limit in each.metadata
        ]
        return _words(parts[0]) + _limits(inner)
    if origin is Literal:
        return ", ".join(f"`{'false' if value is False else value}`" for value in parts)
    if origin in (typing.Union, types.UnionType):
        kept = [_words(part) for part in parts if part is not type(None)]
        if {int, float} <= set(parts):
            kept.remove(_WORDS[int])
        return " or ".join(dict.fromkeys(kept))
    if origin is dict:
        inner_words = "an answer or a list of answers" if parts[1] == _ANSWERS else _words(parts[1])
        return f"keys, each with {inner_words}"
    if origin in (list, tuple):
        return f"list of {_words(parts[0])}"
    return "text"


def _needed(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    default = field.get_default(call_default_factory=False)
    if isinstance(default, bool | int | float) or (isinstance(default, str) and default):
        return f"no; else `{_written(default)}`"
    return "no"


def _written(value: Any, inside: bool = False) -> str:
    """Write a value as it stands in a file; a text inside another value may need its quotes."""
    if isinstance(value, str):
        quoted = value != value.strip() or (inside and (value.isdigit() or not value))
        return f'"{value}"' if quoted else value
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key}: {_written(inner, True)}" for key, inner in value.items())
        return "{" + pairs + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(inner, True) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _label(model: type[BaseModel]) -> str:
    return "hours" if model is Hours else _heading(model).lower()


def _heading(model: type[BaseModel]) -> str:
    name = model.__name__
    words = "".join(f" {char}" if char.isupper() else char for char in name).strip()
    return _HEADINGS.get(name, words.capitalize())


def _anchor(model: type[BaseModel]) -> str:
    return _heading(model).lower().replace(" ", "-")


def _sentence(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().partition("\n")[0]
