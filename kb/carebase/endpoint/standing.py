"""Finding what is stored of an attempt at a graded course, by the secret that its learner holds."""

from __future__ import annotations

from functools import partial

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError

from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service
from carebase.store.attempts import Standing


async def find_standing(service: Service, secret: str) -> Standing | None:
    """Give how an attempt stands, nothing where there is none; 503 when that cannot be told."""
    look = partial(service.store.find_standing, hash_token(secret))
    try:
        return await anyio.to_thread.run_sync(look)
    except SQLAlchemyError as error:
        log.error("An attempt could not be looked up", exc_info=error)
        raise Refusal(
            503, "The result cannot be looked up at the moment.", headers={"Retry-After": "5"}
        ) from None
