"""Runs both engines on the same arguments; the browser's in one node process for all of them."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from carebase.warranty.case import read_case
from carebase.warranty.notices import Notices
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statutes

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


def answer(call: dict[str, Any]) -> str:
    """Give Python's answer to one call for a verdict."""
    policy = Policy.model_validate_json(json.dumps(call["policy"]))
    case = read_case(json.dumps(call["case"]), {policy.name: policy})
    statutes = Statutes.model_validate_json(json.dumps(call["statutes"]))
    notices = Notices.model_validate_json(json.dumps(call["notices"]))
    return case.answer(statutes.root, notices.root)
