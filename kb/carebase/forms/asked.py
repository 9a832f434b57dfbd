"""Reading answers with the questions they belong to, long after the form has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carebase.forms.context import CONTEXT_SCHEMAS, label_of, show
from carebase.forms.form import CONSENT
from carebase.i18n import FALLBACK

OWN_ADDRESS = "email"
# Where a stored definition has the names of products by their ids.
PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer beside its question: `text` is what people read, `value` what is stored."""

    id: str
    label: str
    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """What a version of a form asked, read from its stored definition.

    The definition may be years old: whatever is missing in it is passed over, and an answer that
    it does not know keeps its stored name and value.
    """

    definition: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the form was for."""
        return str(self.definition.get("title", ""))

    @property
    def promise(self) -> str:
        """What the customer may count on."""
        return str(self.definition.get("promise", ""))

    @property
    def holidays(self) -> str:
        """The country or region, such as `AT` or `DE-BY`, on whose holidays nobody answers."""
        return str(self.definition.get("holidays", ""))

    @property
    def after(self) -> str:
        """What the customer read once the form had arrived."""
        after = self.definition.get("after")
        return str(after.get("text", "")) if isinstance(after, Mapping) else ""

    @property
    def receipt(self) -> bool:
        """Whether the mail to the customer is a receipt."""
        return bool(self.definition.get("receipt"))

    @property
    def names(self) -> list[str]:
        """The names of all questions in their order, the consent as the last."""
        names = [str(one["id"]) for one in self._fields()]
        return [*names, CONSENT] if self._consent() else names

    def customer_address(self, values: Mapping[str, Any]) -> str:
        """Give the address at which the customer wants to hear from us, if the form asks for it.

        It is the field `email`, else the only mail address that the form asks for: of several
        others one could be somebody else's.
        """
        names = [str(one["id"]) for one in self._fields() if one.get("type") == "email"]
        own = [name for name in names if name == OWN_ADDRESS] or names
        value = values.get(own[0]) if len(own) == 1 else None
        return value if isinstance(value, str) else ""

    def group_of(self, name: str) -> str:
        """Give the group in which a question stands, empty for none."""
        return next(
            (str(one.get("group") or "") for one in self._fields() if one["id"] == name), ""
        )

    def answers(self, values: Mapping[str, Any], language: str = FALLBACK) -> list[Answered]:
        """Give the answers in the order of the questions; unknown ones come last.

        What the page sent along is labelled in the language.
        """
        fields = {str(one["id"]): one for one in self._fields()}
        known = [name for name in self.names if name in values]
        found = []
        for name in [*known, *(name for name in values if name not in known)]:
            asked = fields.get(name, {})
            label = self._consent() if name == CONSENT and not asked else asked.get("label", "")
            text = _text(values[name], asked)
            if asked.get("type") == "product":
                text = self._products().get(text, text)
            if name in CONTEXT_SCHEMAS:
                label, text = label_of(name, language), show(name, text, language)
            found.append(Answered(name, str(label or name), text, values[name]))
        return found

    def _fields(self) -> list[Mapping[str, Any]]:
        fields = self.definition.get("fields")
        if not isinstance(fields, list):
            return []
        return [one for one in fields if isinstance(one, Mapping) and "id" in one]

    def _products(self) -> Mapping[str, str]:
        names = self.definition.get(PRODUCTS)
        return names if isinstance(names, Mapping) else {}

    def _consent(self) -> str:
        consent = self.definition.get("consent")
        return str(consent.get("label", "")) if isinstance(consent, Mapping) else ""


def _text(value: Any, asked: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(one, asked) for one in value)
    for option in asked.get("options") or ():
        if isinstance(option, Mapping) and option.get("value") == value:
            return str(option.get("label") or value)
    return str(value)
