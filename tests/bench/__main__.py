"""`python -m tests.bench`: builds, the endpoint under load, and units; or what is named of them."""

from __future__ import annotations

import sys

from tests.bench import builds, load, units

PARTS = {"builds": builds.main, "load": load.main, "units": units.main}


def main(arguments: list[str]) -> None:
    """Measure what is named first, with the arguments after it; everything where nothing is."""
    if not arguments:
        for part in PARTS.values():
            part([])
    elif arguments[0] in PARTS:
        PARTS[arguments[0]](arguments[1:])
    else:
        sys.exit(f"There is no measurement {arguments[0]}. There are: {', '.join(PARTS)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
