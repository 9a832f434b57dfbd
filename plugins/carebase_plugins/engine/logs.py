"""What the generator says: of a page, to be said again when that is not made, or of a build."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

# The logger's name, the level and the words.
Said = tuple[str, int, str]
_LOGGER = "mkdocs"
# What a plugin tells of its own code, up to the line that says what went wrong.
_TRACE = re.compile(r"Traceback \(most recent call last\):\n(?:[ \t].*\n)+")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, record.levelno, record.getMessage()))


@contextmanager
def overheard() -> Iterator[list[Said]]:
    """Gather what is said inside, in place of passing it on."""
    logger = logging.getLogger(_LOGGER)
    listener = _Listener()
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [listener], False
    try:
        yield listener.said
    finally:
        logger.handlers, logger.propagate = handlers, propagate


def say(said: Iterable[Said]) -> None:
    """Say again what was gathered."""
    for name, level, text in said:
        logging.getLogger(name).log(level, "%s", text)


@contextmanager
def gathered() -> Iterator[list[str]]:
    """Gather the warnings that the generator logs, in place of printing them as they come."""
    warnings: list[str] = []

    class Gatherer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # Some plugins tell each step of their own code.
            text = _TRACE.sub("", record.getMessage()).strip()
            if text not in warnings:
                warnings.append(text)

    logger = logging.getLogger(_LOGGER)
    gatherer = Gatherer(level=logging.WARNING)
    before = (logger.level, logger.propagate)
    logger.addHandler(gatherer)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield warnings
    finally:
        logger.removeHandler(gatherer)
        logger.setLevel(before[0])
        logger.propagate = before[1]
