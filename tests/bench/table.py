"""The table of the handbook about builds, from what `carebase bench --json` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TASKS = {
    "cold": "from nothing",
    "unchanged": "nothing changed",
    "one edit": "a text edited",
    "title edit": "a title edited",
}
_NAMES = {"mkdocs": "MkDocs", "zensical": "Zensical"}


def table(site: dict[str, Any]) -> Iterator[str]:
    """Write what was measured of one site: our figures, and each by those of the others."""
    ours = {row["task"]: row for row in site["builds"] if row["generator"] == "carebase"}
    ratios = {(row["to"], row["task"]): row for row in site["ratios"]}
    others = sorted({to for to, _ in ratios})
    yield f"Medians of {ours['cold']['runs']} runs, {site['site']}; from nothing took:"
    yield ""
    for row in site["builds"]:
        if row["task"] == "cold":
            name = _NAMES.get(row["generator"], "Carebase")
            yield f"- {name}: {row['wall']:.1f} s, processors {row['cpu']:.1f} s"
    yield ""
    by = [f"by that of {_NAMES[other]}" for other in others]
    yield _row(["Carebase", "Time to wait", *by, "Processor time", *by, "Memory"])
    yield "|---" + "|--:" * (3 + 2 * len(others)) + "|"
    for task, name in TASKS.items():
        cells = [name]
        for what in ("wall", "cpu"):
            cells.append(f"{ours[task][what]:.1f} s")
            cells += [f"{ratios[other, task][what]:.2f}" for other in others]
        yield _row([*cells, f"{ours[task]['memory']:.0f} MB"])
    if site["served"]:
        yield ""
        said = f"`carebase serve` answered with an edit after {site['served']:.2f} s"
        worst = site.get("served_slowest")
        yield f"{said}, with the slowest after {worst:.2f} s." if worst else f"{said}."
    yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
