"""A mailbox as operators have it: Dovecot on loopback, with IMAP and POP3, with TLS and without."""

from __future__ import annotations

import mailbox
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.kb.mail_server import CERTIFICATE, MailRoom
from tests.support.process import free_port

USER, PASSWORD = "canary@fjellby.example", "in:cage"

_CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = carebase-{imap}
listen = 127.0.0.1
protocols = imap pop3
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/Maildir
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
"""


@dataclass(frozen=True)
class Mailbox:
    """A running server with one mailbox, and its ports by the scheme of an address."""

    folder: Path
    ports: dict[str, int]

    def address(self, scheme: str, password: str = PASSWORD) -> str:
        """Give the mailbox as an operator writes it."""
        quoted = password.replace(":", "%3A")
        return f"{scheme}://{USER.replace('@', '%40')}:{quoted}@localhost:{self.ports[scheme]}"

    def deliver(self, content: bytes) -> None:
        """Put a mail into it, as a mail server does."""
        box = mailbox.Maildir(self.folder / "mail" / "Maildir")
        box.add(content)
        box.close()
        _give_away(self.folder / "mail")

    @property
    def subjects(self) -> list[str]:
        """What lies in it, also what is marked as deleted."""
        box = mailbox.Maildir(self.folder / "mail" / "Maildir")
        return [str(mail["Subject"]) for mail in box]


class DeliveringRoom(MailRoom):
    """A mail server whose mails arrive in a mailbox."""

    def __init__(self, target: Mailbox) -> None:
        super().__init__()
        self.target = target

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail and deliver it."""
        said = await super().handle_DATA(server, session, envelope)
        if said.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.target.deliver(envelope.content)
        return said


@contextmanager
def dovecot(program: str) -> Iterator[Mailbox]:
    """Run it until the block ends; only root may start it as it is set up here."""
    # Its helpers run as another user, who must reach its sockets.
    folder = Path(tempfile.mkdtemp(prefix="carebase-dovecot-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    mailbox.Maildir(folder / "mail" / "Maildir").close()
    user = pwd.getpwnam("nobody")
    ports = {scheme: free_port() for scheme in ("imap", "imaps", "pop3", "pop3s")}
    config = _CONFIG.format(
        folder=folder,
        certificate=CERTIFICATE,
        password=PASSWORD,
        uid=user.pw_uid,
        gid=user.pw_gid,
        **ports,
    )
    (folder / "dovecot.conf").write_text(config)
    _give_away(folder / "mail")
    started = subprocess.Popen(
        [program, "-F", "-c", str(folder / "dovecot.conf")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for port in ports.values():
            _wait_for(port, started, folder / "log")
        yield Mailbox(folder, ports)
    finally:
        started.terminate()
        started.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, started: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return
        except OSError:
            said = log.read_text() if log.exists() else ""
            assert started.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.05)


def _give_away(folder: Path) -> None:
    user = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
