"""The patterns of regular expressions: what Python 3.11 as Debian ships it gets wrong."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

import carebase
import carebase_plugins


def _parts(pattern: Any) -> Any:
    for operation, argument in pattern:
        yield str(operation)
        for one in argument if isinstance(argument, tuple | list) else [argument]:
            for inner in one if isinstance(one, list) else [one]:
                if isinstance(inner, parser.SubPattern):
                    yield from _parts(inner)


def test_none_repeats_possessively() -> None:
    found, seen = [], 0
    for package in (carebase, carebase_plugins):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__") or ".migrations" in module.name:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    seen += 1
                    if re.search(
                        r"POSSESSIVE|ATOMIC", " ".join(_parts(parser.parse(value.pattern)))
                    ):
                        found.append(f"{module.name}.{name}")

    # Before 3.11.5 they match what they should not (github.com/python/cpython/issues/106052).
    assert [] == found
    assert seen > 50
