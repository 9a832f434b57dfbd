"""All 51 files of a GIFT parser's own tests: read as their JSON says, and brought back whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from carebase.training.gift import GiftQuestion, Rich, parse_gift, write_gift
from tests.support.corpora import FOLDER
from tests.support.process import run_carebase

pytestmark = pytest.mark.corpus

SAMPLES = FOLDER / "courses-dev" / "gift-samples" / "tests" / "questions"
FILES = sorted(SAMPLES.glob("*.gift"))
_TYPES = {
    "choice": "MC", "short": "Short", "number": "Numerical", "matching": "Matching",
    "true-false": "TF", "essay": "Essay",
}  # fmt: skip


def need() -> None:
    if not FILES:
        pytest.skip("the corpus gift-samples is not beside the repository")


def rich(text: Rich | None) -> Any:
    return None if text is None else {"format": text.format, "text": text.text}


def number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def as_json(question: GiftQuestion) -> dict[str, Any]:
    """Give a question in the form of the samples' JSON."""
    if question.kind == "category":
        return {"type": "Category", "title": question.title}
    data: dict[str, Any] = {
        "id": question.id,
        "tags": list(question.tags) or None,
        "title": question.title,
        "stem": {"format": question.before.format, "text": question.stem},
        "hasEmbeddedAnswers": bool(question.after),
    }
    if question.kind == "description":
        return data | {"type": "Description"}
    data |= {"type": _TYPES[question.kind], "globalFeedback": rich(question.general)}
    if question.kind == "true-false":
        data |= {
            "isTrue": question.is_true,
            "trueFeedback": rich(question.wrong),
            "falseFeedback": rich(question.correct),
        }
    if question.kind == "matching":
        data["matchPairs"] = [
            {"subquestion": rich(pair.term), "subanswer": pair.answer} for pair in question.pairs
        ]
    choices = [
        {
            "isCorrect": one.right,
            "weight": None if one.weight is None else number(one.weight),
            "text": span(one),
            "feedback": rich(one.feedback),
        }
        for one in question.choices
    ]
    if choices:
        data["choices"] = choices[0]["text"] if question.is_single_number else choices
    return data


def span(choice: Any) -> Any:
    found = choice.number
    if found is None:
        return rich(choice.text)
    if found.by_ends:
        return {
            "type": "high-low", "numberHigh": number(found.high), "numberLow": number(found.low),
        }  # fmt: skip
    if found.is_exact:
        return {"type": "simple", "number": number(found.low)}
    middle, half = (found.low + found.high) / 2, (found.high - found.low) / 2
    return {"type": "range", "number": number(middle), "range": number(half)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_as_its_json_says(path: Path) -> None:
    problems: list[Any] = []
    found = parse_gift(path.read_text("utf-8"), path.name, problems)

    assert [] == problems
    assert json.loads(path.with_suffix(".json").read_text("utf-8")) == [*map(as_json, found)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_written_is_read_as_the_same(path: Path) -> None:
    found = parse_gift(path.read_text("utf-8"), path.name, [])
    again = parse_gift(write_gift(found), path.name, [])

    assert [*map(as_json, found)] == [*map(as_json, again)]


def test_all_files_are_there() -> None:
    need()
    assert 51 == len(FILES)


def heard(text: Rich | None) -> str:
    """Give the words of a text, however it is written."""
    if text is None:
        return ""
    written = text.text
    if text.format == "markdown":
        written = MarkdownIt("commonmark").render(written)
    if text.format != "plain":
        written = BeautifulSoup(written, "html.parser").get_text()
    return re.sub(r"\s+", "", written.replace("\\_", "_"))


def told(question: GiftQuestion) -> dict[str, Any]:
    """Give what has to survive of a question: its kind, its words, what is right, feedback."""
    right: Any = None
    if question.kind == "true-false":
        right = (question.is_true, heard(question.wrong), heard(question.correct))
    elif question.kind == "matching":
        right = [(heard(p.term), p.answer) for p in question.pairs if p.term.text]
    elif question.kind == "number":
        right = Counter(
            (one.number.low, one.number.high) if one.number else None for one in question.choices
        )
    elif question.choices:
        right = Counter(heard(one.text) for one in question.choices)
    return {
        "kind": question.kind,
        "stem": heard(Rich(question.stem, question.before.format)),
        "answers": right,
        "ticked": sorted(heard(one.text) for one in question.choices if ticked(one, question)),
        "feedback": Counter(heard(one.feedback) for one in question.choices),
        # A picture has to be put in by hand, and is told of.
        "general": heard(question.general).replace("3.png", ""),
        "embedded": bool(question.after),
    }


def ticked(choice: Any, question: GiftQuestion) -> bool:
    if question.kind == "number":
        return False
    if question.kind == "short":
        return choice.weight in (None, 100)
    return bool(
        choice.right if any(o.right for o in question.choices) else (choice.weight or 0) > 0
    )


def only_questions(entries: Iterable[GiftQuestion]) -> list[GiftQuestion]:
    return [one for one in entries if one.kind != "category"]


def test_gift_to_markdown_to_gift_keeps_every_question(tmp_path: Path) -> None:
    need()
    site = tmp_path / "site"
    done = run_carebase("import", "gift", SAMPLES, "-o", site, "--course", "samples", "--json")
    assert (0, "") == (done.returncode, done.stderr)
    report = json.loads(done.stdout)
    assert 51 == report["lessons"]
    checked = run_carebase("check", "--strict", cwd=site)
    assert 0 == checked.returncode, checked.stdout
    built = run_carebase("build", "--strict", "--no-index", cwd=site)
    assert 0 == built.returncode, built.stdout + built.stderr
    out = tmp_path / "out.gift"
    done = run_carebase("course", "export", "samples", "--format", "gift", "-o", out, cwd=site)
    assert (0, "") == (done.returncode, done.stderr)

    problems: list[Any] = []
    back = only_questions(parse_gift(out.read_text("utf-8"), "out.gift", problems))
    assert [] == problems
    before: list[GiftQuestion] = []
    for name in (page["source"] for page in report["pages"]):
        path = SAMPLES / name
        before += only_questions(parse_gift(path.read_text("utf-8"), path.name, []))
    assert len(before) == len(back)
    assert [told(one) for one in before] == [told(one) for one in back]

    names = {one.title for one in parse_gift(out.read_text("utf-8"), "", [])
             if one.kind == "category"}  # fmt: skip
    assert {"$course$/top/Default for LING-373-2194-B",
            "$course$/top/Default for Unit 1: Topic"} <= names  # fmt: skip


def test_what_markdown_cannot_hold_is_told_with_its_line(tmp_path: Path) -> None:
    need()
    done = run_carebase(
        "import", "gift", SAMPLES, "-o", tmp_path / "site", "--course", "samples", "--json"
    )
    left = json.loads(done.stdout)["left"]
    weighted = {(one["file"], one["line"]) for one in left if one["code"] == "gift-weight"}
    for path in FILES:
        for question in parse_gift(path.read_text("utf-8"), path.name, []):
            single = any(one.right for one in question.choices)
            for choice in question.choices:
                if single and choice.weight and choice.weight != 100:
                    assert (path.name, choice.line) in weighted
    assert all("%" in (SAMPLES / name).read_text("utf-8").split("\n")[line - 1]
               for name, line in weighted)  # fmt: skip
    codes = {one["code"] for one in left}
    assert {"gift-title", "gift-weight", "gift-marks", "gift-any-answer", "gift-any-right",
            "gift-picture", "gift-extra-answer"} == codes  # fmt: skip
