"""The rules of coverage, one case each: policy, case and verdict side by side in the vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from carebase.warranty.verdict import stringify
from tests.kb.warranty_twin import answer, run_twin

FILES = sorted((Path(__file__).parents[1] / "vectors").glob("warranty-*.jsonl"))


def read_vectors() -> list[dict[str, Any]]:
    lines = [line for path in FILES for line in path.read_text(encoding="utf-8").split("\n")]
    return [
        {"what": "coverage", "statutes": [], "notices": [], **json.loads(line)}
        for line in lines
        if line
    ]


VECTORS = read_vectors()


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_verdict_is_the_one_written_down(vector: dict[str, Any]) -> None:
    assert vector["verdict"] == json.loads(answer(vector))
    assert stringify(vector["verdict"]) == answer(vector)


def test_the_browser_gives_the_verdicts_written_down() -> None:
    expected = [stringify(vector["verdict"]) for vector in VECTORS]
    assert expected == run_twin(VECTORS)


def test_each_vector_has_a_name_of_its_own() -> None:
    names = [vector["name"] for vector in VECTORS]
    assert sorted(set(names)) == sorted(names)


def test_every_rule_has_vectors() -> None:
    rules = {vector["name"].split("-")[0] for vector in VECTORS}
    assert {f"r{number}" for number in range(1, 16)} <= rules


def test_a_trace_tells_rule_and_day() -> None:
    for vector in VECTORS:
        for row in vector["verdict"]["coverages"]:
            assert row["trace"]
            for step in row["trace"]:
                rule, *what, day = step.split(" ")
                assert rule[0] == "R" and rule[1:].isdigit() and what
                assert len(day) == 10


def test_the_trace_gives_the_last_day_again() -> None:
    moving = ("R2", "R4", "R5", "R6", "R7", "R8")
    for vector in VECTORS:
        for row in vector["verdict"]["coverages"]:
            if row["kind"] != "commercial" or "until" not in row:
                continue
            days = [
                step.split(" ")[-1]
                for step in row["trace"]
                if step.startswith(moving) and not step.startswith("R8 notice due")
            ]
            assert row["until"] == days[-1], vector["name"]
