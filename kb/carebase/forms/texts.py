"""What a form says, apart from what it asks for: the part of it that is translated.

The ids, types, limits and stored values of a form that ships are written once, in its own file.
A file of texts lays other words over them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from carebase.forms.field import FormField
from carebase.forms.form import Form


class FieldTexts(BaseModel):
    """The words of one question; `options` by the value that is stored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    label: str = ""
    help: str = ""
    options: dict[str, str] = {}


class FormTexts(BaseModel):
    """The words of a form; groups and fields by their ids."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    title: str
    intro: str = ""
    purpose: str = ""
    promise: str = ""
    groups: dict[str, str] = {}
    fields: dict[str, FieldTexts]
    consent: str = ""
    after: str = ""
    submit: str

    def names(self) -> list[str]:
        """Give the name of each text, such as `fields.topic.options.fault`, in order."""
        return sorted(name for name, _ in _leaves(self.model_dump(), ""))


def texts_of(form: Form) -> FormTexts:
    """Give the words of a form; hidden fields have none."""
    return FormTexts(
        title=form.title,
        intro=form.intro,
        purpose=form.purpose,
        promise=form.promise,
        groups={group.id: group.title for group in form.groups},
        fields={
            field.id: FieldTexts(
                label=field.label,
                help=field.help,
                options={option.value: option.text for option in field.options},
            )
            for field in form.fields
            if field.type != "hidden"
        },
        consent=form.consent.label if form.consent else "",
        after=form.after.text,
        submit=form.submit,
    )


def with_texts(form: Form, texts: FormTexts) -> Form:
    """Give a form in other words.

    Raises `ValueError` when the texts are not exactly those that the form has.
    """
    wanted, given = set(texts_of(form).names()), set(texts.names())
    if wanted != given:
        told = [f"`{name}` is missing" for name in sorted(wanted - given)]
        told += [f"`{name}` is not known" for name in sorted(given - wanted)]
        raise ValueError(f"The texts of {form.id} do not fit: {', '.join(told)}.")
    return form.model_copy(
        update={
            "title": texts.title,
            "intro": texts.intro,
            "purpose": texts.purpose,
            "promise": texts.promise,
            "groups": tuple(
                group.model_copy(update={"title": texts.groups[group.id]}) for group in form.groups
            ),
            "fields": tuple(_field(field, texts) for field in form.fields),
            "consent": form.consent and form.consent.model_copy(update={"label": texts.consent}),
            "after": form.after.model_copy(update={"text": texts.after}),
            "submit": texts.submit,
        }
    )


def _field(field: FormField, texts: FormTexts) -> FormField:
    said = texts.fields.get(field.id)
    if said is None:
        return field
    options = tuple(
        option.model_copy(update={"label": said.options[option.value]}) for option in field.options
    )
    return field.model_copy(update={"label": said.label, "help": said.help, "options": options})


def _leaves(tree: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Give each text that is not empty with the path to it."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{name}.")
        elif value:
            yield before + name, value
