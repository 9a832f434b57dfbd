"""Which letters a submission gives rise to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from carebase.forms.asked import Asked
from carebase.forms.form import Form
from carebase.outbox.addresses import is_answerable, to_wire
from carebase.store.letters import ACKNOWLEDGEMENT, ERASED, NOTIFICATION, WEBHOOK, NewLetter

# RFC 3834, section 2: an automatic answer goes to one address only so often.
PAUSE = timedelta(hours=1)
# Where a letter about what is no longer there keeps its reference number.
REF = "ref"
# What a customer has done to a submission, where a letter is about that.
EVENT = "event"
# Where a notification keeps the address to which its readers answer.
REPLY_TO = "reply_to"


def letters_for(form: Form, values: Mapping[str, Any], sender: str) -> tuple[NewLetter, ...]:
    """Give the letters of a submission; `sender` is the address that mails come from.

    Without a sender mail is not set up, and no letter is written that could not be sent.
    """
    hook = form.notify.webhook
    calls = (NewLetter(WEBHOOK, hook),) if hook else ()
    return (*calls, *_mails_for(form, values, sender)) if sender else calls


def letters_for_message(
    form: Form, values: Mapping[str, Any], sender: str
) -> tuple[NewLetter, ...]:
    """Give the letters of a further message: to those whom the form notifies, to nobody else."""
    return tuple(one for one in letters_for(form, values, sender) if one.kind != ACKNOWLEDGEMENT)


def letters_for_event(
    form: Form, values: Mapping[str, Any], sender: str, event: str
) -> tuple[NewLetter, ...]:
    """Give the letters that tell those whom the form notifies what a customer has done."""
    return tuple(
        replace(one, content={**one.content, EVENT: event})
        for one in letters_for_message(form, values, sender)
    )


def letters_for_erasure(
    form: Form, ref: str, title: str, sender: str, part: bool
) -> tuple[NewLetter, ...]:
    """Give the letters that tell those whom the form notifies what was erased, by its number."""
    content = {REF: ref, "form": form.id, "title": title, "part": part}
    hook = form.notify.webhook
    calls = (NewLetter(WEBHOOK, hook, content=content),) if hook else ()
    addresses = dict.fromkeys(map(to_wire, form.notify.mail)) if sender else {}
    return (*calls, *(NewLetter(ERASED, one, content=content) for one in addresses if one))


def _mails_for(form: Form, values: Mapping[str, Any], sender: str) -> list[NewLetter]:
    customer = to_wire(customer_address(form, values))
    content = {REPLY_TO: customer} if customer else {}
    addresses = dict.fromkeys(map(to_wire, form.notify.mail))
    letters = [NewLetter(NOTIFICATION, one, content=content) for one in addresses if one]
    if is_answerable(customer):
        # A receipt goes out for each: who withdraws from two contracts has a right to both.
        answer = NewLetter(ACKNOWLEDGEMENT, customer, timedelta() if form.receipt else PAUSE)
        own = (sender, *(letter.target for letter in letters))
        ours = {NewLetter(ACKNOWLEDGEMENT, address).key for address in own}
        # A customer who gives one of our own addresses would have us write to ourselves.
        if answer.key not in ours:
            letters.append(answer)
    return letters


def customer_address(form: Form, values: Mapping[str, Any]) -> str:
    """Give the address at which the customer wants to hear from us; see `Asked`."""
    return Asked(form.definition).customer_address(values)
