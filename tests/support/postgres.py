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
    """A running server; each call of `new_database` gives the address of an empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def new_database(self) -> str:
        """Make an empty database and give its address as Carebase takes it."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self._about("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://carebase@/{name}?host={self.folder}"

    def _about(self, name: str) -> str:
        return f"host={self.folder} user=carebase dbname={name}"

    def is_ready(self) -> bool:
        """Tell whether it answers."""
        try:
            psycopg.connect(self._about("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running() -> Iterator[Server]:
    """Start a server that listens on a socket in a folder of its own, and stop it at the end."""
    programs = find()
    if programs is None:
        raise RuntimeError(MISSING)
    # A short name: the path of a socket has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="carebase-pg-"))
    data = folder / "data"
    try:
        _make(programs, folder, data)
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-F"]
        # `-F` leaves out the syncs to the disk, which prove nothing here.
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [*command, "-c", "listen_addresses="],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=_user(),
                cwd=folder,
            )
        try:
            server = Server(folder)
            _wait(server, process, folder / "log")
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(programs: Path, folder: Path, data: Path) -> None:
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    # Socket and files are for the tests alone; root may enter in any case.
    folder.chmod(0o700)
    command = [programs / "initdb", "-D", data, "-U", "carebase", "-A", "trust", "-E", "UTF8"]
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


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while not server.is_ready():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


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
