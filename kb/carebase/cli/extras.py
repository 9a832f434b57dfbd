"""The extra `carebase[endpoint]`: commands that need what it brings say so where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from carebase.errors import UsageError


@contextmanager
def endpoint_part(who: str) -> Iterator[None]:
    """Import inside what only the endpoint brings; raises UsageError where it is not installed.

    `who` needs it, in the words of a sentence: "The inbox needs".
    """
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"{who} {error.name}, which is not installed: pip install 'carebase[endpoint]'"
        ) from None
