"""What is wrong with one answer of a customer."""

from __future__ import annotations

from typing import NamedTuple


class FieldError(NamedTuple):
    """One answer that cannot be taken; `field` is empty when the submission as a whole is meant."""

    field: str
    message: str
