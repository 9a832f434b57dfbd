"""Timing builds of one site by several generators, each as a process of its own."""

from __future__ import annotations

import io
import json
import math
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from carebase.build.samples import plugins_of, write_sample
from carebase.build.scratch import scratch
from carebase.errors import CarebaseError, UsageError
from carebase.sources import read_text, split_front_matter

OURS = "carebase"
TASKS = ("cold", "unchanged", "one edit", "title edit")
# Where people work, Python keeps its modules compiled.
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
_MINIMAL = "site_name: Measured\nsite_url: http://127.0.0.1/\ntheme:\n  name: material\n"
# In bytes: with less left on the disk, sites that were put aside are deleted.
_ROOM = 8 << 30
_PRUNE = "  features:\n    - navigation.prune\n"
_SERVED = re.compile(r"http://127\.0\.0\.1:\d+\S*/")
_PATIENCE = 60.0
_TITLE = re.compile(r"^# .*$", re.MULTILINE)
# Seconds between two edits while a site is served: what follows an edit is then at different work.
_PAUSES = (2, 8, 4, 12)
# Starts a command and notes what it took. A process counts as its own the memory of the one that
# started it, so that this one is as small as Python can be.
_WATCH = """\
import os, sys, time
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
took = time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6
with open(sys.argv[1], "w") as told:
    print(*took, file=told)
sys.exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A site to measure: made-up pages, or a folder of Markdown files."""

    name: str
    pages: int = 0
    folder: Path | None = None

    @classmethod
    def of(cls, folder: Path) -> Case:
        """Measure the pages in a folder; those below its `docs/` where it has one."""
        docs = folder / "docs"
        if not docs.is_dir():
            docs = folder
        if next(docs.rglob("*.md"), None) is None:
            raise UsageError(f"{folder} holds no Markdown file to measure.")
        return cls(folder.resolve().name, folder=docs)


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


def measure(
    case: Case,
    runs: int,
    *,
    prune: bool = True,
    zensical: Path | None = None,
    others: bool = True,
    serve: bool = True,
    search: bool = False,
    until: float = math.inf,
    tell: Callable[[str], None] = lambda said: None,
) -> Result:
    """Build a site so often with every generator, in turn.

    No run is begun after `until`, by the monotonic clock, but the first. `zensical` is its program
    where it is not beside ours; without `others` we alone are measured. With `search` all make
    their indexes too: ours are two. `tell` is told what is being done, for it takes long.
    """
    result = Result(case)
    with scratch("bench") as folder:
        commands = _commands(zensical, search)
        if not others:
            commands = {OURS: commands[OURS]}
        roots = {name: folder / name for name in commands}
        for name, root in roots.items():
            _lay(case, root, ours=name == OURS, prune=prune, search=search)
            result.left_out = _leave_out(root) if case.folder else []
        for run in range(runs):
            if run and time.monotonic() > until:
                break
            for name, command in commands.items():
                tell(f"{case.name}: run {run + 1} of {runs}, {name}")
                root = roots[name]
                _put_aside(root)
                for task in TASKS[:1] if name == "mkdocs" else TASKS:
                    if task == "one edit":
                        _edit(root, f"Run {run}.")
                    elif task == "title edit":
                        _retitle(root, run)
                    took = _timed(command, root)
                    result.runs.setdefault((name, task), []).append(took)
        result.html = {name: _weight(root / "site") for name, root in roots.items()}
        if serve:
            tell(f"{case.name}: edits that are served")
            result.served = list(_edits_served(roots[OURS], max(runs, 2)))
    return result


def _commands(zensical: Path | None, search: bool) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    found = {
        "mkdocs": [*python, "mkdocs", "build", "--quiet"],
        OURS: [*python, "carebase", "build", *([] if search else ["--no-index"])],
    }
    zensical = zensical or Path(sys.executable).with_name("zensical")
    if zensical.is_file():
        found["zensical"] = [str(zensical), "build"]
    return found


def _lay(case: Case, root: Path, *, ours: bool, prune: bool, search: bool = False) -> None:
    root.mkdir()
    if case.folder is None:
        write_sample(root, case.pages, plain=not ours, search=search, prune=prune)
        return
    docs = root / "docs"
    shutil.copytree(case.folder, docs, ignore=shutil.ignore_patterns(".git", "mkdocs.yml"))
    if not any((docs / name).is_file() for name in ("index.md", "README.md")):
        (docs / "index.md").write_text("# Measured\n", encoding="utf-8")
    plugins = f"plugins: {plugins_of(plain=not ours, search=search)}\n"
    config = _MINIMAL + (_PRUNE if prune else "") + plugins
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


def _leave_out(root: Path) -> list[str]:
    """Delete the pages that Carebase would refuse; give their paths."""
    docs = root / "docs"
    odd = []
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        text, problems = read_text(path, name)
        problems = problems + split_front_matter(text, name).document.problems
        if any(problem.severity == "error" for problem in problems):
            path.unlink()
            odd.append(name)
    return odd


def _put_aside(root: Path) -> None:
    """Let a build start from nothing.

    What the last one made is moved away and not deleted: where many files have just been deleted,
    ext4 without a journal takes several times as long to make new ones, for a minute or more, and
    the next to build would pay for that.
    """
    aside = root.with_name("aside")
    if aside.exists() and shutil.disk_usage(aside).free < _ROOM:
        shutil.rmtree(aside)
    kept = aside / f"{root.name}-{time.monotonic_ns()}"
    kept.mkdir(parents=True)
    for name in ("site", "site.private", ".cache"):
        if (root / name).exists():
            (root / name).rename(kept / name)


def _page(root: Path, place: int = 0) -> Path:
    pages = sorted((root / "docs").rglob("*.md"))
    return pages[(len(pages) // 2 + place) % len(pages)]


def _edit(root: Path, text: str, place: int = 0) -> Path:
    page = _page(root, place)
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    return page


def _retitle(root: Path, run: int) -> None:
    page = _page(root)
    text = page.read_text(encoding="utf-8")
    page.write_text(_TITLE.sub(f"# Title {run}", text, count=1), encoding="utf-8")


def _weight(site: Path) -> float:
    sizes = [path.stat().st_size for path in site.rglob("*.html")]
    return statistics.fmean(sizes) if sizes else 0.0


def _timed(command: list[str], root: Path) -> Took:
    known = {name: value for name, value in os.environ.items() if name != _UNCOMPILED}
    environment = {**known, "NO_MKDOCS_2_WARNING": "1"}
    with tempfile.NamedTemporaryFile("r") as told:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _WATCH, told.name, *command],
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            tail = done.stdout.decode(errors="replace").strip()[-500:]
            raise CarebaseError(f"{' '.join(command)} failed: {tail}")
        return Took(*map(float, told.read().split()))


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
            if number + 1 < times:
                time.sleep(_PAUSES[number % len(_PAUSES)])


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
    said = process.stdout or io.StringIO()
    # All that it says of other people's pages would fill the pipe, and it would wait for us.
    rest = threading.Thread(target=deque, args=(said, 0), daemon=True)
    try:
        found = next((match[0] for line in said if (match := _SERVED.search(line))), None)
        if found is None:
            raise CarebaseError("`carebase serve` has ended before it served anything.")
        rest.start()
        yield found
    finally:
        process.terminate()
        process.wait()
        if rest.ident is not None:
            rest.join()
        said.close()
