"""Builds beside Material with pruned navigation and beside the newest Zensical, in one run.

`make bench ARGS=builds` measures 2,000 made-up pages of 8 kB: from nothing, unchanged, after an
edit of a text and of a title, and how soon `carebase serve` answers with an edit. More is asked
for with options:

    make bench ARGS="builds --growth"              1,000 and 10,000 pages, Carebase alone
    make bench ARGS="builds --corpus FOLDER"       pages of somebody else; an archive too
    make bench ARGS="builds --pages 500 --runs 5 --minutes 10"
    make bench ARGS="builds --with-search"         both our indexes beside Material's own
    make bench ARGS="builds --plain"               without plugins of ours: what MkDocs makes too
    make bench ARGS="builds --json FILE"           keeps what was measured
    make bench ARGS="builds --table FILE"          makes the handbook's table of that

Search is left out on all sides else. `cpu` are the seconds of all processors; walls count only on a
quiet machine. Zensical is installed into a folder of its own that is thrown away again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from carebase.build.bench import Case, Result, growth, measure
from tests.bench.table import table

# What builds may take of what another takes, and how they may grow from 1,000 to 10,000 pages.
BUDGETS = {
    ("mkdocs", "cold", "cpu"): 0.65,
    ("mkdocs", "cold", "wall"): 0.45,
    ("mkdocs", "one edit", "cpu"): 0.05,
    ("mkdocs", "one edit", "wall"): 0.05,
    ("zensical", "one edit", "cpu"): 0.10,
    ("zensical", "one edit", "wall"): 0.10,
}
# A build with both indexes takes no longer than Material's with its one.
INDEXED = {("mkdocs", "cold", "wall"): 1.0}
GROWTH = {"cold, cpu": 11.0, "one edit, cpu": 5.0, "HTML of a page": 1.15}
SERVED = 0.25
SIZES = (1000, 10_000)


def main(arguments: list[str]) -> int:
    """Measure what is asked for; the figures are for a person to judge."""
    asked = _options().parse_args(arguments)
    if asked.table is not None:
        for site in json.loads(asked.table.read_text("utf-8")):
            print("\n".join(table(site)))
        return 0
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="carebase-bench-") as folder:
        cases = [_corpus(path, Path(folder)) for path in asked.corpus]
        zensical = None if asked.growth or asked.with_search else _zensical(Path(folder))
        if asked.growth:
            results = [
                measure(Case(f"{size:,} pages", size), 1, others=False, serve=False, until=until)
                for size in SIZES
            ]
        else:
            cases = cases or [Case(f"{asked.pages:,} pages", asked.pages)]
            results = [
                measure(
                    case,
                    asked.runs,
                    prune=not asked.default_navigation,
                    zensical=zensical,
                    serve=not asked.with_search,
                    search=asked.with_search,
                    plain=asked.plain,
                    until=until,
                )
                for case in cases
            ]
    for result in results:
        print("\n".join(result.rows()))
        _judge(result, search=asked.with_search)
    if asked.json is not None:
        found = [result.plain() for result in results]
        asked.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    if asked.growth:
        for name, by in growth(*results):
            print(f"  {name:20} × {by:.2f}{_against(by, GROWTH.get(name))}")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="builds")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=20, help="begin no run after these")
    parser.add_argument("--growth", action="store_true", help="1,000 and 10,000 pages")
    parser.add_argument("--default-navigation", action="store_true", help="without pruning")
    parser.add_argument("--with-search", action="store_true", help="all make their indexes")
    parser.add_argument("--plain", action="store_true", help="without plugins of ours")
    parser.add_argument("--json", type=Path, help="keep what was measured in this file")
    parser.add_argument("--table", type=Path, help="make a table of such a file, measure nothing")
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    return parser


def _judge(result: Result, *, search: bool) -> None:
    for (other, task, what), most in (INDEXED if search else BUDGETS).items():
        if (other, "cold") in result.runs:
            ratio = result.ratio(other, task, what)
            if ratio is not None:
                print(f"  {task}, {what} by {other}: {ratio:.3f}{_against(ratio, most)}")
    if result.served:
        worst = max(result.served)
        print(f"  the slowest edit was served after {worst:.2f} s{_against(worst, SERVED)}")


def _against(figure: float, most: float | None) -> str:
    if most is None:
        return ""
    return f" (at most {most}: {'kept' if figure <= most else 'missed'})"


def _corpus(path: Path, folder: Path) -> Case:
    if path.is_dir():
        return Case.of(path)
    if not path.is_file():
        sys.exit(f"There is no corpus at {path}.")
    target = folder / path.name.partition(".")[0]
    try:
        with tarfile.open(path) as archive:
            archive.extractall(target, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        sys.exit(f"{path} is no archive that can be unpacked: {error}")
    below = list(target.iterdir())
    return Case.of(below[0] if len(below) == 1 and below[0].is_dir() else target)


def _zensical(folder: Path) -> Path | None:
    """Install the newest Zensical that there is; without one it is left out."""
    python = folder / "zensical" / "bin" / "python"
    made = subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=False)
    if not made.returncode:
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "zensical"]
        made = subprocess.run(pip, check=False)
    if made.returncode:
        print("Zensical could not be installed and is left out.", file=sys.stderr)
        return None
    said = subprocess.run(
        [python.with_name("zensical"), "--version"], capture_output=True, text=True, check=False
    )
    print(f"zensical: {said.stdout.strip()}")
    return python.with_name("zensical")
