"""The line to a mail server: opening it, and what the server may answer."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator

from carebase.outbox.server import MailServer
from carebase.outbox.worker import Undelivered

# In seconds, for one answer of the server.
_PATIENCE = 30.0


def open_line(server: MailServer, name: str) -> smtplib.SMTP:
    """Connect as the host `name`; what the server may answer is told within `told`."""
    if server.tls:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=name,
            timeout=_PATIENCE,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=_PATIENCE)


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
        line.login(server.user, server.password)


def try_server(server: MailServer, sender: str) -> bool:
    """Go as far as naming the sender of a mail, send none, and tell whether TLS protects it.

    `Undelivered` says what hinders.
    """
    with told():
        line = open_line(server, sender.rpartition("@")[2])
        try:
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
