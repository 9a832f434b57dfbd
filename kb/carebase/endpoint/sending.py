"""What goes out because of a submission, as the settings of this endpoint have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from carebase.endpoint.key import Key
from carebase.endpoint.private import Private
from carebase.endpoint.secret import Secret
from carebase.endpoint.settings import Settings
from carebase.forms.form import Form
from carebase.outbox.addresses import Mailbox, is_answerable, to_wire
from carebase.outbox.alarm import AlarmJob
from carebase.outbox.digest import DigestJob
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.network import is_named_private
from carebase.outbox.smtp import MailSender
from carebase.outbox.targets import (
    customer_address,
    letters_for,
    letters_for_erasure,
    letters_for_event,
    letters_for_message,
)
from carebase.outbox.webhook import WebhookSender
from carebase.outbox.worker import Lane, Sender, Thread, Worker, utc_now
from carebase.store import Store, Submission
from carebase.store.letters import ACKNOWLEDGEMENT, NewLetter

NO_MAIL = "No mail is sent, because CAREBASE_SMTP_URL is not set."
NO_URL = (
    "Mails have no links to the endpoint, and nobody can ask by mail what is held about them,"
    " because CAREBASE_URL is not set."
)


class Sending:
    """Writes the letters of submissions, and makes the worker that sends them.

    `private` gives the site's data as of the last build.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        secret: Secret,
        private: Callable[[], Private],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._private = private
        threads: list[Thread] = [Lane(store, sender) for sender in self._senders(store)]
        if settings.mail_server and settings.digest:
            threads.append(
                DigestJob(store, settings.digest, self._forms, lambda: self._private().zone, now)
            )
        if settings.mail_server:
            threads.append(AlarmJob(store, settings.alarms, self._forms, now))
        self.worker = Worker(threads)

    def letters_for(self, form: Form, values: Mapping[str, Any]) -> tuple[NewLetter, ...]:
        """Give the letters of a submission, only such as can be sent."""
        return letters_for(form, values, self._sender)

    def letters_for_canary(self, form: Form, values: Mapping[str, Any]) -> tuple[NewLetter, ...]:
        """Give the one letter of a test: to its sender, at once, and to nobody else."""
        to = to_wire(customer_address(form, values))
        mails = self._sender and self._settings.canary_to and is_answerable(to)
        return (NewLetter(ACKNOWLEDGEMENT, to),) if mails else ()

    def letters_for_message(self, form: Form, values: Mapping[str, Any]) -> tuple[NewLetter, ...]:
        """Give the letters of a further message, only such as can be sent."""
        return letters_for_message(form, values, self._sender)

    def letters_for_event(
        self, form: Form, values: Mapping[str, Any], event: str
    ) -> tuple[NewLetter, ...]:
        """Give the letters about what a customer has done to a submission."""
        return letters_for_event(form, values, self._sender, event)

    def letters_for_erasure(
        self, form: Form | None, ref: str, title: str, part: bool = False
    ) -> tuple[NewLetter, ...]:
        """Give the letters to those who answer, which tell what was erased by its number alone."""
        return letters_for_erasure(form, ref, title, self._sender, part) if form else ()

    @property
    def leads_by_mail(self) -> bool:
        """Whether a mail can lead somebody to a page of the endpoint."""
        return bool(self._sender and self._settings.url)

    def notices(self) -> list[str]:
        """Give what an operator should know at the start."""
        notices = [] if self._settings.mail_server else [NO_MAIL]
        if self._settings.mail_server and not self._settings.url:
            notices.append(NO_URL)
        if not self._settings.private_webhooks:
            notices += [
                f"The webhook of the form `{form.id}` is not called, because it leads to a private"
                " address: set CAREBASE_ALLOW_PRIVATE_WEBHOOKS=1 to allow that."
                for form in self._forms()
                if is_named_private(urlsplit(form.notify.webhook or "//x.example").hostname or "")
            ]
        return notices

    def webhook_keys(self, form: str, target: str) -> tuple[bytes, ...]:
        """Give the keys that sign what is sent to the webhook of a form, the newest first."""
        made = (one.webhook_key(form, target) for one in self._secret.every)
        return self._settings.webhook_keys or tuple(made)

    def letterhead(self) -> Letterhead:
        """Give what every mail of the site shares."""
        private = self._private()
        contact = private.catalog.contact
        channels = contact.channels if contact else []
        mails = [to_wire(one.address or "") for one in channels if one.kind == "mail"]
        return Letterhead(
            site=private.name,
            language=private.language,
            sender=self._settings.mail_from or Mailbox(""),
            zone=private.zone,
            reply_to=mails[0] if mails else "",
            status_address=self._status_address,
            privacy_address=self._privacy_address,
        )

    @property
    def _sender(self) -> str:
        """The address that mails come from, empty where none are sent."""
        settings = self._settings
        return settings.mail_from.address if settings.mail_server and settings.mail_from else ""

    def _forms(self) -> list[Form]:
        return [checker.form for checker in self._private().checkers.values()]

    def _status_address(self, submission: Submission) -> str:
        token = self._secret.token_behind(submission.id, submission.token_hash)
        url = self._settings.url
        return f"{url}requests/{token}" if url and token else ""

    def _privacy_address(self, address: str, until: datetime) -> str:
        url = self._settings.url
        return f"{url}privacy/{Key(address, until).seal(self._secret)}" if url else ""

    def _senders(self, store: Store) -> list[Sender]:
        allowed = self._settings.private_webhooks
        senders: list[Sender] = [WebhookSender(store, self.webhook_keys, allowed)]
        if self._settings.mail_server:
            senders.append(MailSender(self._settings.mail_server, store, self.letterhead))
        return senders
