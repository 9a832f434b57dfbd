"""Handing mails to a mail server."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage

from carebase.forms.asked import Asked
from carebase.outbox.answer import write_answer
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.line import close_line, new_line, open_line, prepare_line, told
from carebase.outbox.mail import Told, write_acknowledgement, write_notification
from carebase.outbox.privacy import write_erased, write_privacy
from carebase.outbox.reports import write_alarm, write_digest
from carebase.outbox.server import MailServer
from carebase.outbox.targets import EVENT
from carebase.outbox.worker import utc_now
from carebase.store import Store, Submission
from carebase.store.letters import (
    ACKNOWLEDGEMENT,
    ALARM,
    ANSWER,
    DIGEST,
    ERASED,
    MAILS,
    PRIVACY,
    Batch,
    Letter,
)

# In seconds, for a whole mail (well below `worker.LEASE`).
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
        with told(), self._within_deadline():
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
            close_line(connection)

    def _write(self, batch: Batch) -> EmailMessage | None:
        """Write the mail; none when its submission has been deleted meanwhile."""
        if batch.first.kind == DIGEST:
            return write_digest(self._letterhead(), batch, self._now())
        if batch.first.kind == ALARM:
            return write_alarm(self._letterhead(), batch, self._now())
        if batch.first.kind == ERASED:
            return write_erased(self._letterhead(), batch, self._now())
        if batch.first.kind == PRIVACY:
            is_known = bool(self._store.find_holdings(batch.first.target))
            return write_privacy(self._letterhead(), batch, is_known, self._now())
        found = [one for one in map(self._find, batch.letters) if one]
        if not found:
            return None
        head = self._letterhead()
        if batch.first.kind == ANSWER:
            every = self._store.find_messages(found[0].submission.id)
            until = [one.id for one in every].index(batch.first.message_id)
            return write_answer(head, batch, found[0], every[:until], self._now())
        if batch.first.kind == ACKNOWLEDGEMENT:
            return write_acknowledgement(head, batch, found[0], self._now())
        return write_notification(head, batch, found, self._now())

    def _find(self, letter: Letter) -> Told | None:
        submission = self._store.find_by_id(letter.submission_id or "")
        message = self._store.find_message(letter.message_id) if letter.message_id else None
        if submission is None or (letter.message_id and message is None):
            return None
        event = str(letter.content.get(EVENT, ""))
        return Told(submission, self._asked(submission), message, event)

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
        self._connection = new_line(self._server, name)
        try:
            open_line(self._server, self._connection)
            prepare_line(self._server, self._connection)
        except BaseException:
            self.rest()
            raise
        return self._connection

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
