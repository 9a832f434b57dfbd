"""What a customer answered, as the people who answer read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carebase.forms.form import Form, FormField
from carebase.i18n import text

# Line ends and tabs stay; other signs that steer a terminal or a mail program go.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def read_answers(
    form: Form | None, values: Mapping[str, Any], products: Mapping[str, str], language: str
) -> Iterator[tuple[str, str]]:
    """Give question and answer, in the order of the form.

    What the form no longer asks, because it has changed since, follows under its stored name.
    """
    fields = {field.id: field for field in form.all_fields} if form else {}
    for name in (*fields, *(name for name in values if name not in fields)):
        if name in values and values[name] not in (None, "", [], ()):
            field = fields.get(name)
            label = (field.label if field else "") or name
            yield clean(label), clean(_said(field, values[name], products, language))


def clean(said: str) -> str:
    """Give a text with one kind of line end and without signs that are not to be read."""
    return _CONTROL.sub("", said.replace("\r\n", "\n").replace("\r", "\n"))


def _said(field: FormField | None, value: Any, products: Mapping[str, str], language: str) -> str:
    if isinstance(value, bool):
        return text(language, "form.yes" if value else "mail.no")
    if isinstance(value, list | tuple):
        return ", ".join(_said(field, one, products, language) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(str(one) for one in value.values())
    if field is not None and field.type == "product":
        return products.get(str(value), str(value))
    if field is not None:
        chosen = next((option for option in field.options if option.value == value), None)
        if chosen is not None:
            return chosen.text
    return str(value)
