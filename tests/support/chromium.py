"""Find a Chromium for the browser tests, or get one; say in one sentence when neither works.

`python -m tests.support.chromium --install` prints the browser it found or installed and ends
with 1 when there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# No sandbox: containers run the tests as root. The rest keeps the browser from asking the
# network for updates, and makes every name but this machine's own fail at once.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

MISSING = (
    "The browser tests need a Chromium: install one "
    '(on Debian: "sudo apt install chromium"; elsewhere: ".venv/bin/playwright install chromium"), '
    "or name one in the variable CHROMIUM."
)


@cache
def find() -> Path | None:
    """Give the Chromium to use: the one named in `CHROMIUM`, an installed one, or Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).is_file() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    return _playwrights_own()


def install() -> Path | None:
    """Get a Chromium, by Playwright's own download or as root by apt, when none is there."""
    if find() is None and not os.environ.get("CHROMIUM"):
        print("No Chromium here; fetching Playwright's own …", flush=True)
        if not _run([sys.executable, "-m", "playwright", "install", "chromium"]) or not _starts():
            _install_by_apt()
        find.cache_clear()
    return find()


def _install_by_apt() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("That did not work; installing Debian's package chromium …", flush=True)
        if _run(["apt-get", "update", "-q"]):
            _run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _starts() -> bool:
    """Tell whether Playwright's browser runs: it may lack libraries of the system."""
    path = _playwrights_own()
    return path is not None and _run([str(path), "--version"])


def _run(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=900)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Print the browser that the tests will use; with `--install` get one first if needed."""
    path = install() if "--install" in arguments else find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
