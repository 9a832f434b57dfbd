"""What the endpoint writes of itself: a line for each request and for what goes wrong.

No line holds what a customer sent. Of a request there is the route and never the address, whose
path and query may be secret; of a failure there is what kind it was and where, and never its
text, which may quote a value.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import re
import select
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from carebase.endpoint.setting import JSON_LOG, QUIET
from carebase.store.database import why

# The request that is being answered, empty beside one.
REQUEST: ContextVar[str] = ContextVar("request", default="")
REQUESTS = logging.getLogger("carebase.requests")

# Lines that wait to be written; more are dropped and counted.
_MOST_WAITING = 10_000
# A pipe takes so much in one piece, however many processes write into it.
_PIECE = select.PIPE_BUF if hasattr(select, "PIPE_BUF") else 4096
# In seconds, for the last lines.
_LAST = 1.0
# As `discretion.describe` writes them.
_PLACE = re.compile(r'^  File "(.+)", line (\d+), in (.+)$', re.MULTILINE)
_HERE = Path(__file__).parents[2]


class Log(logging.Handler):
    """Writes lines in a thread of its own, so that a log that nobody reads delays no answer.

    `on_drop` is called for each line that finds no place any more.
    """

    def __init__(self, kind: str, worker: int | None = None) -> None:
        super().__init__()
        self.on_drop: Callable[[], None] = lambda: None
        self._write = _as_json if kind == JSON_LOG else _as_text
        self._worker = worker
        self._waiting: queue.Queue[logging.LogRecord | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="carebase-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Leave a line to the thread; one too many is dropped."""
        record.request = getattr(record, "request", "") or REQUEST.get()
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            self.on_drop()

    def close(self) -> None:
        """Write what waits, if somebody reads it."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join(_LAST)
        super().close()

    def _run(self) -> None:
        ending = False
        while not ending:
            records = [self._waiting.get()]
            with contextlib.suppress(queue.Empty):
                while len(records) < 100:
                    records.append(self._waiting.get_nowait())
            ending = None in records
            lines = [self._write(one, self._worker) for one in records if one is not None]
            for piece in _pieces(lines):
                # Whoever reads has left: there is nobody to tell.
                with contextlib.suppress(OSError):
                    os.write(2, piece)


@contextlib.contextmanager
def logging_to_stderr(kind: str, worker: int | None = None) -> Iterator[Log]:
    """Write logs as `kind` has it (`carebase.endpoint.settings`) until the end."""
    handler = Log(kind, worker)
    root = logging.getLogger()
    root.addHandler(handler)
    REQUESTS.setLevel(logging.CRITICAL if kind == QUIET else logging.INFO)
    logging.getLogger("carebase.endpoint").setLevel(logging.INFO)
    sys.excepthook = _uncaught
    try:
        yield handler
    finally:
        sys.excepthook = sys.__excepthook__
        root.removeHandler(handler)
        handler.close()


def about_request(method: str, route: str, status: int, seconds: float) -> dict[str, Any]:
    """Give what the line of a request holds."""
    return {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}


def _as_json(record: logging.LogRecord, worker: int | None) -> str:
    line: dict[str, Any] = {"time": _time(record), "level": _level(record)}
    if worker is not None:
        line["worker"] = worker
    if record.request:  # type: ignore[attr-defined]
        line["request"] = record.request  # type: ignore[attr-defined]
    about = getattr(record, "about", None)
    if about is None:
        line |= {"event": "message", "logger": record.name, "message": record.getMessage().strip()}
    else:
        line |= {"event": "request", **about}
    failure = _failure_of(record)
    if failure:
        line["error"], line["trace"] = failure
    return json.dumps(line, ensure_ascii=False)


def _as_text(record: logging.LogRecord, worker: int | None) -> str:
    about = getattr(record, "about", None)
    said = " ".join(record.getMessage().split())
    if about is not None:
        said = "{method} {route} {status} {ms} ms".format(**about)
    parts = [_time(record), f"{_level(record):7}", said]
    if record.request:  # type: ignore[attr-defined]
        parts.append(f"request={record.request}")  # type: ignore[attr-defined]
    if worker is not None:
        parts.append(f"worker={worker}")
    line = " ".join(parts)
    failure = _failure_of(record)
    if failure:
        line = "\n    ".join([line, failure[0], *failure[1]])
    return line


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _level(record: logging.LogRecord) -> str:
    return record.levelname.lower()


def _failure_of(record: logging.LogRecord) -> tuple[str, list[str]] | None:
    """Give kind and places of what a line is about, also where `discretion` has told them."""
    if record.exc_info and record.exc_info[1]:
        return _failure(record.exc_info[1])
    if not record.exc_text:
        return None
    places = [
        f"{_short(name)}:{number} {function}"
        for name, number, function in _PLACE.findall(record.exc_text)
    ]
    return record.exc_text.rpartition("\n")[2].rpartition(".")[2], places


def _failure(error: BaseException) -> tuple[str, list[str]]:
    """Give the kind of a failure and where it came up, without what it says."""
    named = type(error).__name__
    if isinstance(error, SQLAlchemyError):
        named += f": {why(error)}"
    elif isinstance(error, OSError) and error.strerror:
        named += f": {error.strerror}"
    frames = traceback.extract_tb(error.__traceback__)
    return named, [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(name: str) -> str:
    path = Path(name)
    if path.is_relative_to(_HERE):
        return path.relative_to(_HERE).as_posix()
    parts = path.parts
    place = max((n for n, part in enumerate(parts) if part == "site-packages"), default=-1)
    return "/".join(parts[place + 1 :]) if place >= 0 else path.name


def _uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    logging.getLogger("carebase.endpoint").critical(
        "The process ends.", exc_info=(kind, error, trace)
    )


def _pieces(lines: list[str]) -> Iterator[bytes]:
    """Join lines to pieces that no other process can write into."""
    piece = b""
    for line in lines:
        written = line.encode("utf-8", "replace") + b"\n"
        if piece and len(piece) + len(written) > _PIECE:
            yield piece
            piece = b""
        piece += written
    if piece:
        yield piece
