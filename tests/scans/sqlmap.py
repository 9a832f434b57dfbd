"""sqlmap: it tries to write SQL through each place of a request that a person can fill in."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_FOUND = re.compile(r"^Parameter: (.+)$", re.M)
# It says one of them when it has tried all places.
_TRIED = (
    "all tested parameters do not appear to be injectable",
    "is vulnerable",
    "identified the following injection point",
)


@dataclass(frozen=True)
class Target:
    """A request with `*` at each place that is tried; a body makes it a POST."""

    address: str
    body: str = ""
    headers: tuple[str, ...] = ()


def attack(
    program: Path, target: Target, folder: Path, *, dbms: str, seconds: int = 60
) -> list[str]:
    """Give the places of a request through which SQL can be written, one line each.

    `dbms` is the database's name as sqlmap has it; `seconds` bound one request.
    """
    command = [
        *(
            str(program),
            "--url",
            target.address,
            "--batch",
            "--flush-session",
            "--disable-coloring",
        ),
        *("--disable-coloring", "--dbms", dbms, "--level", "2", "--risk", "2"),
        *("--technique", "BEUS", "--timeout", "10"),
        *("--threads", "1", "--skip-waf", "--output-dir", str(folder / "sqlmap")),
        *("--time-limit", str(seconds), "--ignore-code", "*"),
        *(("--data", target.body) if target.body else ()),
        *(part for header in target.headers for part in ("--header", header)),
    ]
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds + 120
    )
    said = done.stdout + done.stderr
    ended = time.monotonic() - begun > seconds or any(words in said for words in _TRIED)
    if done.returncode or not ended:
        raise RuntimeError(f"sqlmap did not try {target.address}:\n{said}")
    return [f"sqlmap: {target.address}: {name}" for name in _FOUND.findall(said)]
