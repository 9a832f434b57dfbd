"""The public keys of a site: `docs/certificates.yml`, where they are reviewed and never lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from carebase.badges.multibase import read_public
from carebase.errors import Problem, UsageError
from carebase.site import Site
from carebase.sources import is_there, load_model

FILE = "certificates.yml"
_HEAD = """\
# The public keys by which certificates of this site are checked.
# Leave the old ones: without its key, a certificate is valid no more.
keys:
"""


class PublicKey(BaseModel):
    """A public key that certificates are checked with."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    key: str = Field(
        description="The key as a Multikey, as `carebase certificate key` writes it.",
        examples=["z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"],
    )
    since: date | None = Field(
        None, description="The day on which it was made.", examples=["2026-11-22"]
    )
    until: date | None = Field(
        None,
        description="The last day (UTC) on which it signed; what it signed later is not valid.",
        examples=["2028-01-31"],
    )


class PublicKeys(BaseModel):
    """All public keys of a site, old ones included."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    keys: list[PublicKey] = Field(
        description="The keys, one of which signs today.",
        examples=["[{key: z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd, since: 2026-11-22}]"],
    )


@dataclass(slots=True)
class Published:
    """The public keys of a site and everything that is wrong in their file."""

    keys: tuple[PublicKey, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def load_keys(path: Path, name: str) -> Published:
    """Read the file of public keys; a site without one has none."""
    if not is_there(path):
        return Published()
    found, document = load_model(path, name, PublicKeys)
    keys: dict[str, PublicKey] = {}
    for place, one in enumerate(found.keys if found else ()):
        try:
            read_public(one.key)
        except ValueError:
            document.problem(
                ("keys", place, "key"),
                "certificate-key",
                "This is no public key that certificates are checked with.",
                found=f"`{one.key[:60]}`",
                allowed="48 signs that begin with `z6Mk`",
                hint="take it from git as it was; `carebase certificate key` adds a new one",
            )
            continue
        if one.key in keys:
            document.problem(
                ("keys", place, "key"),
                "certificate-key-twice",
                "This public key stands twice.",
                found=f"`{one.key}` again",
                hint="delete one of the two",
            )
        keys.setdefault(one.key, one)
    return Published(tuple(keys.values()), document.problems)


def keys_of(site: Site) -> Published:
    """Read the public keys of a site."""
    path = site.docs_dir / FILE
    return load_keys(path, site.name_of(path))


def add_key(site: Site, key: str, day: date) -> str:
    """Add a public key to the site's file; give the name of the file."""
    path = site.docs_dir / FILE
    try:
        text = path.read_text("utf-8") if path.exists() else _HEAD
        text = text if text.endswith("\n") else text + "\n"
        path.write_text(f"{text}  - key: {key}\n    since: {day.isoformat()}\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{site.name_of(path)} cannot be written: {error.strerror}.") from None
    return site.name_of(path)


def plain(keys: Sequence[PublicKey]) -> list[dict[str, str]]:
    """Give the keys as JSON, for the browser and for the private folder."""
    return [{"key": one.key, "until": one.until.isoformat() if one.until else ""} for one in keys]
