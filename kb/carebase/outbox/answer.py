"""Writing the mail that carries an answer: from a person to a person, in one thread with the rest.

RFC 3834 is about automatic mails, and this is none: it has neither `Auto-Submitted` nor what keeps
absence notices away, because whoever answers wants to know of an absence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage

from carebase.forms.context import CONTEXT_SCHEMAS
from carebase.i18n import date_text, text
from carebase.inbox.message import IN, OUT, Message
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.mail import Told
from carebase.outbox.paper import Line, address_of, fill, one_header, readable, start
from carebase.store.letters import Batch

# In characters: enough to know again what one asked.
_LONGEST_QUOTE = 600


def write_answer(
    head: Letterhead, batch: Batch, told: Told, before: Sequence[Message], now: datetime
) -> EmailMessage:
    """Write the mail with the answer in `told`; `before` is what was written until then."""
    submission, answer = told.submission, told.message
    assert answer is not None  # noqa: S101 - what the sender has looked up
    language = submission.language or head.language
    message = start(head, batch, now)
    # The subject of the acknowledgement: some programs make a thread only of equal subjects.
    subject = text(language, "mail.subject", ref=submission.ref)
    message["Subject"] = one_header(f"Re: {subject}")
    if head.reply_to:
        message["Reply-To"] = address_of(head.reply_to, head.site)
    thread = [submission.id, *(one.id for one in before if one.direction == OUT)]
    domain = head.sender.address.rpartition("@")[2]
    ids = [f"<{name}@{domain}>" for name in thread]
    message["In-Reply-To"] = ids[-1]
    message["References"] = " ".join(ids)
    lines = [Line(part) for part in readable(answer.text).split("\n\n") if part.strip()]
    lines.append(Line(submission.ref, label=text(language, "sent.reference")))
    status = head.status_address(submission)
    if status:
        lines.append(Line(status, label=text(language, "mail.answer_status") + ":", href=status))
        lines.append(Line(text(language, "mail.secret")))
    lines += _quoted(head, told, before, language)
    return fill(message, lines, language)


def _quoted(
    head: Letterhead, told: Told, before: Sequence[Message], language: str
) -> Iterator[Line]:
    """Quote what the customer wrote since the last answer, else what the form asked."""
    answered = max((place for place, one in enumerate(before) if one.direction == OUT), default=-1)
    wrote = [one for one in before[answered + 1 :] if one.direction == IN and not one.held]
    at = (wrote[0].at if wrote else told.submission.received_at).astimezone(head.zone)
    yield Line(text(language, "mail.answer_quote", date=date_text(language, at.date())))
    for message in wrote:
        yield Line(_short(message.text), quote=True)
    if wrote:
        return
    address = told.asked.customer_address(told.submission.values)
    for one in told.asked.answers(told.submission.values):
        if one.id in CONTEXT_SCHEMAS:
            continue
        if one.text and one.text != address and not isinstance(one.value, bool):
            yield Line(_short(one.text), label=readable(one.label), quote=True)


def _short(said: str) -> str:
    said = readable(said).strip()
    return said if len(said) <= _LONGEST_QUOTE else said[: _LONGEST_QUOTE - 1].rstrip() + "…"
