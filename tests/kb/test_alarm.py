"""The alarm: when nothing is accepted any more, or the quarantine grows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from carebase.endpoint.setting import SettingsError
from carebase.endpoint.settings import alarm_limits
from carebase.forms.form import Form
from carebase.i18n import languages, strings
from carebase.inbox.alarm import GROWTH, SILENCE, Alarm, Limits, Traffic, find_alarms
from carebase.inbox.reasons import REASONS
from carebase.outbox.addresses import Mailbox
from carebase.outbox.alarm import AlarmJob
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.server import MailServer
from carebase.outbox.smtp import MailSender
from carebase.outbox.worker import Lane
from carebase.store import NewSubmission, Store
from carebase.store.form_versions import FormVersion
from carebase.store.ids import new_id
from carebase.store.inbox import Inbox
from carebase.store.maintenance import upgrade
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_inbox_command import WHEN, Command, in_a_terminal
from tests.kb.test_inbox_command import inbox as inbox
from tests.kb.test_mail import parts

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)
LIMITS = Limits()


def kinds(traffic: Traffic, limits: Limits = LIMITS, now: datetime = NOW) -> list[str]:
    return [alarm.kind for alarm in find_alarms(traffic, limits, now)]


@pytest.mark.parametrize(
    ("silence", "found"),
    [
        (7 * DAY - SECOND, []),
        (7 * DAY, [SILENCE]),
        (35 * DAY - SECOND, [SILENCE]),
        # Nobody has used it for so long that this is how it is.
        (35 * DAY, []),
    ],
)
def test_silence_is_told_from_the_day_on_that_was_set(silence: timedelta, found: list[str]) -> None:
    assert found == kinds(Traffic(NOW - silence, 0, 0))


def test_a_new_site_is_not_silent() -> None:
    assert [] == kinds(Traffic(None, 0, 0))
    assert [] == kinds(Traffic(None, 10, 0))


@pytest.mark.parametrize(
    ("today", "week", "found"),
    [
        (10, 0, []),
        (11, 0, [GROWTH]),
        # 77 a week are 11 a day, and 22 are twice as many.
        (22, 77, []),
        (23, 77, [GROWTH]),
        (9, 0, []),
    ],
)
def test_growth_is_more_than_the_limit_and_more_than_usual(
    today: int, week: int, found: list[str]
) -> None:
    assert found == kinds(Traffic(NOW, today, week))


def test_a_rule_can_be_switched_off_and_moved() -> None:
    both = Traffic(NOW - 10 * DAY, 50, 0)
    assert [SILENCE, GROWTH] == kinds(both)
    assert [GROWTH] == kinds(both, Limits(silence=None))
    assert [SILENCE] == kinds(both, Limits(growth=None))
    assert [] == kinds(both, Limits(silence=11, growth=50))


def test_the_settings_are_read_and_wrong_ones_told() -> None:
    assert Limits(7, 10) == alarm_limits({})
    assert Limits(None, 3) == alarm_limits(
        {"CAREBASE_SILENCE_ALARM": "off", "CAREBASE_QUARANTINE_ALARM": "3"}
    )
    for wrong in ("0", "-1", "week", "1.5", "10000"):
        with pytest.raises(SettingsError) as told:
            alarm_limits({"CAREBASE_SILENCE_ALARM": wrong})
        assert (
            f"CAREBASE_SILENCE_ALARM must be a number from 1 to 9999, or `off`, not `{wrong}`."
            == str(told.value)
        )


def form(name: str, *mail: str) -> Form:
    field = {"id": "message", "type": "text", "label": "Message"}
    about = {"id": name, "title": name, "fields": [field], "notify": {"mail": list(mail)}}
    return Form.model_validate(about)


FORMS = [form("help", "care@fjellby.example", "desk@fjellby.example"), form("quiet")]


def receive(store: Store, at: datetime, *reasons: str, of: Form = FORMS[0]) -> str:
    row_id = new_id()
    new = NewSubmission(row_id, of.id, of.version, {}, row_id, at, "h", reasons=reasons)
    return store.accept(new).result().submission.ref


class Clock:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    upgrade(database)
    with Store(database) as store:
        store.keep_forms([FormVersion(one.id, one.version, one.definition) for one in FORMS])
        yield store


def test_what_came_in_is_counted(store: Store, database: str) -> None:
    assert Traffic(None, 0, 0) == store.measure_traffic(NOW)
    receive(store, NOW - 9 * DAY)
    receive(store, NOW - 8 * DAY, of=FORMS[1])
    receive(store, NOW - 8 * DAY, "links")
    receive(store, NOW - 8 * DAY + SECOND, "links")
    receive(store, NOW - DAY, "trap")
    receive(store, NOW - DAY + SECOND, "trap")
    restored = receive(store, NOW, "trap", of=FORMS[1])
    assert Traffic(NOW - 8 * DAY, 2, 2) == store.measure_traffic(NOW)

    with Inbox(database) as opened:
        opened.restore(restored)
        # It was there, and it is accepted now.
        assert Traffic(NOW, 2, 2) == opened.traffic(NOW)


@contextmanager
def sending(store: Store, clock: Clock, room: MailRoom, language: str = "en") -> Iterator[Lane]:
    head = Letterhead(
        "Fjellby Care", language, Mailbox("care@fjellby.example"), ZoneInfo("Europe/Vienna")
    )
    sender = MailSender(MailServer("127.0.0.1", room.port), store, lambda: head, clock)
    try:
        yield Lane(store, sender, clock)
    finally:
        sender.rest()


def send_all(lane: Lane) -> None:
    while lane.step() is not None:
        pass


def test_the_alarm_is_a_mail_once_a_day_at_most_until_it_is_over(store: Store) -> None:
    clock = Clock(NOW)
    receive(store, NOW)
    job, other = (AlarmJob(store, LIMITS, lambda: FORMS, clock) for _ in range(2))
    with mail_server() as room, sending(store, clock, room) as lane:
        clock.now = NOW + 7 * DAY - SECOND
        assert 0 == job.step()
        clock.now = NOW + 7 * DAY
        # Another process sees it too.
        assert [2, 0] == [job.step(), other.step()]
        send_all(lane)
        clock.now += DAY - SECOND
        assert 0 == job.step()
        clock.now += SECOND
        assert 2 == job.step()
        send_all(lane)
        receive(store, clock.now)
        clock.now += 2 * DAY
        assert 0 == job.step()

    both = ["care@fjellby.example", "desk@fjellby.example"]
    assert [both, both] == [
        sorted(mail["To"] for mail in day) for day in (room.mails[:2], room.mails[2:])
    ]
    mail = room.mails[0]
    assert "Fjellby Care: something is wrong with what comes in" == mail["Subject"]
    assert "auto-generated" == mail["Auto-Submitted"]
    assert "high" == mail["Importance"]
    assert """\
Please look at this
-------------------

Nothing has been accepted since 26 November 2026. Send a form yourself and see whether it \
arrives, and look at the quarantine:

carebase inbox --state quarantined

This mail comes once a day at most, until it is over.
""" == parts(mail)[0]


def test_a_mail_server_that_is_down_gets_one_alarm_when_it_is_back(store: Store) -> None:
    clock = Clock(NOW + 8 * DAY)
    receive(store, NOW)
    job = AlarmJob(store, LIMITS, lambda: FORMS, clock)
    for _ in range(5):
        job.step()
        clock.now += DAY
    with mail_server() as room, sending(store, clock, room) as lane:
        send_all(lane)
        assert 2 == len(room.mails)


@pytest.mark.parametrize("language", languages())
def test_the_mail_speaks_the_language_of_the_site(store: Store, language: str) -> None:
    clock = Clock(NOW)
    receive(store, NOW - 8 * DAY)
    for _ in range(11):
        receive(store, NOW - SECOND, "links")
    assert 2 == AlarmJob(store, LIMITS, lambda: FORMS, clock).step()
    with mail_server() as room, sending(store, clock, room, language) as lane:
        send_all(lane)
    mail = room.mails[0]

    assert language == mail["Content-Language"]
    plain = parts(mail)[0]
    assert "{" not in str(mail["Subject"]) + plain
    assert re.search(r"\b11\b", plain)
    assert 2 == plain.count("carebase inbox --state quarantined")


def test_the_inbox_says_it_beside_what_programs_read(
    inbox: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAREBASE_SILENCE_ALARM")
    then = datetime.now(UTC) - 8 * DAY
    ref = inbox.send("page-feedback", {"helpful": "no"}, hours=(then - WHEN) // HOUR)

    _, printed, said = inbox()
    assert printed.startswith(f"{ref}\t")
    assert said.startswith("ALARM: Nothing has been accepted since ")
    assert [ref] == [one["ref"] for one in json.loads(inbox("--json")[1])]
    assert (0, f"{ref}\n", "") == inbox("--refs")
    monkeypatch.setenv("CAREBASE_SILENCE_ALARM", "9")
    assert "ALARM" not in inbox()[2]
    monkeypatch.setenv("CAREBASE_SILENCE_ALARM", "soon")
    assert (
        2,
        "",
        "CAREBASE_SILENCE_ALARM must be a number from 1 to 9999, or `off`, not `soon`.\n",
    ) == inbox()


def test_the_inbox_says_it_at_the_top_of_a_terminal(inbox: Command) -> None:
    then = datetime.now(UTC) - 8 * DAY
    inbox.send("page-feedback", {"helpful": "no"}, hours=(then - WHEN) // HOUR)
    shown = in_a_terminal({"CAREBASE_DATABASE_URL": inbox.address}, "inbox")

    assert shown.startswith("\x1b[1mALARM: Nothing has been accepted since ")
    assert "\nReference " in shown


def test_alarms_are_said_in_a_sentence() -> None:
    assert (
        "12 submissions went into quarantine within a day; the week before it had 1.4 a day."
        " See whether people are among them: carebase inbox --state quarantined"
        == Alarm(GROWTH, number=12, usual=1.4).text
    )
    one = Alarm(GROWTH, number=1, usual=0.0).text
    assert one.startswith("1 submission went into quarantine within a day; the week before it had")


def test_every_reason_is_told_in_every_language() -> None:
    for language in languages():
        assert {"reason.hand", *(f"reason.{name}" for name in REASONS)} <= set(strings(language))
