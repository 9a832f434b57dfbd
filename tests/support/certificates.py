"""Certificates for tests, good ones and such that are wrong in one way each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carebase.badges.credential import Issuer, Taught, make_credential
from carebase.badges.keys import write_multikey
from carebase.badges.proof import sign
from carebase.badges.published import PublicKey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = write_multikey(KEY.public_key())
OTHER = write_multikey(OTHER_KEY.public_key())
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ISSUER = Issuer("Fjellby Care", "https://care.fjellby.example/")
COURSE = Taught(
    "E-bike service technician, level 1",
    "Brakes, battery and motor.",
    "2026-11",
    "https://care.fjellby.example/courses/e-bike/",
    80,
    24,
)
UUID = "019a0b5e-7c00-7000-8000-000000000001"


def content(name: str = "Zoë O’Neil \U0001f600") -> dict[str, Any]:
    """Give what a certificate says, without its signature."""
    return make_credential(
        ISSUER,
        COURSE,
        uuid=UUID,
        name=name,
        percent="87.5",
        passed=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    )


def signed(
    document: dict[str, Any] | None = None, key: Ed25519PrivateKey = KEY, public: str = PUBLIC
) -> dict[str, Any]:
    """Sign a certificate on 20 November 2026."""
    return sign(document or content(), key, ISSUER.method(public), "2026-11-20T09:30:00Z")


def write(document: dict[str, Any]) -> str:
    """Write a certificate as its file."""
    return json.dumps(document, ensure_ascii=False, indent=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the public keys that are known, and the state that a check must give."""

    text: str
    state: str
    keys: tuple[PublicKey, ...] = (PublicKey(key=OTHER), PublicKey(key=PUBLIC))

    def plain(self) -> dict[str, Any]:
        """Give the case as JSON, for the browser."""
        keys = [{"key": one.key, "until": str(one.until or "")} for one in self.keys]
        return {"text": self.text, "keys": keys}


def cases() -> Iterator[Case]:
    """Give one certificate for each state, and for each way to get around a check."""
    good = signed()
    text = write(good)
    yield Case(text, "valid")
    # How it is written does not matter, only what it says.
    yield Case(json.dumps(good, sort_keys=True), "valid")
    yield Case(json.dumps(dict(reversed(good.items())), indent=4), "valid")
    numbers = signed({**content(), "x": [0, -0.0, 1.0, 1e-7, 0.1, 123456.789, 2**53, None, True]})
    yield Case(write(numbers), "valid")
    odd = {**content(), "y": {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\x7f\u2028\b\x1f": "\\"}}
    yield Case(write(signed(odd)), "valid")

    for damaged in ("", "hello", text[:-2], text + "}", text.replace('"name"', '"id": 1, "name"')):
        yield Case(damaged, "damaged")
    yield Case(text.replace('"87.5"', "NaN"), "damaged")
    yield Case(text + " " * 200_000, "damaged")
    for other in (
        "[]",
        "null",
        "3",
        '"x"',
        "{}",
        write(content()),
        '{"type": "OpenBadgeCredential"}',
    ):
        yield Case(other, "other")
    for name, value in (("type", "Ed25519Signature2020"), ("cryptosuite", "eddsa-rdfc-2022")):
        yield Case(write({**good, "proof": {**good["proof"], name: value}}), "other")
    yield Case(write({**good, "proof": [good["proof"]]}), "other")
    yield Case(write({**good, "proof": {**good["proof"], "proofPurpose": "assert"}}), "other")
    yield Case(write({**good, "type": ["VerifiableCredential"]}), "other")

    yield Case(text, "unknown", (PublicKey(key=OTHER),))
    yield Case(text, "unknown", ())
    # Whoever signs with a key of their own, and says that it is ours.
    yield Case(write(signed(key=OTHER_KEY)), "changed")
    replaced: list[tuple[str, Any]] = [
        ("name", "Other"),
        ("more", 1),
        ("proof", {**good["proof"], "created": "x"}),
    ]
    for name, value in replaced:
        yield Case(write({**good, name: value}), "changed")
    replaced = [("proofValue", "z"), ("proofValue", "u1"), ("@context", []), ("more", None)]
    for name, value in replaced:
        yield Case(write({**good, "proof": {**good["proof"], name: value}}), "changed")
    yield Case(write({**good, "large": 2**53 + 1}), "changed")
    yield Case(write(good).replace("87.5", "\\ud800"), "changed")
    yield Case(write(good).replace('"87.5"', "1e400"), "changed")

    for until, state in ((date(2026, 11, 20), "valid"), (date(2026, 11, 19), "retired")):
        yield Case(text, state, (PublicKey(key=PUBLIC, until=until),))
    early = {**content(), "validFrom": "2026-11-22T12:00:01Z"}
    yield Case(write(signed(early)), "early")
    expired = {**content(), "validUntil": "2026-11-22T11:59:59Z"}
    yield Case(write(signed(expired)), "expired")


def changes(count: int) -> Iterator[tuple[int, str]]:
    """Change one sign of a good certificate in many places; give the place and the text."""
    text = write(signed())
    chance = random.Random(7)
    signs = 'aZ09 "\\{}[],:é\n'
    for place in chance.sample(range(len(text)), min(count, len(text))):
        other = chance.choice([sign for sign in signs if sign != text[place]])
        yield place, text[:place] + other + text[place + 1 :]


def says_the_same(text: str) -> bool:
    """Tell whether a text says what the good certificate does, however it is written."""
    try:
        return bool(json.loads(text) == signed())
    except ValueError:
        return False
