"""When to try again: later each time, and never all at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

# A number from 0 up to 1, such as `random.random` gives.
Chance = Callable[[], float]

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
# With the waits above they reach over one and a half to three days, so that a mail server may be
# away for a day and more before a person has to look.
MOST_ATTEMPTS = 80


def wait_after(
    attempts: int, chance: Chance, first: timedelta = FIRST, longest: timedelta = LONGEST
) -> timedelta:
    """Give the wait after a number of failed attempts: doubled each time, up to `longest`.

    Half of it is by chance ("equal jitter", as the AWS Architecture Blog measured it in 2015), so
    that what failed together does not come back together.
    """
    # Beyond 2**30 the limit has long been reached, and the product would overflow.
    whole = min(first * 2 ** min(attempts - 1, 30), longest) if attempts > 0 else timedelta()
    return whole / 2 + whole / 2 * chance()
