"""The endpoint's secret, and the tokens made with it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carebase.errors import UsageError

# In bytes, as the cipher wants it (NIST SP 800-38D, 8.2).
_NONCE = 12
# The header that carries `Secret.probe`.
PROBE_HEADER = "Carebase-Probe"


class Secret:
    """Makes the token that opens a submission's status page, and the keys that sign.

    The token follows from the submission's id, so that sending a form again gives the same
    address again, though the database holds only a hash of it. What was made with one of the
    secrets `before` is still known where that opens nothing to whoever has got hold of it.
    """

    # How the Idempotency-Key of a canary begins.
    CANARY = "canary-"

    def __init__(self, text: str, before: Sequence[str] = ()) -> None:
        self._key = text.encode()
        self.every: tuple[Secret, ...] = (self, *map(Secret, before))
        self._of_day: tuple[date, bytes] = (date.min, b"")

    def token_of(self, submission_id: str) -> str:
        """Give a submission's token: 32 characters that are safe in an address."""
        mac = hmac.digest(self._key, b"status:" + submission_id.encode(), "sha256")
        return base64.urlsafe_b64encode(mac[:24]).decode()

    def token_behind(self, submission_id: str, token_hash: str) -> str:
        """Give the token of a stored submission, empty where another secret has made it."""
        tokens = (one.token_of(submission_id) for one in self.every)
        return next((token for token in tokens if hash_token(token) == token_hash), "")

    def pseudonym(self, kind: str, what: str, day: date) -> str:
        """Give a key that stands for something on one day, and tells neither it nor another day."""
        known, of_day = self._of_day
        if known != day:
            of_day = hmac.digest(self._key, b"day:" + day.isoformat().encode(), "sha256")
            self._of_day = (day, of_day)
        return hmac.digest(of_day, f"{kind}:{what}".encode(), "sha256").hex()[:40]

    def sameness(self, what: str) -> str:
        """Give what is the same for the same, and tells nobody without the secret what it was."""
        return "same-" + hmac.digest(self._key, b"same:" + what.encode(), "sha256").hex()

    def probe(self, minute: int) -> str:
        """Give what proves for a minute (since 1970) that a question comes from the operator."""
        return hmac.digest(self._key, f"probe:{minute}".encode(), "sha256").hex()

    def canary_key(self) -> str:
        """Make the Idempotency-Key of a submission that the operator sends as a test."""
        name = secrets.token_hex(8)
        return f"{self.CANARY}{name}-{self._canary(name)}"

    def is_canary(self, key: str | None) -> bool:
        """Tell whether `canary_key` of the same secret has made a key."""
        beginning, _, mac = (key or "").rpartition("-")
        name = beginning.removeprefix(self.CANARY)
        known = f"{self.CANARY}{name}-{self._canary(name)}"
        return bool(mac) and hmac.compare_digest(known.encode(), (key or "").encode())

    def _canary(self, name: str) -> str:
        return hmac.digest(self._key, f"canary:{name}".encode(), "sha256").hex()

    def challenge_keys(self) -> tuple[bytes, bytes]:
        """Give the keys that sign challenges and their solutions: 32 bytes each."""
        return (
            hmac.digest(self._key, b"challenge:parameters", "sha256"),
            hmac.digest(self._key, b"challenge:solution", "sha256"),
        )

    def seal(self, kind: str, said: bytes) -> str:
        """Give a text that is safe in an address, tells nothing, and that nobody else can make."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._sealing()).encrypt(nonce, said, kind.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def unseal(self, kind: str, sealed: str) -> bytes | None:
        """Give what was sealed as this kind; nothing for what this secret has not made."""
        try:
            held = base64.b64decode(sealed + "=" * (-len(sealed) % 4), b"-_", validate=True)
            return AESGCM(self._sealing()).decrypt(held[:_NONCE], held[_NONCE:], kind.encode())
        except (ValueError, InvalidTag):
            return None

    def _sealing(self) -> bytes:
        return hmac.digest(self._key, b"seal", "sha256")

    def webhook_key(self, form: str, target: str) -> bytes:
        """Give the key that signs what is sent to the webhook of a form: 32 bytes.

        Each target has its own, so that one receiver cannot write in our name to another.
        """
        return hmac.digest(self._key, f"webhook:{form}:{target}".encode(), "sha256")


def hash_token(token: str) -> str:
    """Give what is stored of a token; as it has 192 random bits, no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def load_secret(database: Path) -> str:
    """Give the secret kept beside an SQLite database, made when it is first asked for."""
    path = database.with_suffix(".secret")
    try:
        if not path.exists():
            _make(path)
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The secret {path} cannot be read or made: {error}.") from None
    if len(text) < 32:
        raise UsageError(f"The secret {path} is too short. Delete the file to have a new one made.")
    return text


def _make(path: Path) -> None:
    """Write the file so that it is whole from the moment on which it has its name."""
    # No number of a process: in a container each has that of the one that was killed here before.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Where another process was faster, its secret is the one.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
