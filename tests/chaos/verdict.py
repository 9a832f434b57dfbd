"""What is left after a storm, against what clients were told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.chaos.clients import address_of
from tests.chaos.ledger import Ledger
from tests.chaos.receivers import Hook, Room
from tests.kb.databases import read
from tests.support.process import run_carebase

if TYPE_CHECKING:
    from tests.chaos.storm import Blows


@dataclass(frozen=True)
class Verdict:
    """The figures of one storm, and everything that must not be: an empty list is a pass."""

    figures: dict[str, str]
    faults: list[str]


def judge(
    database: str, ledger: Ledger, room: Room, hook: Hook, blows: Blows, logs: str
) -> Verdict:
    """Compare rows, mails and calls with the ledger."""
    rows: dict[str, str] = dict(read(database, "SELECT idempotency_key, ref FROM submissions"))
    told = {key: next(iter(refs)) for key, refs in ledger.refs.items()}
    doubled_mails = room.copies.total() - len(room.copies)
    doubled_calls = hook.copies.total() - len(hook.copies)
    # One that is cut off between the `250` and its commit, for each process that was killed and
    # sends, and for each of two when the database falls.
    bound = blows.kills + 2 * blows.database
    to_us = Counter(subject for target, subject in room.targets.values() if target[:5] == "care@")
    to_them = Counter(target for target, _ in room.targets.values() if target[:5] != "care@")
    expected = {f"[{ref}] Ask for help": 1 for ref in rows.values()}
    letters = read(database, "SELECT kind, state, count(*) FROM outbox GROUP BY kind, state")
    faults = [
        *_told("two answers for one key", [k for k, refs in ledger.refs.items() if len(refs) > 1]),
        *_told("acknowledged and not stored", set(told) - set(rows)),
        *_told("stored under another ref", [k for k in told if rows.get(k, told[k]) != told[k]]),
        *_told("stored and never sent", set(rows) - set(ledger.sent)),
        *_told("not acknowledged at last", ledger.open_keys()),
        *_told("rows", _unequal(database, "SELECT count(*) FROM submissions", len(told))),
        *_told(
            "events of arrival",
            _unequal(database, "SELECT count(*) FROM events WHERE kind = 'received'", len(told)),
        ),
        *_told(
            "letters",
            set(letters)
            ^ {(k, "done", len(rows)) for k in ("acknowledgement", "notification", "webhook")},
        ),
        *_told("notifications", _differing(to_us, expected)),
        *_told("acknowledgements", _differing(to_them, {address_of(key): 1 for key in rows})),
        *_told("calls", _differing(Counter(hook.refs.values()), dict.fromkeys(rows.values(), 1))),
        *_told("more doubled mails than kills", [doubled_mails] if doubled_mails > bound else []),
        *_told("more doubled calls than kills", [doubled_calls] if doubled_calls > bound else []),
        *_told("said in a log", ["locked"] if "locked" in logs else []),
        *_check(database),
    ]
    figures = {
        "kill -9 of the endpoint": f"{blows.killed['endpoint']}",
        "kill -9 of the worker": f"{blows.killed['worker']}",
        "stopped by SIGTERM": f"{blows.stopped}",
        "PostgreSQL felled": f"{blows.database}",
        "submissions acknowledged": f"{len(told)}",
        "posts sent": f"{sum(ledger.sent.values())}",
        "posts without acknowledgement": f"{sum(ledger.refused.values())}"
        f" ({', '.join(f'{why}: {n}' for why, n in sorted(ledger.refused.items()))})",
        "lost": f"{len(set(told) - set(rows))}",
        "mails, of which doubled": f"{room.copies.total()}, {doubled_mails} (at most {bound})",
        "calls, of which doubled": f"{hook.copies.total()}, {doubled_calls} (at most {bound})",
    }
    return Verdict(figures, faults)


def _told(what: str, found: object) -> list[str]:
    assert isinstance(found, list | set)
    some = ", ".join(sorted(map(str, found))[:5])
    return [f"{what}: {len(found)} ({some})"] if found else []


def _unequal(database: str, query: str, expected: int) -> list[str]:
    ((found,),) = read(database, query)
    return [] if found == expected else [f"{found} and not {expected}"]


def _differing(found: Counter[str], expected: dict[str, int]) -> list[str]:
    names = sorted({*found, *expected})
    return [f"{name} {found[name]}" for name in names if found[name] != expected.get(name, 0)]


def _check(database: str) -> list[str]:
    faults = []
    if database.startswith("sqlite"):
        said = read(database, "PRAGMA integrity_check")
        faults += [] if said == [("ok",)] else [f"integrity_check: {said}"]
    checked = run_carebase("db", "check", env={"CAREBASE_DATABASE_URL": database})
    if checked.returncode:
        faults.append(f"carebase db check: {checked.stdout}{checked.stderr}")
    return faults
