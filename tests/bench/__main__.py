"""`python -m tests.bench`: builds, or with the word `load` the endpoint under load."""

from __future__ import annotations

import sys

from tests.bench import builds, load


def main(arguments: list[str]) -> None:
    """Measure what is named first, builds where nothing is."""
    if arguments and arguments[0] == "load":
        load.main(arguments[1:])
    else:
        builds.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
