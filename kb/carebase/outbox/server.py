"""Which mail server takes our mails, read from its address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

# The ports of message submission (RFC 6409) and of submission over TLS (RFC 8314).
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. `tls` from the first byte, or by STARTTLS, which may be `required`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    required: bool = False

    @property
    def near(self) -> bool:
        """Whether it is on this machine, where nobody listens on the line."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_server(text: str) -> MailServer:
    """Read `smtp://user:password@host:port`; `ValueError` says in a sentence what is wrong.

    The sentence never holds the address itself, which may hold a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        host, parts, port, options = None, urlsplit(""), None, []
    if parts.scheme not in _PORTS or not host or port == 0 or parts.path.strip("/"):
        raise ValueError(
            "CAREBASE_SMTP_URL must be an address such as"
            " smtp://user:password@mail.fjellby.example:587; special signs in the password are"
            " written as %40."
        )
    for option in options:
        if option != ("starttls", "required"):
            raise ValueError(
                "CAREBASE_SMTP_URL knows one option, `?starttls=required`, and not"
                f" `{option[0]}={option[1]}`."
            )
    if bool(parts.username) != bool(parts.password):
        raise ValueError("CAREBASE_SMTP_URL must hold both user and password, or neither.")
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        required=bool(options),
    )
