"""How long pages and plugins took, for `carebase build --verbose`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from mkdocs.config.defaults import MkDocsConfig

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Do something and give what came of it, and how many seconds that took."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def time_plugins(config: MkDocsConfig) -> Counter[str]:
    """Add up the seconds of each plugin from now on, by its name."""
    seconds: Counter[str] = Counter()
    names = {id(plugin): name for name, plugin in config.plugins.items()}
    for methods in config.plugins.events.values():
        for place, method in enumerate(methods):
            owner = names.get(id(getattr(method, "__self__", None)), "hooks")
            methods[place] = _Timed(method, owner, seconds)
    return seconds


class _Timed:
    """A plugin's method with a watch."""

    def __init__(self, method: Callable[..., Any], owner: str, seconds: Counter[str]) -> None:
        self.method = method
        self.owner = owner
        self.seconds = seconds

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        result, seconds = timed(lambda: self.method(*arguments, **named))
        self.seconds[self.owner] += seconds  # type: ignore[assignment]
        return result
