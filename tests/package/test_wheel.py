"""The wheel, installed into an empty environment, makes a site, builds it and answers."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import environment, free_port, start, wait_until_answers

pytestmark = pytest.mark.package

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end; a failure fails the test with its output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment({"PYTHONPATH": ""}),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of programs of an environment that holds the wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", folder / "dist"),
        cwd=ROOT,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    binaries = folder / "venv" / "bin"
    # The pins make the run the same tomorrow; the wheel brings its own wishes.
    pins = folder / "pins.txt"
    lines = (ROOT / "requirements" / "use.txt").read_text(encoding="utf-8").splitlines()
    pins.write_text("\n".join(line.rstrip("\\ ") for line in lines if "==" in line))
    run(
        *(binaries / "python", "-m", "pip", "install", "--quiet"),
        *("--constraint", pins, f"{wheel}[endpoint]"),
        cwd=folder,
    )
    yield binaries


def test_a_new_site_is_made_built_and_served(programs: Path, tmp_path: Path) -> None:
    carebase = programs / "carebase"
    site = tmp_path / "my-kb"

    run(carebase, "init", "my-kb", cwd=tmp_path)
    run(carebase, "check", "--strict", cwd=site)
    run(carebase, "build", "--strict", cwd=site)
    run(carebase, "verify", "site", cwd=site)

    assert (site / "site" / "index.html").is_file()
    assert not [path for path in (site / "site").rglob("*") if path.suffix in (".yml", ".yaml")]

    port = free_port()
    settings = {
        "CAREBASE_SITE": str(site / "site"),
        "CAREBASE_DATABASE_URL": f"sqlite:///{tmp_path / 'care.db'}",
        "PYTHONPATH": "",
    }
    with start((carebase, "endpoint", "--port", str(port)), tmp_path, settings) as endpoint:
        wait_until_answers(f"http://127.0.0.1:{port}/healthz")
        assert 0 == endpoint.stop(), endpoint.output
        assert "Traceback" not in endpoint.output

    # The site, the database with its secret, and nothing else.
    assert {"my-kb", "care"} == {path.name.split(".")[0] for path in tmp_path.iterdir()}


def test_pages_need_no_endpoint_dependency(programs: Path) -> None:
    code = (
        "import importlib.metadata as m, re\n"
        "for r in m.requires('carebase'):\n"
        "    if 'extra' not in r: print(re.split('[<>=!;\\\\[ ]', r)[0].lower())"
    )
    names = run(programs / "python", "-c", code, cwd=programs).split()
    assert not {"starlette", "uvicorn", "sqlalchemy", "alembic", "psycopg"} & set(names)
