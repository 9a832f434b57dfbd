"""`carebase coverage`, run as a process on files as a person has them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.process import run_carebase

POLICY = """\
id: brio
version: 2
start: [delivered, purchased]
coverages:
  - {id: body, months: 24, clause: terms.md#body}
"""
CASE = (
    '{"policy": "brio@2", "as_of": "2026-11-21",'
    ' "events": [{"kind": "purchased", "on": "2026-01-31"}]}'
)
VERDICT = (
    '{"as_of":"2026-11-21","verdict":"covered","policy":"brio@2",'
    '"start":{"date":"2026-01-31","from":"purchased","certainty":"stated"},'
    '"coverages":[{"id":"body","kind":"commercial","status":"covered","until":"2028-01-31",'
    '"days_left":436,"clause":"terms.md#body",'
    '"trace":["R1 purchased 2026-01-31","R2 +24 months 2028-01-31"]}],"missing":[]}'
)


def write_policies(folder: Path) -> None:
    (folder / "policies").mkdir()
    (folder / "policies" / "brio@2.yml").write_text(POLICY, encoding="utf-8")


def test_each_case_has_its_verdict_in_order(tmp_path: Path) -> None:
    write_policies(tmp_path)
    (tmp_path / "cases.jsonl").write_text(f"{CASE}\n\n{CASE}\n", encoding="utf-8")

    answer = run_carebase("coverage", "--policies", "policies", "cases.jsonl", cwd=tmp_path)

    assert (0, f"{VERDICT}\n{VERDICT}\n", "") == (answer.returncode, answer.stdout, answer.stderr)


def test_a_bad_line_is_answered_in_its_place(tmp_path: Path) -> None:
    write_policies(tmp_path)
    bad = '{"policy": "brio@3", "as_of": "2026-02-30"}'
    (tmp_path / "cases.jsonl").write_text(f"{bad}\n{CASE}\n", encoding="utf-8")

    answer = run_carebase("coverage", "--policies", "policies", "cases.jsonl", cwd=tmp_path)

    first, second = answer.stdout.splitlines()
    assert 1 == answer.returncode
    assert 1 == json.loads(first)["line"]
    assert VERDICT == second


def test_all_problems_of_the_files_are_told_and_nothing_is_answered(tmp_path: Path) -> None:
    write_policies(tmp_path)
    (tmp_path / "policies" / "pip@1.yml").write_text(
        "id: pip\nversion: 2\nstart: [delivered]\ncoverages:\n  - {id: body, months: 0}\n",
        encoding="utf-8",
    )
    (tmp_path / "statutes.yml").write_text(
        "- {id: no, countries: [NO], months: 60, who: seller, source: lov}\n"
        "- {id: no, countries: [no], months: 60, who: seller, source: lov}\n",
        encoding="utf-8",
    )
    (tmp_path / "cases.jsonl").write_text(f"{CASE}\n", encoding="utf-8")

    answer = run_carebase(
        "coverage",
        *("--policies", "policies", "--statutes", "statutes.yml", "cases.jsonl"),
        cwd=tmp_path,
    )

    assert (2, "") == (answer.returncode, answer.stdout)
    assert ["pip@1.yml:5:24", "statutes.yml:2:24"] == [
        line.split(": ")[0] for line in answer.stderr.splitlines() if not line.startswith(" ")
    ]


def test_every_line_of_an_ugly_file_has_its_answer(tmp_path: Path) -> None:
    write_policies(tmp_path)
    good = CASE.encode()
    lines = [
        good + b"\r",
        b"\xef\xbb\xbf" + good,
        b" \t\r",
        b"\xff\xfe{}",
        good[:-1] + b', "x": NaN}',
        good[:-1] + b', "serial": "\\ud800"}',
        good[:-1] + b', "serial": "\\ud83d\\ude00", "x": ' + b"9" * 9999 + b"}",
        good[:-1] + b', "x": ' + b"[" * 99999 + b"]" * 99999 + b"}",
        good + good,
        b"\x00",
        "\u2028".encode(),
        b'{"policy": "gone@1", ' + good[1:],
        good,
    ]
    (tmp_path / "cases.jsonl").write_bytes(b"\n".join(lines))

    answer = run_carebase("coverage", "--policies", "policies", "cases.jsonl", cwd=tmp_path)

    answers = answer.stdout.split("\n")
    assert (1, "", "") == (answer.returncode, answer.stderr, answers.pop())
    bad = [json.loads(line)["line"] for line in answers if line.startswith('{"error":')]
    assert [2, 4, 5, 6, 8, 9, 10, 11] == bad
    assert [VERDICT] * 4 == [line for line in answers if not line.startswith('{"error":')]
    assert [VERDICT, VERDICT] == [answers[0], answers[-1]]
