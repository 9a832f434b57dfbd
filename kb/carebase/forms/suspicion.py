"""What makes a submission look like spam, told without asking anyone else.

Nothing here refuses anything: what looks like spam is stored and waits for a look by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from carebase.forms.form import Form

if TYPE_CHECKING:
    from carebase.forms.validation import Checked

# In seconds, from the page to the sending: nobody reads a form and writes a text in less.
QUICKEST = 3.0

TRAP, QUICK, LINKS = "trap", "quick", "links"

# As stored, and as the people who answer read it.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        TRAP: "a field that people do not see was filled in",
        QUICK: f"it was filled in within {QUICKEST:g} seconds",
        LINKS: "it holds more links than the form allows",
    }
)

# An address and its `www.` are one link; a mail address is none.
_LINK = re.compile(r"https?://|(?<![\w./@=-])www\.(?=\w)", re.IGNORECASE)
_WRITTEN = frozenset({"text", "long_text", "address"})


def suspect(form: Form, checked: Checked) -> tuple[str, ...]:
    """Give the reasons for which a submission looks like spam, none for most."""
    return tuple(_reasons(form, checked))


def describe(reasons: Iterable[str]) -> str:
    """Give reasons as the people who answer read them."""
    return "; ".join(REASONS.get(reason, reason) for reason in reasons)


def _reasons(form: Form, checked: Checked) -> Iterator[str]:
    if checked.trap:
        yield TRAP
    # A mere choice, such as whether a page helped, is made in a moment.
    written = any(field.type in _WRITTEN and field.id in checked.values for field in form.fields)
    if written and checked.seconds is not None and checked.seconds < QUICKEST:
        yield QUICK
    if _has_many_links(form, checked.values):
        yield LINKS


def _has_many_links(form: Form, values: Mapping[str, Any]) -> bool:
    return any(
        len(_LINK.findall(str(values[field.id]))) > field.most_links
        for field in form.fields
        if field.type == "long_text" and field.id in values
    )
