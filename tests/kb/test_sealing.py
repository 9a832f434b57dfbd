"""Seals of hashed questions: Python makes them, the browser's code opens them and grades."""

from __future__ import annotations

import base64
import json
from typing import Any

from carebase.training.sealing import seal
from tests.kb.quiz_twin import run_twin
from tests.kb.test_quiz_twin import vectors

TEXTS = ["", "x", "<p>Säure &amp; Kalk 💧 → «ça»</p>", "long " * 5_000, "\n\x00\u2028"]


def opened(sealed: str, question: str = "acid", version: str = "8cb3f2c6") -> dict[str, Any]:
    return {"what": "unseal", "sealed": sealed, "question": question, "version": version}


def test_the_browser_opens_what_is_sealed() -> None:
    assert TEXTS == run_twin(opened(seal(text, "acid", "8cb3f2c6")) for text in TEXTS)


def test_keys_give_the_written_shares_when_they_were_sealed() -> None:
    cases = [case for case in vectors() if case["what"] == "grade"]
    assert len(cases) >= 30
    asked = [
        {
            "what": "sealed",
            "sealed": seal(json.dumps(case["key"]), f"q-{number}", "8cb3f2c6"),
            "question": f"q-{number}",
            "version": "8cb3f2c6",
            "given": case["given"],
        }
        for number, case in enumerate(cases)
    ]
    for case, actual in zip(cases, run_twin(asked), strict=True):
        assert case["expected"] == actual, case["why"]


def test_a_seal_opens_for_its_own_question_alone_and_only_whole() -> None:
    sealed = seal("Citric acid", "acid", "8cb3f2c6")
    data = base64.b64decode(sealed)
    changed = base64.b64encode(data[:-1] + bytes([data[-1] ^ 1])).decode()

    assert [None, None, None, None] == run_twin(
        [
            opened(sealed, question="lime"),
            opened(sealed, version="00000000"),
            opened(changed),
            opened("no seal"),
        ]
    )


def test_the_same_is_sealed_the_same_way_and_no_nonce_serves_twice() -> None:
    seals = [seal(text, name, "8cb3f2c6") for text in TEXTS for name in ("acid", "lime")]

    assert seals == [seal(text, name, "8cb3f2c6") for text in TEXTS for name in ("acid", "lime")]
    assert len(seals) == len({base64.b64decode(one)[:12] for one in seals})
    assert not [one for one in seals if b"acid" in base64.b64decode(one)]
