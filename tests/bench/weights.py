"""Page weight and build time beside plain `mkdocs build` with Material's defaults, in one run.

`make bench ARGS=weights` measures the example and each corpus that is there;
`make bench ARGS="weights example 5"` names what to measure and how many builds a median is taken
from. Times are of a cold build as a
process: `wall` is what a person waits, `cpu` what the machine works. Ratios say more than seconds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support import browser
from tests.support.corpora import CORPORA, MINIMAL
from tests.support.example import ROOT, copy_example
from tests.support.process import CAREBASE, environment
from tests.support.static_server import serve_folder
from tests.support.weight import Weight, weigh

SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Built:
    """One way of building one site: medians of seconds, and what its pages weigh."""

    name: str
    way: str
    pages: int
    wall: float
    cpu: float
    html: float
    weights: list[Weight]

    def row(self) -> str:
        """Give a line of the table."""
        return (
            f"{self.name:22}{self.way:10}{self.pages:6}{self.wall:8.2f}{self.cpu:8.2f}"
            f"{self.html / 1000:9.1f}{self._median('html') / 1000:9.1f}"
            f"{self._median('total') / 1000:9.1f}{self._median('requests'):9.0f}"
            f"{self._median('foreign'):9.0f}"
        )

    def _median(self, what: str) -> float:
        return float(statistics.median(getattr(weight, what) for weight in self.weights))


HEAD = (
    f"{'site':22}{'built by':10}{'pages':>6}{'wall s':>8}{'cpu s':>8}{'html kB':>9}"
    f"{'page kB':>9}{'sent kB':>9}{'requests':>9}{'foreign':>9}"
)


def write_sites(name: str, plain: Path, carebase: Path) -> None:
    """Lay the same pages into two folders: for Material with its defaults, and for Carebase."""
    if name == "example":
        copy_example(carebase)
        shutil.copytree(ROOT / "docs", plain / "docs")
        (plain / "mkdocs.yml").write_text(MINIMAL.format(name=name), encoding="utf-8")
        return
    (corpus,) = (corpus for corpus in CORPORA if corpus.name == name)
    corpus.write_site(plain, carebase=False)
    corpus.write_site(carebase)


def timed_build(command: list[str], root: Path) -> tuple[float, float]:
    """Build once from nothing and give wall and processor seconds."""
    for left in ("site", "site.private", ".cache"):
        shutil.rmtree(root / left, ignore_errors=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed in {root}:\n{said.decode()[-3000:]}")
    return wall, usage.ru_utime + usage.ru_stime


def measure(name: str, times: int) -> tuple[Built, Built]:
    """Build a site both ways in turn, so that both meet the same machine, and weigh its pages."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {way: Path(folder) / way for way in ("material", "carebase")}
        for root in roots.values():
            root.mkdir()
        write_sites(name, roots["material"], roots["carebase"])
        commands = {
            "material": [sys.executable, "-m", "mkdocs", "build", "--quiet"],
            "carebase": [*CAREBASE, "build"],
        }
        seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in roots}
        for _ in range(times):
            for way, root in roots.items():
                seconds[way].append(timed_build(commands[way], root))
        both = {way: _html(root / "site") for way, root in roots.items()}
        shared = sorted(set(both["material"]) & set(both["carebase"]) - {"404.html"})
        material, carebase = (
            Built(
                name=name,
                way=way,
                pages=len(both[way]),
                wall=statistics.median(wall for wall, _ in seconds[way]),
                cpu=statistics.median(cpu for _, cpu in seconds[way]),
                html=statistics.median(both[way][page] for page in shared),
                weights=_weights(root / "site", _sample(shared)),
            )
            for way, root in roots.items()
        )
        return material, carebase


def _html(site: Path) -> dict[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*.html")}


def _sample(pages: list[str]) -> list[str]:
    """Choose pages spread evenly over the site, always the same ones."""
    step = max(1, len(pages) // SAMPLE)
    return pages[step // 2 :: step][:SAMPLE]


def _weights(site: Path, pages: list[str]) -> list[Weight]:
    with serve_folder(site) as address, browser.launched() as chromium:
        weights = []
        for name in pages:
            page = browser.new_page(chromium, width=1280)
            weights.append(weigh(page, address + name.removesuffix("index.html")))
            page.context.close()
        return weights


def main(arguments: list[str]) -> int:
    """Print the table for the sites that are named, or for all that are there."""
    times = next((int(word) for word in arguments if word.isdigit()), 3)
    named = [word for word in arguments if not word.isdigit()]
    there = ["example", *(corpus.name for corpus in CORPORA if corpus.folder.is_dir())]
    unknown = set(named) - set(there)
    if unknown:
        sys.exit(f"Not there: {', '.join(sorted(unknown))}. There are: {', '.join(there)}.")
    print(f"Cold builds, medians of {times}; page weights, medians of {SAMPLE} pages at 1280 px.")
    print("html: of all shared pages. page, sent: HTML, and all of it as gzip sends it.")
    print("foreign: requests to other hosts, whose bytes are not counted.\n")
    print(HEAD)
    for name in named or there:
        material, carebase = measure(name, times)
        print(material.row())
        print(carebase.row())
        print(
            f"{'':22}{'ratio':10}{'':6}{carebase.wall / material.wall:8.2f}"
            f"{carebase.cpu / material.cpu:8.2f}{carebase.html / material.html:9.2f}",
            flush=True,
        )
    for corpus in CORPORA:
        if not corpus.folder.is_dir():
            print(f"{corpus.name}: left out, the corpus is not beside the repository")
    return 0
