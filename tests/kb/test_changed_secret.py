"""Changing the endpoint's secret: what was made with the old one goes on where that is safe."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carebase.endpoint.key import Key
from carebase.endpoint.secret import Secret, load_secret
from carebase.endpoint.service import Service
from carebase.endpoint.settings import Settings
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.outbox.signature import read_secret, sign, write_secret
from tests.kb.endpoint_site import Client, make_site, serving, wait_until
from tests.kb.test_challenge import solve
from tests.kb.test_webhook import receiving

OLD, NEW = "o" * 32, "n" * 32
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
SUPPORT = "/v1/forms/support-request"


def send(client: Client, key: str, **more: str) -> Any:
    return client.post_json(SUPPORT, {**GOOD, **more}, key)


@pytest.mark.parametrize("before", [(OLD,), ()])
def test_pages_of_requests_open_under_their_old_addresses(
    tmp_path: Path, before: tuple[str, ...]
) -> None:
    site = make_site(tmp_path)
    with serving(site, secret=OLD) as client:
        sent = send(client, "first").json
    with serving(site, secret=NEW, secrets_before=before) as client:
        again, later = send(client, "first").json, send(client, "second").json
        opened = [client.get(one["status_url"]).status for one in (sent, later)]

    assert [200, 200] == opened
    assert sent["ref"] == again["ref"]
    # Whoever does not say what the secret was has lost the address, and not the request.
    assert (sent["status_url"] == again["status_url"]) is bool(before)


@pytest.mark.parametrize(("before", "known"), [((OLD,), True), ((), False)])
def test_mails_lead_to_the_page_of_a_request_or_nowhere(
    tmp_path: Path, before: tuple[str, ...], known: bool
) -> None:
    site = make_site(tmp_path)
    with serving(site, secret=OLD) as client:
        sent = send(client, "first").json
        stored = client.rows()[0]["id"]
        url = client.database
    settings = Settings(
        site=site,
        database_url=f"sqlite:///{url}",
        url="https://care.fjellby.example/",
        secret=NEW,
        secrets_before=before,
        mail_server=MailServer("127.0.0.1", 1),
        mail_from=Mailbox("care@fjellby.example"),
    )
    service = Service(settings)
    try:
        submission = service.store.find_by_id(stored)
        assert submission
        address = service.sending.letterhead().status_address(submission)
    finally:
        service.close()

    whole = f"https://care.fjellby.example{sent['status_url']}"
    assert (whole if known else "") == address


def test_a_start_that_was_killed_while_it_made_the_secret_hinders_none(tmp_path: Path) -> None:
    (tmp_path / f"carebase.secret.{os.getpid()}").touch()

    text = load_secret(tmp_path / "carebase.db")

    assert (64, text) == (len(text), load_secret(tmp_path / "carebase.db"))


def test_a_form_that_was_open_is_taken_with_its_proof(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with serving(site, secret=OLD, challenge="required") as client:
        proofs = [solve(client.get("/v1/challenge?form=support-request").json) for _ in range(2)]
    with serving(site, secret=NEW, secrets_before=(OLD,), challenge="required") as client:
        assert 201 == send(client, "first", _proof=proofs[0]).status
    with serving(site, secret=NEW, challenge="required") as client:
        assert 403 == send(client, "second", _proof=proofs[1]).status
        assert ["received"] == [row["state"] for row in client.rows()]


def test_who_has_got_hold_of_an_old_secret_sees_nothing(tmp_path: Path) -> None:
    key = Key("ana@example.com", datetime.now(UTC) + timedelta(hours=1))
    with serving(make_site(tmp_path), secret=NEW, secrets_before=(OLD,)) as client:
        send(client, "first")
        assert 200 == client.get(f"/privacy/{key.seal(Secret(NEW))}").status
        assert 404 == client.get(f"/privacy/{key.seal(Secret(OLD))}").status


@pytest.mark.parametrize("named", [False, True])
def test_receivers_of_webhooks_change_when_they_like(tmp_path: Path, named: bool) -> None:
    ours = [write_secret(letter * 32) for letter in (b"n", b"o")]
    with receiving() as receiver:
        form = (
            "title: Call me back\nfields:\n  - {id: name, type: text, label: Your name}\n"
            f"notify: {{webhook: '{receiver.address}'}}\n"
        )
        site = make_site(tmp_path, sources={"docs/forms/callback.yml": form})
        if not named:
            made = [Secret(one).webhook_key("callback", receiver.address) for one in (NEW, OLD)]
            ours = [write_secret(key) for key in made]
        environment = {
            "CAREBASE_SITE": str(site),
            "CAREBASE_WEBHOOK_SECRET": ", ".join(ours) if named else "",
        }
        with serving(
            site,
            secret=NEW,
            secrets_before=(OLD,),
            private_webhooks=True,
            webhook_keys=Settings.from_environment(environment).webhook_keys,
        ) as client:
            assert 201 == client.post_json("/v1/forms/callback", {"name": "Ana"}).status
            wait_until(lambda: len(receiver.calls) == 1)
    headers, body = receiver.calls[0]

    # The specification has a list with spaces between: one that fits is enough.
    name, at = headers["webhook-id"], int(headers["webhook-timestamp"])
    signed = [sign(read_secret(secret), name, at, body) for secret in ours]
    assert " ".join(signed) == headers["webhook-signature"]
