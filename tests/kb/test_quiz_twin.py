"""Grading: written cases give what they say, in Python and in the browser; so do random ones."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.kb.quiz_twin import answer, run_twin

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = 6_000
IDS = ["a1", "b2", "c3", "d4", "e5"]


def vectors() -> list[dict[str, Any]]:
    found = sorted(VECTORS.glob("quiz-*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", vectors(), ids=lambda case: case["why"])
def test_python_grades_as_written(case: dict[str, Any]) -> None:
    assert case["expected"] == answer(case)


def test_the_browser_grades_as_written() -> None:
    cases = vectors()
    assert len(cases) >= 60
    for case, actual in zip(cases, run_twin(cases), strict=True):
        assert case["expected"] == actual, case["why"]


def _number(chance: Random) -> str:
    digits = "".join(chance.choice("0123456789") for _ in range(chance.randint(1, 7)))
    marks = chance.choice([".", ",", "", "'", " ", "\u202f", ".,", ",.", "..", ",,", "−", "e"])
    place = chance.randint(0, len(digits))
    sign = chance.choice(["", "", "-", "+", "−", "--"])
    unit = chance.choice(["", "", " bar", "bar", "BAR", "b a r", " psi", "%", "1"])
    return f"{sign}{digits[:place]}{marks}{digits[place:]}{unit}"


def _key(chance: Random) -> dict[str, Any]:
    kind = chance.choice(
        ["single", "several", "true-false", "ordering", "matching", "number", "blank"]
    )
    ids = IDS[: chance.randint(2, 5)]
    key: dict[str, Any] = {"kind": kind, "right": []}
    if kind in ("single", "true-false"):
        key["right"] = [chance.choice(ids)]
    elif kind == "several":
        key["right"] = chance.sample(ids, chance.randint(1, len(ids)))
    elif kind == "ordering":
        key["right"] = chance.sample(ids, len(ids))
    elif kind == "matching":
        key["right"] = [f"{one}={chance.choice(ids)}" for one in ids]
    elif kind == "blank":
        key["right"] = [_words(chance) for _ in range(chance.randint(1, 3))]
    else:
        value = [chance.randint(-5000, 5000), chance.choice([1, 10, 3, 100])]
        key |= {"number": [*value, chance.randint(0, 20), chance.choice([1, 2, 10])], "unit": "bar"}
    if kind in ("several", "ordering", "matching") and chance.random() < 0.5:
        key["partial"] = True
    return key


def _words(chance: Random) -> str:
    pool = ["Kalk", "kalk", "KALK", "Straße", "ΣΊΣΥΦΟΣ", "it’s", "it's", "é", "e\u0301", "ﬁn", "½",
            " ", "\xa0", "\t", "\u2028", ".", "!", "–", "-", "İ", "ǅ", "\ufeff", "𝟗"]  # fmt: skip
    return "".join(chance.choice(pool) for _ in range(chance.randint(0, 4)))


def _given(chance: Random, key: dict[str, Any]) -> list[str]:
    kind, right = key["kind"], list(key["right"])
    if kind == "number":
        top, bottom, *_ = key["number"]
        return [chance.choice([_number(chance), str(top // bottom), f"{top / bottom:.2f} bar"])]
    if kind == "blank":
        return chance.choice([[], [_words(chance)], [right[0].upper()], [f" {right[0]}. "]])
    if chance.random() < 0.3:
        return right
    if kind == "matching":
        return [f"{one}={chance.choice(IDS)}" for one in IDS[: len(right)]]
    chance.shuffle(right)
    return chance.choice(
        [right, right[:-1], chance.sample(IDS, chance.randint(0, 5)), [*right, "f6"]]
    )


def test_random_answers_are_graded_alike() -> None:
    chance = Random(20261122)
    calls: list[dict[str, Any]] = []
    for _ in range(CASES):
        key = _key(chance)
        calls.append({"what": "grade", "key": key, "given": _given(chance, key)})
        calls.append({"what": "said", "text": _words(chance)})
        ids = chance.sample(["a", "b-1", "lime", "acid", "q-7k2mx", "ü", "x_2"], 6)
        seed = "".join(chance.choice("0123456789abcdef") for _ in range(16))
        calls.append({"what": "drawn", "ids": ids, "count": chance.randint(0, 6), "seed": seed})
        calls.append({"what": "readings", "text": _number(chance), "unit": "bar"})
        parts = [
            [
                f"{chance.randint(1, 400)}/{chance.choice([1, 2, 4, 100])}",
                f"{n}/{chance.randint(n, 9)}",
            ]
            for n in (chance.randint(1, 7) for _ in range(chance.randint(0, 6)))
        ]
        calls.append({"what": "score", "parts": parts, "mark": chance.choice([0, 50, 80, 100])})
    shares = set()
    for call, actual in zip(calls, run_twin(calls), strict=True):
        assert answer(call) == actual, json.dumps(call)
        if call["what"] == "grade":
            shares.add(actual)
    assert {"0/1", "1/1", "1/2", "1/3", "2/5"} <= shares
