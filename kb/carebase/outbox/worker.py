"""The worker: takes due letters from the store and has them sent, until it is stopped."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from carebase.counting import counted
from carebase.outbox.backoff import LONGEST, MOST_ATTEMPTS, Chance, wait_after
from carebase.store import Store
from carebase.store.letters import WEBHOOK, Batch

log = logging.getLogger("carebase.outbox")

# Longer than any sender may take, so that nobody else begins before it has ended.
LEASE = timedelta(minutes=5)
# How often the store is asked whether another process has left something to send, in seconds.
_POLL = 1.0
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=2)
# What was sent is kept so long for those who wonder whether a mail went out.
_KEPT = timedelta(days=30)
_TIDY_EVERY = timedelta(hours=1)
# No letter is put off for longer, a webhook by its receiver for a day: a later moment is that of a
# clock that was set back since.
_FARTHEST = LONGEST + timedelta(minutes=10)
_FARTHEST_WEBHOOK = timedelta(days=1, minutes=10)
# In seconds: how often such letters are looked for.
_LOOK_EVERY = 60.0
# Above so many writes a second, people are waiting for an answer of this very process: then
# letters have a tenth of a processor, which is still dozens of mails a second.
_MANY_WRITES = 100.0
_SHARE = 0.1
# In seconds: in less, a letter's own two writes would look like many.
_SHORTEST = 0.05


class Undelivered(Exception):  # noqa: N818 - an outcome that the worker acts on
    """A letter did not go out.

    `lasting`: trying again cannot help. `everywhere`: the way itself is closed, as with a mail
    server that is down, so that other letters need not be tried either; `together`: other letters
    for the same target need not. `wait` is what the other side asked for. `detail` is what it
    said: stored but not written to a log, because it may hold a customer's address.
    """

    def __init__(
        self,
        reason: str,
        *,
        detail: str = "",
        lasting: bool = False,
        everywhere: bool = False,
        together: bool = False,
        wait: timedelta = timedelta(),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.whole = f"{reason}: {' '.join(detail.split())}" if detail else reason
        self.lasting = lasting
        self.everywhere = everywhere
        self.together = together
        self.wait = wait


class Sender(Protocol):
    """One way out: it sends letters of some kinds, one batch after the other."""

    name: str
    kinds: tuple[str, ...]

    def send(self, batch: Batch) -> None:
        """Send a batch within `LEASE`, or raise `Undelivered`."""

    def rest(self) -> None:
        """Let go of connections: nothing is to be sent for a while."""


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


class Lane:
    """Sends the letters of one sender, in a thread of its own once started."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        now: Callable[[], datetime] = utc_now,
        chance: Chance = random.random,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._sender = sender
        self._kinds = frozenset(sender.kinds)
        self._now = now
        self._chance = chance
        self._lease = lease
        self._closed_ways = 0
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"carebase-{sender.name}", daemon=True
        )

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self, kinds: Collection[str]) -> None:
        """Look at once whether there is something to send, if it sends letters of these kinds."""
        if not self._kinds.isdisjoint(kinds):
            self._woken.set()

    def stop(self, patience: float) -> None:
        """Stop after the letter that is being sent, waiting at most `patience` seconds."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def step(self) -> timedelta | None:
        """Send one batch; give the time to wait before the next, or nothing when none is due."""
        if not self._store.has_due_letters(self._sender.kinds, self._now()):
            return None
        claimed = self._store.claim_letters(self._sender.kinds, self._now(), self._lease)
        batch = claimed.result()
        if batch is None:
            return None
        try:
            self._sender.send(batch)
        except Undelivered as failure:
            return self._put_off(batch, failure)
        except Exception as error:
            # What customers wrote may stand in the error's text, which must not reach a log.
            log.error("Sending %s failed: %s", batch.first.kind, type(error).__name__)
            return self._put_off(batch, Undelivered(f"unexpected: {type(error).__name__}"))
        if self._closed_ways:
            log.info("The way of %s is open again.", self._sender.name)
        self._closed_ways = 0
        if not self._store.finish_letters(batch, self._now()).result():
            log.warning(
                "The %s %s was sent, but its lease has ended or it was deleted meanwhile.",
                batch.first.kind,
                batch.first.id,
            )
        return timedelta()

    def call_back(self) -> None:
        """Have the letters sent now that wait for a moment which only a wrong clock can name."""
        now = self._now()
        span = _FARTHEST_WEBHOOK if WEBHOOK in self._kinds else _FARTHEST
        count = self._store.call_letters_back(self._kinds, now, now + span)
        if count:
            log.warning(
                "Due at once: %s that waited for a moment far ahead, as by a clock that was set"
                " back since.",
                counted(count, "letter"),
            )

    def _put_off(self, batch: Batch, failure: Undelivered) -> timedelta:
        letter = batch.first
        # Joined letters are given up together with the one that was tried most.
        attempts = max(one.attempts for one in batch.letters)
        if failure.lasting or attempts >= MOST_ATTEMPTS:
            self._store.bury_letters(batch, self._now(), failure.whole).result()
            log.error("The %s %s is given up: %s", letter.kind, letter.id, failure.reason)
            return timedelta()
        wait = max(wait_after(attempts, self._chance), failure.wait)
        self._store.postpone_letters(
            batch, self._now() + wait, failure.whole, failure.together
        ).result()
        if not failure.everywhere:
            log.warning("The %s %s is put off: %s", letter.kind, letter.id, failure.reason)
            return timedelta()
        self._closed_ways += 1
        if self._closed_ways == 1:
            log.warning("The way of %s is closed: %s", self._sender.name, failure.reason)
        return wait_after(self._closed_ways, self._chance, _FIRST_PAUSE, _LONGEST_PAUSE)

    def _run(self) -> None:
        tidied, looked = self._now(), -math.inf
        while not self._stopping.is_set():
            effort = _Effort(self._store)
            try:
                if time.monotonic() - looked > _LOOK_EVERY:
                    looked = time.monotonic()
                    self.call_back()
                pause = self.step()
                # The clock may have been set back.
                if pause is None and abs(self._now() - tidied) > _TIDY_EVERY:
                    tidied = self._now()
                    self._store.forget_letters(tidied - _KEPT).result()
            except (SQLAlchemyError, RuntimeError) as error:
                if self._stopping.is_set():
                    break
                log.error("The outbox cannot be read or written: %s", type(error).__name__)
                pause = wait_after(4, self._chance, _FIRST_PAUSE)
            if pause is None:
                self._sender.rest()
                self._woken.wait(_POLL)
                self._woken.clear()
            elif pause:
                self._sender.rest()
                self._stopping.wait(pause.total_seconds())
            else:
                self._stopping.wait(effort.recovery())
        self._sender.rest()


class _Effort:
    """What a letter has cost in processor time, while other threads had work to do or not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writes, self._begun, self._cost = store.writes, time.monotonic(), time.thread_time()

    def recovery(self) -> float:
        """Give the seconds for which to leave the processor to those who answer people."""
        writes = self._store.writes - self._writes
        return recovery_after(
            time.thread_time() - self._cost, writes, time.monotonic() - self._begun
        )


def recovery_after(cost: float, writes: int, passed: float) -> float:
    """Give the seconds to wait after a letter that took `cost` seconds of processor time.

    `writes` is what everyone in this process has written in the `passed` seconds meanwhile.
    """
    busy = writes > _MANY_WRITES * max(passed, _SHORTEST)
    return cost * (1 / _SHARE - 1) if busy else 0.0


class Thread(Protocol):
    """Something that works beside the process until it is stopped, such as a `Lane`."""

    def start(self) -> None:
        """Begin."""

    def stop(self, patience: float) -> None:
        """Stop after what is under way, waiting at most `patience` seconds."""


class Worker:
    """All that sends in a process, or writes letters by the clock; started and stopped as one."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        self._threads = tuple(threads)

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def wake(self, kinds: Collection[str]) -> None:
        """Look at once whether there are letters of these kinds to send."""
        for thread in self._threads:
            if isinstance(thread, Lane):
                thread.wake(kinds)

    def stop(self, patience: float = 10.0) -> None:
        """Stop each after what it is sending, waiting at most `patience` seconds for them all."""
        for thread in self._threads:
            thread.stop(0.0)
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.stop(max(end - time.monotonic(), 0.0))
