"""Timing builds of one site by several generators, each as a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from carebase.build.samples import write_sample
from carebase.errors import CarebaseError

OURS = "carebase"
_MINIMAL = "site_name: Measured\nsite_url: http://127.0.0.1/\ntheme:\n  name: material\n"
_NAMES = ("catalog", "articles", "courses", "forms")
_PLUGINS = "plugins:\n" + "".join(f"  - carebase-{name}\n" for name in _NAMES)
_PRUNE = "  features:\n    - navigation.prune\n"
_SERVED = re.compile(r"http://127\.0\.0\.1:\d+\S*/")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Case:
    """A site to measure: made-up pages, or a folder of Markdown files."""

    name: str
    pages: int = 0
    folder: Path | None = None


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
            for task in ("cold", "unchanged", "one edit")
        ]
        served = statistics.median(self.served) if self.served else None
        return {"site": self.case.name, "builds": tasks, "ratios": ratios, "served": served}

    def rows(self) -> Iterator[str]:
        """Give the lines of a table."""
        yield f"{self.case.name}: medians of {len(next(iter(self.runs.values())))} runs"
        yield f"  {'':22}{'wall s':>9}{'cpu s':>9}{'MB':>7}"
        for generator, task in self.runs:
            wall, cpu, memory = (
                self.median(generator, task, what) for what in ("wall", "cpu", "memory")
            )
            yield f"  {generator:10}{task:12}{wall:9.2f}{cpu:9.2f}{memory:7.0f}"
        for row in self.plain()["ratios"]:
            told = f"  {OURS} by {row['to']}, {row['task']}:"
            yield f"{told:44} wall {row['wall']:.3f}, cpu {row['cpu']:.3f}"
        if self.served:
            yield f"  an edit is served after {statistics.median(self.served):.2f} s"


def measure(case: Case, runs: int, *, prune: bool = True) -> Result:
    """Build a site so often with every generator, in turn."""
    result = Result(case)
    with tempfile.TemporaryDirectory(prefix="carebase-bench-") as folder:
        commands = _commands()
        roots = {name: Path(folder) / name for name in commands}
        for name, root in roots.items():
            _lay(case, root, ours=name == OURS, prune=prune)
        for run in range(runs):
            for name, command in commands.items():
                root = roots[name]
                _clean(root)
                tasks = ("cold",) if name == "mkdocs" else ("cold", "unchanged", "one edit")
                for task in tasks:
                    if task == "one edit":
                        _edit(root, f"Run {run}.")
                    took = _timed(command, root)
                    result.runs.setdefault((name, task), []).append(took)
        result.served = list(_edits_served(roots[OURS], runs))
    return result


def _commands() -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    found = {
        "mkdocs": [*python, "mkdocs", "build", "--quiet"],
        OURS: [*python, "carebase", "build", "--no-index"],
    }
    zensical = Path(sys.executable).with_name("zensical")
    if zensical.is_file():
        found["zensical"] = [str(zensical), "build"]
    return found


def _lay(case: Case, root: Path, *, ours: bool, prune: bool) -> None:
    root.mkdir()
    if case.folder is None:
        write_sample(root, case.pages, plain=not ours)
        return
    docs = root / "docs"
    shutil.copytree(case.folder, docs, ignore=shutil.ignore_patterns(".git", "mkdocs.yml"))
    if not any((docs / name).is_file() for name in ("index.md", "README.md")):
        (docs / "index.md").write_text("# Measured\n", encoding="utf-8")
    plugins = _PLUGINS if ours else "plugins: []\n"
    config = _MINIMAL + (_PRUNE if prune else "") + plugins
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


def _clean(root: Path) -> None:
    for name in ("site", "site.private", ".cache"):
        shutil.rmtree(root / name, ignore_errors=True)


def _page(root: Path, place: int = 0) -> Path:
    pages = sorted((root / "docs").rglob("*.md"))
    return pages[(len(pages) // 2 + place) % len(pages)]


def _edit(root: Path, text: str, place: int = 0) -> Path:
    page = _page(root, place)
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    return page


def _timed(command: list[str], root: Path) -> Took:
    started = time.perf_counter()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=root, env=environment, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            tail = said.read().decode(errors="replace").strip()[-500:]
            raise CarebaseError(f"{' '.join(command)} failed: {tail}")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def _edits_served(root: Path, times: int) -> Iterator[float]:
    """Give the seconds from saving a page until `carebase serve` answers with it."""
    with _serving(root) as address:
        for number in range(times):
            known = _asked(address, "0", patience=False)["epoch"]
            text = f"Served {number} {time.time_ns()}."
            started = time.perf_counter()
            _edit(root, text, place=number + 1)
            while _asked(address, known)["epoch"] == known:
                pass
            yield time.perf_counter() - started
            # The rest of the build, and the check, come later.
            time.sleep(4)


def _asked(address: str, epoch: Any, patience: bool = True) -> dict[str, Any]:
    version = "?" if not patience else str(_asked(address, "0", False)["version"])
    query = f"?epoch={epoch}&version={version}"
    with urlopen(f"{address}_carebase/wait{query}", timeout=_PATIENCE) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


@contextmanager
def _serving(root: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-u", "-m", "carebase", "serve", "--port", str(port)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = iter(process.stdout or ())
        found = next((match[0] for line in lines if (match := _SERVED.search(line))), None)
        if found is None:
            raise CarebaseError("`carebase serve` has ended before it served anything.")
        yield found
    finally:
        process.terminate()
        process.communicate()
