"""Writing mails: from submissions to messages that are safe to send.

An acknowledgement holds nothing that the customer wrote: whoever enters somebody else's address
must not be able to send that person a text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from carebase.forms.asked import Asked
from carebase.i18n import date_text, text
from carebase.inbox.screen import clean
from carebase.markup import Child, Markup, element, join
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.targets import REPLY_TO
from carebase.store import Submission
from carebase.store.letters import Batch

_LONGEST_HEADER = 200
_FONT = "font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5"


@dataclass(frozen=True, slots=True)
class Told:
    """A submission, and what its form asked in the version that the customer read."""

    submission: Submission
    asked: Asked

    @property
    def title(self) -> str:
        """What the form was for."""
        return self.asked.title or self.submission.form


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: a label, if any, a text, and the address to which it leads, if any."""

    text: str
    label: str = ""
    href: str = ""
    heading: bool = False


def write_acknowledgement(
    head: Letterhead, batch: Batch, told: Told, now: datetime
) -> EmailMessage:
    """Write the mail that tells a customer of the reference number."""
    submission, asked = told.submission, told.asked
    language = submission.language or head.language
    status = head.status_address(submission.id)
    lines = [
        Line(text(language, "sent.title"), heading=True),
        Line(submission.ref, label=text(language, "sent.reference")),
        Line(text(language, "sent.keep")),
        Line(text(language, "page.about", form=told.title)),
        _received(head, submission, language),
    ]
    if asked.promise or asked.after:
        lines.append(Line(text(language, "page.next"), heading=True))
        lines += [Line(said) for said in (asked.promise, asked.after) if said]
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
    head: Letterhead, batch: Batch, told: Sequence[Told], now: datetime
) -> EmailMessage:
    """Write the mail that tells the people who answer of one submission, or of several at once."""
    language = head.language
    message = _message(head, batch, now)
    message["Auto-Submitted"] = "auto-generated"
    lines = [line for one in told for line in _all_of(head, one, language)]
    if len(told) > 1:
        message["Subject"] = _header(text(language, "mail.waited_subject", count=len(told)))
        return _fill(message, [Line(text(language, "mail.waited")), *lines], language)
    message["Subject"] = _header(f"[{told[0].submission.ref}] {told[0].title}")
    customer = str(batch.first.content.get(REPLY_TO, ""))
    if customer:
        message["Reply-To"] = _address(customer)
        lines.append(Line(text(language, "mail.reply", address=customer)))
    return _fill(message, lines, language)


def write_digest(head: Letterhead, batch: Batch, now: datetime) -> EmailMessage:
    """Write the daily digest from what was counted when its letter was written."""
    language = head.language
    content = batch.first.content
    message = _message(head, batch, now)
    message["Auto-Submitted"] = "auto-generated"
    counts = {name: content[name] for name in ("received", "open", "late")}
    message["Subject"] = _header(text(language, "mail.digest_subject", site=head.site, **counts))
    day = date_text(language, date.fromisoformat(content["day"]))
    lines = [Line(text(language, "mail.digest", date=day), heading=True)]
    lines += [
        Line(str(content[name]), label=text(language, f"mail.digest_{name}"))
        for name in ("received", "open", "due", "late", "quarantined")
    ]
    if content["unsent"]:
        lines.append(
            Line(
                text(language, "mail.digest_look", command="carebase worker list"),
                label=f"{text(language, 'mail.digest_unsent')} ({content['unsent']})",
            )
        )
    lines += [
        Line(
            text(language, "mail.digest_form", received=form["received"], open=form["open"]),
            label=form["title"],
        )
        for form in content["forms"]
        if len(content["forms"]) > 1 and (form["received"] or form["open"])
    ]
    if content["most_late"]:
        lines.append(Line(text(language, "mail.digest_longest"), heading=True))
        lines += [
            Line(
                text(
                    language,
                    "mail.digest_since",
                    date=date_text(language, date.fromisoformat(one["due"])),
                    form=one["title"],
                ),
                label=one["ref"],
            )
            for one in content["most_late"]
        ]
    return _fill(message, lines, language)


def message_id(batch: Batch, domain: str) -> str:
    """Give the Message-ID: the same whenever the same letters are sent (RFC 5322, 3.6.4)."""
    name = batch.first.id
    if len(batch.letters) > 1:
        ids = " ".join(letter.id for letter in batch.letters)
        name += "." + hashlib.sha256(ids.encode()).hexdigest()[:16]
    return f"<{name}@{domain}>"


def _all_of(head: Letterhead, told: Told, language: str) -> list[Line]:
    submission = told.submission
    lines = [
        Line(f"{submission.ref}: {told.title}", heading=True),
        _received(head, submission, language),
    ]
    if submission.page:
        lines.append(Line(text(language, "mail.page", page=_clean(submission.page))))
    for answer in told.asked.answers(submission.values):
        if answer.text:
            lines.append(Line(_clean(answer.text), label=answer.label))
    return lines


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


def _clean(said: str) -> str:
    """Give a text with one kind of line end, and nothing that steers the reader's program."""
    return clean(said.replace("\r\n", "\n").replace("\r", "\n"))


def _header(said: str) -> str:
    """Give a text that stays within its header: one line, no signs that steer anything.

    Python's mail package would decode an encoded word (`=?utf-8?q?=0D=0A…?=`) in it and write
    the line end that it hides.
    """
    return re.sub(r"\s+", " ", _clean(said)).replace("=?", "= ?").strip()[:_LONGEST_HEADER]


def _fill(message: EmailMessage, lines: Sequence[Line], language: str) -> EmailMessage:
    # Quoted-printable keeps lines short and survives servers that know seven bits only.
    message.set_content(_as_text(lines), cte="quoted-printable")
    message.add_alternative(_as_html(lines, language), subtype="html", cte="quoted-printable")
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
