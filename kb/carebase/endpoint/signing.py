"""The key that signs certificates, as an endpoint has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carebase.badges.keys import load_key, write_multikey
from carebase.badges.proof import sign
from carebase.build.private import KEY_FILE, private_of
from carebase.endpoint.private import Private
from carebase.endpoint.settings import Settings


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key whose public one the site has; without a key, `why` nothing is signed."""

    key: Ed25519PrivateKey | None
    public: str = ""
    why: str = ""
    # Whether that is for the operator to mend.
    is_amiss: bool = False

    @property
    def notices(self) -> list[str]:
        """What an operator should know."""
        return [self.why] if self.is_amiss else []

    def sign(self, document: Mapping[str, Any], method: str, created: str) -> dict[str, Any]:
        """Give a certificate with its proof; only where there is a key."""
        assert self.key is not None  # noqa: S101 - the caller has looked
        return sign(document, self.key, method, created)


def load_signer(settings: Settings, private: Private) -> Signer:
    """Read the key that the settings name, or the one in the private folder.

    Raises `UsageError` where it cannot be read. One that the site does not know signs nothing:
    nobody could check what it signed.
    """
    path = settings.certificate_key or private_of(settings.site) / KEY_FILE
    if not path.exists():
        return Signer(None, why="This site signs no certificates: it has no key.")
    key = load_key(path)
    public = write_multikey(key.public_key())
    if public not in private.public_keys:
        return Signer(
            None,
            public,
            "No certificate is signed, because the site does not know the public key of the one"
            f" that signs, {public}: add it to docs/certificates.yml, and build the site again.",
            is_amiss=True,
        )
    if not private.url:
        why = "Certificates cannot be signed without `site_url` in mkdocs.yml."
        return Signer(None, public, why, is_amiss=True)
    return Signer(key, public)
