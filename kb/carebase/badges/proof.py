"""The signature in a certificate: a Data Integrity proof by `eddsa-jcs-2022`.

Its source is W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3: the canonical form of the
document and that of the proof without its value are hashed each, and both digests are signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from carebase.badges.canonical import canonical
from carebase.badges.multibase import decode, encode

TYPE = "DataIntegrityProof"
SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"


def sign(
    document: Mapping[str, Any], key: Ed25519PrivateKey, method: str, created: str
) -> dict[str, Any]:
    """Give the document with its proof; `method` is the address of the public key.

    The same key signs the same document to the same signature. `created` is a time as
    `2026-11-22T12:00:00Z`.
    """
    proof = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in document:
        proof = {"@context": document["@context"], **proof}
    value = encode(key.sign(_digests(document, proof)))
    return {**document, "proof": {**proof, "proofValue": value}}


def is_signed(document: Mapping[str, Any]) -> bool:
    """Tell whether a document has one proof, and one of this kind."""
    proof = document.get("proof")
    return isinstance(proof, dict) and (
        (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
        == (TYPE, SUITE, PURPOSE)
        and all(isinstance(proof.get(name), str) for name in ("verificationMethod", "proofValue"))
    )


def holds(document: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Tell whether the proof of a signed document is by this key and over all it says."""
    proof = dict(document["proof"])
    if proof.get("@context") != document.get("@context"):
        return False
    content = {name: value for name, value in document.items() if name != "proof"}
    try:
        signature = decode(proof.pop("proofValue"))
        key.verify(signature, _digests(content, proof))
    except (InvalidSignature, ValueError):
        return False
    return True


def _digests(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    parts = (canonical(dict(proof)), canonical(dict(document)))
    return b"".join(hashlib.sha256(part).digest() for part in parts)
