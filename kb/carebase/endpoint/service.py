"""What every route of one endpoint shares: the settings, the site's private data, the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from starlette.requests import Request

from carebase.endpoint.clearing import Clearing
from carebase.endpoint.openapi import describe
from carebase.endpoint.private import Private, load_private
from carebase.endpoint.secret import Secret, load_secret
from carebase.endpoint.sending import Sending
from carebase.endpoint.setting import SettingsError
from carebase.endpoint.settings import Settings
from carebase.endpoint.signing import load_signer
from carebase.forms.asked import PRODUCTS
from carebase.store import FormVersion, Store
from carebase.store.gauges import Gauges

Clock = Callable[[], datetime]
# In seconds, where nobody has said by when to end.
_ENDING = 10.0


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


class Counted:
    """What was counted in the database last, so that many who ask cost no more than one."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.at = 0.0
        self.gauges: Gauges | None = None
        self.seconds = 0.0


class Service:
    """One endpoint at work. `private` is replaced as a whole by `reload`, never changed."""

    def __init__(self, settings: Settings, store: Store | None = None, now: Clock = utc_now):
        """Open what the settings name; raises a `UsageError` that says what hinders."""
        self.settings = settings
        self.now = now
        self.private = load_private(settings.site)
        self.signer = load_signer(settings, self.private)
        self.store = store or Store(settings.database_url, settings.files)
        self.secret = Secret(settings.secret or _load_secret(self.store), settings.secrets_before)
        self.store.keep_forms(_versions(self.private))
        self.sending = Sending(settings, self.store, self.secret, lambda: self.private, now)
        self.clearing = Clearing(self.store)
        self._description: tuple[Private, dict[str, Any]] | None = None
        self._end: float | None = None
        self.counted = Counted()

    def reload(self) -> None:
        """Read the private folder again after a build; when it cannot be read the old data stays.

        Raises `PrivateError`, or `StoreError` when changed forms cannot be stored. May be called
        from any thread.
        """
        private = load_private(self.settings.site)
        signer = load_signer(self.settings, private)
        self.store.keep_forms(_versions(private))
        self.private, self.signer = private, signer

    @property
    def notices(self) -> list[str]:
        """What an operator should know of courses that are not graded, or give no certificate."""
        return [*self.private.notices, *self.signer.notices]

    def end_by(self, moment: float) -> None:
        """Begin to end: no further letter is taken up, and all is over at `time.monotonic`."""
        self._end = moment
        self.sending.worker.stop(0.0)

    def time_left(self) -> float:
        """Give the seconds that ending may take still."""
        return _ENDING if self._end is None else max(self._end - time.monotonic(), 0.0)

    @property
    def file_notices(self) -> list[str]:
        """What an operator should know of files that customers cannot send."""
        folder = self.store.folder
        if not any(form.takes_files for form in self.private.forms):
            return []
        if folder is None:
            return ["Forms take no files, because CAREBASE_FILES names no folder for them."]
        if not folder.is_writable:
            return [
                f"Forms take no files, because this user cannot write into {folder.path}: set"
                " CAREBASE_FILES to a folder that belongs to it."
            ]
        return []

    def close(self) -> None:
        """Finish what is being written."""
        self.store.close()

    @cached_property
    def root(self) -> str:
        """The path below which the site lies, `/` or `/help/`."""
        return self.private.base_path

    def description(self) -> dict[str, Any]:
        """Give the OpenAPI description of the routes, made once for each build."""
        private = self.private
        if self._description is None or self._description[0] is not private:
            self._description = (private, describe(private, self.settings.url))
        return self._description[1]

    def address_of(self, request: Request, path: str) -> str:
        """Give the address of one of our own pages.

        It is absolute only with `CAREBASE_URL`; the Host header could name anyone's site.
        """
        if self.settings.url:
            return self.settings.url + path
        return f"{request.scope.get('root_path', '')}/{path}"


def _load_secret(store: Store) -> str:
    if store.path is None:
        store.close()
        raise SettingsError(
            "PostgreSQL has no folder for a secret: set CAREBASE_SECRET to at least 32 random"
            " characters, such as `openssl rand -hex 32` prints."
        )
    return load_secret(store.path)


def _versions(private: Private) -> list[FormVersion]:
    contact = private.catalog.contact
    # Whoever reads a submission later counts its working days without the site, and names products.
    more: dict[str, Any] = {}
    if contact and contact.holidays:
        more["holidays"] = contact.holidays
    names = {PRODUCTS: dict(private.product_names)}
    return [
        FormVersion(
            form.id,
            form.version,
            form.definition
            | more
            | (names if any(one.type == "product" for one in form.all_fields) else {}),
        )
        for form in private.forms
    ]


def service_of(request: Request) -> Service:
    """Give the service that a request belongs to."""
    service: Service = request.app.state.service
    return service
