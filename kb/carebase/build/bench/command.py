"""The commands of the generators, and what one of them takes as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from carebase.build.bench.result import OURS, Took
from carebase.errors import CarebaseError

# Where people work, Python keeps its modules compiled.
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
# Starts a command and notes what it took. A process counts as its own the memory of the one that
# started it, so that this one is as small as Python can be.
_WATCH = """\
import os, sys, time
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
took = time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6
with open(sys.argv[1], "w") as told:
    print(*took, file=told)
sys.exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
"""


def commands_of(zensical: Path | None, search: bool) -> dict[str, list[str]]:
    """Give the command of each generator that is here; with `search` they index too."""
    python = [sys.executable, "-m"]
    found = {
        "mkdocs": [*python, "mkdocs", "build", "--quiet"],
        OURS: [*python, "carebase", "build", *([] if search else ["--no-index"])],
    }
    zensical = zensical or Path(sys.executable).with_name("zensical")
    if zensical.is_file():
        found["zensical"] = [str(zensical), "build"]
    return found


def timed(command: list[str], root: Path) -> Took:
    """Run a command in a folder; raises CarebaseError with its last words when it fails."""
    known = {name: value for name, value in os.environ.items() if name != _UNCOMPILED}
    environment = {**known, "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.NamedTemporaryFile("r") as told:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _WATCH, told.name, *command],
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            tail = done.stdout.decode(errors="replace").strip()[-500:]
            raise CarebaseError(f"{' '.join(command)} failed: {tail}")
        return Took(*map(float, told.read().split()))
