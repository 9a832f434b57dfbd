"""What is held about somebody, by a link in a mail: shown, taken along, erased."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carebase.endpoint.key import Key
from carebase.endpoint.secret import Secret
from carebase.i18n import date_text
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.store import Store, holdings
from carebase.store.inbox import Inbox
from carebase.store.maintenance import upgrade
from tests.kb.databases import tables_with
from tests.kb.endpoint_site import Answer, Client, make_site, serving, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_erasure import CANARY, add_file, found_in
from tests.kb.test_mail import NOTIFYING, parts

ASK = "/v1/privacy/requests"
ADDRESS = f"{CANARY}@example.com"
TITLE = "What we hold about you"
SECRET = "s" * 64


class House:
    """An endpoint with a mail server, and a clock that can be set."""

    def __init__(self, client: Client, room: MailRoom, clock: list[datetime]) -> None:
        self.client, self.room, self.clock = client, room, clock

    @property
    def folder(self) -> Path:
        """Where the data lie: the site and files, and an SQLite database beside them."""
        return self.client.database.parent

    def holds(self, word: str = CANARY) -> list[str]:
        """Where a word is found: in files, each byte of SQLite included, and in tables."""
        return [*found_in(self.folder, word), *tables_with(self.client.url, word)]

    def ask(self, address: str = ADDRESS, kind: str = "access", **more: Any) -> Answer:
        return self.client.post_json(ASK, {"email": address, "kind": kind, **more})

    def mails(self, address: str, number: int = 1) -> list[EmailMessage]:
        """The mails about privacy to an address, once so many have come."""

        def come() -> list[EmailMessage]:
            return [one for one in self.room.to(address) if one["Subject"] == TITLE]

        wait_until(lambda: len(come()) >= number, 20)
        return come()

    def link(self, address: str = ADDRESS, **more: Any) -> str:
        """The path of the link that is sent on asking."""
        before = len(self.mails(address, 0))
        assert 202 == self.ask(address, **more).status
        mail = self.mails(address, before + 1)[-1]
        found = re.search(r"https://care\.example(/privacy/\S+)", parts(mail)[0])
        assert found, parts(mail)[0]
        return found.group(1)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    clock = [datetime.now(UTC)]
    folder = tmp_path / "data"
    folder.mkdir()
    if database.startswith("sqlite"):
        database = f"sqlite:///{folder / 'carebase.db'}"
    upgrade(database)
    with (
        mail_server() as room,
        serving(
            make_site(folder, sources=NOTIFYING),
            database_url=database,
            files=folder / "kept",
            now=lambda: clock[0],
            url="https://care.example/",
            secret=SECRET,
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example", "Fjellby Care"),
        ) as client,
    ):
        yield House(client, room, clock)


def send(client: Client, word: str = CANARY, form: str = "callback", **more: Any) -> Answer:
    given = {"name": f"Ana {word}", "email": f"{word}@example.com", **more}
    return client.post_json(f"/v1/forms/{form}", given, key=f"key-{word}")


def test_everything_is_shown_and_can_be_taken_along(house: House) -> None:
    ref = send(house.client).json["ref"]
    with Inbox(house.client.url) as inbox:
        inbox.change(ref, "working", "rang twice")
        inbox.answer(ref, "Dear Ana,\nit is on its way.", ADDRESS)
    with Store(house.client.url, house.folder / "kept") as store:
        add_file(store, house.client.rows()[0]["id"], "receipt")
    path = house.link()
    shown = house.client.get(path)
    today = date_text("en", house.clock[0].astimezone(ZoneInfo("Europe/Vienna")).date())

    assert 200 == shown.status
    assert "<h1>What we hold about you</h1>" in shown.text
    for said in (
        f"We hold one request that was sent with the address {ADDRESS}.",
        f"{ref}: Call me back",
        f"Ana {CANARY}",
        f"Fjellby Care answered on {today}",
        "it is on its way.",
        f"confirmation of receipt, to {ADDRESS}",
        "notice to those who look after it, to care@fjellby.example",
        "In progress – rang twice",
        f"{today}: Received",
    ):
        assert said in shown.words, said
    (link,) = re.findall(r'href="(/requests/[^"]+/files/[^"]+)">receipt.png<', shown.text)
    sent = house.client.get(link)
    assert (200, b"PNG receipt") == (sent.status, sent.body)
    assert sent.headers["content-disposition"].startswith("attachment")
    assert "noindex, nofollow" == shown.headers["x-robots-tag"]
    assert ("no-referrer", "no-store") == (
        shown.headers["referrer-policy"],
        shown.headers["cache-control"],
    )
    file = house.client.get(f"{path}/data.json")
    assert 'attachment; filename="data.json"' == file.headers["content-disposition"]
    (held,) = file.json["held"]
    assert (ADDRESS, ref, "working") == (file.json["address"], held["ref"], held["state"])
    assert f"Ana {CANARY}" in [one["answer"] for one in held["answers"]]
    assert ["receipt.png"] == [one["name"] for one in held["files"]]
    assert ["Dear Ana,\nit is on its way."] == [one["text"] for one in held["messages"]]
    # Looking changes nothing, however often a program does so.
    assert 1 == len(house.client.rows())


def test_erasing_leaves_no_byte_and_those_who_answer_are_told(house: House) -> None:
    ref = send(house.client).json["ref"]
    other = send(house.client, "rotkehlchen").json["ref"]
    wait_until(lambda: len(house.room.mails) == 6, 20)
    path = house.link(kind="erasure")
    assert house.holds()
    done = house.client.post_form(path, {})

    assert (200, True) == (done.status, "One request and all that was made of it" in done.words)
    assert [other] == [row["ref"] for row in house.client.rows()]
    wait_until(lambda: not house.holds(), 30)
    told = [mail for mail in house.room.mails if "Erased" in mail["Subject"]]
    wait_until(lambda: len([m for m in house.room.mails if "Erased" in m["Subject"]]) == 2, 20)
    told = [mail for mail in house.room.mails if "Erased" in mail["Subject"]]
    assert ["care@fjellby.example", "desk@fjellby.example"] == sorted(m["To"] for m in told)
    for mail in told:
        assert f"[{ref}] Erased at the customer’s wish" == mail["Subject"]
        assert "Please delete the mails" in parts(mail)[0]
        assert CANARY not in mail.as_string()
    # Once more does no harm, and the link tells that there is nothing any more.
    assert f"We hold nothing about {ADDRESS}" in house.client.get(path).words
    assert "We hold nothing" in house.client.post_form(path, {}).words
    (row,) = house.client.rows("erasures")
    assert ("mail", 64, 64) == (row["way"], len(row["ref_hash"]), len(row["token_hash"]))


def test_known_and_unknown_addresses_are_answered_alike(house: House) -> None:
    send(house.client)
    known, unknown = house.ask(ADDRESS), house.ask("nobody@example.com")
    plain = {"email": ADDRESS, "kind": "access", "_lang": "de"}
    pages = [
        house.client.post_form(ASK, {**plain, "email": one}) for one in (ADDRESS, "x@example.com")
    ]

    assert (202, 202) == (known.status, unknown.status)
    assert known.body == unknown.body
    assert known.headers.keys() == unknown.headers.keys()
    assert [202, 202] == [one.status for one in pages]
    assert pages[0].body == pages[1].body
    assert "Bitte sehen Sie in Ihr Postfach" in pages[0].words
    (mail,) = house.mails("nobody@example.com")
    assert "We hold nothing about this address." in parts(mail)[0]
    assert "https://care.example" not in mail.as_string()


def test_nothing_is_looked_up_while_somebody_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(house.client)
    found = holdings.find
    looked: list[str] = []

    def find(*given: Any, **named: Any) -> Any:
        looked.append(threading.current_thread().name)
        return found(*given, **named)

    monkeypatch.setattr(holdings, "find", find)
    house.ask(ADDRESS)
    house.ask("nobody@example.com")
    house.mails(ADDRESS)
    house.mails("nobody@example.com")

    # Only the one who sends mails looks, long after both have had the same answer.
    assert ["carebase-mail"] * 2 == looked


def test_the_link_is_good_for_a_day_and_for_nothing_else(house: House) -> None:
    send(house.client)
    path = house.link()
    wrong = path[:-4] + ("AAAA" if path[-4:] != "AAAA" else "BBBB")
    foreign = Key(ADDRESS, house.clock[0] + timedelta(days=1)).seal(Secret("t" * 64))

    assert ADDRESS not in path
    for bad in (wrong, f"/privacy/{foreign}", "/privacy/short", f"/privacy/{'A' * 80}"):
        for answer in (
            house.client.get(bad),
            house.client.get(f"{bad}/data.json"),
            house.client.post_form(bad, {}),
        ):
            assert (404, "no-referrer") == (answer.status, answer.headers["referrer-policy"])
    assert 403 == house.client.post_form(path, {}, {"Origin": "https://evil.example"}).status
    assert 405 == house.client.send("DELETE", path).status
    house.clock[0] += timedelta(hours=23)
    assert 200 == house.client.get(path).status
    house.clock[0] += timedelta(hours=2)
    gone = house.client.get(path, {"Accept-Language": "fr"})
    assert (404, True) == (gone.status, "Ce lien n’est plus valable" in gone.words)
    assert 404 == house.client.post_form(path, {}).status
    assert 1 == len(house.client.rows())


def test_a_link_that_was_made_by_a_clock_ahead_ends_when_the_clock_is_set_right(
    house: House,
) -> None:
    send(house.client)
    little, far = (
        f"/privacy/{Key(ADDRESS, house.clock[0] + ahead).seal(Secret(SECRET))}"
        for ahead in (timedelta(hours=30), timedelta(days=3650))
    )

    assert [200, 404] == [house.client.get(path).status for path in (little, far)]


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"email": "ana", "kind": "access"}, 422, "email"),
        ({"email": ADDRESS}, 422, "kind"),
        ({"email": ADDRESS, "kind": "all"}, 422, "kind"),
        ([], 422, ""),
    ],
)
def test_what_cannot_be_asked_is_told(house: House, given: Any, status: int, said: str) -> None:
    answer = house.client.post_json(ASK, given)

    assert (status, said) == (answer.status, answer.json["errors"][0]["field"])
    if isinstance(given, dict):
        again = house.client.post_form(ASK, given)
        assert (422, True) == (again.status, f'id="privacy-request-{said}-error"' in again.text)


def test_one_mailbox_gets_few_of_them_and_programs_none(house: House) -> None:
    for _ in range(6):
        assert 202 == house.ask("ana@example.com").status
    assert 202 == house.ask("no-reply@example.com").status
    assert 202 == house.ask("trap@example.com", _website="x").status
    house.ask("last@example.com")
    house.mails("last@example.com")

    assert 3 == len(house.mails("ana@example.com", 3))
    assert [] == house.room.to("no-reply@example.com") + house.room.to("trap@example.com")
    # Not even the address of those who asked is kept.
    wait_until(lambda: house.client.rows("outbox") == [], 20)


def test_without_mail_everybody_is_told_to_write(tmp_path: Path) -> None:
    with serving(make_site(tmp_path)) as client:
        answer = client.post_json(ASK, {"email": ADDRESS, "kind": "access"})
        shown = client.post_form(ASK, {"email": ADDRESS, "kind": "access"})

    assert (503, 503) == (answer.status, shown.status)
    assert "Please write to us instead" in shown.words


def test_a_client_that_asks_too_often_is_slowed_down(tmp_path: Path) -> None:
    with (
        mail_server() as room,
        serving(
            make_site(tmp_path),
            rate_limits=True,
            url="https://care.example/",
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example"),
        ) as client,
    ):
        got = [
            client.post_json(ASK, {"email": f"a{number}@example.com", "kind": "access"}).status
            for number in range(11)
        ]
    assert [202] * 10 + [429] == got
