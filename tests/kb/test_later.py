"""Work put off until a writer pauses: alone, the newest, given up in time."""

from __future__ import annotations

import threading
import time

from carebase.build import Later, Turn
from carebase.errors import CarebaseError


def soon(true: threading.Event) -> None:
    assert true.wait(5)


def test_only_the_newest_work_is_done_and_never_two_at_once() -> None:
    done: list[str] = []
    told = threading.Event()
    first, free, last = threading.Event(), threading.Event(), threading.Event()
    later = Later(0.05, lambda text: None, told.set)

    def begun(turn: Turn) -> None:
        first.set()
        soon(free)
        done.append("first")

    def newest(turn: Turn) -> None:
        done.append("third")
        last.set()

    later.put(begun)
    soon(first)
    later.put(lambda turn: done.append("second"))
    later.put(newest)
    assert later.is_busy
    assert not last.wait(0.2)
    free.set()
    soon(last)
    later.stop()
    assert ["first", "third"] == done
    assert told.is_set()
    assert not later.is_busy


def test_a_build_waits_no_longer_than_for_one_page() -> None:
    begun, given_up = threading.Event(), threading.Event()
    later = Later(0, lambda text: None, lambda: None)

    def read(turn: Turn) -> None:
        try:
            with turn.reading() as check:
                begun.set()
                while True:
                    check()
                    time.sleep(0.01)
        finally:
            given_up.set()

    later.put(read)
    soon(begun)
    later.give_way()
    with later.files:
        assert given_up.is_set()
    later.stop()


def test_stopping_ends_work_and_what_fails_is_said() -> None:
    said: list[str] = []
    failed, begun = threading.Event(), threading.Event()
    later = Later(0, said.append, lambda: None)

    def fail(turn: Turn) -> None:
        failed.set()
        raise CarebaseError("The disk is full.")

    def endless(turn: Turn) -> None:
        begun.set()
        while True:
            turn.go_on()
            time.sleep(0.01)

    later.put(fail)
    soon(failed)
    later.put(endless)
    soon(begun)
    later.stop()
    later.put(fail)
    assert ["The disk is full."] == said
