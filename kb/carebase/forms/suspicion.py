"""What makes a submission look like spam, told without asking anyone else.

Nothing here refuses anything: what looks like spam is stored and waits for a look by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from carebase.forms.context import OUTCOME, SYMPTOM
from carebase.forms.form import Form
from carebase.inbox.reasons import LINKS, QUICK, TRAP

if TYPE_CHECKING:
    from carebase.forms.validation import Checked

# In seconds, from the page to the sending: nobody reads a form and writes a text in less.
QUICKEST = 3.0
# In characters: "It does not work." comes from many people, a whole sentence in the same words
# does not.
_TELLING = 40

# An address and its `www.` are one link; a mail address is none.
_LINK = re.compile(r"https?://|(?<![\w./@=-])www\.(?=\w)", re.IGNORECASE)
_WRITTEN = frozenset({"text", "long_text", "address"})


def suspect(form: Form, checked: Checked) -> tuple[str, ...]:
    """Give the reasons for which a submission looks like spam, none for most."""
    # A declaration with legal effect must not wait: only what no person can have sent does.
    reasons = _reasons(form, checked)
    return tuple(one for one in reasons if one == TRAP or not form.receipt)


def repeatable(form: Form, checked: Checked) -> str:
    """Give the long texts of a submission, the same for all spacing and case.

    Nothing when they are so short that many people may well write the same. The lines that a
    troubleshooter filled in for its reader are no text of theirs.
    """
    if form.receipt:
        return ""
    filled = {checked.values.get(name) for name in (SYMPTOM, OUTCOME)}
    written = " ".join(
        line
        for field in form.fields
        if field.type == "long_text" and field.id in checked.values
        for line in str(checked.values[field.id]).split("\n")
        if line.strip() not in filled
    )
    text = " ".join(written.casefold().split())
    return text if len(text) >= _TELLING else ""


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
