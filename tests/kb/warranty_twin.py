"""Runs the browser's engine: one node process, one line of arguments in, one answer out."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("warranty_twin.mjs")


def run_twin(asked: Iterable[dict[str, Any]]) -> list[str]:
    """Give the browser's answers to several calls, each named by its key "what"."""
    node = shutil.which("node")
    assert node, "The tests of the browser's engine need node on the PATH."
    lines = "".join(json.dumps(call, ensure_ascii=False) + "\n" for call in asked)
    done = subprocess.run(
        [node, str(RUNNER)], input=lines.encode(), capture_output=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode().split("\n")[:-1]
