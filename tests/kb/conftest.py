"""`pytest tests/kb --update` writes the reference pages of the handbook anew, for review."""

from __future__ import annotations

from contextlib import suppress

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with suppress(ValueError):
        parser.addoption("--update", action="store_true", help="Write golden files anew.")
