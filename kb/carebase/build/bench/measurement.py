"""Building one site by several generators in turn, each as a process of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from carebase.build.bench.case import Case, edit, lay, leave_out, put_aside, retitle, weight
from carebase.build.bench.command import commands_of, timed
from carebase.build.bench.result import OURS, TASKS, Result
from carebase.build.bench.serving import edits_served
from carebase.build.scratch import scratch


def measure(
    case: Case,
    runs: int,
    *,
    prune: bool = True,
    zensical: Path | None = None,
    others: bool = True,
    serve: bool = True,
    search: bool = False,
    plain: bool = False,
    until: float = math.inf,
    tell: Callable[[str], None] = lambda said: None,
) -> Result:
    """Build a site so often with every generator, in turn.

    No run is begun after `until`, by the monotonic clock, but the first. `zensical` is its program
    where it is not beside ours; without `others` we alone are measured. With `search` all make
    their indexes too: ours are two. A `plain` site has no plugin of ours. `tell` is told what is
    being done, for it takes long.
    """
    result = Result(case)
    with scratch("bench") as folder:
        commands = commands_of(zensical, search)
        if not others:
            commands = {OURS: commands[OURS]}
        roots = {name: folder / name for name in commands}
        for name, root in roots.items():
            lay(case, root, ours=name == OURS and not plain, prune=prune, search=search)
            result.left_out = leave_out(root) if case.folder else []
        for run in range(runs):
            if run and time.monotonic() > until:
                break
            for name, command in commands.items():
                tell(f"{case.name}: run {run + 1} of {runs}, {name}")
                root = roots[name]
                put_aside(root)
                for task in TASKS[:1] if name == "mkdocs" else TASKS:
                    if task == "one edit":
                        edit(root, f"Run {run}.")
                    elif task == "title edit":
                        retitle(root, run)
                    took = timed(command, root)
                    result.runs.setdefault((name, task), []).append(took)
        result.html = {name: weight(root / "site") for name, root in roots.items()}
        if serve:
            tell(f"{case.name}: edits that are served")
            result.served = list(edits_served(roots[OURS], max(runs, 2)))
    return result
