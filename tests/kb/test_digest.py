"""The daily digest: once a day, in the morning of those who answer, with what waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from carebase.forms.form import Form
from carebase.outbox.addresses import Mailbox
from carebase.outbox.digest import DigestJob
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.reports import write_digest
from carebase.store import NewSubmission, Store
from carebase.store.form_versions import FormVersion
from carebase.store.ids import new_id
from carebase.store.letters import DIGEST, NOTIFICATION, NewLetter
from carebase.store.maintenance import upgrade as upgrade_database
from tests.kb.databases import write

VIENNA = ZoneInfo("Europe/Vienna")
# 07:00 in Vienna on a Thursday.
DUE = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
FIELD = {"id": "message", "type": "text", "label": "Message"}


def form(name: str, *mail: str) -> Form:
    return Form.model_validate(
        {
            "id": name,
            "title": name.title(),
            "promise": "We answer within 2 working days.",
            "fields": [FIELD],
            "notify": {"mail": list(mail)},
        }
    )


HELP = form("help", "care@fjellby.example", "desk@fjellby.example")
REPAIR = form("repair", "desk@fjellby.example")
FORMS = [HELP, REPAIR, form("quiet")]
HEAD = Letterhead("Fjellby Care", "en", Mailbox("care@fjellby.example"), VIENNA)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    upgrade_database(database)
    with Store(database) as store:
        store.keep_forms(
            [FormVersion(one.id, one.version, one.model_dump(mode="json")) for one in FORMS]
        )
        yield store


def receive(store: Store, of: Form, before: timedelta, state: str = "received") -> str:
    row_id = new_id()
    reasons = ("links",) if state == "quarantined" else ()
    new = NewSubmission(row_id, of.id, of.version, {}, row_id, DUE - before, "h", reasons=reasons)
    ref = store.accept(new).result().submission.ref
    change(store, f"UPDATE submissions SET state = '{state}' WHERE id = '{row_id}'")
    return ref


def change(store: Store, statement: str) -> None:
    write(store.url.render_as_string(hide_password=False), statement)


def job(store: Store) -> DigestJob:
    return DigestJob(store, time(7, 0), lambda: FORMS, lambda: VIENNA)


def digests(store: Store) -> dict[str, Any]:
    found: dict[str, Any] = {}
    later = DUE + timedelta(days=400)
    while batch := store.claim_letters([DIGEST], later, timedelta(days=1)).result():
        found[batch.first.target] = batch
    return found


def test_each_address_hears_of_its_forms_alone(store: Store) -> None:
    late = receive(store, HELP, timedelta(days=8), "working")
    today = receive(store, HELP, timedelta(days=2))
    receive(store, HELP, timedelta(hours=5))
    receive(store, HELP, timedelta(hours=6), "quarantined")
    receive(store, HELP, timedelta(hours=7), "done")
    receive(store, REPAIR, timedelta(hours=1))
    receive(store, FORMS[2], timedelta(hours=1))
    with time_machine.travel(DUE, tick=False):
        assert 2 == job(store).step()
        found = digests(store)

    assert {"care@fjellby.example", "desk@fjellby.example"} == set(found)
    message = write_digest(HEAD, found["desk@fjellby.example"], DUE)
    assert "Fjellby Care: 4 new, 4 open, 1 late" == message["Subject"]
    assert "auto-generated" == message["Auto-Submitted"]
    body = message.get_body(("plain",))
    assert body
    assert f"""\
Submissions on 26 November 2026
-------------------------------

New in the last day: 4

Open: 4

To be answered today: 1

Late: 1

In quarantine, to be looked at: 1

1 × more links than the form allows

Help: 3 new, 3 open

Repair: 1 new, 1 open

Late the longest
----------------

{late}: Help, due on 20 November 2026

To be answered today
--------------------

{today}: Help
""" == body.get_content().replace("\r\n", "\n")
    care = found["care@fjellby.example"].first.content
    assert (3, 3, 1) == (care["received"], care["open"], care["late"])


def test_it_comes_once_a_day_and_at_its_time(store: Store) -> None:
    receive(store, REPAIR, timedelta(hours=1))
    one, other = job(store), job(store)
    with time_machine.travel(DUE - timedelta(minutes=1), tick=False) as clock:
        assert 0 == one.step()
        clock.move_to(DUE)
        assert 1 == one.step()
        clock.shift(timedelta(minutes=1))
        # Another process, and one that was started anew.
        assert [0, 0, 0] == [one.step(), other.step(), job(store).step()]
        assert ["desk@fjellby.example"] == list(digests(store))
        # While it waits, because the mail server is down, there is no second one.
        clock.shift(timedelta(days=1))
        assert 0 == one.step()
        change(store, "UPDATE outbox SET state = 'done'")
        clock.shift(timedelta(days=1))
        assert 1 == one.step()


def test_it_does_not_come_late_or_without_need(store: Store) -> None:
    with time_machine.travel(DUE, tick=False) as clock:
        nothing = job(store)
        assert 0 == nothing.step()
        receive(store, REPAIR, timedelta(hours=1))
        clock.shift(timedelta(minutes=5))
        assert 0 == nothing.step()
        clock.move_to(DUE + timedelta(hours=4))
        assert 0 == job(store).step()


def test_it_tells_of_what_could_not_be_sent(store: Store) -> None:
    with time_machine.travel(DUE, tick=False):
        store.put_letters([NewLetter(NOTIFICATION, "gone@example.com")], DUE).result()
        taken = store.claim_letters([NOTIFICATION], DUE, timedelta(1)).result()
        assert taken
        store.bury_letters(taken, DUE, "550").result()
        assert 2 == job(store).step()
        batch = digests(store)["desk@fjellby.example"]
    body = write_digest(HEAD, batch, DUE).get_body(("plain",))

    assert body
    said = " ".join(body.get_content().split())
    assert (
        "Mails and webhooks that could not be sent (1): carebase worker list says which and why."
        in said
    )


@pytest.mark.parametrize("language", ["de", "en", "es", "fr"])
def test_it_speaks_the_language_of_the_site(store: Store, language: str) -> None:
    receive(store, HELP, timedelta(days=8))
    with time_machine.travel(DUE, tick=False):
        job(store).step()
        batch = digests(store)["desk@fjellby.example"]
    head = Letterhead("Fjellby Care", language, Mailbox("care@fjellby.example"), VIENNA)
    message = write_digest(head, batch, DUE)

    assert "{" not in str(message["Subject"]) + bytes(message).decode()
    assert language == message["Content-Language"]
