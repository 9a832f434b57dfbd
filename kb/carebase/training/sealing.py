"""Sealing what is right in a question of a hashed course, so that no glance at a file shows it.

A seal deters reading and no more: all that opens it stands in the page. The key is the SHA-256
digest of the question's id and version, and the text is encrypted with it by AES-256-GCM
(NIST SP 800-38D). The nonce is made of the key and the text, so that the same text is sealed the
same way by every build, and no nonce serves two texts. `sealing.js` opens what `seal` makes.
"""

from __future__ import annotations

import base64
import hashlib

# Changes when seals are made in another way.
_FORM = "carebase seal 1"
_NONCE = 12


def seal(text: str, question: str, version: str) -> str:
    """Give the sealed text as Base64: the nonce, then what AES-GCM makes of the text.

    `question` and `version` are the id and version of the question as they stand in the page.
    """
    # Only hashed courses need it, and every build imports this module.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = hashlib.sha256(f"{_FORM}\n{question}\n{version}".encode()).digest()
    data = text.encode()
    nonce = hashlib.sha256(key + data).digest()[:_NONCE]
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, data, None)).decode()
