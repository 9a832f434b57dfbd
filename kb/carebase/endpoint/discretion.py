"""Logs without anything about anyone: what failed and where, never what was in it.

An error's text may quote what a customer has sent: a database names the row that it refuses, a
decoder the text that it cannot read. So only the kind of an error and the lines of code stay, and
libraries that would write statements, rows or headers are quiet, whatever the level.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

# They tell of rows, requests and mails from `INFO` or `DEBUG` on.
_TALKATIVE = (
    "alembic",
    "asyncio",
    "mail.log",
    "multipart",
    "python_multipart",
    "sqlalchemy",
    "uvicorn.access",
    "uvicorn.asgi",
    "websockets",
)
# Who speaks while requests are answered and letters sent.
_SERVING = ("asyncio", "carebase", "uvicorn")


def be_discreet() -> None:
    """Have every record of this process say of an error only what it was and where; once."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    before = logging.getLogRecordFactory()
    if not isinstance(before, _Discreet):
        logging.setLogRecordFactory(_Discreet(before))


def describe(error: BaseException, trace: TracebackType | None) -> str:
    """Give the lines of code that led to an error, and its kind without its text."""
    lines: list[str] = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not error:
        lines += [describe(cause, cause.__traceback__), "which led to:"]
    if trace is not None:
        for frame in traceback.extract_tb(trace):
            lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
    kind = type(error)
    lines.append(f"{kind.__module__}.{kind.__qualname__}")
    return "\n".join(lines)


class _Discreet:
    """Makes records as before, the text of errors left out."""

    def __init__(self, before: Callable[..., logging.LogRecord]) -> None:
        self._before = before

    def __call__(self, *args: Any, **named: Any) -> logging.LogRecord:
        record = self._before(*args, **named)
        if not (record.name or "").startswith(_SERVING):
            return record
        if record.name == "asyncio":
            # Below its first line it shows the objects at hand.
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        if record.exc_info and record.exc_info[1] is not None:
            # Formatters take this text and do not make one of their own.
            record.exc_text = describe(record.exc_info[1], record.exc_info[2])
        return record
