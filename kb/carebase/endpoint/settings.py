"""The settings of the endpoint: environment variables that begin with `CAREBASE_`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from carebase.endpoint import setting_values as values
from carebase.endpoint.setting import (
    LOGS,
    PLAIN_LOG,
    QUARANTINE,
    SETTINGS,
    SettingsError,
    refuse_unknown,
)
from carebase.inbox.alarm import Limits
from carebase.outbox.addresses import Mailbox
from carebase.outbox.postbox import Postbox
from carebase.outbox.server import MailServer


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of an endpoint, checked."""

    site: Path
    database_url: str = "sqlite:///carebase.db"
    files: Path | None = None
    url: str = ""
    origins: tuple[str, ...] = ()
    secret: str | None = None
    secrets_before: tuple[str, ...] = field(default=(), repr=False)
    certificate_key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    mail_server: MailServer | None = None
    mail_from: Mailbox | None = None
    digest: time | None = None
    alarms: Limits = field(default_factory=Limits)
    webhook_keys: tuple[bytes, ...] = field(default=(), repr=False)
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
        refuse_unknown(environment)
        given = {
            setting.name: environment.get(setting.name, "").strip() or setting.default
            for setting in SETTINGS
        }
        server, mail_from = mail_settings(environment)
        return cls(
            site=values.read_site(given["CAREBASE_SITE"]),
            database_url=given["CAREBASE_DATABASE_URL"],
            files=files_folder(environment),
            url=values.read_url(given["CAREBASE_URL"]),
            origins=tuple(
                values.read_origin(text) for text in values.read_listed(given["CAREBASE_ORIGINS"])
            ),
            secret=values.read_long_enough("CAREBASE_SECRET", given) or None,
            secrets_before=tuple(
                values.read_long_enough("CAREBASE_SECRET_BEFORE", {"CAREBASE_SECRET_BEFORE": text})
                for text in values.read_listed(given["CAREBASE_SECRET_BEFORE"])
            ),
            certificate_key=values.read_file("CAREBASE_CERTIFICATE_KEY", given),
            trusted_proxies=tuple(
                values.read_network("CAREBASE_TRUSTED_PROXIES", text)
                for text in values.read_listed(given["CAREBASE_TRUSTED_PROXIES"])
            ),
            mail_server=server,
            mail_from=mail_from,
            rate_limits=values.read_on_or_off(
                "CAREBASE_RATE_LIMITS", given["CAREBASE_RATE_LIMITS"]
            ),
            challenge=values.read_challenge(given["CAREBASE_CHALLENGE"]),
            digest=values.read_digest(given["CAREBASE_DIGEST"]),
            alarms=alarm_limits(environment),
            webhook_keys=tuple(
                values.read_webhook_key(text)
                for text in values.read_listed(given["CAREBASE_WEBHOOK_SECRET"])
            ),
            private_webhooks=values.read_one("CAREBASE_ALLOW_PRIVATE_WEBHOOKS", given),
            worker=values.read_on_or_off("CAREBASE_WORKER", given["CAREBASE_WORKER"]),
            log=log_kind(environment),
            metrics=values.read_metrics(given["CAREBASE_METRICS"]),
            metrics_token=values.read_long_enough("CAREBASE_METRICS_TOKEN", given),
            canary_to=values.read_canary_to(given["CAREBASE_CANARY_TO"]),
            canary_mailbox=values.read_canary_mailbox(given["CAREBASE_CANARY_MAILBOX"]),
        )


def database_url(environment: Mapping[str, str]) -> str:
    """Read the one setting that commands beside the endpoint need; a misspelt one is told."""
    refuse_unknown(environment)
    setting = next(one for one in SETTINGS if one.name == "CAREBASE_DATABASE_URL")
    return environment.get(setting.name, "").strip() or setting.default


def files_folder(environment: Mapping[str, str]) -> Path | None:
    """Read where customers' files are kept, if that is set, for commands beside the endpoint."""
    refuse_unknown(environment)
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
    refuse_unknown(environment)
    return values.read_site(environment.get("CAREBASE_SITE", "").strip())


def mail_settings(environment: Mapping[str, str]) -> tuple[MailServer | None, Mailbox | None]:
    """Read whether and how mail is sent, for commands beside the endpoint."""
    refuse_unknown(environment)
    server = values.read_mail_server(environment.get("CAREBASE_SMTP_URL", "").strip())
    mail_from = values.read_mail_from(environment.get("CAREBASE_MAIL_FROM", "").strip())
    if server and not mail_from:
        raise SettingsError(
            "CAREBASE_SMTP_URL needs CAREBASE_MAIL_FROM, the address that mails come from."
        )
    return server, mail_from


def alarm_limits(environment: Mapping[str, str]) -> Limits:
    """Read when an alarm goes out, for commands beside the endpoint too."""
    refuse_unknown(environment)
    names = ("CAREBASE_SILENCE_ALARM", "CAREBASE_QUARANTINE_ALARM")
    return Limits(*(values.read_limit(name, environment) for name in names))


def log_kind(environment: Mapping[str, str]) -> str:
    """Read how the log is written, for commands beside the endpoint too."""
    text = environment.get("CAREBASE_LOG", "").strip() or PLAIN_LOG
    if text not in LOGS:
        raise SettingsError(f"CAREBASE_LOG can be `plain`, `json` or `quiet`, not `{text}`.")
    return text
