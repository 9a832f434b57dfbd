"""What makes sending the same once more harmless: a key that is named, or one made of what came.

A browser without our JavaScript names none. Whoever goes back in it and sends a form again is known
by the whole of what came: form, answers, files and network, as one digest that tells none of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from carebase.endpoint.limits import network_of
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import service_of
from carebase.forms.form import Form
from carebase.forms.schema import PROOF, SECONDS
from carebase.outbox.targets import customer_address
from carebase.store.files import Kept

# How long a form without a key is taken for the same one.
SAME_FOR = timedelta(hours=1)
# RFC 8941 strings are printable ASCII; quotes around the key are taken as part of it.
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def key_of(request: Request) -> str | None:
    """Give the key under which sending again is harmless, where one is named."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refusal(400, "An Idempotency-Key has 1 to 255 printable ASCII characters.")
    return key


def key_of_plain(
    request: Request,
    form: Form,
    given: Mapping[str, Any],
    values: Mapping[str, Any],
    files: Mapping[str, Kept],
) -> str | None:
    """Give the key of a plain form that names none; `files` are those that came, by their ids.

    None where nobody says who they are, as in a vote: equal ones of two people are two. None
    where the network is not known either: whoever guesses all that another wrote must not be led
    to the page of that request.
    """
    if request.client is None or not _names_sender(form, values):
        return None
    said = _with_files(form, given, lambda ids: [_known_by(files, one) for one in ids])
    what = json.dumps([form.id, network_of(request.client.host), hash_of(said)])
    return service_of(request).secret.sameness(what)


def hash_of(given: Any) -> str:
    """Give the same for the same answers, in whatever order and spacing they came.

    How long they took to write, and the proof of work, differ when they are sent once more.
    """
    if isinstance(given, dict):
        given = {name: value for name, value in given.items() if name not in (SECONDS, PROOF)}
    written = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def without_files(form: Form, given: Any) -> Any:
    """Give the answers with the number of files in the place of their ids.

    A file that was sent once more, since nobody knew whether it had come, has another id.
    """
    return _with_files(form, given, len) if isinstance(given, dict) else given


def _with_files(form: Form, given: Mapping[str, Any], say: Any) -> dict[str, Any]:
    kinds = {field.id: field.type for field in form.fields}
    return {
        name: say(value) if kinds.get(name) == "file" and isinstance(value, list) else value
        for name, value in given.items()
    }


def _known_by(files: Mapping[str, Kept], token: str) -> list[str]:
    return [files[token].name, files[token].sha256] if token in files else []


def _names_sender(form: Form, values: Mapping[str, Any]) -> bool:
    phones = (field.id for field in form.fields if field.type == "phone")
    return bool(customer_address(form, values)) or any(values.get(name) for name in phones)
