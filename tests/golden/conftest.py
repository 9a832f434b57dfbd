"""`pytest tests/golden --update` writes what `check` says now into the cases, for review."""

from __future__ import annotations

from contextlib import suppress

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with suppress(ValueError):
        parser.addoption("--update", action="store_true", help="Write golden files anew.")
