"""`/v1/challenge`: work that a browser does before it sends a form, and checking that it was done.

The proof of work is ALTCHA's (version 2, PBKDF2): signed parameters go to the browser, which finds
the one counter whose derived key begins as they say. Nothing is stored until a proof is used.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from altcha import Challenge, ChallengeParameters, Payload, Solution
from altcha import create_challenge as create
from altcha import verify_solution as verify
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint.problems import Refusal
from carebase.endpoint.secret import Secret
from carebase.endpoint.service import service_of
from carebase.endpoint.setting import OFF
from carebase.forms.errors import FieldError
from carebase.inbox.reasons import PROOF_ELSEWHERE, PROOF_EXPIRED, PROOF_FORGED, PROOF_MISSING
from carebase.store.challenges import Proof

ALGORITHM = "PBKDF2/SHA-256"
# Rounds of PBKDF2 a counter, and the counters among which the right one is. A phone of 2015 needs
# a second for the most: `docs/handbook/decisions/proof-of-work.md` has what was measured.
COST = 1000
COUNTERS = (75, 150)
# Long enough for whoever looks for a receipt meanwhile, short enough that few can be kept ready.
LIFETIME = timedelta(hours=1)
# One that is good for longer was made by a clock that was ahead and has been set right since. As
# much again is for whoever had one in hand when that happened.
_FARTHEST = 2 * LIFETIME


class ChallengeRoute(HTTPEndpoint):
    """Challenges for the forms of the site."""

    async def get(self, request: Request) -> Response:
        """Give a new challenge for `?form=`; nothing (204) where no proof of work is asked for."""
        service = service_of(request)
        form = request.query_params.get("form", "")
        if not form:
            told = FieldError("form", "Name the form that is to be sent.")
            raise Refusal(422, "A challenge is for one form: /v1/challenge?form=…", [told])
        if form not in service.private.checkers:
            raise Refusal(404, f"There is no form `{form[:100]}`.")
        headers = {"Cache-Control": "no-store"}
        if service.settings.challenge == OFF:
            return Response(status_code=204, headers=headers)
        return JSONResponse(
            issue(service.secret, form, service.now()),
            media_type="application/json",
            headers=headers,
        )


def issue(secret: Secret, form: str, now: datetime) -> dict[str, Any]:
    """Make a challenge for one form, good for `LIFETIME`."""
    parameters, solution = secret.challenge_keys()
    least, most = COUNTERS
    challenge = create(
        ALGORITHM,
        COST,
        counter=least + secrets.randbelow(most - least + 1),
        expires_at=now + LIFETIME,
        data={"form": form},
        hmac_secret=parameters,
        hmac_key_secret=solution,
    )
    return challenge.to_dict()


def read_proof(secret: Secret, text: str, form: str, now: datetime) -> Proof:
    """Judge the proof that came with a form; whether it was used before only the store knows."""
    if not text:
        return Proof(PROOF_MISSING)
    try:
        given = json.loads(base64.b64decode(text, validate=True))
        signed = _Signed(given["challenge"]["parameters"])
        challenge = Challenge(signed, given["challenge"]["signature"])
        payload = Payload(challenge, Solution.from_dict(given["solution"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Proof(PROOF_FORGED)
    # A form that was open when the secret was changed holds a challenge of the one before.
    keys = (one.challenge_keys() for one in secret.every)
    if not any(verify(payload, one, hmac_key_secret=other).verified for one, other in keys):
        return Proof(PROOF_FORGED)
    # From here on it is as `issue` has made it.
    if signed.given["data"]["form"] != form:
        return Proof(PROOF_ELSEWHERE)
    expires = datetime.fromtimestamp(signed.given["expiresAt"], UTC)
    if not now < expires <= now + _FARTHEST:
        return Proof(PROOF_EXPIRED)
    return Proof(challenge=signed.nonce, expires=expires)


class _Signed(ChallengeParameters):
    """Parameters as they came back, with the time left for us to look at.

    The library compares it with the machine's clock, and before it looks at the signature: what
    is made up would be called expired.
    """

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(
            given["algorithm"],
            given["nonce"],
            given["salt"],
            given["cost"],
            key_signature=given["keySignature"],
        )
        self.given = given

    def to_dict(self) -> dict[str, Any]:
        """Give what was signed, all of it."""
        return self.given
