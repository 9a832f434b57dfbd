"""The lock of a site's policies: comparing it with the files, and adding to it.

A promise that was made cannot change, so nothing here ever replaces or removes a line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from carebase.errors import Problem, UsageError
from carebase.site import Site
from carebase.sources import read_text
from carebase.warranty.lock import Drift, compare, digest, read_lock, write_lock

LOCK = "warranty/policies.lock"
_POLICIES = "warranty/policies"


def check_lock(site: Site, good: Collection[str]) -> list[Problem]:
    """Compare the policies with their lock; `good` are the versions that could be read.

    A version that was changed or deleted after it was locked is an error, one that is not locked
    yet a warning. A file that could not be read has errors of its own and is no promise yet. Of a
    lock that cannot be read at all nothing else is told: what it holds is not known.
    """
    state = _State(site)
    if state.unread:
        return state.unread
    drift = compare(state.locked, _digests(site, {*good, *state.locked}))
    return [*state.problems, *_tell(site, state, drift)]


def add_to_lock(site: Site, good: Collection[str]) -> tuple[str, ...]:
    """Lock the versions that are not locked yet, and give their names; `good` as above.

    Raises `UsageError` when the lock has lines that cannot be read, or cannot be written.
    """
    state = _State(site)
    if state.problems:
        what = (
            "cannot be read: nothing was locked. Mend it first."
            if state.unread
            else ("has lines that cannot be read: nothing was locked. Mend them first.")
        )
        raise UsageError(
            f"{state.name} {what}\n" + "\n".join(problem.as_text() for problem in state.problems)
        )
    found = _digests(site, good)
    added = compare(state.locked, found).unlocked
    if added:
        text = write_lock({**{name: found[name] for name in added}, **state.locked})
        try:
            state.path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{state.name} cannot be written: {error.strerror}.") from None
    return added


def check_reading(site: Site) -> list[Problem]:
    """Tell what keeps the lock from being read, where something does."""
    return _State(site).unread


def locked_policies(site: Site) -> tuple[str, ...]:
    """Give the names of the versions that are locked; lines that cannot be read are passed over."""
    return tuple(_State(site).locked)


class _State:
    """The lock of a site as it is now."""

    def __init__(self, site: Site) -> None:
        self.path = site.docs_dir / LOCK
        self.name = site.name_of(self.path)
        text, found = ("", []) if self._is_absent() else read_text(self.path, self.name)
        # What keeps the file from being read, so that nothing is known of what it holds.
        self.unread = found if not text else []
        self.lines, self.locked, bad = read_lock(text, self.name)
        self.problems = [*found, *bad]

    def _is_absent(self) -> bool:
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False


def _file(site: Site, name: str) -> Path:
    return site.docs_dir / _POLICIES / f"{name}.yml"


def _digests(site: Site, names: Collection[str]) -> dict[str, str]:
    files = ((name, _file(site, name)) for name in names)
    return {name: digest(path.read_bytes()) for name, path in files if path.is_file()}


def _tell(site: Site, state: _State, drift: Drift) -> Iterator[Problem]:
    for name in drift.changed:
        yield Problem(
            site.name_of(_file(site, name)),
            1,
            1,
            "policy-changed",
            f"The policy `{name}` was locked and has changed: what customers were promised stays.",
            found=f"another text than the one in {state.name}",
            hint=f"put the file back as it was, and write the new promise as"
            f" {site.name_of(_file(site, _next_name(site, name)))}",
        )
    for name in drift.gone:
        yield Problem(
            state.name,
            state.lines[name],
            1,
            "policy-gone",
            f"The policy `{name}` was locked and its file is gone: customers were promised it.",
            found=f"no file {site.name_of(_file(site, name))}",
            hint="put the file back as it was; was it never published, take this line out",
        )
    for name in drift.unlocked:
        yield Problem(
            site.name_of(_file(site, name)),
            1,
            1,
            "policy-unlocked",
            f"The policy `{name}` is not locked yet, so a change in it would go unnoticed.",
            hint="lock it with `carebase check --fix` before it is published",
            severity="warning",
        )


def _next_name(site: Site, name: str) -> str:
    """Give the next free version of a policy, which is where a new promise goes."""
    policy, _, version = name.rpartition("@")
    number = int(version) + 1
    while _file(site, f"{policy}@{number}").exists():
        number += 1
    return f"{policy}@{number}"
