"""Who receives what goes out: a mail server and a webhook's receiver, both on loopback."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from email.policy import SMTP as POLICY
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.kb.mail_server import MailRoom, mail_server


class Room(MailRoom):
    """Keeps of each mail only who gets it and what it is called, before it says `250`."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: Counter[str] = Counter()
        self.targets: dict[str, tuple[str, str]] = {}
        self._headers = BytesHeaderParser(policy=POLICY)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        mail = self._headers.parsebytes(envelope.content)
        name = str(mail["Message-ID"])
        self.copies[name] += 1
        self.targets[name] = (envelope.rcpt_tos[0], str(mail["Subject"]))
        return "250 OK"


class Hook:
    """The calls of a webhook: how often each id came, and for which reference number."""

    def __init__(self) -> None:
        self.copies: Counter[str] = Counter()
        self.refs: dict[str, str] = {}
        self.port = 0


@contextmanager
def receivers() -> Iterator[tuple[Room, Hook]]:
    """Run both until the end."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.headers["webhook-id"]
            hook.refs[name] = json.loads(body)["data"]["ref"]
            hook.copies[name] += 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # Callers that are killed in the middle of a call are what the test is about.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with mail_server(Room()) as room:
            assert isinstance(room, Room)
            yield room, hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
