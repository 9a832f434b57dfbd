"""Writing the mails that tell the people who answer how things stand: the daily digest."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage

from carebase.i18n import date_text, text
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.paper import Line, fill, one_header, start
from carebase.store.letters import Batch


def write_digest(head: Letterhead, batch: Batch, now: datetime) -> EmailMessage:
    """Write the daily digest from what was counted when its letter was written."""
    language = head.language
    content = batch.first.content
    message = start(head, batch, now, "auto-generated")
    counts = {name: content[name] for name in ("received", "open", "late")}
    message["Subject"] = one_header(text(language, "mail.digest_subject", site=head.site, **counts))
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
    return fill(message, lines, language)
