"""Grades with Python and with the browser's code, which runs in one node process for all calls."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from carebase.training.drawing import drawn
from carebase.training.grading import grade, read_key, rounded, said, total
from carebase.training.number import Quantity

RUNNER = Path(__file__).with_name("quiz_twin.mjs")


def run_twin(asked: Iterable[dict[str, Any]]) -> list[Any]:
    """Give the browser's answers to several calls, each named by its key "what"."""
    node = shutil.which("node")
    assert node, "The tests of the browser's grading need node on the PATH."
    lines = "".join(json.dumps(call) + "\n" for call in asked)
    done = subprocess.run(
        [node, str(RUNNER)], input=lines.encode(), capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def answer(call: dict[str, Any]) -> Any:
    """Give Python's answer to a call."""
    match call["what"]:
        case "grade":
            return _written(grade(read_key(call["key"]), call["given"]))
        case "drawn":
            return sorted(drawn(call["ids"], call["count"], call["seed"]))
        case "said":
            return said(call["text"])
        case "readings":
            found = Quantity(Fraction(0), unit=call["unit"]).read(call["text"])
            return [_written(one) for one in found]
        case _:
            score = total((Fraction(points), Fraction(share)) for points, share in call["parts"])
            shown = (rounded(score.reached, 2), rounded(score.possible, 2), score.percent)
            return [*shown, score.passes(call["mark"])]


def _written(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"
