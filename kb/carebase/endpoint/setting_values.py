"""What the text of each setting means; one that cannot be used is told as a `SettingsError`."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from carebase.endpoint.setting import CHALLENGE, EVERYONE, OFF, SETTINGS, SettingsError
from carebase.outbox.addresses import Mailbox, read_mailbox
from carebase.outbox.postbox import Postbox, read_postbox
from carebase.outbox.server import MailServer, read_server
from carebase.outbox.signature import read_secret

_ORIGIN = re.compile(r"https?://[^/?#@\s,]+")
# Shorter ones can be tried out; the one that Carebase makes has 64 characters.
_SHORTEST_SECRET = 32


def origin_of(parts: SplitResult) -> str:
    """Give scheme, host and port as browsers send them: lower case, no port that is implied."""
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    implied = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != implied else ""
    return f"{parts.scheme}://{host}{port}"


def read_challenge(text: str) -> str:
    """Read what becomes of forms without a proof of work."""
    if text not in CHALLENGE:
        raise SettingsError(
            "CAREBASE_CHALLENGE can be `quarantine`, `required` or `off`, not `" + text + "`."
        )
    return text


def read_on_or_off(name: str, value: str) -> bool:
    """Read a switch."""
    if value not in ("on", "off"):
        raise SettingsError(f"{name} can be `on` or `off`, not `{value}`.")
    return value == "on"


def read_one(name: str, values: Mapping[str, str]) -> bool:
    """Read what is off unless it is `1`."""
    if values[name] not in ("", "0", "1"):
        raise SettingsError(f"{name} can be `1` or `0`, not `{values[name]}`.")
    return values[name] == "1"


def read_file(name: str, values: Mapping[str, str]) -> Path | None:
    """Read the path of a file that is there."""
    path = Path(values[name]) if values[name] else None
    if path is not None and not path.is_file():
        raise SettingsError(f"{name} is not a file: {values[name]}")
    return path


def read_digest(text: str) -> time | None:
    """Read a time of day."""
    if text == "off":
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise SettingsError(
            f"CAREBASE_DIGEST must be a time of day such as 07:00, or `off`, not `{text}`."
        )
    return time.fromisoformat(text)


def read_limit(name: str, environment: Mapping[str, str]) -> int | None:
    """Read a number of days or submissions; nothing for `off`."""
    default = next(one.default for one in SETTINGS if one.name == name)
    text = environment.get(name, "").strip() or default
    if text == "off":
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise SettingsError(f"{name} must be a number from 1 to 9999, or `off`, not `{text}`.")
    return int(text)


def read_webhook_key(text: str) -> bytes:
    """Read a secret of webhooks."""
    try:
        return read_secret(text)
    except ValueError:
        raise SettingsError(
            "CAREBASE_WEBHOOK_SECRET must be `whsec_` and 24 to 64 bytes in base64, or several of"
            " these with commas between them."
        ) from None


def read_mail_server(text: str) -> MailServer | None:
    """Read the address of a mail server."""
    try:
        return read_server(text) if text else None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def read_mail_from(text: str) -> Mailbox | None:
    """Read the address that mails come from."""
    mailbox = read_mailbox(text) if text else None
    if text and mailbox is None:
        raise SettingsError(
            "CAREBASE_MAIL_FROM must be a mail address such as"
            f" Fjellby Care <care@fjellby.example>, not `{text}`."
        )
    return mailbox


def read_listed(text: str) -> list[str]:
    """Read texts with commas between them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_site(text: str) -> Path:
    """Read the folder of the built site."""
    if not text:
        raise SettingsError(
            "Set CAREBASE_SITE to the folder of the built site; `carebase build` makes it."
        )
    site = Path(text)
    if not site.is_dir():
        raise SettingsError(f"CAREBASE_SITE is not a folder: {text}")
    if not os.access(site, os.R_OK | os.X_OK):
        raise SettingsError(
            f"CAREBASE_SITE may not be read by this user: {text}. Give it to the endpoint's, or"
            " let everybody read it."
        )
    return site


def read_url(text: str) -> str:
    """Read the address of the endpoint, ending in `/`."""
    if not text:
        return ""
    parts = _split(text)
    if parts is None or parts.query or parts.fragment:
        raise SettingsError(
            f"CAREBASE_URL must be an address such as https://care.fjellby.example/, not `{text}`."
        )
    return origin_of(parts) + parts.path.rstrip("/") + "/"


def read_origin(text: str) -> str:
    """Read scheme, host and port of a site."""
    parts = _split(text)
    if parts is None or not _ORIGIN.fullmatch(text.rstrip("/")):
        raise SettingsError(
            "CAREBASE_ORIGINS must hold addresses without a path, such as"
            f" https://www.fjellby.example, not `{text}`."
        )
    return origin_of(parts)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and not parts.username else None


def read_long_enough(name: str, values: Mapping[str, str]) -> str:
    """Read a secret that cannot be tried out."""
    text = values[name]
    if text and len(text) < _SHORTEST_SECRET:
        raise SettingsError(
            f"{name} must have at least {_SHORTEST_SECRET} characters; it has {len(text)}."
        )
    return text


def read_canary_to(text: str) -> str:
    """Read the mail address of the canary."""
    mailbox = read_mailbox(text) if text else None
    if text and mailbox is None:
        raise SettingsError(
            "CAREBASE_CANARY_TO must be a mail address such as canary@fjellby.example, not"
            f" `{text}`."
        )
    return mailbox.address if mailbox else ""


def read_canary_mailbox(text: str) -> Postbox | None:
    """Read the mailbox of the canary."""
    try:
        return read_postbox(text) if text else None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def read_metrics(text: str) -> tuple[str, ...]:
    """Read who may see the metrics."""
    if text in (EVERYONE, OFF):
        return (EVERYONE,) if text == EVERYONE else ()
    return tuple(read_network("CAREBASE_METRICS", one) for one in read_listed(text))


def read_network(name: str, text: str) -> str:
    """Read an address or a network."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            f"{name} must hold addresses or networks such as 10.0.0.0/8, not `{text}`."
        ) from None
    return text
