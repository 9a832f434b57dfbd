"""What a form file must say beyond its types: names that meet, limits that fit their field.

The checks read the file's own data and not the model, so that they are told together with the
mistakes for which there is no model.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from carebase.errors import suggestion
from carebase.forms.asked import OWN_ADDRESS
from carebase.forms.field import (
    FIELD_ID,
    TYPES,
    WITH_LENGTH,
    WITH_LINKS,
    WITH_OPTIONS,
    WITH_RANGE,
    Limits,
)
from carebase.forms.form import CONSENT
from carebase.sources import Document, is_there

Map = dict[str, Any]
# The form by which a customer withdraws from a contract.
WITHDRAWAL = "withdrawal"


def check_form(document: Document, form_id: str, docs: Path | None = None) -> None:
    """Note every such problem of a form file in its document."""
    data = document.data
    if not isinstance(data, dict):
        return
    if isinstance(data.get("id"), str) and data["id"] != form_id:
        document.problem(
            ("id",),
            "form-id",
            "The id of a form is the name of its file.",
            found=f"`{data['id']}`",
            allowed=f"`{form_id}`",
            hint="delete this line, or rename the file",
        )
    groups = _groups(document, data)
    seen: dict[str, Map] = {}
    for index, field in _maps(data.get("fields")):
        _check_name(document, index, field, seen, consent=bool(data.get("consent")))
        _check_label(document, index, field)
        _check_options(document, index, field)
        _check_limits(document, index, field)
        _check_show_if(document, index, field, seen)
        if isinstance(field.get("group"), str) and field["group"] not in groups:
            document.problem(
                ("fields", index, "group"),
                "form-group",
                f"There is no group `{field['group']}`.",
                allowed=", ".join(groups) or "no groups: the form has none",
                hint=suggestion(field["group"], groups) or "add it under `groups:`",
            )
        if isinstance(field.get("id"), str):
            seen.setdefault(field["id"], field)
    _check_receipt(document, data, form_id)
    _check_after(document, data.get("after"), docs)


def _check_receipt(document: Document, data: Map, form_id: str) -> None:
    """Tell of a receipt that cannot reach its customer, and of a withdrawal without one."""
    if data.get("receipt") is not True:
        if form_id == WITHDRAWAL:
            document.problem(
                ("receipt",) if "receipt" in data else (),
                "withdrawal-without-receipt",
                "The law wants a receipt for each withdrawal, with what was sent, date and time.",
                hint="add `receipt: true`",
                severity="warning",
            )
        return
    mails = [(index, one) for index, one in _maps(data.get("fields")) if one.get("type") == "email"]
    own = [pair for pair in mails if pair[1].get("id") == OWN_ADDRESS] or mails
    if len(own) != 1:
        document.problem(
            ("receipt",),
            "receipt-without-address",
            "A receipt goes to the customer, and the form does not ask for one mail address.",
            hint="add `{id: email, type: email, label: …, required: true}`",
        )
    elif own[0][1].get("required") is not True:
        document.problem(
            ("fields", own[0][0]),
            "receipt-without-address",
            "A receipt goes to this address, and the form can be sent without it.",
            hint="add `required: true`",
        )


def _maps(value: Any) -> Iterator[tuple[int, Map]]:
    if isinstance(value, list):
        yield from ((index, item) for index, item in enumerate(value) if isinstance(item, dict))


def _groups(document: Document, data: Map) -> list[str]:
    ids: list[str] = []
    for index, group in _maps(data.get("groups")):
        name = group.get("id")
        if not isinstance(name, str):
            continue
        if name in ids:
            document.problem(
                ("groups", index, "id"), "duplicate-id", f"Two groups are called `{name}`."
            )
        ids.append(name)
    return ids


def _check_name(
    document: Document, index: int, field: Map, seen: dict[str, Map], consent: bool
) -> None:
    name = field.get("id")
    if not isinstance(name, str):
        return
    path = ("fields", index, "id")
    if not FIELD_ID.fullmatch(name):
        document.problem(
            path,
            "field-id",
            "The id of a field begins with a lower-case letter, then come such letters, "
            "digits and `_`.",
            found=f"`{name}`",
            allowed="for example `topic`, `order_number`",
        )
    elif name in seen:
        document.problem(
            path,
            "duplicate-id",
            f"Two fields are called `{name}`.",
            found=f"`{name}` again",
            allowed="each id once",
            hint="give one of them another id",
        )
    elif name == CONSENT and consent:
        document.problem(
            path,
            "duplicate-id",
            "`consent` is already the field made by the form's own `consent:`.",
            hint="give the field another id, or delete the form's `consent:`",
        )


def _check_label(document: Document, index: int, field: Map) -> None:
    if field.get("type") != "hidden" and not field.get("label"):
        document.problem(
            ("fields", index),
            "field-label",
            "A field needs a label: it is what people read and what a screen reader says.",
            hint="add `label: …`",
        )


def _check_options(document: Document, index: int, field: Map) -> None:
    kind, options = field.get("type"), field.get("options")
    if kind in WITH_OPTIONS and not options:
        document.problem(
            ("fields", index),
            "field-options",
            f"A field of type `{kind}` needs `options`.",
            hint="add `options: [First answer, Second answer]`",
        )
    # Of a type that there is not, nothing more is known.
    elif options and kind in TYPES and kind not in WITH_OPTIONS:
        document.problem(
            ("fields", index, "options"),
            "field-options",
            f"A field of type `{kind}` has no options.",
            key=True,
            allowed=", ".join(sorted(WITH_OPTIONS)),
            hint="make the field a `choice`, or delete the options",
        )
    values: list[str] = []
    for number, option in enumerate(options if isinstance(options, list) else []):
        value = str(option.get("value") if isinstance(option, dict) else option)
        if value in values:
            document.problem(
                ("fields", index, "options", number),
                "duplicate-id",
                f"The answer `{value}` stands twice.",
                hint="delete one of them",
            )
        values.append(value)


def _check_limits(document: Document, index: int, field: Map) -> None:
    kind, limits = field.get("type"), field.get("limits")
    if kind not in TYPES or not isinstance(limits, dict):
        return
    allowed = [
        *(("min_length", "max_length") if kind in WITH_LENGTH else ()),
        *(("min", "max") if kind in WITH_RANGE else ()),
        *(("max_links",) if kind in WITH_LINKS else ()),
        *(("max", "max_megabytes", "kinds") if kind == "file" else ()),
    ]
    for key, value in limits.items():
        path = ("fields", index, "limits", key)
        if key in Limits.model_fields and key not in allowed:
            document.problem(
                path,
                "field-limit",
                f"A field of type `{kind}` has no limit `{key}`.",
                key=True,
                allowed=", ".join(allowed) or "no limits",
                hint="delete it",
            )
        elif kind == "file" and key == "max" and value not in range(1, 11):
            document.problem(
                path,
                "field-limit",
                "A field takes 1 to 10 files.",
                found=f"`{value}`",
                allowed="a whole number from 1 to 10",
            )
        elif key in ("min", "max") and not _fits(kind, value):
            wanted = "a date as YYYY-MM-DD or `today`" if kind == "date" else "a number"
            document.problem(
                path,
                "field-limit",
                f"The limit of a field of type `{kind}` must be {wanted}.",
                found=f"`{value}`",
                allowed=wanted,
            )
    for low, high in (("min_length", "max_length"), ("min", "max")):
        first: Any = limits.get(low)
        last: Any = limits.get(high)
        numbers = isinstance(first, int | float) and isinstance(last, int | float)
        days = isinstance(first, date) and isinstance(last, date)
        if (numbers or days) and first > last:
            document.problem(
                ("fields", index, "limits", low),
                "field-limit",
                f"`{low}` is more than `{high}`: nobody could fill this in.",
                found=f"{first} and {last}",
            )


def _fits(kind: str, value: Any) -> bool:
    if kind == "date":
        # A text other than `today` is told of by the model.
        return isinstance(value, date | str)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)


def _check_show_if(document: Document, index: int, field: Map, seen: dict[str, Map]) -> None:
    wanted = field.get("show_if")
    if not isinstance(wanted, dict):
        return
    for name, answers in wanted.items():
        path = ("fields", index, "show_if", name)
        asker = seen.get(name)
        if asker is None:
            document.problem(
                path,
                "show-if-field",
                f"No field before this one is called `{name}`.",
                key=True,
                allowed=", ".join(seen) or "a field that stands before this one",
                hint=suggestion(name, seen) or "put the field that is waited for first",
            )
            continue
        if asker.get("type") == "file":
            document.problem(
                path,
                "show-if-field",
                f"`{name}` takes files: whether one was chosen is no answer to wait for.",
                key=True,
                hint="ask a question before it, such as a `choice`, and wait for that",
            )
            continue
        possible = _possible(asker)
        several = answers if isinstance(answers, list) else [answers]
        for number, answer in enumerate(several):
            told = str(answer).lower() if isinstance(answer, bool) else str(answer)
            if possible and told not in possible:
                document.problem(
                    (*path, number) if isinstance(answers, list) else path,
                    "show-if-answer",
                    f"`{name}` never has the answer `{told}`, so this field would never be asked.",
                    allowed=", ".join(possible),
                    hint=suggestion(told, possible),
                )


def _possible(field: Map) -> list[str]:
    if field.get("type") == "consent":
        return ["true"]
    if field.get("type") not in WITH_OPTIONS or not isinstance(field.get("options"), list):
        return []
    return [
        str(option.get("value") if isinstance(option, dict) else option)
        for option in field["options"]
    ]


def _check_after(document: Document, after: Any, docs: Path | None) -> None:
    page = after.get("page") if isinstance(after, dict) else None
    if not isinstance(page, str) or not page or docs is None:
        return
    if not page.endswith(".md") or not is_there(docs / page):
        document.problem(
            ("after", "page"),
            "after-page",
            "There is no such page under docs/.",
            found=f"`{page}`",
            allowed="a page relative to docs/, such as `support/thanks.md`",
        )
