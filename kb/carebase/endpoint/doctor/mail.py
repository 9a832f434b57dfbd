"""The mail server: whether it can be reached, lets us in, and takes mails of our sender."""

from __future__ import annotations

from collections.abc import Iterator

from carebase.endpoint.doctor.finding import Finding, error, ok, warning
from carebase.endpoint.settings import Settings
from carebase.outbox.line import try_server
from carebase.outbox.worker import Undelivered


def examine_mail(settings: Settings) -> Iterator[Finding]:
    """Speak with the server up to the sender of a mail, and send none."""
    server, sender = settings.mail_server, settings.mail_from
    if server is None or sender is None:
        yield warning(
            "mail",
            "no mail is sent: customers get no receipt, and nobody is told of what comes in",
            "Set CAREBASE_SMTP_URL and CAREBASE_MAIL_FROM.",
        )
        return
    try:
        safe = try_server(server, sender.address)
    except Undelivered as failure:
        yield error(
            "mail",
            f"{server.host}:{server.port}: {failure}",
            "Mails wait meanwhile and none is lost. Compare CAREBASE_SMTP_URL and"
            " CAREBASE_MAIL_FROM with what the provider of your mail says.",
        )
        return
    line = "over TLS" if safe else "without TLS"
    said = f"{server.host}:{server.port} takes mails of {sender.address}, {line}"
    if safe or server.near:
        yield ok("mail", said)
    else:
        yield warning("mail", said, "Use smtps:// where it is offered: mails can be read now.")
    if not settings.url:
        yield warning(
            "mail",
            "mails cannot lead to the status page of a request",
            "Set CAREBASE_URL to the public address of the endpoint.",
        )
