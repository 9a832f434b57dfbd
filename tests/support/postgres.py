"""A PostgreSQL of this machine's own packages, started for the tests and stopped after them.

`python -m tests.support.postgres --install` says which one the tests use, and gets Debian's as
root where there is none. Without one the tests that need it are skipped with a reason, and fail
where `CI` is `true`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

MISSING = (
    "The tests on PostgreSQL were not run, because the machine has no server: install one"
    ' (on Debian and Ubuntu: "sudo apt install postgresql").'
)
_NEEDED = ("initdb", "postgres")
# Users whose files nobody else needs; the server refuses to be run by root.
_USERS = ("postgres", "nobody")


def find() -> Path | None:
    """Give the folder of the server's programs, the newest where there are several."""
    named = shutil.which("initdb")
    folders = [Path(named).parent] if named else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((one for one in folders if all((one / name).is_file() for name in _NEEDED)), None)


def install() -> Path | None:
    """Get the server by apt, as root, when there is none."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("No PostgreSQL here; installing Debian's package postgresql …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-q", "-y", "postgresql"]):
            subprocess.run(["apt-get", *command], env=environment, capture_output=True, timeout=900)
    return find()


def is_required() -> bool:
    """Tell whether a missing server fails the tests."""
    return os.environ.get("CI") == "true"


class Server:
    """A server of its own; each call of `new_database` gives the address of an empty one."""

    def __init__(self, programs: Path, folder: Path, durable: bool = False) -> None:
        self.folder = folder
        self._programs = programs
        self._durable = durable
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it on a socket in its folder, and come back once it answers."""
        command = ["-D", "data", "-k", str(self.folder), "-c", "listen_addresses="]
        if not self._durable:
            # Most tests look at rows; syncs to the disk would only take time.
            command.append("-F")
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=_user(),
                cwd=self.folder,
            )
        end = time.monotonic() + 60
        while not self._is_ready():
            said = (self.folder / "log").read_text()
            assert self._process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.05)

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """Stop it; whoever is connected is thrown out. By SIGQUIT it falls down at once."""
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait(60)
            self._process = None

    def new_database(self) -> str:
        """Make an empty database and give its address as Carebase takes it."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self._about("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://carebase@/{name}?host={self.folder}"

    def _about(self, name: str) -> str:
        return f"host={self.folder} user=carebase dbname={name}"

    def _is_ready(self) -> bool:
        try:
            psycopg.connect(self._about("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running(durable: bool = False) -> Iterator[Server]:
    """Start a server, and stop it at the end; a `durable` one syncs to the disk as it should."""
    programs = find()
    if programs is None:
        raise RuntimeError(MISSING)
    # A short name: the path of a socket has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="carebase-pg-"))
    try:
        _make(programs, folder)
        server = Server(programs, folder, durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(programs: Path, folder: Path) -> None:
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    # Socket and files are for the tests alone; root may enter in any case.
    folder.chmod(0o700)
    command = [programs / "initdb", "-D", "data", "-U", "carebase", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*map(str, command), "--locale=C.UTF-8", "--no-sync"],
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert 0 == done.returncode, done.stderr


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _USERS if name in known)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0


def main(arguments: list[str]) -> int:
    """Print which server the tests use; 1 when there is none and there must be one."""
    programs = install() if "--install" in arguments else find()
    if programs is not None:
        print(f"Tests on PostgreSQL use {programs}")
        return 0
    print(MISSING, file=sys.stderr)
    return 1 if is_required() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
