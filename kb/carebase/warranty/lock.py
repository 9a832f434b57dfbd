"""The lock of the published policies: what each version said when it was published.

A lock has one line for each version, ``brio@2: <sha256>``, in the order of their names.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

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


def read_lock(text: str) -> dict[str, str]:
    """Read a lock; raises ValueError with a sentence that names the first bad line."""
    locked: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise ValueError(f"Line {number} is not of the form id@version: sha256.")
        if found[1] in locked:
            raise ValueError(f"Line {number} locks {found[1]} a second time.")
        locked[found[1]] = found[2]
    return locked


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
