"""The processes of one endpoint, to be killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.kb.endpoint_site import clean_environment
from tests.support.process import free_port

# In seconds: a process of an otherwise busy machine takes its time to import.
_STARTING = 60.0
_STOPPING = 40.0


class Member:
    """One process with its log: `endpoint` or `worker`."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.folder = folder
        self.settings = {**clean_environment(), **settings}
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self.running: subprocess.Popen[bytes] | None = None
        # What it says when its database is away at its start: then it is started again, as a
        # service manager does.
        self.revived_from = -1
        self._sends = True

    def start(self, sends: bool = True) -> None:
        """Start it; an endpoint that does not send leaves that to the worker."""
        self._sends = sends
        arguments = ["--port", str(self.port)] if self.name == "endpoint" else []
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "carebase", self.name, *arguments],
                cwd=self.folder,
                env={**self.settings, "CAREBASE_WORKER": "on" if sends else "off"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def check(self) -> None:
        """Make sure that it runs: it must not end by itself, but for one reason."""
        assert self.running is not None
        ended = self.running.poll()
        if ended == self.revived_from:
            self.start(self._sends)
        elif ended is not None:
            raise AssertionError(f"{self.name} ended by itself ({ended}):\n{self.said}")

    def end(self, by: signal.Signals) -> int:
        """Send a signal and give the exit code."""
        self.check()
        assert self.running is not None
        self.running.send_signal(by)
        code = self.running.wait(_STOPPING)
        self.running = None
        return code

    def close(self) -> None:
        """Kill it if it still runs."""
        if self.running is not None:
            self.running.kill()
            self.running.wait(_STOPPING)
            self.running = None

    @property
    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8")[-3000:] if self.log.exists() else ""

    def wait_until_up(self, stopping: threading.Event) -> None:
        """Wait until an endpoint answers; a worker is up when it runs."""
        if self.name != "endpoint":
            return
        end = time.monotonic() + _STARTING
        while not stopping.is_set() and not self._answers():
            assert time.monotonic() < end, f"{self.name} did not start:\n{self.said}"
            self.check()
            time.sleep(0.02)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
