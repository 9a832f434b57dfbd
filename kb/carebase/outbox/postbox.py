"""Looking into a mailbox for a mail of ours, by IMAP or POP3, and taking it out."""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import poplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import default
from urllib.parse import unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
_PATIENCE = 20.0
# Of the newest: POP3 cannot search.
_LOOKED_AT = 50


class PostboxError(Exception):
    """The mailbox cannot be read; the text says why, without the password."""


@dataclass(frozen=True, slots=True)
class Postbox:
    """A mailbox: its server, whether TLS is there from the first byte, and the folder of IMAP."""

    kind: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def tls(self) -> bool:
        """Whether the line is protected from its first byte."""
        return self.kind.endswith("s")

    def take(self, words: str) -> bool:
        """Find mails whose subject holds words, delete them, and tell whether there was any.

        Raises `PostboxError`.
        """
        try:
            if self.kind.startswith("imap"):
                return self._take_by_imap(words)
            return self._take_by_pop3(words)
        except (imaplib.IMAP4.error, poplib.error_proto) as error:
            told = error.args[0] if error.args else ""
            said = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
            raise PostboxError(f"{self.host}:{self.port} says: {said}") from None
        except OSError as error:
            raise PostboxError(f"{self.host}:{self.port} does not answer: {error}") from None

    def _take_by_imap(self, words: str) -> bool:
        with self._imap() as line:
            line.login(self.user, self.password)
            chosen, said = line.select(f'"{self.folder}"')
            if chosen != "OK":
                raise imaplib.IMAP4.error(said[0] or b"There is no such folder.")
            _, found = line.uid("SEARCH", "SUBJECT", f'"{words}"')
            names = (found[0] or b"").decode().split()
            # Servers say more of themselves to those whom they know.
            able = line.capability()[1][-1] or b""
            for name in names:
                line.uid("STORE", name, "+FLAGS.SILENT", "(\\Deleted)")
                # Without UIDPLUS (RFC 4315) it would take away what others have marked, too.
                if b"UIDPLUS" in able.upper():
                    line.uid("EXPUNGE", name)
            return bool(names)

    def _take_by_pop3(self, words: str) -> bool:
        taken = False
        with self._pop3() as line:
            line.user(self.user)
            line.pass_(self.password)
            number, _ = line.stat()
            for one in range(number, max(number - _LOOKED_AT, 0), -1):
                head = b"\r\n".join(line.top(one, 0)[1])
                subject = BytesHeaderParser(policy=default).parsebytes(head)["Subject"]
                if words in str(subject):
                    line.dele(one)
                    taken = True
        return taken

    @contextlib.contextmanager
    def _imap(self) -> Iterator[imaplib.IMAP4]:
        context = ssl.create_default_context()
        line = (
            imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=_PATIENCE)
            if self.tls
            else imaplib.IMAP4(self.host, self.port, timeout=_PATIENCE)
        )
        try:
            if not self.tls and "STARTTLS" in line.capabilities and not self._near:
                line.starttls(context)
            elif not self.tls and not self._near:
                raise PostboxError(f"{self.host} offers no TLS; the password is not sent in clear")
            yield line
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                line.logout()

    @contextlib.contextmanager
    def _pop3(self) -> Iterator[poplib.POP3]:
        context = ssl.create_default_context()
        line = (
            poplib.POP3_SSL(self.host, self.port, timeout=_PATIENCE, context=context)
            if self.tls
            else poplib.POP3(self.host, self.port, timeout=_PATIENCE)
        )
        try:
            if not self.tls and "STLS" in line.capa() and not self._near:
                line.stls(context)
            elif not self.tls and not self._near:
                raise PostboxError(f"{self.host} offers no TLS; the password is not sent in clear")
            yield line
            # Only a goodbye makes the server delete.
            line.quit()
        finally:
            line.close()

    @property
    def _near(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_postbox(text: str) -> Postbox:
    """Read `imaps://user:password@host/folder` or `pop3s://…`; `ValueError` says what is wrong.

    The sentence never holds the address itself, which holds a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    folder = unquote(parts.path.strip("/"))
    pop3 = parts.scheme.startswith("pop3")
    unusable = not (host and parts.username and parts.password) or port == 0 or parts.query
    if parts.scheme not in _PORTS or unusable or (pop3 and folder) or '"' in folder:
        raise ValueError(
            "CAREBASE_CANARY_MAILBOX must be an address such as"
            " imaps://user:password@mail.fjellby.example/INBOX or"
            " pop3s://user:password@mail.fjellby.example; special signs are written as %40."
        )
    return Postbox(
        parts.scheme,
        str(host),
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        folder or "INBOX",
    )
