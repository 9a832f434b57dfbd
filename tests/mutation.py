"""How many mistakes in the warranty engine its fast tests notice: `make mutation`.

mutmut writes one small mistake after the other into the engine and runs the vectors and the unit
tests against each, without Node and without cases made by chance. It wants sources in `src/`, so
that it works in a copy of its own below `.cache/`. What survives is shown with its change.
`make mutation ARGS=course` tries one module. Exit code 1: less than the share to be noticed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / ".cache" / "mutation"
LEAST = 0.9
MODULES = (
    *("case", "course", "coverage", "dates", "events", "lock"),
    *("notices", "programmes", "promise", "rights", "verdict"),
)
SUITE = (
    "tests/kb/test_warranty_vectors.py",
    "tests/kb/test_warranty_case.py",
    "tests/kb/test_warranty_lock.py",
    "tests/kb/warranty_twin.py",
)
SETTINGS = """\
[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = "--strict-markers --import-mode=importlib"
pythonpath = ["."]

[tool.mutmut]
source_paths = ["src"]
only_mutate = {modules}
pytest_add_cli_args = ["-k", "not browser", "-p", "no:cacheprovider"]
"""


def prepare(modules: tuple[str, ...]) -> None:
    """Lay out the copy in which mutmut works."""
    shutil.rmtree(PLACE, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    for package in ("kb/carebase", "widgets/carebase_widgets"):
        target = PLACE / "src" / Path(package).name
        shutil.copytree(ROOT / package, target, ignore=ignored)
    shutil.copytree(ROOT / "tests/vectors", PLACE / "tests/vectors")
    for name in SUITE:
        (PLACE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, PLACE / name)
    files = [f"src/carebase/warranty/{module}.py" for module in modules]
    (PLACE / "pyproject.toml").write_text(SETTINGS.format(modules=json.dumps(files)), "utf-8")


def mutmut(*arguments: str, quiet: bool = True) -> str:
    """Run mutmut in the copy; what it draws while it works is of no use in a log."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(
        command, cwd=PLACE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode and not quiet:
        sys.exit(done.stdout[-3000:])
    return done.stdout


def main() -> int:
    """Try every mistake, and print the score and the survivors."""
    chosen = tuple(sys.argv[1:]) or MODULES
    if unknown := sorted({*chosen} - {*MODULES}):
        sys.exit(f"There is no module {', '.join(unknown)} here; there are {', '.join(MODULES)}.")
    prepare(chosen)
    mutmut("run", "--max-children", str(os.cpu_count() or 1), quiet=False)
    mutmut("export-cicd-stats")
    stats = json.loads((PLACE / "mutants/mutmut-cicd-stats.json").read_text("utf-8"))
    lines = mutmut("results").splitlines()
    for name in (line.strip().split(":")[0] for line in lines if ":" in line):
        change = [
            line
            for line in mutmut("show", name).splitlines()
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        print("\n".join([name, *(f"    {line}" for line in change)]))
    noticed = stats["killed"] + stats["timeout"]
    share = noticed / stats["total"]
    print(f"{noticed} of {stats['total']} mistakes were noticed: {share:.1%}")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
