"""What clients sent and what they were told, on disk, as lines of JSON."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Ledger:
    """Written while processes die; read by nobody but the test.

    `refs` are the reference numbers that each key was answered with: more than one is a fault.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refs: dict[str, set[str]] = {}
        self.sent: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def send(self, key: str) -> None:
        """Note that a post with this key goes out now."""
        with self._lock:
            self.sent[key] = self.sent.get(key, 0) + 1
            self._write(key=key)

    def acknowledge(self, key: str, ref: str) -> None:
        """Note that a client was told: it is received."""
        with self._lock:
            self.refs.setdefault(key, set()).add(ref)
            self._write(key=key, ref=ref)

    def refuse(self, key: str, why: str) -> None:
        """Note that a post had no answer, or one that told to send it again."""
        with self._lock:
            self.refused[why] = self.refused.get(why, 0) + 1
            self._write(key=key, why=why)

    def open_keys(self) -> list[str]:
        """Give the keys that were sent and never acknowledged."""
        with self._lock:
            return [key for key in self.sent if key not in self.refs]

    def _write(self, **line: Any) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
