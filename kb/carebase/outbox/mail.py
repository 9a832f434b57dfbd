"""Writing mails: from submissions to messages that are safe to send.

An acknowledgement holds nothing that the customer wrote: whoever enters somebody else's address
must not be able to send that person a text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from carebase.forms.form import Form
from carebase.i18n import date_text, text
from carebase.markup import Child, Markup, element, join
from carebase.outbox.addresses import to_wire
from carebase.outbox.answers import clean, read_answers
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.targets import customer_address
from carebase.store import Submission
from carebase.store.letters import Batch

_LONGEST_HEADER = 200
_FONT = "font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: a label, if any, a text, and the address to which it leads, if any."""

    text: str
    label: str = ""
    href: str = ""
    heading: bool = False


def write_acknowledgement(
    head: Letterhead, batch: Batch, submission: Submission, now: datetime
) -> EmailMessage:
    """Write the mail that tells a customer of the reference number."""
    language = submission.language or head.language
    form = head.forms.get(submission.form)
    status = head.status_address(submission.id)
    lines = [
        Line(text(language, "sent.title"), heading=True),
        Line(submission.ref, label=text(language, "sent.reference")),
        Line(text(language, "sent.keep")),
        _about(form, language),
        _received(head, submission, language),
    ]
    if form and (form.promise or form.after.text):
        lines.append(Line(text(language, "page.next"), heading=True))
        lines += [Line(said) for said in (form.promise, form.after.text) if said]
    if status:
        lines.append(Line(status, label=text(language, "sent.status") + ":", href=status))
        lines.append(Line(text(language, "mail.secret")))
    lines.append(Line(text(language, "mail.automatic", site=head.site)))
    message = _message(head, batch, now)
    message["Subject"] = _header(text(language, "mail.subject", ref=submission.ref))
    message["Auto-Submitted"] = "auto-replied"
    if head.reply_to:
        message["Reply-To"] = _address(head.reply_to, head.site)
    return _fill(message, lines, language)


def write_notification(
    head: Letterhead, batch: Batch, submissions: Sequence[Submission], now: datetime
) -> EmailMessage:
    """Write the mail that tells the people who answer of one submission, or of several at once."""
    language = head.language
    message = _message(head, batch, now)
    message["Auto-Submitted"] = "auto-generated"
    told = [line for one in submissions for line in _told(head, one, language)]
    if len(submissions) > 1:
        count = len(submissions)
        message["Subject"] = _header(text(language, "mail.waited_subject", count=count))
        return _fill(message, [Line(text(language, "mail.waited")), *told], language)
    submission = submissions[0]
    form = head.forms.get(submission.form)
    title = form.title if form else submission.form
    message["Subject"] = _header(f"[{submission.ref}] {title}")
    customer = to_wire(customer_address(form, submission.values)) if form else ""
    if customer:
        message["Reply-To"] = _address(customer)
        told.append(Line(text(language, "mail.reply", address=customer)))
    return _fill(message, told, language)


def message_id(batch: Batch, domain: str) -> str:
    """Give the Message-ID: the same whenever the same letters are sent (RFC 5322, 3.6.4)."""
    name = batch.first.id
    if len(batch.letters) > 1:
        ids = " ".join(letter.id for letter in batch.letters)
        name += "." + hashlib.sha256(ids.encode()).hexdigest()[:16]
    return f"<{name}@{domain}>"


def _told(head: Letterhead, submission: Submission, language: str) -> list[Line | None]:
    form = head.forms.get(submission.form)
    title = form.title if form else submission.form
    return [
        Line(f"{submission.ref}: {title}", heading=True),
        _received(head, submission, language),
        Line(text(language, "mail.page", page=clean(submission.page))) if submission.page else None,
        *(
            Line(said, label=label)
            for label, said in read_answers(form, submission.values, head.products, language)
        ),
    ]


def _about(form: Form | None, language: str) -> Line | None:
    return Line(text(language, "page.about", form=form.title)) if form else None


def _received(head: Letterhead, submission: Submission, language: str) -> Line:
    moment = submission.received_at.astimezone(head.zone)
    return Line(
        text(
            language,
            "page.received",
            date=date_text(language, moment.date()),
            time=f"{moment:%H:%M}",
            zone=head.zone.key.replace("_", " "),
        )
    )


def _message(head: Letterhead, batch: Batch, now: datetime) -> EmailMessage:
    target = batch.first.target
    message = EmailMessage(policy=SMTP if target.isascii() else SMTP.clone(utf8=True))
    message["From"] = _address(head.sender.address, head.sender.name or head.site)
    message["To"] = _address(target)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(batch, head.sender.address.rpartition("@")[2])
    # What Exchange understands besides RFC 3834, so that no absence notice comes back.
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _address(address: str, name: str = "") -> Address:
    return Address(_header(name), addr_spec=address)


def _header(said: str) -> str:
    """Give a text that stays within its header: one line, no signs that steer anything.

    Python's mail package would decode an encoded word (`=?utf-8?q?=0D=0A…?=`) in it and write
    the line end that it hides.
    """
    return re.sub(r"\s+", " ", clean(said)).replace("=?", "= ?").strip()[:_LONGEST_HEADER]


def _fill(message: EmailMessage, lines: Iterable[Line | None], language: str) -> EmailMessage:
    kept = [line for line in lines if line is not None]
    # Quoted-printable keeps lines short and survives servers that know seven bits only.
    message.set_content(_as_text(kept), cte="quoted-printable")
    message.add_alternative(_as_html(kept, language), subtype="html", cte="quoted-printable")
    # Only now: setting the content takes every earlier `Content-` header away.
    message["Content-Language"] = _header(language)
    return message


def _as_text(lines: Sequence[Line]) -> str:
    parts = []
    for line in lines:
        if line.heading:
            parts.append(f"{line.text}\n{'-' * min(len(line.text), 70)}")
        elif line.label:
            label = line.label if line.label.endswith((":", "?", "!", ".")) else f"{line.label}:"
            apart = line.href or "\n" in line.text or len(line.text) + len(label) > 75
            parts.append(f"{label}\n{line.text}" if apart else f"{label} {line.text}")
        else:
            parts.append(line.text)
    return "\n\n".join(parts) + "\n"


def _as_html(lines: Sequence[Line], language: str) -> str:
    content: list[Child] = []
    for line in lines:
        said: Child = _broken(line.text)
        if line.href:
            said = element("a", {"href": line.href}, line.text)
        if line.heading:
            content.append(element("h2", None, said))
        elif line.label:
            label = element("strong", None, line.label)
            content.append(element("p", None, label, element("br"), said))
        else:
            content.append(element("p", None, said))
    head = element("head", None, element("meta", {"charset": "utf-8"}))
    body = element("body", {"style": _FONT}, content)
    page = element("html", {"lang": language}, head, body)
    return join(Markup("<!doctype html>\n"), page, Markup("\n"))


def _broken(said: str) -> Child:
    parts: list[Child] = []
    for part in said.split("\n"):
        parts += [element("br"), part] if parts else [part]
    return parts
