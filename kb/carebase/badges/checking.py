"""Is a certificate genuine? Answered from its own text and the public keys alone.

`widgets/carebase_widgets/static/credential.js` answers the same in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from carebase.badges.canonical import read_json
from carebase.badges.credential import TYPES
from carebase.badges.keys import read_multikey
from carebase.badges.proof import holds, is_signed
from carebase.badges.published import PublicKey

# More than any certificate; nobody has to read further.
LONGEST = 200_000
VALID = "valid"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check: `valid`, or the first thing that is wrong.

    The others are `damaged`, `other` (no certificate of this kind), `unknown` (signed by a key
    that is not known), `changed`, `retired` (signed when the key was in use no more), `early` and
    `expired`. The sentences are `check.<state>` in the words of the widgets. `document` is what
    the certificate says, where it could be read.
    """

    state: str
    document: Mapping[str, Any] | None = None
    # The day or key that the sentence names.
    what: str = ""


def check(text: str, keys: Iterable[PublicKey], now: datetime) -> Verdict:
    """Check the text of a certificate against the keys, on a moment."""
    if len(text) > LONGEST:
        return Verdict("damaged")
    try:
        document = read_json(text)
    except ValueError:
        return Verdict("damaged")
    if not isinstance(document, dict) or not _is_badge(document) or not is_signed(document):
        return Verdict("other")
    proof = document["proof"]
    name = proof["verificationMethod"].rpartition("#")[2]
    known = {one.key: one for one in keys}.get(name)
    if known is None:
        return Verdict("unknown", document, name[:60])
    if not holds(document, read_multikey(known.key)):
        return Verdict("changed", document)
    created, begin, end = (
        _moment(part) for part in (proof.get("created"), document.get("validFrom"),
                                   document.get("validUntil"))
    )  # fmt: skip
    if known.until and (created is None or created.date() > known.until):
        return Verdict("retired", document, known.until.isoformat())
    if begin is not None and begin > now:
        return Verdict("early", document, document["validFrom"][:10])
    if end is not None and end < now:
        return Verdict("expired", document, document["validUntil"][:10])
    return Verdict(VALID, document)


def _is_badge(document: Mapping[str, Any]) -> bool:
    types = document.get("type")
    return isinstance(types, list) and set(TYPES) <= {one for one in types if isinstance(one, str)}


def _moment(written: Any) -> datetime | None:
    if not isinstance(written, str) or not _TIME.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
