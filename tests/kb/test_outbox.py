"""The outbox: stored with the submission, sent once, put off when it must be, never lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import event

from carebase.outbox.backoff import MOST_ATTEMPTS, wait_after
from carebase.outbox.worker import Lane, Undelivered, recovery_after
from carebase.store import NewSubmission, Store, outbox
from carebase.store.database import open_engine, read_url
from carebase.store.ids import new_id
from carebase.store.letters import (
    ACKNOWLEDGEMENT,
    DEAD,
    DONE,
    MAILS,
    NOTIFICATION,
    WAITING,
    WEBHOOK,
    Batch,
    NewLetter,
)
from carebase.store.maintenance import upgrade
from tests.kb.databases import read, write

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    upgrade(database)
    with Store(database) as store:
        yield store


def submission(*letters: NewLetter, at: datetime = START, key: str | None = None) -> NewSubmission:
    row_id = new_id()
    return NewSubmission(
        id=row_id,
        form="support-request",
        form_version="v1",
        values={"message": "It hums."},
        token_hash=row_id,
        received_at=at,
        body_hash="h",
        key=key,
        letters=letters,
    )


def notification(target: str = "care@fjellby.example") -> NewLetter:
    return NewLetter(NOTIFICATION, target)


def acknowledgement(target: str = "ana@example.com") -> NewLetter:
    return NewLetter(ACKNOWLEDGEMENT, target, pause=HOUR)


class Recorder:
    """A sender that notes what it was given, and fails when told to."""

    name = "test"
    kinds: tuple[str, ...] = (*MAILS, WEBHOOK)

    def __init__(self) -> None:
        self.sent: list[Batch] = []
        self.failure: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def send(self, batch: Batch) -> None:
        self.before()
        if self.failure:
            raise self.failure
        self.sent.append(batch)

    def rest(self) -> None:
        pass

    @property
    def targets(self) -> list[str]:
        return [letter.target for batch in self.sent for letter in batch.letters]


def lane_of(store: Store, sender: Recorder, chance: float = 1.0) -> Lane:
    return Lane(store, sender, chance=lambda: chance, lease=LEASE)


def rows(store: Store, what: str) -> list[tuple[object, ...]]:
    return read(address_of(store), f"SELECT {what} FROM outbox ORDER BY id")


def address_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_letters_are_stored_with_their_submission_or_not_at_all(store: Store) -> None:
    new = submission(notification(), NewLetter(WEBHOOK, "https://desk.example/hook"), key="k")
    accepted = store.accept(new).result()
    again = store.accept(submission(notification(), key="k")).result()
    broken = store.accept(replace(new, key=None))

    assert again.again
    with pytest.raises(RuntimeError):
        broken.result()
    assert {(NOTIFICATION, WAITING): 1, (WEBHOOK, WAITING): 1} == store.count_letters()
    assert [(accepted.submission.id,)] * 2 == rows(store, "submission_id")


def test_letters_go_when_their_submission_goes(store: Store) -> None:
    new = submission(notification())
    store.accept(new).result()
    write(address_of(store), f"DELETE FROM submissions WHERE id = '{new.id}'")

    assert {} == store.count_letters()


def test_one_acknowledgement_an_hour_for_an_address(store: Store) -> None:
    first = store.accept(submission(acknowledgement())).result()
    batch = store.claim_letters(MAILS, START, LEASE).result()
    assert batch and [first.submission.id] == [one.submission_id for one in batch.letters]
    store.finish_letters(batch, START + timedelta(minutes=10)).result()
    for minutes, address in (
        (1, "ana@example.com"),
        (50, "Ana+shop@EXAMPLE.com"),
        (65, "ana@example.com"),
        (65, "ben@example.com"),
        (71, "ana@example.com"),
        (200, "ana@example.com"),
    ):
        at = START + timedelta(minutes=minutes)
        store.accept(submission(acknowledgement(address), at=at)).result()

    # Within an hour of the writing or the sending, and while one waits, there is no second.
    assert [("ana@example.com",), ("ben@example.com",), ("ana@example.com",)] == rows(
        store, "target"
    )
    withheld = read(
        address_of(store),
        "SELECT CAST(data AS TEXT) FROM events WHERE kind = 'letter_withheld'",
    )
    why = "one went to this address shortly before"
    assert [(f'{{"letter":"acknowledgement","reason":"{why}"}}',)] * 4 == withheld


def test_a_sent_letter_is_done_and_in_time_forgotten(store: Store) -> None:
    store.accept(submission(notification())).result()
    sender = Recorder()
    with time_machine.travel(START, tick=False):
        lane = lane_of(store, sender)
        assert timedelta() == lane.step()
        assert lane.step() is None

    assert ["care@fjellby.example"] == sender.targets
    assert {(NOTIFICATION, DONE): 1} == store.count_letters()
    assert 0 == store.forget_letters(START).result()
    assert 1 == store.forget_letters(START + timedelta(days=31)).result()


def test_a_failure_is_tried_again_later_each_time(store: Store) -> None:
    store.accept(submission(notification())).result()
    sender = Recorder()
    sender.failure = Undelivered("451 busy")
    waits = []
    with time_machine.travel(START, tick=False) as clock:
        lane = lane_of(store, sender)
        for _ in range(10):
            before = datetime.now(UTC)
            assert timedelta() == lane.step()
            (due,) = rows(store, "next_at")
            at = datetime.fromisoformat(str(due[0]))
            waits.append((at - before).total_seconds())
            clock.move_to(at - timedelta(seconds=1))
            assert lane.step() is None
            clock.move_to(at)
        sender.failure = None
        lane.step()

    assert [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600] == waits
    assert ["care@fjellby.example"] == sender.targets
    assert [(11, "", DONE)] == rows(store, "attempts, error, state")


@pytest.mark.parametrize(("kinds", "hours", "back"), [(MAILS, 3, 2), ((WEBHOOK,), 30, 29)])
def test_letters_do_not_wait_for_a_clock_that_was_set_back(
    store: Store,
    kinds: tuple[str, ...],
    hours: int,
    back: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    letters = (notification(), NewLetter(WEBHOOK, "https://hooks.fjellby.example/"))
    with time_machine.travel(START + hours * HOUR, tick=False) as clock:
        store.accept(submission(*letters)).result()
        sender = Recorder()
        sender.kinds = kinds
        sender.failure = Undelivered("451 busy")
        lane = lane_of(store, sender)
        lane.step()
        # It is put off as any other, and nothing is wrong.
        lane.call_back()
        assert lane.step() is None
        clock.shift(-back * HOUR)
        sender.failure = None
        lane.call_back()
        lane.step()

    assert 1 == len(sender.targets)
    assert (
        "Due at once: 1 letter that waited for a moment far ahead, as by a clock that was set back"
        " since."
    ) in caplog.text


def test_the_wait_is_half_by_chance_and_has_an_end() -> None:
    assert timedelta(seconds=15) == wait_after(1, lambda: 0.0)
    assert timedelta(seconds=30) == wait_after(1, lambda: 1.0)
    assert timedelta(minutes=30) == wait_after(10**9, lambda: 0.0)
    assert timedelta() == wait_after(0, lambda: 1.0)
    least = sum((wait_after(one, lambda: 0.0) for one in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=1, hours=12) < least


def test_dead_letters_are_kept_and_can_be_sent_after_all(store: Store) -> None:
    for target in ("gone@example.com", "slow@example.com"):
        store.accept(submission(notification(target))).result()
    sender = Recorder()
    with time_machine.travel(START, tick=False) as clock:
        lane = lane_of(store, sender)
        sender.failure = Undelivered("550 no such user", lasting=True)
        lane.step()
        sender.failure = Undelivered("451 busy")
        for _ in range(MOST_ATTEMPTS):
            clock.shift(HOUR)
            lane.step()
        assert {(NOTIFICATION, DEAD): 2} == store.count_letters()
        assert [
            ("gone@example.com", 1, "550 no such user"),
            ("slow@example.com", 80, "451 busy"),
        ] == [(one.target, one.attempts, one.error) for one in store.find_troubled_letters()]

        assert 2 == store.retry_letters(datetime.now(UTC)).result()
        sender.failure = None
        while lane.step() is not None:
            pass
    assert {(NOTIFICATION, DONE): 2} == store.count_letters()
    assert [] == store.find_troubled_letters()


def test_when_the_way_is_closed_other_letters_are_not_tried(store: Store) -> None:
    for number in range(5):
        store.accept(submission(notification(f"{number}@example.com"))).result()
    sender = Recorder()
    sender.failure = Undelivered("connection refused", everywhere=True)
    with time_machine.travel(START, tick=False):
        lane = lane_of(store, sender)
        pauses = [lane.step() for _ in range(3)]
        assert [2, 4, 8] == [pause.total_seconds() for pause in pauses if pause]
        sender.failure = None
        assert timedelta() == lane.step()
        sender.failure = Undelivered("connection refused", everywhere=True)
        assert timedelta(seconds=2) == lane.step()


def test_what_the_sender_did_not_foresee_is_a_failure_like_others(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.accept(submission(notification())).result()
    sender = Recorder()
    sender.failure = ValueError("ana@example.com wrote: It hums.")
    with time_machine.travel(START, tick=False):
        lane_of(store, sender).step()

    assert [(1, "unexpected: ValueError", WAITING)] == rows(store, "attempts, error, state")
    assert "ana@" not in caplog.text


def test_a_lease_that_has_ended_is_taken_by_another_and_only_then(store: Store) -> None:
    store.accept(submission(notification())).result()
    first = store.claim_letters(MAILS, START, LEASE).result()
    assert store.claim_letters(MAILS, START + timedelta(minutes=4), LEASE).result() is None
    second = store.claim_letters(MAILS, START + timedelta(minutes=6), LEASE).result()

    assert first and second
    assert first.first.id == second.first.id
    assert (1, 2) == (first.first.attempts, second.first.attempts)
    # The first has come back from the dead: what it says no longer counts.
    assert not store.finish_letters(first, START).result()
    assert not store.postpone_letters(first, START, "late").result()
    assert store.finish_letters(second, START).result()


def test_notifications_that_waited_long_are_joined(store: Store) -> None:
    for number in range(3):
        at = START + timedelta(minutes=number)
        store.accept(submission(notification(), acknowledgement(f"{number}@example.com"), at=at))
    store.accept(submission(notification("other@fjellby.example"))).result()
    later = START + timedelta(hours=5)
    sizes = []
    while batch := store.claim_letters([NOTIFICATION], later, LEASE).result():
        sizes.append((batch.first.target, len(batch.letters)))
    assert [("care@fjellby.example", 3), ("other@fjellby.example", 1)] == sizes

    # Once the lease has ended the same letters go together again, without newer ones.
    store.accept(submission(notification(), at=START)).result()
    again = store.claim_letters([NOTIFICATION], later + LEASE, LEASE).result()
    assert again and 1 == len(again.letters)
    again = store.claim_letters([NOTIFICATION], later + LEASE, LEASE).result()
    assert again and 3 == len(again.letters)
    assert store.finish_letters(again, later).result()
    assert 3 == store.count_letters()[NOTIFICATION, DONE]


def test_new_notifications_go_one_by_one(store: Store) -> None:
    for _ in range(2):
        store.accept(submission(notification())).result()
    batch = store.claim_letters(MAILS, START, LEASE).result()

    assert batch and 1 == len(batch.letters)


def test_two_processes_write_one_acknowledgement(database: str) -> None:
    upgrade(database)
    with Store(database) as one, Store(database) as two:
        futures = [
            (one, two)[number % 2].accept(
                submission(acknowledgement(f"{number // 10}@example.com"), at=START)
            )
            for number in range(60)
        ]
        assert 60 == len({future.result().submission.ref for future in futures})

        assert {(ACKNOWLEDGEMENT, WAITING): 6} == one.count_letters()


def test_several_workers_on_one_database_send_each_letter_once(database: str) -> None:
    upgrade(database)
    with Store(database) as one, Store(database) as two:
        for number in range(60):
            one.accept(submission(notification(f"{number}@example.com"), at=datetime.now(UTC)))
        one.ping().result()
        senders = [Recorder() for _ in range(4)]
        lanes = [Lane((one, two)[number % 2], sender) for number, sender in enumerate(senders)]
        for lane in lanes:
            lane.start()
        while one.count_letters().get((NOTIFICATION, DONE), 0) < 60:
            threading.Event().wait(0.02)
        for lane in lanes:
            lane.stop(5)

    counts = Counter(target for sender in senders for target in sender.targets)
    assert (60, {1}) == (len(counts), set(counts.values()))


def test_letters_of_one_kind_are_not_held_up_by_many_of_another(tmp_path: Path) -> None:
    """However long the queue of one target is, each step reads a few rows of an index."""
    with Store(f"sqlite:///{tmp_path / 'c.db'}"):
        pass
    engine = open_engine(read_url(f"sqlite:///{tmp_path / 'c.db'}"), writes=True)
    said: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _explain(_: Any, cursor: Any, statement: str, values: Any, *__: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE outbox")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            said.extend(row[3] for row in cursor.fetchall())

    with engine.begin() as connection:
        outbox.put(connection, [notification()], START)
        assert outbox.has_due(connection, MAILS, START)
        batch = outbox.claim(connection, MAILS, START, LEASE)
        assert batch and outbox.finish(connection, batch, START)
    engine.dispose()
    plans = {plan for plan in said if "outbox" in plan}
    assert plans
    assert set() == {
        plan
        for plan in plans
        if "ix_outbox_kind_state_next_at (kind=? AND state=? AND next_at<?)" not in plan
        and "autoindex_outbox_1 (id=?)" not in plan
    }


@pytest.mark.parametrize(
    ("writes", "passed", "recovery"),
    [
        (2, 0.004, 0.0),
        (10, 0.1, 0.0),
        (11, 0.1, 0.045),
        (500, 1.0, 0.045),
        (99, 1.0, 0.0),
    ],
)
def test_letters_leave_the_processor_to_those_who_answer_people(
    writes: int, passed: float, recovery: float
) -> None:
    assert recovery == pytest.approx(recovery_after(0.005, writes, passed))


def test_stopping_waits_for_the_letter_under_way(store: Store) -> None:
    store.accept(submission(notification(), at=datetime.now(UTC))).result()
    sender = Recorder()
    begun, go_on = threading.Event(), threading.Event()

    def before() -> None:
        begun.set()
        go_on.wait(5)

    sender.before = before
    lane = Lane(store, sender)
    lane.start()
    assert begun.wait(5)
    threading.Timer(0.2, go_on.set).start()
    lane.stop(5)

    assert {(NOTIFICATION, DONE): 1} == store.count_letters()
