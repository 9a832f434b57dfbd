"""The withdrawal from a contract: two steps, three answers, and a receipt at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carebase.forms.load import standard_forms
from carebase.i18n import date_text, languages, text
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.store.maintenance import upgrade
from tests.kb.endpoint_site import Client, make_site, serving, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_mail import parts

FORM = "/v1/forms/withdrawal"
GOOD = {"name": "Ana Lind", "contract": "FB-2026.1142", "email": "ana@example.com"}
# Directive (EU) 2023/2673, Article 1(3), in its four languages.
LABELS = {
    "en": ("Withdraw from contract here", "Confirm withdrawal"),
    "de": ("Vertrag widerrufen", "Widerruf bestätigen"),
    "es": ("Desistir del contrato aquí", "Confirmar desistimiento"),
    "fr": ("Renoncer au contrat ici", "Confirmer la rétractation"),
}


@pytest.fixture
def shop(tmp_path: Path, database: str) -> Iterator[tuple[Client, MailRoom]]:
    upgrade(database)
    with (
        mail_server() as room,
        serving(
            make_site(tmp_path),
            database_url=database,
            secret="s" * 64,
            challenge="quarantine",
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example", "Fjellby Care"),
        ) as client,
    ):
        yield client, room


@pytest.mark.parametrize("language", languages())
def test_the_labels_are_those_of_the_law_and_nothing_more_is_asked(language: str) -> None:
    form = standard_forms(language)["withdrawal"]

    assert LABELS[language] == (text(language, "withdraw.here"), form.submit)
    assert ["name", "contract", "email"] == [field.id for field in form.fields]
    assert all(field.required for field in form.fields)
    assert form.consent is None


@pytest.mark.parametrize("language", languages())
def test_a_receipt_with_content_date_and_time_goes_out_at_once(
    shop: tuple[Client, MailRoom], language: str
) -> None:
    client, room = shop
    # A browser without JavaScript: no proof of work, and no page that could show one.
    answer = client.post_form(FORM, {**GOOD, "_lang": language})
    assert 303 == answer.status
    wait_until(lambda: room.to("ana@example.com"), 20)

    (mail,) = room.to("ana@example.com")
    (row,) = client.rows()
    plain, html = parts(mail)
    at = datetime.fromisoformat(row["received_at"]).astimezone(ZoneInfo("Europe/Vienna"))
    assert "received" == row["state"]
    for said in (
        standard_forms(language)["withdrawal"].title,
        row["ref"],
        date_text(language, at.date()),
        f"{at:%H:%M:%S}",
        "Europe/Vienna",
        f"UTC{at:%z}"[:6],
        "Ana Lind",
        "FB-2026.1142",
        "ana@example.com",
    ):
        assert said in plain and said in html, said
    assert row["ref"] in mail["Subject"]
    assert "auto-replied" == mail["Auto-Submitted"]
    assert "{" not in plain


def test_each_withdrawal_has_its_receipt_and_none_is_held_back(
    shop: tuple[Client, MailRoom],
) -> None:
    client, room = shop
    links = "See https://a.example and www.b.example and c.example/x " * 2
    for contract in ("FB-1", "FB-2", links):
        client.post_json(FORM, {**GOOD, "contract": contract, "_seconds": 0.1})
    wait_until(lambda: len(room.to("ana@example.com")) == 3, 20)

    assert {"received"} == {row["state"] for row in client.rows()}
    told = "".join(parts(mail)[0] for mail in room.to("ana@example.com"))
    assert "FB-1" in told and "FB-2" in told
    assert not re.search(r"https://a|www\.b|c\.example/", told)
    # What fills in a field that nobody sees is no person.
    client.post_json(FORM, {**GOOD, "_website": "x"})
    assert ["quarantined"] == [row["state"] for row in client.rows()][-1:]
