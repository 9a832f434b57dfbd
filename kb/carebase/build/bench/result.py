"""What builds took: for each generator and task, and ours by that of others."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from carebase.build.bench.case import Case

OURS = "carebase"
TASKS = ("cold", "unchanged", "one edit", "title edit")


@dataclass(frozen=True, slots=True)
class Took:
    """What one build took: seconds waited, seconds of all processors, and megabytes at most."""

    wall: float
    cpu: float
    memory: float


@dataclass
class Result:
    """The builds of one case: for each generator and task what each run took."""

    case: Case
    runs: dict[tuple[str, str], list[Took]] = field(default_factory=dict)
    served: list[float] = field(default_factory=list)
    # Pages of somebody else whose front matter is no YAML: no generator is given them.
    left_out: list[str] = field(default_factory=list)
    # The bytes of HTML that each generator wrote for a page, on the average.
    html: dict[str, float] = field(default_factory=dict)

    def median(self, generator: str, task: str, what: str) -> float:
        """Give the median of a figure."""
        figures: list[float] = [getattr(one, what) for one in self.runs[generator, task]]
        return statistics.median(figures)

    def ratio(self, generator: str, task: str, what: str) -> float | None:
        """Give our figure by that of another: the median over the runs."""
        other = self.runs.get((generator, task)) or self.runs.get((generator, "cold"))
        ours = self.runs.get((OURS, task))
        if not other or not ours or generator == OURS:
            return None
        pairs = zip(ours, other, strict=True)
        ratios: list[float] = [getattr(a, what) / getattr(b, what) for a, b in pairs]
        return statistics.median(ratios)

    def plain(self) -> dict[str, Any]:
        """Give everything as plain values."""
        tasks = [
            {
                "generator": generator,
                "task": task,
                "runs": len(found),
                **{what: self.median(generator, task, what) for what in ("wall", "cpu", "memory")},
            }
            for (generator, task), found in self.runs.items()
        ]
        others = {generator for generator, _ in self.runs} - {OURS}
        ratios = [
            {
                "to": generator,
                "task": task,
                "wall": self.ratio(generator, task, "wall"),
                "cpu": self.ratio(generator, task, "cpu"),
            }
            for generator in sorted(others)
            for task in TASKS
        ]
        served = statistics.median(self.served) if self.served else None
        return {
            "site": self.case.name,
            "builds": tasks,
            "ratios": ratios,
            "served": served,
            "served_slowest": max(self.served, default=None),
            "html": self.html,
            "left_out": self.left_out,
        }

    def rows(self) -> Iterator[str]:
        """Give the lines of a table."""
        runs = len(next(iter(self.runs.values())))
        yield f"{self.case.name}: {f'medians of {runs} runs' if runs > 1 else 'one run'}"
        yield f"  {'':22}{'wall s':>9}{'cpu s':>9}{'MB':>7}"
        for generator, task in self.runs:
            wall, cpu, memory = (
                self.median(generator, task, what) for what in ("wall", "cpu", "memory")
            )
            yield f"  {generator:10}{task:12}{wall:9.2f}{cpu:9.2f}{memory:7.0f}"
        for row in self.plain()["ratios"]:
            told = f"  {OURS} by {row['to']}, {row['task']}:"
            yield f"{told:44} wall {row['wall']:.3f}, cpu {row['cpu']:.3f}"
        said = ", ".join(f"{name} {size / 1000:.1f} kB" for name, size in self.html.items())
        yield f"  HTML of a page: {said}"
        if self.left_out:
            yield f"  left out, because their front matter is no YAML: {', '.join(self.left_out)}"
        if self.served:
            usual, worst = statistics.median(self.served), max(self.served)
            yield f"  an edit is served after {usual:.2f} s, the slowest after {worst:.2f} s"


def growth(small: Result, large: Result) -> Iterator[tuple[str, float]]:
    """Give how many times as much our builds take of a larger site, and its pages weigh."""
    for task in ("cold", "one edit"):
        for what in ("wall", "cpu", "memory"):
            by = large.median(OURS, task, what) / small.median(OURS, task, what)
            yield f"{task}, {what}", by
    yield "HTML of a page", large.html[OURS] / small.html[OURS]
