"""Writing mails: from submissions to messages that are safe to send.

An acknowledgement holds nothing that the customer wrote: whoever enters somebody else's address
must not be able to send that person a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from carebase.forms.asked import Asked
from carebase.forms.context import CONTEXT_SCHEMAS
from carebase.i18n import date_text, text
from carebase.inbox.message import Message
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.paper import Line, address_of, fill, one_header, readable, start
from carebase.outbox.targets import REPLY_TO
from carebase.store import Submission
from carebase.store.letters import Batch

# Where a link begins to be one: `://`, and the dot of `www.x` or of `x.example/`.
_LINK = re.compile(r"://|(?<=\bwww)\.|(?<=\w)\.(?=[A-Za-z]{2,}/)")


@dataclass(frozen=True, slots=True)
class Told:
    """A submission, and what its form asked in the version that the customer read.

    With a `message` it is that one which is told of, with an `event` what its customer has done.
    """

    submission: Submission
    asked: Asked
    message: Message | None = None
    event: str = ""

    @property
    def title(self) -> str:
        """What the form was for."""
        return self.asked.title or self.submission.form


def write_acknowledgement(
    head: Letterhead, batch: Batch, told: Told, now: datetime
) -> EmailMessage:
    """Write the mail that tells a customer of the reference number."""
    submission, asked = told.submission, told.asked
    language = submission.language or head.language
    if asked.receipt:
        return _write_receipt(head, batch, told, now, language)
    status = head.status_address(submission)
    lines = [
        Line(text(language, "sent.title"), heading=True),
        Line(submission.ref, label=text(language, "sent.reference")),
        Line(text(language, "sent.keep")),
        Line(text(language, "page.about", form=told.title)),
        _received(head, submission.received_at, language),
    ]
    if asked.promise or asked.after:
        lines.append(Line(text(language, "page.next"), heading=True))
        lines += [Line(said) for said in (asked.promise, asked.after) if said]
    if status:
        lines.append(Line(status, label=text(language, "sent.status") + ":", href=status))
        lines.append(Line(text(language, "mail.secret")))
    lines.append(Line(text(language, "mail.automatic", site=head.site)))
    message = start(head, batch, now, "auto-replied")
    message["Subject"] = one_header(text(language, "mail.subject", ref=submission.ref))
    if head.reply_to:
        message["Reply-To"] = address_of(head.reply_to, head.site)
    return fill(message, lines, language)


def _write_receipt(
    head: Letterhead, batch: Batch, told: Told, now: datetime, language: str
) -> EmailMessage:
    """Write the receipt of a declaration, with its content, date and time.

    For a withdrawal that is Article 11a(4) of Directive 2011/83/EU; links in it lead nowhere, as
    nobody knows whose address was given.
    """
    submission = told.submission
    at = submission.received_at.astimezone(head.zone)
    shift = f"{at:%z}"
    lines = [
        Line(told.title, heading=True),
        Line(submission.ref, label=text(language, "sent.reference")),
        Line(text(language, "mail.receipt") + ":"),
        Line(
            text(
                language,
                "mail.receipt_at",
                date=date_text(language, at.date()),
                time=f"{at:%H:%M:%S}",
                zone=head.zone.key.replace("_", " "),
                offset=f"{shift[:3]}:{shift[3:]}",
            )
        ),
        Line(text(language, "mail.receipt_wrote"), heading=True),
    ]
    for answer in told.asked.answers(submission.values, language):
        if answer.text and answer.id not in CONTEXT_SCHEMAS:
            lines.append(Line(_unlinked(answer.text), label=answer.label))
    lines += [Line(said) for said in (told.asked.promise, told.asked.after) if said]
    status = head.status_address(submission)
    if status:
        lines.append(Line(status, label=text(language, "sent.status") + ":", href=status))
        lines.append(Line(text(language, "mail.secret")))
    lines.append(Line(text(language, "mail.automatic", site=head.site)))
    message = start(head, batch, now, "auto-replied")
    subject = text(language, "mail.receipt_subject", form=told.title, ref=submission.ref)
    message["Subject"] = one_header(subject)
    if head.reply_to:
        message["Reply-To"] = address_of(head.reply_to, head.site)
    return fill(message, lines, language)


def _unlinked(said: str) -> str:
    """Give a text of which no mail program makes a link."""
    return _LINK.sub(lambda found: f" {found[0]}", readable(said))


def write_notification(
    head: Letterhead, batch: Batch, told: Sequence[Told], now: datetime
) -> EmailMessage:
    """Write the mail that tells the people who answer of one submission, or of several at once."""
    language = head.language
    message = start(head, batch, now, "auto-generated")
    lines = [line for one in told for line in _all_of(head, one, language)]
    if len(told) > 1:
        message["Subject"] = one_header(text(language, "mail.waited_subject", count=len(told)))
        return fill(message, [Line(text(language, "mail.waited")), *lines], language)
    subject = "mail.again_subject" if told[0].message else "mail.notification_subject"
    if told[0].event:
        subject = "mail.taken_back_subject"
    ref, title = told[0].submission.ref, told[0].title
    message["Subject"] = one_header(text(language, subject, ref=ref, form=title))
    customer = str(batch.first.content.get(REPLY_TO, ""))
    if customer:
        message["Reply-To"] = address_of(customer)
        lines.append(Line(text(language, "mail.reply", address=customer)))
    return fill(message, lines, language)


def _all_of(head: Letterhead, told: Told, language: str) -> list[Line]:
    submission = told.submission
    lines = [
        Line(f"{submission.ref}: {told.title}", heading=True),
    ]
    if told.event:
        return [*lines, Line(text(language, "mail.taken_back"))]
    if told.message:
        lines.append(_received(head, told.message.at, language))
        wrote = text(language, "mail.wrote_again")
        return [*lines, Line(readable(told.message.text), label=wrote)]
    lines.append(_received(head, submission.received_at, language))
    if submission.page:
        lines.append(Line(text(language, "mail.page", page=readable(submission.page))))
    for answer in told.asked.answers(submission.values, language):
        if answer.text:
            lines.append(Line(readable(answer.text), label=answer.label))
    return lines


def _received(head: Letterhead, at: datetime, language: str) -> Line:
    moment = at.astimezone(head.zone)
    return Line(
        text(
            language,
            "page.received",
            date=date_text(language, moment.date()),
            time=f"{moment:%H:%M}",
            zone=head.zone.key.replace("_", " "),
        )
    )
