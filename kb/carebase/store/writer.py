"""The one writer of a process: everything that waits is written in one transaction.

SQLite has one writer at a time, and a commit costs a sync of the disk. A thread that owns the
only writing connection takes all jobs that have come meanwhile, runs each in a savepoint of its
own, commits once, and only then tells each sender. Nobody waits longer for it, and nothing is
acknowledged that is not on the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Job = Callable[[Connection], Any]

# So many commits at once keep up with any load on one machine, and the wait of the first short.
_MOST_AT_ONCE = 64
# How often a job is run that another process got in the way of.
_TRIES = 4


class StoredMeanwhile(Exception):  # noqa: N818 - nothing failed
    """Raised by a job that finds what another process has stored meanwhile: it is run again."""


class _Task(NamedTuple):
    job: Job
    future: Future[Any]


class Writer:
    """Runs writing jobs in a thread of its own, in the order in which they come.

    `taken` is the number of jobs so far, for those who give way when there are many.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self.taken = 0
        self._thread = Thread(target=self._run, name="carebase-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        """Queue a job; its future is done once the job's transaction is committed.

        What the job raises undoes that job alone; a failed commit is told to all that it held.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("The store is closed.")
            self._tasks.put(_Task(job, future))
        return future

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._tasks.put(None)
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = [self._tasks.get()]
            # This thread alone takes from the queue, so what is not empty now stays so.
            while len(batch) < _MOST_AT_ONCE and not self._tasks.empty():
                batch.append(self._tasks.get())
            closing = None in batch
            self.taken += len(batch)
            wanted = [task for task in batch if task and task.future.set_running_or_notify_cancel()]
            if wanted:
                self._write(wanted)

    def _write(self, batch: list[_Task]) -> None:
        if len(batch) == 1:
            self._write_alone(batch[0])
            return
        outcomes: list[tuple[_Task, Any, Exception | None]] = []
        try:
            with self._engine.begin() as connection:
                for task in batch:
                    connection.exec_driver_sql("SAVEPOINT job")
                    try:
                        outcomes.append((task, task.job(connection), None))
                    except Exception as error:
                        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
                        outcomes.append((task, None, error))
                    connection.exec_driver_sql("RELEASE SAVEPOINT job")
        except Exception as error:
            for task in batch:
                task.future.set_exception(error)
            return
        again = []
        for task, result, failure in outcomes:
            if failure is None:
                task.future.set_result(result)
            elif _is_clash(failure):
                again.append(task)
            else:
                task.future.set_exception(failure)
        for task in again:
            self._write_alone(task, _TRIES - 1)

    def _write_alone(self, task: _Task, tries: int = _TRIES) -> None:
        """Run a job in its own transaction, where it holds nothing another one could wait for."""
        try:
            with self._engine.begin() as connection:
                result = task.job(connection)
        except Exception as error:
            if tries > 1 and _is_clash(error):
                self._write_alone(task, tries - 1)
            else:
                task.future.set_exception(error)
        else:
            task.future.set_result(result)


def _is_clash(error: Exception) -> bool:
    """Tell whether another process got in the way of a job.

    Two processes that store the same keys in another order wait for each other; PostgreSQL ends
    that after a second by failing one of them (SQLSTATE 40P01, or 40001).
    """
    if isinstance(error, StoredMeanwhile):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlstate", None) in ("40P01", "40001")
