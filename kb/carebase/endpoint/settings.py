"""The settings of the endpoint: environment variables that begin with `CAREBASE_`."""

from __future__ import annotations

import ipaddress
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from carebase.errors import UsageError, nearest
from carebase.inbox.alarm import Limits
from carebase.outbox.addresses import Mailbox, read_mailbox
from carebase.outbox.postbox import Postbox, read_postbox
from carebase.outbox.server import MailServer, read_server
from carebase.outbox.signature import read_secret

PREFIX = "CAREBASE_"
CHALLENGE = (QUARANTINE, REQUIRED, OFF) = ("quarantine", "required", "off")
LOGS = (PLAIN_LOG, JSON_LOG, QUIET) = ("plain", "json", "quiet")
# Who may read the metrics, where it is not said by networks.
EVERYONE = "all"
_ORIGIN = re.compile(r"https?://[^/?#@\s,]+")
# Shorter ones can be tried out; the one that Carebase makes has 64 characters.
_SHORTEST_SECRET = 32


class SettingsError(UsageError):
    """A setting that cannot be used."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable, as `carebase endpoint --help` lists it."""

    name: str
    meaning: str
    default: str = ""


SETTINGS = (
    Setting(
        "CAREBASE_SITE",
        "The folder of the built site. Its private folder lies beside it.",
    ),
    Setting(
        "CAREBASE_DATABASE_URL",
        "Where submissions are stored: an SQLite file, or postgresql://user@host/carebase.",
        default="sqlite:///carebase.db",
    ),
    Setting(
        "CAREBASE_FILES",
        "The folder in which customers' files are kept, outside the site; several endpoints share"
        " one. Without it, a folder beside an SQLite database (carebase.files); with PostgreSQL no"
        " files are taken then.",
    ),
    Setting(
        "CAREBASE_URL",
        "The public address of the endpoint, such as https://care.fjellby.example/."
        " Without it, addresses in answers are paths.",
    ),
    Setting(
        "CAREBASE_ORIGINS",
        "Other sites whose pages may send forms here, with commas between them:"
        " https://www.fjellby.example.",
    ),
    Setting(
        "CAREBASE_SMTP_URL",
        "The mail server: smtp://user:password@host:587, or smtps:// for TLS from the start."
        " STARTTLS is used when offered; with ?starttls=required no mail goes without it."
        " Without this setting no mail is sent.",
    ),
    Setting(
        "CAREBASE_MAIL_FROM",
        "The address that mails come from: Fjellby Care <care@fjellby.example>.",
    ),
    Setting(
        "CAREBASE_DIGEST",
        "When those whom forms notify get the daily digest, in the time zone of"
        " docs/contact.yml; `off` for none.",
        default="07:00",
    ),
    Setting(
        "CAREBASE_SILENCE_ALARM",
        "After how many days without an accepted submission an alarm goes out, where there were"
        " some in the four weeks before; `off` for none.",
        default="7",
    ),
    Setting(
        "CAREBASE_QUARANTINE_ALARM",
        "How many submissions may go into quarantine within a day before an alarm goes out, where"
        " that is more than twice the usual; `off` for none.",
        default="10",
    ),
    Setting(
        "CAREBASE_WEBHOOK_SECRET",
        "The secret that signs every webhook: `whsec_` and 24 to 64 bytes in base64. Without it,"
        " each webhook has its own, which `carebase worker secret` shows.",
    ),
    Setting(
        "CAREBASE_ALLOW_PRIVATE_WEBHOOKS",
        "Whether webhooks may lead to this machine or a private network: `1` if so.",
    ),
    Setting(
        "CAREBASE_WORKER",
        "Whether the endpoint sends mails and webhooks itself (`on`), or leaves them to"
        " `carebase worker` (`off`).",
        default="on",
    ),
    Setting(
        "CAREBASE_SECRET",
        "A secret of at least 32 characters that makes the addresses of status pages, the"
        " secrets of webhooks and the keys of challenges."
        " Without it, one is made beside an SQLite database.",
    ),
    Setting(
        "CAREBASE_CERTIFICATE_KEY",
        "The file of the key that signs certificates, as `carebase certificate key` makes it."
        " Without it, certificate.key in the private folder, where that is.",
    ),
    Setting(
        "CAREBASE_TRUSTED_PROXIES",
        "Addresses or networks of the proxies before the endpoint, with commas between them:"
        " 10.0.0.0/8.",
    ),
    Setting(
        "CAREBASE_CHALLENGE",
        "What becomes of a form that comes without a proof of work: it waits in quarantine"
        " (`quarantine`), or is refused unless a browser without JavaScript sent it (`required`)."
        " `off` asks for none.",
        default="quarantine",
    ),
    Setting(
        "CAREBASE_RATE_LIMITS",
        "Whether one client may send only so many forms and check only so many warranties:"
        " `on` or `off`.",
        default="on",
    ),
    Setting(
        "CAREBASE_LOG",
        "What is written to the log (stderr): a line for each request and for what goes wrong"
        " (`plain`), the same as one JSON object a line (`json`), or only what goes wrong"
        " (`quiet`).",
        default=PLAIN_LOG,
    ),
    Setting(
        "CAREBASE_METRICS",
        "Who may read /metrics without a token: addresses or networks with commas between them,"
        " of those who come without a proxy; `all`, or `off` for none.",
        default="127.0.0.0/8, ::1",
    ),
    Setting(
        "CAREBASE_METRICS_TOKEN",
        "A secret of at least 32 characters: who sends it (`Authorization: Bearer …`) may read"
        " /metrics from anywhere.",
    ),
    Setting(
        "CAREBASE_CANARY_TO",
        "A mail address of your own to which `carebase canary` has its acknowledgement sent."
        " Without it no mail is followed.",
    ),
    Setting(
        "CAREBASE_CANARY_MAILBOX",
        "The mailbox in which that mail arrives: imaps://user:password@host/INBOX, or pop3s://."
        " `carebase canary` looks for it there and deletes it.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of an endpoint, checked."""

    site: Path
    database_url: str = "sqlite:///carebase.db"
    files: Path | None = None
    url: str = ""
    origins: tuple[str, ...] = ()
    secret: str | None = None
    certificate_key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    mail_server: MailServer | None = None
    mail_from: Mailbox | None = None
    digest: time | None = None
    alarms: Limits = field(default_factory=Limits)
    webhook_key: bytes | None = field(default=None, repr=False)
    private_webhooks: bool = False
    worker: bool = True
    rate_limits: bool = True
    challenge: str = QUARANTINE
    log: str = PLAIN_LOG
    metrics: tuple[str, ...] = ("127.0.0.0/8", "::1")
    metrics_token: str = field(default="", repr=False)
    canary_to: str = ""
    canary_mailbox: Postbox | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; the first that cannot be used is told as a `SettingsError`."""
        _refuse_unknown(environment)
        values = {
            setting.name: environment.get(setting.name, "").strip() or setting.default
            for setting in SETTINGS
        }
        server, mail_from = mail_settings(environment)
        return cls(
            site=_site(values["CAREBASE_SITE"]),
            database_url=values["CAREBASE_DATABASE_URL"],
            files=files_folder(environment),
            url=_url(values["CAREBASE_URL"]),
            origins=tuple(_origin(text) for text in _listed(values["CAREBASE_ORIGINS"])),
            secret=_long_enough("CAREBASE_SECRET", values) or None,
            certificate_key=_file("CAREBASE_CERTIFICATE_KEY", values),
            trusted_proxies=tuple(
                _network("CAREBASE_TRUSTED_PROXIES", text)
                for text in _listed(values["CAREBASE_TRUSTED_PROXIES"])
            ),
            mail_server=server,
            mail_from=mail_from,
            rate_limits=_on_or_off("CAREBASE_RATE_LIMITS", values["CAREBASE_RATE_LIMITS"]),
            challenge=_challenge(values["CAREBASE_CHALLENGE"]),
            digest=_digest(values["CAREBASE_DIGEST"]),
            alarms=alarm_limits(environment),
            webhook_key=_webhook_key(values["CAREBASE_WEBHOOK_SECRET"]),
            private_webhooks=_one("CAREBASE_ALLOW_PRIVATE_WEBHOOKS", values),
            worker=_on_or_off("CAREBASE_WORKER", values["CAREBASE_WORKER"]),
            log=log_kind(environment),
            metrics=_metrics(values["CAREBASE_METRICS"]),
            metrics_token=_long_enough("CAREBASE_METRICS_TOKEN", values),
            canary_to=_canary_to(values["CAREBASE_CANARY_TO"]),
            canary_mailbox=_canary_mailbox(values["CAREBASE_CANARY_MAILBOX"]),
        )


def database_url(environment: Mapping[str, str]) -> str:
    """Read the one setting that commands beside the endpoint need; a misspelt one is told."""
    _refuse_unknown(environment)
    setting = next(one for one in SETTINGS if one.name == "CAREBASE_DATABASE_URL")
    return environment.get(setting.name, "").strip() or setting.default


def files_folder(environment: Mapping[str, str]) -> Path | None:
    """Read where customers' files are kept, if that is set, for commands beside the endpoint."""
    _refuse_unknown(environment)
    named = environment.get("CAREBASE_FILES", "").strip()
    site = environment.get("CAREBASE_SITE", "").strip()
    if not named:
        return None
    folder = Path(named)
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"CAREBASE_FILES is not a folder: {named}")
    if site and folder.resolve().is_relative_to(Path(site).resolve()):
        raise SettingsError(
            f"CAREBASE_FILES lies within the site, where anybody could read it: {named}. Name a"
            " folder outside CAREBASE_SITE."
        )
    return folder


def site_folder(environment: Mapping[str, str]) -> Path:
    """Read the built site for commands beside the endpoint; a misspelt setting is told."""
    _refuse_unknown(environment)
    return _site(environment.get("CAREBASE_SITE", "").strip())


def mail_settings(environment: Mapping[str, str]) -> tuple[MailServer | None, Mailbox | None]:
    """Read whether and how mail is sent, for commands beside the endpoint."""
    _refuse_unknown(environment)
    server = _mail_server(environment.get("CAREBASE_SMTP_URL", "").strip())
    mail_from = _mail_from(environment.get("CAREBASE_MAIL_FROM", "").strip())
    if server and not mail_from:
        raise SettingsError(
            "CAREBASE_SMTP_URL needs CAREBASE_MAIL_FROM, the address that mails come from."
        )
    return server, mail_from


def alarm_limits(environment: Mapping[str, str]) -> Limits:
    """Read when an alarm goes out, for commands beside the endpoint too."""
    _refuse_unknown(environment)
    names = ("CAREBASE_SILENCE_ALARM", "CAREBASE_QUARANTINE_ALARM")
    return Limits(*(_limit(name, environment) for name in names))


def log_kind(environment: Mapping[str, str]) -> str:
    """Read how the log is written, for commands beside the endpoint too."""
    text = environment.get("CAREBASE_LOG", "").strip() or PLAIN_LOG
    if text not in LOGS:
        raise SettingsError(f"CAREBASE_LOG can be `plain`, `json` or `quiet`, not `{text}`.")
    return text


def describe_settings() -> str:
    """Give the lines in which `carebase endpoint --help` lists all settings."""
    lines: list[str] = []
    for setting in SETTINGS:
        default = f" Default: {setting.default}" if setting.default else ""
        lines.append(setting.name)
        lines += textwrap.wrap(
            setting.meaning + default, 72, initial_indent="    ", subsequent_indent="    "
        )
    return "\n".join(lines)


def origin_of(parts: SplitResult) -> str:
    """Give scheme, host and port as browsers send them: lower case, no port that is implied."""
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    implied = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != implied else ""
    return f"{parts.scheme}://{host}{port}"


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {setting.name.removeprefix(PREFIX): setting.name for setting in SETTINGS}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name.removeprefix(PREFIX) in known:
            continue
        match = nearest(name.removeprefix(PREFIX), known)
        way_out = (
            f"Did you mean {known[match]}?" if match else f"Settings: {', '.join(known.values())}."
        )
        raise SettingsError(f"There is no setting {name}. {way_out}")


def _challenge(text: str) -> str:
    if text not in CHALLENGE:
        raise SettingsError(
            "CAREBASE_CHALLENGE can be `quarantine`, `required` or `off`, not `" + text + "`."
        )
    return text


def _on_or_off(name: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise SettingsError(f"{name} can be `on` or `off`, not `{value}`.")
    return value == "on"


def _one(name: str, values: Mapping[str, str]) -> bool:
    if values[name] not in ("", "0", "1"):
        raise SettingsError(f"{name} can be `1` or `0`, not `{values[name]}`.")
    return values[name] == "1"


def _file(name: str, values: Mapping[str, str]) -> Path | None:
    path = Path(values[name]) if values[name] else None
    if path is not None and not path.is_file():
        raise SettingsError(f"{name} is not a file: {values[name]}")
    return path


def _digest(text: str) -> time | None:
    if text == "off":
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise SettingsError(
            f"CAREBASE_DIGEST must be a time of day such as 07:00, or `off`, not `{text}`."
        )
    return time.fromisoformat(text)


def _limit(name: str, environment: Mapping[str, str]) -> int | None:
    default = next(one.default for one in SETTINGS if one.name == name)
    text = environment.get(name, "").strip() or default
    if text == "off":
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise SettingsError(f"{name} must be a number from 1 to 9999, or `off`, not `{text}`.")
    return int(text)


def _webhook_key(text: str) -> bytes | None:
    try:
        return read_secret(text) if text else None
    except ValueError:
        raise SettingsError(
            "CAREBASE_WEBHOOK_SECRET must be `whsec_` and 24 to 64 bytes in base64."
        ) from None


def _mail_server(text: str) -> MailServer | None:
    try:
        return read_server(text) if text else None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _mail_from(text: str) -> Mailbox | None:
    mailbox = read_mailbox(text) if text else None
    if text and mailbox is None:
        raise SettingsError(
            "CAREBASE_MAIL_FROM must be a mail address such as"
            f" Fjellby Care <care@fjellby.example>, not `{text}`."
        )
    return mailbox


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _site(text: str) -> Path:
    if not text:
        raise SettingsError(
            "Set CAREBASE_SITE to the folder of the built site; `carebase build` makes it."
        )
    site = Path(text)
    if not site.is_dir():
        raise SettingsError(f"CAREBASE_SITE is not a folder: {text}")
    return site


def _url(text: str) -> str:
    if not text:
        return ""
    parts = _split(text)
    if parts is None or parts.query or parts.fragment:
        raise SettingsError(
            f"CAREBASE_URL must be an address such as https://care.fjellby.example/, not `{text}`."
        )
    return origin_of(parts) + parts.path.rstrip("/") + "/"


def _origin(text: str) -> str:
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


def _long_enough(name: str, values: Mapping[str, str]) -> str:
    text = values[name]
    if text and len(text) < _SHORTEST_SECRET:
        raise SettingsError(
            f"{name} must have at least {_SHORTEST_SECRET} characters; it has {len(text)}."
        )
    return text


def _canary_to(text: str) -> str:
    mailbox = read_mailbox(text) if text else None
    if text and mailbox is None:
        raise SettingsError(
            "CAREBASE_CANARY_TO must be a mail address such as canary@fjellby.example, not"
            f" `{text}`."
        )
    return mailbox.address if mailbox else ""


def _canary_mailbox(text: str) -> Postbox | None:
    try:
        return read_postbox(text) if text else None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _metrics(text: str) -> tuple[str, ...]:
    if text in (EVERYONE, OFF):
        return (EVERYONE,) if text == EVERYONE else ()
    return tuple(_network("CAREBASE_METRICS", one) for one in _listed(text))


def _network(name: str, text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            f"{name} must hold addresses or networks such as 10.0.0.0/8, not `{text}`."
        ) from None
    return text
