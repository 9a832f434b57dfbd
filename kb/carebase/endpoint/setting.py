"""The environment variables of the endpoint: what each is called, means, and is when not set."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from carebase.errors import UsageError, nearest

PREFIX = "CAREBASE_"
CHALLENGE = (QUARANTINE, REQUIRED, OFF) = ("quarantine", "required", "off")
LOGS = (PLAIN_LOG, JSON_LOG, QUIET) = ("plain", "json", "quiet")
# Who may read the metrics, where it is not said by networks.
EVERYONE = "all"


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
        "The secret that signs every webhook: `whsec_` and 24 to 64 bytes in base64; while it is"
        " changed, the new one, a comma and the old one. Without it, each webhook has its own,"
        " which `carebase worker secret` shows.",
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
        "CAREBASE_SECRET_BEFORE",
        "Earlier values of CAREBASE_SECRET, with commas between them, newest first, so that forms"
        " that are open, receivers of webhooks and mails about older requests go on.",
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


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Tell of a name that begins like a setting and is none: it would have no effect."""
    known = {setting.name.removeprefix(PREFIX): setting.name for setting in SETTINGS}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name.removeprefix(PREFIX) in known:
            continue
        match = nearest(name.removeprefix(PREFIX), known)
        way_out = (
            f"Did you mean {known[match]}?" if match else f"Settings: {', '.join(known.values())}."
        )
        raise SettingsError(f"There is no setting {name}. {way_out}")
