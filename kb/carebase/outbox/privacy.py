"""Mails about what is held: the link that shows it to its owner, and word that it was erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from carebase.i18n import date_text, text
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.paper import Line, address_of, fill, one_header, start
from carebase.outbox.targets import REF
from carebase.store.letters import Batch

# How long a link opens what is held; whoever needs longer asks for another.
GOOD_FOR = timedelta(days=1)
# What a letter of the kind `privacy` says of itself.
WISH, LANGUAGE = "wish", "language"
ERASURE = "erasure"


def write_privacy(head: Letterhead, batch: Batch, is_known: bool, now: datetime) -> EmailMessage:
    """Write the mail with the link, or the one that tells that nothing is held."""
    letter = batch.first
    language = str(letter.content.get(LANGUAGE) or head.language)
    wish = "mail_erasure" if letter.content.get(WISH) == ERASURE else "mail"
    title = text(language, "privacy.title")
    lines = [Line(title, heading=True)]
    if is_known:
        until = now + GOOD_FOR
        link = head.privacy_address(letter.target, until)
        moment = until.astimezone(head.zone)
        lines += [
            Line(text(language, f"privacy.{wish}", site=head.site)),
            Line(link, href=link),
            Line(
                text(
                    language,
                    "privacy.until",
                    date=date_text(language, moment.date()),
                    time=f"{moment:%H:%M}",
                    zone=head.zone.key.replace("_", " "),
                )
            ),
        ]
    else:
        lines.append(Line(text(language, "privacy.mail_nothing", site=head.site)))
    lines.append(Line(text(language, "privacy.not_you")))
    message = start(head, batch, now, "auto-replied")
    message["Subject"] = one_header(title)
    if head.reply_to:
        message["Reply-To"] = address_of(head.reply_to, head.site)
    return fill(message, lines, language)


def write_erased(head: Letterhead, batch: Batch, now: datetime) -> EmailMessage:
    """Write the mail that asks those who answer to forget a submission too."""
    letter, language = batch.first, head.language
    ref, title = str(letter.content[REF]), str(letter.content["title"])
    key = "mail.erased_part" if letter.content["part"] else "mail.erased"
    message = start(head, batch, now, "auto-generated")
    message["Subject"] = one_header(text(language, "mail.erased_subject", ref=ref))
    lines = [
        Line(text(language, key, ref=ref, form=title)),
        Line(text(language, "mail.erased_ask")),
    ]
    return fill(message, lines, language)
