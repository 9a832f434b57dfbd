"""The secret: where it is, and whether it is the one that the database was written with."""

from __future__ import annotations

from collections.abc import Iterator

from carebase.endpoint.doctor.finding import Finding, warning
from carebase.endpoint.secret import Secret, load_secret
from carebase.endpoint.settings import Settings
from carebase.store import Store
from carebase.store.database import path_of, read_url


def known_secret(settings: Settings) -> str | None:
    """Give the endpoint's secret, where it is set or lies beside the database already."""
    if settings.secret:
        return settings.secret
    path = path_of(read_url(settings.database_url))
    known = path is not None and path.with_suffix(".secret").is_file()
    return load_secret(path) if known and path is not None else None


def examine_secret(settings: Settings, store: Store) -> Iterator[Finding]:
    """Notice a secret that did not come back with a database."""
    text, newest = known_secret(settings), store.find_newest()
    if text is None or newest is None:
        return
    if not Secret(text, settings.secrets_before).token_behind(newest.id, newest.token_hash):
        yield warning(
            "secret",
            f"{newest.ref}, the newest, was stored under another: mails about it and those before"
            " cannot lead to their pages",
            "Bring the secret back with its database, or name it in CAREBASE_SECRET_BEFORE.",
        )
