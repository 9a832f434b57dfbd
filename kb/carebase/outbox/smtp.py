"""Handing mails to a mail server."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage

from carebase.forms.asked import Asked
from carebase.outbox.answer import write_answer
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.mail import Told, write_acknowledgement, write_notification
from carebase.outbox.reports import write_alarm, write_digest
from carebase.outbox.server import MailServer
from carebase.outbox.worker import Undelivered, utc_now
from carebase.store import Store, Submission
from carebase.store.letters import ACKNOWLEDGEMENT, ALARM, ANSWER, DIGEST, MAILS, Batch, Letter

# In seconds: for one answer of the server, and for a whole mail (well below `worker.LEASE`).
_PATIENCE = 30.0
_DEADLINE = 120.0


class MailSender:
    """Sends all mails over one connection, kept while there is work."""

    name = "mail"
    kinds: tuple[str, ...] = MAILS

    def __init__(
        self,
        server: MailServer,
        store: Store,
        letterhead: Callable[[], Letterhead],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._server = server
        self._store = store
        self._letterhead = letterhead
        self._now = now
        self._connection: smtplib.SMTP | None = None

    def send(self, batch: Batch) -> None:
        """Send one mail; `Undelivered` says why it did not go out."""
        message = self._write(batch)
        if message is None:
            return
        sender = self._letterhead().sender.address
        with _told(), self._within_deadline():
            connection = self._connect(sender.rpartition("@")[2])
            try:
                connection.send_message(message, sender, [batch.first.target])
            except BaseException:
                self.rest()
                raise

    def rest(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _write(self, batch: Batch) -> EmailMessage | None:
        """Write the mail; none when its submission has been deleted meanwhile."""
        if batch.first.kind == DIGEST:
            return write_digest(self._letterhead(), batch, self._now())
        if batch.first.kind == ALARM:
            return write_alarm(self._letterhead(), batch, self._now())
        told = [one for one in map(self._find, batch.letters) if one]
        if not told:
            return None
        head = self._letterhead()
        if batch.first.kind == ANSWER:
            every = self._store.find_messages(told[0].submission.id)
            until = [one.id for one in every].index(batch.first.message_id)
            return write_answer(head, batch, told[0], every[:until], self._now())
        if batch.first.kind == ACKNOWLEDGEMENT:
            return write_acknowledgement(head, batch, told[0], self._now())
        return write_notification(head, batch, told, self._now())

    def _find(self, letter: Letter) -> Told | None:
        submission = self._store.find_by_id(letter.submission_id or "")
        message = self._store.find_message(letter.message_id) if letter.message_id else None
        if submission is None or (letter.message_id and message is None):
            return None
        return Told(submission, self._asked(submission), message)

    def _asked(self, submission: Submission) -> Asked:
        version = self._store.find_form(submission.form, submission.form_version)
        return Asked(version.definition) if version else Asked()

    def _connect(self, name: str) -> smtplib.SMTP:
        """Give a connection that is ready; one that the server has closed is opened again."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._connection.noop()[0] == 250:
                    return self._connection
            self.rest()
        server = self._server
        if server.tls:
            self._connection = smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=name,
                timeout=_PATIENCE,
                context=ssl.create_default_context(),
            )
        else:
            self._connection = smtplib.SMTP(
                server.host, server.port, local_hostname=name, timeout=_PATIENCE
            )
        try:
            self._prepare(self._connection)
        except BaseException:
            self.rest()
            raise
        return self._connection

    def _prepare(self, connection: smtplib.SMTP) -> None:
        server = self._server
        connection.ehlo_or_helo_if_needed()
        safe = server.tls
        if not safe and connection.has_extn("starttls"):
            connection.starttls(context=_context(server))
            connection.ehlo()
            safe = True
        if not safe and server.required:
            raise Undelivered("the mail server does not offer STARTTLS", everywhere=True)
        if server.user:
            if not safe and not server.near:
                raise Undelivered(
                    "the mail server offers no TLS, and the password is not sent in clear",
                    everywhere=True,
                )
            connection.login(server.user, server.password)

    @contextlib.contextmanager
    def _within_deadline(self) -> Iterator[None]:
        """Cut the line of a server that answers, but too slowly to be done within the lease."""
        timer = threading.Timer(_DEADLINE, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        connection = self._connection
        sock = connection.sock if connection else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


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
def _told() -> Iterator[None]:
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
