"""Writing the mails that tell the people who answer how things stand: the digest and the alarm."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage

from carebase.i18n import date_text, strings, text
from carebase.inbox.reasons import describe
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
    lines += [
        Line(f"{number} × {_reason(language, reason)}")
        for reason, number in content.get("reasons", {}).items()
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
    if content.get("due_today"):
        lines.append(Line(text(language, "mail.digest_due"), heading=True))
        lines += [Line(one["title"], label=one["ref"]) for one in content["due_today"]]
    return fill(message, lines, language)


def write_alarm(head: Letterhead, batch: Batch, now: datetime) -> EmailMessage:
    """Write the mail that says what is wrong with what comes in."""
    language = head.language
    message = start(head, batch, now, "auto-generated")
    # RFC 4021, section 2.1.54: what mail programs put first.
    message["Importance"] = "high"
    message["Subject"] = one_header(text(language, "mail.alarm_subject", site=head.site))
    lines = [Line(text(language, "mail.alarm"), heading=True)]
    for alarm in batch.first.content["alarms"]:
        since = datetime.fromisoformat(alarm["since"]) if alarm["since"] else now
        said = text(
            language,
            f"mail.alarm_{alarm['kind']}",
            date=date_text(language, since.astimezone(head.zone).date()),
            number=alarm["number"],
            usual=str(alarm["usual"]).replace(".", text(language, "number.mark")),
        )
        lines += [Line(said), Line("carebase inbox --state quarantined")]
    lines.append(Line(text(language, "mail.alarm_once")))
    return fill(message, lines, language)


def _reason(language: str, reason: str) -> str:
    """Give a reason in the language of the site, or as the inbox gives it where it has no words."""
    known = strings(language).get(f"reason.{reason}")
    return known or describe([reason])
