"""The line to a mail server: opening it, and what the server may answer."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Iterator

from carebase.outbox.server import MailServer
from carebase.outbox.worker import Undelivered

# In seconds, for one answer of the server.
_PATIENCE = 30.0


def new_line(server: MailServer, name: str) -> smtplib.SMTP:
    """Make a line that says it comes from the host `name`; nothing is asked of the network yet."""
    line = smtplib.SMTP(local_hostname=name, timeout=_PATIENCE)
    if server.tls:
        context = ssl.create_default_context()
        line = smtplib.SMTP_SSL(local_hostname=name, timeout=_PATIENCE, context=context)
    # The name that the certificate must have; smtplib notes it only where it connects at once.
    line._host = server.host  # type: ignore[attr-defined]
    return line


def open_line(server: MailServer, line: smtplib.SMTP) -> None:
    """Connect; what the server may answer is told within `told`.

    From the first byte on, who holds the line can cut it.
    """
    code, said = line.connect(server.host, server.port)
    if code != 220:
        line.close()
        raise smtplib.SMTPConnectError(code, said)


def close_line(line: smtplib.SMTP) -> None:
    """Say goodbye, and close it whether the server answers or not."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        line.quit()
    line.close()


def prepare_line(server: MailServer, line: smtplib.SMTP) -> None:
    """Protect it by TLS and log in, as the settings say; `Undelivered` when that cannot be."""
    line.ehlo_or_helo_if_needed()
    safe = server.tls
    if not safe and line.has_extn("starttls"):
        line.starttls(context=_context(server))
        line.ehlo()
        safe = True
    if not safe and server.required:
        raise Undelivered("the mail server does not offer STARTTLS", everywhere=True)
    if server.user:
        if not safe and not server.near:
            raise Undelivered(
                "the mail server offers no TLS, and the password is not sent in clear",
                everywhere=True,
            )
        _log_in(server, line)


def _log_in(server: MailServer, line: smtplib.SMTP) -> None:
    if not (server.user + server.password).isascii():
        # RFC 4616 wants UTF-8, which smtplib cannot write.
        said_by_us = f"\0{server.user}\0{server.password}".encode()
        code, said = line.docmd("AUTH", "PLAIN " + base64.b64encode(said_by_us).decode("ascii"))
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, said)
        return
    try:
        line.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError:
        # As at a port that is meant for other mail servers: no mail is at fault for that.
        raise Undelivered(
            "the mail server lets nobody log in at this port", everywhere=True
        ) from None


def try_server(server: MailServer, sender: str) -> bool:
    """Go as far as naming the sender of a mail, send none, and tell whether TLS protects it.

    `Undelivered` says what hinders.
    """
    with told():
        line = new_line(server, sender.rpartition("@")[2])
        try:
            open_line(server, line)
            prepare_line(server, line)
            code, said = line.mail(sender)
            if code >= 400:
                raise smtplib.SMTPSenderRefused(code, said, sender)
            line.rset()
            return isinstance(line.sock, ssl.SSLSocket)
        finally:
            close_line(line)


def _context(server: MailServer) -> ssl.SSLContext:
    """Check the server's certificate where TLS was asked for or a password is at stake.

    Elsewhere STARTTLS is taken as it comes (RFC 7435): the other choice is no TLS at all.
    """
    context = ssl.create_default_context()
    if not server.required and not server.user:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn what a mail server may answer into `Undelivered`."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _refused("the recipient", code, said) from None
    except smtplib.SMTPSenderRefused as error:
        # 552: this mail is too large. Anything else is about the sender of every mail.
        raise _refused(
            "the sender", error.smtp_code, error.smtp_error, everywhere=error.smtp_code != 552
        ) from None
    except smtplib.SMTPDataError as error:
        raise _refused("the mail", error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPAuthenticationError as error:
        raise _refused(
            "user or password", error.smtp_code, error.smtp_error, everywhere=True
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Undelivered(
            "the mail server cannot send this", detail=str(error), lasting=True
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _refused("us", error.smtp_code, error.smtp_error, everywhere=True) from None
    except ssl.SSLCertVerificationError as error:
        raise Undelivered(
            "the certificate of the mail server cannot be trusted",
            detail=str(error),
            everywhere=True,
        ) from None
    except ssl.SSLError as error:
        raise Undelivered(
            "TLS cannot be agreed on with the mail server", detail=str(error), everywhere=True
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(
            "the mail server cannot be reached", detail=str(error), everywhere=True
        ) from None


def _refused(what: str, code: int, said: bytes | str, everywhere: bool = False) -> Undelivered:
    detail = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # 421: the server is about to close, whatever was asked (RFC 5321, 4.2.2).
    everywhere = everywhere or code == 421
    return Undelivered(
        f"the mail server refuses {what} ({code})",
        detail=detail,
        lasting=code >= 500 and not everywhere,
        everywhere=everywhere,
    )
