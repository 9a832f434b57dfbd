"""What the generator says about a page, kept to be said again when the page is not made."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

# The logger's name, the level and the words.
Said = tuple[str, int, str]
_LOGGER = "mkdocs"


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
