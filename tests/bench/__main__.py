"""`python -m tests.bench`: all measurements one after the other, or the one that is named."""

from __future__ import annotations

import sys

from carebase.errors import CarebaseError
from tests.bench import builds, checks, load, questions, rivals, searches, units, weights

PARTS = {
    "builds": builds.main,
    "weights": weights.main,
    "checks": checks.main,
    "load": load.main,
    "questions": questions.main,
    "rivals": rivals.main,
    "search": searches.main,
    "units": units.main,
}


def main(arguments: list[str]) -> int:
    """Measure what is named first, with the arguments after it; everything where nothing is.

    Gives 1 when a part of it failed.
    """
    if not arguments:
        return max([part([]) for part in PARTS.values()])
    if arguments[0] not in PARTS:
        sys.exit(f"There is no measurement {arguments[0]}. There are: {', '.join(PARTS)}.")
    return PARTS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CarebaseError as error:
        sys.exit(str(error))
