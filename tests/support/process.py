"""Run `carebase` as a person does: as a process, with its output read."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

CAREBASE = (sys.executable, "-m", "carebase")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+\S*")


def free_port() -> int:
    """Give a port of this machine that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the variables for a process: this one's, without settings of Carebase, plus `changes`.

    The width is fixed so that wrapped help and messages are the same everywhere.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREBASE_")}
    fixed = {"COLUMNS": "100", "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    return {**kept, **fixed, **(changes or {})}


def run_carebase(
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `carebase` to its end and give exit code and output; `timeout` is in seconds."""
    return run_python("-m", "carebase", *arguments, cwd=cwd, env=env, stdin=stdin, timeout=timeout)


def run_powerless(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run `carebase` with the rights that files give, also where a root runs the tests."""
    return subprocess.run(
        [*CAREBASE, *map(str, arguments)],
        cwd=cwd,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=give_up_power,
    )


def give_up_power() -> None:
    """Keep the program to come from reading and writing past the rights of files (capabilities)."""
    drop, dac_override, dac_read_search = 24, 1, 2
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        for power in (dac_override, dac_read_search):
            prctl(drop, power, 0, 0, 0)


def run_python(
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end, as `run_carebase` does."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


@dataclass
class Running:
    """A process that goes on until it is stopped, with what it has printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        """Everything printed so far, both streams."""
        return "".join(self.lines)

    def wait_for(self, pattern: str | re.Pattern[str], timeout: float = 60) -> str:
        """Wait until the output holds `pattern` and give what matched."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = re.search(pattern, self.output)
            if found:
                return found.group()
            if self.process.poll() is not None and not self._reader.is_alive():
                raise AssertionError(f"ended with {self.process.returncode}:\n{self.output}")
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} was not printed in {timeout} s:\n{self.output}")

    def address(self, timeout: float = 60) -> str:
        """Wait for the first address of this machine in the output and give it."""
        return self.wait_for(ADDRESS, timeout)

    def stop(self, by: signal.Signals = signal.SIGTERM, timeout: float = 20) -> int:
        """Ask the process to end and give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            self.lines.extend(stream)


@contextmanager
def start(
    command: tuple[str | Path, ...], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start a command in the background; it is killed at the end when it still runs."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=environment({"PYTHONUNBUFFERED": "1", **(env or {})}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    running = Running(process)
    try:
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            running.stop()


@contextmanager
def start_carebase(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start `carebase` in the background, for `serve` and `endpoint`."""
    with start((*CAREBASE, *arguments), cwd, env) as running:
        yield running


def wait_until_answers(address: str, timeout: float = 60) -> str:
    """Ask `address` until it answers with 200 and give the text of the answer."""
    end = time.monotonic() + timeout
    while True:
        try:
            with urlopen(address, timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except (URLError, ConnectionError) as error:
            if time.monotonic() > end:
                raise AssertionError(f"{address} did not answer in {timeout} s: {error}") from error
            time.sleep(0.05)
