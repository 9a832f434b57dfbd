"""The lock of the published policies: what each version said when it was published.

A lock has one line for each version, ``brio@2: <sha256>``, in the order of their names.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from carebase.errors import Problem

_LINE = re.compile(r"([a-z][a-z0-9_-]*@[1-9][0-9]*): ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Drift:
    """How policy files differ from their lock, by id@version."""

    changed: tuple[str, ...]
    unlocked: tuple[str, ...]
    gone: tuple[str, ...]


def digest(content: bytes) -> str:
    """Give the SHA-256 of a policy file, whatever line ends it was checked out with."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def read_lock(text: str, name: str) -> tuple[dict[str, int], dict[str, str], list[Problem]]:
    """Read a lock that is called `name`: the line and the digest of each version, and problems."""
    lines: dict[str, int] = {}
    locked: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LINE.fullmatch(line.strip())
        if found and found[1] not in locked:
            lines[found[1]], locked[found[1]] = number, found[2]
        elif line.strip():
            problems.append(_bad_line(name, number, line.strip(), found[1] if found else None))
    return lines, locked, problems


def write_lock(locked: Mapping[str, str]) -> str:
    """Write a lock, each version of a policy after the one before it."""
    names = sorted(locked, key=_order)
    return "".join(f"{name}: {locked[name]}\n" for name in names)


def compare(locked: Mapping[str, str], found: Mapping[str, str]) -> Drift:
    """Compare a lock with the digests of the files that are there."""
    changed = [name for name in found if name in locked and locked[name] != found[name]]
    return Drift(
        changed=tuple(sorted(changed, key=_order)),
        unlocked=tuple(sorted(found.keys() - locked.keys(), key=_order)),
        gone=tuple(sorted(locked.keys() - found.keys(), key=_order)),
    )


def _order(name: str) -> tuple[str, int]:
    policy, _, version = name.rpartition("@")
    return policy, int(version)


def _bad_line(name: str, number: int, line: str, twice: str | None) -> Problem:
    if twice:
        message = f"The lock has a second line for `{twice}`."
    else:
        message = "This line of the lock does not have the form `<id>@<version>: <sha256>`."
    return Problem(
        name,
        number,
        1,
        "lock-line",
        message,
        found=f"`{line[:80]}`",
        allowed="one line for each version, as `carebase check --fix` wrote it",
        hint="take the line as it was from the history of the file",
    )
