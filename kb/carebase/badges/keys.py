"""The keys that sign certificates: a private one on the server, the public ones in the site.

A public key is written as a Multikey (W3C Controlled Identifiers 1.0, section 2.2.2): `z6Mk…`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from carebase.badges.multibase import ED25519, encode, read_public
from carebase.errors import UsageError


def write_multikey(key: Ed25519PublicKey) -> str:
    """Write a public key: `z6Mk…`, 48 signs."""
    return encode(ED25519 + key.public_bytes_raw())


def read_multikey(written: str) -> Ed25519PublicKey:
    """Read a public key; `ValueError` when it is none."""
    return Ed25519PublicKey.from_public_bytes(read_public(written))


def make_key(path: Path, *, replace: bool) -> Ed25519PrivateKey:
    """Make a private key and write it for its owner alone (PKCS #8, PEM, mode 600).

    Raises `UsageError` where there is one already and it is not to be replaced.
    """
    if path.exists() and not replace:
        raise UsageError(
            f"There is a key in {path} already. With `--replace` a new one takes its place;"
            " certificates that the old one signed stay valid."
        )
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key; a `UsageError` says what hinders."""
    try:
        key: Any = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"The key {path} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            f"{path} holds no key that signs certificates: `carebase certificate key` makes one."
        )
    return key
