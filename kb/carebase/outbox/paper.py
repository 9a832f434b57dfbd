"""The paper that mails are written on: paragraphs as text and HTML, and headers that are safe."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from carebase.asking import SIGNS
from carebase.inbox.screen import clean
from carebase.markup import Child, Markup, element, join
from carebase.outbox.letterhead import Letterhead
from carebase.store.letters import ACKNOWLEDGEMENT, ANSWER, Batch

_LONGEST_HEADER = 200
_FONT = "font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5"
_QUOTE = "margin: 0 0 16px; padding-left: 12px; border-left: 3px solid #999"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: a label, if any, a text, and the address to which it leads, if any.

    A `quote` is what somebody wrote before.
    """

    text: str
    label: str = ""
    href: str = ""
    heading: bool = False
    quote: bool = False


def message_id(batch: Batch, domain: str) -> str:
    """Give the Message-ID: the same whenever the same letters are sent (RFC 5322, 3.6.4).

    That of an acknowledgement follows from the submission and that of an answer from its message,
    so that later answers can refer to them when the letters themselves are long forgotten.
    """
    letter = batch.first
    name = letter.id
    if letter.kind == ACKNOWLEDGEMENT:
        name = letter.submission_id or name
    if letter.kind == ANSWER:
        name = letter.message_id
    if len(batch.letters) > 1:
        ids = " ".join(letter.id for letter in batch.letters)
        name += "." + hashlib.sha256(ids.encode()).hexdigest()[:16]
    return f"<{name}@{domain}>"


def start(head: Letterhead, batch: Batch, now: datetime, automatic: str = "") -> EmailMessage:
    """Begin a mail with the headers that all have.

    `automatic` is how RFC 3834 calls it, `auto-replied` or `auto-generated`; a person's own mail
    is neither, and absence notices may well answer it.
    """
    target = batch.first.target
    message = EmailMessage(policy=SMTP if target.isascii() else SMTP.clone(utf8=True))
    message["From"] = address_of(head.sender.address, head.sender.name or head.site)
    message["To"] = address_of(target)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(batch, head.sender.address.rpartition("@")[2])
    if automatic:
        message["Auto-Submitted"] = automatic
        # What Exchange understands besides RFC 3834, so that no absence notice comes back.
        message["X-Auto-Response-Suppress"] = "All"
    return message


def address_of(address: str, name: str = "") -> Address:
    """Give a mail address with a name as a header holds it."""
    return Address(one_header(name), addr_spec=address)


def readable(said: str) -> str:
    """Give a text with one kind of line end, and nothing that steers the reader's program."""
    return clean(said.replace("\r\n", "\n").replace("\r", "\n"))


def one_header(said: str) -> str:
    """Give a text that stays within its header: one line, no signs that steer anything.

    Python's mail package would decode an encoded word (`=?utf-8?q?=0D=0A…?=`) in it and write
    the line end that it hides.
    """
    return re.sub(r"\s+", " ", readable(said)).replace("=?", "= ?").strip()[:_LONGEST_HEADER]


def fill(message: EmailMessage, lines: Sequence[Line], language: str) -> EmailMessage:
    """Write the paragraphs into a mail, as text and as HTML."""
    # Quoted-printable keeps lines short and survives servers that know seven bits only.
    message.set_content(_as_text(lines), cte="quoted-printable")
    message.add_alternative(_as_html(lines, language), subtype="html", cte="quoted-printable")
    # Only now: setting the content takes every earlier `Content-` header away.
    message["Content-Language"] = one_header(language)
    return message


def _as_text(lines: Sequence[Line]) -> str:
    parts = []
    for line in lines:
        if line.heading:
            parts.append(f"{line.text}\n{'-' * min(len(line.text), 70)}")
        elif line.quote:
            said = f"{line.label}\n{line.text}" if line.label else line.text
            parts.append("\n".join(f"> {part}".rstrip() for part in said.split("\n")))
        elif line.label:
            label = line.label if line.label.endswith((":", "!", ".", *SIGNS)) else f"{line.label}:"
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
        elif line.quote:
            asked = [element("strong", None, line.label), element("br")] if line.label else None
            content.append(element("blockquote", {"style": _QUOTE}, asked, said))
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
