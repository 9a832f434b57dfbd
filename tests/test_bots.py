"""A small run of `make bots`: programs and people at once, and nobody is dropped."""

from __future__ import annotations

from pathlib import Path

from tests.bots import PEOPLE, PROGRAMS, run


def test_people_are_received_and_programs_wait_or_are_limited(tmp_path: Path) -> None:
    done = run(tmp_path, programs=300, people=40, seed=7)

    assert [] == list(done.faults())
    assert 300 == sum(done.outcomes[kind].sent for kind in PROGRAMS)
    person = done.outcomes["person"]
    assert person.sent == done.count("person", "received") > 30
    for kind in [kind for kind in PEOPLE if kind != "person"]:
        assert done.outcomes[kind].sent == done.count(kind, "quarantined")
    # One proof of those that solve and take their time, and the first use of the one replayed.
    received = {kind: done.count(kind, "received") for kind in PROGRAMS}
    assert received.pop("one proof many times") <= 1
    assert received.pop("solves, and takes its time") <= 3
    assert {0} == set(received.values())
    assert 0 < sum(done.outcomes[kind].statuses[429] for kind in PROGRAMS)
    assert {"proof-missing", "proof-reused", "proof-forged", "trap", "links"} <= set(done.reasons)
