"""A real mail server on loopback that does what a test wants."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("loopback.pem")


class MailRoom:
    """What arrived. `on_recipient` and `on_mail` may answer something else than `250`."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.users: list[bytes] = []
        self.password = b"s3cret!@"
        self.port = 0
        self.on_recipient: Callable[[str], str | None] = lambda _: None
        self.on_mail: Callable[[], str | None] = lambda: None

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, parsed."""
        return [self._parse(envelope) for envelope in self.envelopes]

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that went to one address."""
        return [
            self._parse(envelope) for envelope in self.envelopes if envelope.rcpt_tos == [address]
        ]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        answer = self.on_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take or refuse a mail."""
        answer = self.on_mail()
        if answer is None:
            self.envelopes.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return answer or "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Take only the one password."""
        assert isinstance(data, LoginPassword)
        self.users.append(data.login)
        # Not handled: aiosmtpd is to say so to the client.
        return AuthResult(success=data.password == self.password, handled=False)

    def _parse(self, envelope: Envelope) -> EmailMessage:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=POLICY)
        assert isinstance(message, EmailMessage)
        return message


@contextmanager
def mail_server(
    room: MailRoom | None = None, *, tls: bool = False, login: bool = False, port: int = 0
) -> Iterator[MailRoom]:
    """Run a mail server on a free port of loopback, or on the one named."""
    room = room or MailRoom()
    options: dict[str, Any] = {}
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        options["tls_context"] = context
    if login:
        options |= {
            "authenticator": room.authenticate,
            "auth_require_tls": False,
        }
    loop = asyncio.new_event_loop()
    # A thread of its own from the start: a test's own thread may have a loop at work already.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = loop.create_server(
        lambda: SMTP(room, hostname="mail.test", loop=loop, **options), "127.0.0.1", port
    )
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    room.port = server.sockets[0].getsockname()[1]
    try:
        yield room
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end_all() -> None:
    """End the conversations that are still going on."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
