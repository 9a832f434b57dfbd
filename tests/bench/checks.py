"""How long `carebase check` takes: 1,000 guides of 8 kB, cold, warm and after one edit.

`make bench ARGS="checks 3000 5"` measures another number of pages, or takes the median of more
runs. Each is a process as a writer calls it: `wall` is what a person waits, `cpu` what all its
processes work together. Wall counts only on a quiet machine: the least of the runs is held against
the budget, 8 s cold and 3 s warm for 1,000 pages.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.manual import write_manual
from tests.support.process import CAREBASE, environment

PAGES = 1000
# Seconds for 1,000 pages.
BUDGET = {"cold": 8.0, "warm": 3.0, "one edit": 3.0}
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"


def timed_check(root: Path) -> tuple[float, float]:
    """Check once and give wall and processor seconds, those of its own processes included."""
    start = time.perf_counter()
    # Where people work, Python keeps its modules compiled.
    kept = {name: value for name, value in environment().items() if name != _UNCOMPILED}
    process = subprocess.Popen([*CAREBASE, "check"], cwd=root, env=kept, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"carebase check ended with {process.returncode} in {root}.")
    return wall, usage.ru_utime + usage.ru_stime


def main(arguments: list[str]) -> int:
    """Print a line for each way; 1 when none of the runs of one kept to the budget."""
    numbers = [int(word) for word in arguments if word.isdigit()]
    pages, times = (numbers + [PAGES, 3][len(numbers) :])[:2]
    seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in BUDGET}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_manual(root, pages)
        size = sum(path.stat().st_size for path in root.rglob("*.md")) / pages / 1000
        timed_check(root)
        edited = root / "docs/products/machine-0/guide-0.md"
        for run in range(times):
            shutil.rmtree(root / ".cache", ignore_errors=True)
            seconds["cold"].append(timed_check(root))
            seconds["warm"].append(timed_check(root))
            edited.write_text(f"{edited.read_text('utf-8')}\nEdit {run}.\n", "utf-8")
            seconds["one edit"].append(timed_check(root))
    print(f"carebase check of {pages:,} guides of {size:.1f} kB, medians of {times} runs.\n")
    print(f"{'':10}{'wall s':>8}{'least':>8}{'cpu s':>8}{'budget':>8}")
    late = False
    for way, runs in seconds.items():
        walls, cpus = zip(*runs, strict=True)
        budget = BUDGET[way] * max(pages / PAGES, 1)
        late = late or min(walls) > budget
        print(
            f"{way:10}{statistics.median(walls):8.2f}{min(walls):8.2f}"
            f"{statistics.median(cpus):8.2f}{budget:8.1f}"
        )
    return int(late)
