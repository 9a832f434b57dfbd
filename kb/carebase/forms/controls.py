"""The HTML of one question: label above, help below, error beside, and the control itself.

Shared by every form of the site, the warranty check included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from carebase.i18n import count_text, strings, text
from carebase.markup import Child, Markup, Value, element, join, json_template

Choice = tuple[str, str]
"""What is stored, and what the customer reads."""

# What stands around a question; French sets a space of its own before its mark.
_MARKS = re.compile(r"^¿|[?:.\s]+$")


@dataclass(frozen=True, slots=True)
class Question:
    """What every question has, whatever its control is.

    `required` is native validation. `needed` only says in words that an answer is wanted, for a
    question that is asked under a condition and must not block the form without JavaScript.
    """

    name: str
    id: str
    label: str
    language: str
    help: str = ""
    error: str = ""
    required: bool = False
    needed: bool = False
    quiet: bool = False
    note: str = ""
    show_if: Mapping[str, Sequence[str]] | None = None

    def attributes(self, **more: Value) -> dict[str, Value]:
        """Give the attributes that tie a control to its label, help and error."""
        own: dict[str, Value] = {
            "id": self.id,
            "name": self.name,
            "required": self.required,
            "aria-describedby": self.described_by,
            "aria-invalid": "true" if self.error else None,
        }
        return own | more

    @property
    def described_by(self) -> str | None:
        """The ids of the sentences that explain the control."""
        parts = (("note", self.note), ("help", self.help), ("error", self.error))
        return " ".join(f"{self.id}-{name}" for name, said in parts if said) or None

    def single(self, control: Markup, *after: Child, kind: str = "text") -> Markup:
        """Write a question with one control, such as a line of text or a list to choose from."""
        label = element("label", {"class": "cb-label", "for": self.id}, *self._label())
        note = self._sentence("note")
        return self._wrap("div", label, note, control, self._rest(), after, kind=kind)

    def group(
        self,
        choices: Iterable[Choice],
        *,
        kind: str,
        given: Sequence[str],
        beside: Mapping[str, Child] | None = None,
        pictures: Mapping[str, Child] | None = None,
    ) -> Markup:
        """Write a question with several answers to tick, as a `fieldset`.

        `kind` is what is sent: `text` or `number` for one answer, `list` for any number of them.
        `beside` holds what must be read with an answer, `pictures` what stands in it before its
        name, by the answer's value; with pictures the answers are cards.
        """
        several = kind == "list"
        items: list[Child] = []
        for number, (value, label) in enumerate(choices):
            said = (beside or {}).get(value)
            box = element(
                "input",
                {
                    "type": "checkbox" if several else "radio",
                    # The first one has the plain id: links in the error summary lead to it.
                    "id": self.id if number == 0 else f"{self.id}-{number + 1}",
                    "name": self.name,
                    "value": value,
                    "checked": value in given,
                    "required": self.required and not several,
                    "aria-describedby": f"{self.id}-{value}-beside" if said else None,
                },
            )
            items.append(
                element(
                    "label",
                    {"class": "cb-choice"},
                    box,
                    (pictures or {}).get(value),
                    element("span", None, label),
                )
            )
            if said:
                about = {"class": "cb-beside", "id": f"{self.id}-{value}-beside"}
                items.append(element("p", about, said))
        return self._wrap(
            "fieldset",
            element("legend", {"class": "cb-label"}, *self._label()),
            self._sentence("note"),
            element("div", {"class": "cb-choices cb-picks" if pictures else "cb-choices"}, items),
            self._rest(),
            kind=kind,
        )

    def box(self, *, checked: bool) -> Markup:
        """Write a single box to tick, its sentence beside it."""
        control = element(
            "input", self.attributes(type="checkbox", value="true", checked=checked or None)
        )
        label = element(
            "label",
            {"class": "cb-choice", "for": self.id},
            control,
            element("span", None, *self._label()),
        )
        return self._wrap("div", self._sentence("note"), label, self._rest(), kind="boolean")

    def _label(self) -> list[Child]:
        if self.quiet or not (self.required or self.needed):
            return [self.label]
        word = text(self.language, "form.required")
        return [self.label, " ", element("span", {"class": "cb-required"}, f"({word})")]

    def _sentence(self, kind: str) -> Markup:
        said: str = getattr(self, kind)
        if not said:
            return Markup()
        return element("p", {"class": f"cb-{kind}", "id": f"{self.id}-{kind}"}, said)

    def _rest(self) -> Markup:
        return join(self._sentence("help"), self._sentence("error"))

    def _wrap(self, tag: str, *children: Child, kind: str = "text") -> Markup:
        attributes: dict[str, Value] = {"class": "cb-field", "data-field": self.name}
        if kind != "text":
            attributes["data-type"] = kind
        if tag == "fieldset":
            attributes["aria-describedby"] = self.described_by
        # HTML has no word for "at least one of these boxes".
        if self.needed or (self.required and kind == "list"):
            attributes["data-required"] = True
        if self.show_if:
            attributes["data-show-if"] = json.dumps(
                {name: list(answers) for name, answers in self.show_if.items()},
                ensure_ascii=False,
                separators=(",", ":"),
            )
        return element(tag, attributes, *children)


def line(question: Question, kind: str, value: str, *after: Child, **more: Value) -> Markup:
    """Write a question answered on one line; `kind` is the type of the HTML input."""
    attributes = question.attributes() | {"class": "cb-input", "type": kind} | more
    attributes["value"] = value or None
    return question.single(element("input", attributes), *after)


def block(question: Question, value: str, *, rows: int = 5, **more: Value) -> Markup:
    """Write a question answered in several lines."""
    attributes = question.attributes() | {"class": "cb-input", "rows": rows} | more
    # A line break right after the tag is dropped by browsers, so that one is always given.
    return question.single(element("textarea", attributes, "\n" + value))


def select(
    question: Question, choices: Iterable[Choice], value: str, *after: Child, **more: Value
) -> Markup:
    """Write a question answered from a list; the first line of it asks to choose."""
    options = [element("option", {"value": ""}, text(question.language, "form.choose"))]
    options += [
        element("option", {"value": code, "selected": code == value}, name)
        for code, name in choices
    ]
    attributes = question.attributes() | {"class": "cb-input"} | more
    return question.single(element("select", attributes, options), *after)


def files(
    question: Question,
    types: Sequence[str],
    *,
    most: int,
    most_bytes: int,
    kept: Sequence[Choice] = (),
) -> Markup:
    """Write a question answered with files; `kept` are such as have come, ticked to be sent.

    Browsers of phones offer the camera for it, because it takes pictures. What a script needs to
    know of the limits stands in `data-` attributes.
    """
    attributes: dict[str, Value] = question.attributes() | {
        "class": "cb-input cb-file",
        "type": "file",
        "accept": ",".join(types),
        "multiple": most > 1,
        "required": question.required and not kept,
        "data-most": most,
        "data-bytes": most_bytes,
    }
    boxes = [
        element(
            "label",
            {"class": "cb-choice"},
            element(
                "input",
                {"type": "checkbox", "name": question.name, "value": token, "checked": True},
            ),
            element("span", None, text(question.language, "file.kept", name=name)),
        )
        for token, name in kept
    ]
    return question.single(
        element("input", attributes),
        element("div", {"class": "cb-choices"}, boxes) if boxes else None,
        kind="files",
    )


def hidden(name: str, value: str) -> Markup:
    """Write a value that is sent along unseen."""
    return element("input", {"type": "hidden", "name": name, "value": value})


def trap(name: str, target: str, language: str) -> Markup:
    """Write a field that only programs fill in: out of sight, of the tab order, of autofill.

    Its label is for readers whose browser has no styles.
    """
    attributes: dict[str, Value] = {"id": target, "name": name, "type": "text"}
    return element(
        "div",
        {"class": "cb-trap", "aria-hidden": "true"},
        element("label", {"for": target}, text(language, "form.trap")),
        element("input", attributes | {"tabindex": "-1", "autocomplete": "off"}),
    )


def without_mark(label: str) -> str:
    """Give a label as a sentence goes on with it: without the marks of a question around it."""
    return _MARKS.sub("", label)


def summary(problems: Sequence[tuple[str, str, str]], language: str) -> Markup:
    """Write the list of what is wrong: for each its field's id (or none), label and message."""
    if not problems:
        return Markup()
    items = []
    for target, label, message in problems:
        named = without_mark(label)
        said = text(language, "form.problem", label=named, message=message) if label else message
        items.append(
            element("li", None, element("a", {"href": f"#{target}"}, said) if target else said)
        )
    title = count_text(language, "form.problems", len(problems))
    return element(
        "div",
        {"class": "cb-summary", "role": "alert", "tabindex": "-1"},
        element("p", {"class": "cb-summary__title"}, title),
        element("ul", None, items),
    )


def words(language: str, keys: Iterable[str], more: Mapping[str, str] | None = None) -> Markup:
    """Write the strings that a widget needs in the browser; `key.` stands for all that begin so.

    `more` are strings by their keys that are not the same on every site.
    """
    return _words(language, tuple(keys), tuple((more or {}).items()))


# The same on many pages.
@lru_cache(maxsize=256)
def _words(language: str, keys: tuple[str, ...], more: tuple[tuple[str, str], ...]) -> Markup:
    known = strings(language)
    wanted: dict[str, str] = {}
    for key in keys:
        if key.endswith("."):
            wanted |= {name: said for name, said in known.items() if name.startswith(key)}
        else:
            wanted[key] = known[key]
    wanted |= dict(more)
    return json_template("data-strings", wanted)
