"""GIFT: bad files are told with their line, what is written is read the same, courses leave."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carebase.cli import main
from carebase.training.gift import Choice, GiftQuestion, Pair, Rich, parse_gift, write_gift
from tests.support.process import run_carebase


def run(*arguments: str | Path) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One? {T}\n\n\nTwo? {\n=a\n~b\n\nThree? {F}\n",
         "q.gift:4:1: error gift-brace: The answers of this question are never closed.\n"
         "    found: `Two? { =a ~b`\n"
         "    hint: write `}` behind the last answer; no empty row may stand between\n"),
        ("// a\n\nOne } two\n",
         "q.gift:3:1: error gift-brace: A brace closes answers that are not open.\n"
         "    found: `}`\n    hint: write `\\}` where the sign itself is meant\n"),
        ("How many? {#\n=4\n=four}\n",
         "q.gift:3:1: error gift-number: This number cannot be read.\n    found: `four`\n"
         "    hint: numbers are written as `9`, `9:0.5` or `8.5..9.5`\n"),
        ("A {T} b {F}\n",
         "q.gift:1:1: error gift-brace: A question has one place for its answers.\n"
         "    found: a second `{`\n    hint: write `\\{` where the sign itself is meant, or an"
         " empty row between two questions\n"),
        (b"K\xe4se? {T}\n",
         "q.gift:1:2: error not-utf-8: The file is not UTF-8 text.\n    found: byte 0xE4\n"
         "    allowed: UTF-8\n    hint: save the file again with the encoding UTF-8\n"),
        ("// nothing\n", "There is no question in {file}: in GIFT its answers stand in braces, as"
         " in `Hot? {=yes ~no}`.\n"),
        ("", "There is no question in {file}: in GIFT its answers stand in braces, as in"
         " `Hot? {=yes ~no}`.\n"),
        ("<?xml version='1.0'?>\n<quiz><question type='essay'><text>{x}</text></question></quiz>",
         "{file} is XML and not GIFT: take it into Moodle, and export the questions there in the"
         " format GIFT.\n"),
        ("Is it hot?\nA. Yes\nB. No\nANSWER: A\n",
         "{file} is Aiken and not GIFT: take it into Moodle, and export the questions there in the"
         " format GIFT.\n"),
        ("Is it?{T}\n\n// first\n::Heat: Is it hot? {=yes ~no}\n",
         "q.gift:4:1: error gift-name: The name of this question is never closed.\n"
         "    found: `::Heat: Is it hot? {=yes ~no}`\n    hint: write `::` behind the name too\n"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_and_nothing_is_written(
    tmp_path: Path, text: str | bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.gift"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    code = run("import", "gift", file, "-o", tmp_path / "site")
    assert said.replace("{file}", str(file)) == capsys.readouterr().err
    assert (2 if said.startswith(("There", "{file}")) else 1) == code
    assert not (tmp_path / "site").exists()


def test_wrong_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == run("import", "gift", tmp_path / "no.gift")
    assert (
        f"{tmp_path / 'no.gift'} is not there: name files of GIFT questions, or a folder.\n"
    ) == capsys.readouterr().err
    assert 2 == run("import", "gift", tmp_path)
    assert (
        f"{tmp_path} holds no file that ends in `.gift`: name the files themselves where they end"
        " otherwise, as Moodle's `.txt` do.\n"
    ) == capsys.readouterr().err
    os.mkfifo(tmp_path / "pipe")
    assert 2 == run("import", "gift", tmp_path / "pipe")
    said = f"{tmp_path / 'pipe'} is no file and no folder: name files of GIFT questions,"
    assert capsys.readouterr().err.startswith(said)
    (tmp_path / "notes.gift").write_text("What we mean to ask one day.\n", encoding="utf-8")
    assert 2 == run("import", "gift", tmp_path / "notes.gift")
    said = f"There is no question in {tmp_path / 'notes.gift'}: "
    assert capsys.readouterr().err.startswith(said)
    assert 2 == run("import", "gfit", tmp_path)
    assert "There is no import of `gfit`: did you mean `gift`?\n" == capsys.readouterr().err


def test_a_question_that_a_quiz_cannot_ask_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.gift"
    gift = "::Twice::Which? {\n\t=a\n\t~b\n\t~b\n}"
    file.write_text(f"// x\n\n{gift}\n")
    site = tmp_path / "site"
    assert 0 == run("import", "gift", file, "-o", site)
    assert (
        "q.gift:3:1: warning gift-kept-as-text: A quiz cannot ask this question: the same answer"
        " stands twice in this question. It is an exercise with its GIFT in it.\n"
    ) in capsys.readouterr().out
    page = (site / "docs/courses/q/q.md").read_text("utf-8")
    assert f"/// exercise | Twice\n\n```gift\n{gift}\n```\n\n///\n" in page
    out = tmp_path / "out.gift"
    done = run_carebase("course", "export", "q", "--format", "gift", "-o", out, cwd=site)
    assert (0, "") == (done.returncode, done.stderr)
    assert gift in out.read_text("utf-8")


COURSE = """\
# Water

A text that is no description.

/// quiz

### Which one? {#one points=2.5 attempts=3}

- [x] Citric *acid*
  > Right.
- [ ] 100 % ~ {vinegar}

Hint: Sour.

Explanation: See [this](02.md).

### In order {#two}

1. Fill
2. Boil

### It takes [[= 9 ± 0.5 bar]] here. {#three}

- [ ] 15 bar
  > That is the pump.

### Lime is [[scale|limescale]]. {#four}

### Both {#five partial}

- [x] a
- [x] b
- [ ] c

///
"""


def test_a_course_leaves_as_gift(tmp_path: Path) -> None:
    for name, text in {
        "mkdocs.yml": "site_name: S\ntheme: {name: material}\n"
        "plugins: [carebase-catalog, carebase-articles, carebase-courses, carebase-forms]\n",
        "docs/index.md": "# Home\n",
        "docs/courses/care/course.yml": "title: Care / water\nlessons: [01.md, 02.md]\n",
        "docs/courses/care/01.md": COURSE,
        "docs/courses/care/02.md": "# Two\n\nText.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = run_carebase(
        "course", "export", "care", "--format", "gift", "-o", "care.gift", cwd=tmp_path
    )
    assert 0 == done.returncode, done.stderr
    file = "docs/courses/care/01.md"
    assert (
        f"warning: {file}:7: a link to a page of the site leads nowhere in another system.\n"
        f"warning: {file}:7: GIFT has no hints: 1 stay behind.\n"
        f"warning: {file}:7: GIFT has no points: set 2.5 there.\n"
        f"warning: {file}:7: GIFT has no number of attempts: 3 stay behind.\n"
        f"warning: {file}:17: GIFT has no ordering: the steps are matched with numbers.\n"
    ) == done.stderr
    written = (tmp_path / "care.gift").read_text("utf-8")
    assert written.startswith("$CATEGORY: $course$/top/Care // water/Water\n\n")
    entries = parse_gift(written, "care.gift", [])
    kinds = [one.kind for one in entries]
    assert ["category", "choice", "matching", "number", "short", "choice"] == kinds
    one, order, number, blank, both = entries[1:]
    assert ("one", "Which one?") == (one.title, one.stem)
    assert [True, False] == [choice.right for choice in one.choices]
    assert "100 % ~ {vinegar}" == one.choices[1].text.text
    assert Rich("Citric *acid*", "markdown") == one.choices[0].text
    assert Rich("Right.") == one.choices[0].feedback
    assert [("Fill", "1"), ("Boil", "2")] == [(p.term.text, p.answer) for p in order.pairs]
    assert "It takes _____ bar here." == number.stem
    span = number.choices[0].number
    assert span is not None and (Fraction("8.5"), Fraction("9.5")) == (span.low, span.high)
    assert ["scale", "limescale"] == [choice.text.text for choice in blank.choices]
    assert "Lime is _____ ." == blank.stem
    assert [50, 50, -50] == [choice.weight for choice in both.choices]


def test_a_course_without_questions_is_told(tmp_path: Path) -> None:
    for name, text in {
        "mkdocs.yml": "site_name: S\ntheme: {name: material}\n"
        "plugins: [carebase-catalog, carebase-articles, carebase-courses, carebase-forms]\n",
        "docs/index.md": "# Home\n",
        "docs/courses/care/course.yml": "title: Care\nlessons: [02.md]\n",
        "docs/courses/care/02.md": "# Two\n\nText.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = run_carebase(
        "course", "export", "care", "--format", "gift", "-o", "c.gift", cwd=tmp_path
    )
    assert (2, "The course `care` has no questions to write as GIFT.\n") == (
        done.returncode, done.stderr,
    )  # fmt: skip
    assert not (tmp_path / "c.gift").exists()


WORDS = st.text(
    st.sampled_from(list("abc ~=#{}:\\->*%<é\u00a0[]/\n'\"")), min_size=1, max_size=12
).map(lambda text: text.strip(" \n")).filter(
    lambda text: text and not text.startswith(("/", "[", "%"))
)  # fmt: skip
RICH = st.builds(
    Rich, WORDS.filter(lambda text: "  " not in text), st.sampled_from(["moodle", "html", "plain"])
)


@settings(max_examples=200, deadline=None)
@given(
    RICH.filter(lambda rich: "\n" not in rich.text and ":" not in rich.text),
    st.lists(st.tuples(RICH, st.none() | RICH), min_size=2, max_size=4),
    st.none() | RICH,
)
def test_whatever_is_written_is_read_as_the_same(
    stem: Rich, answers: list[tuple[Rich, Rich | None]], general: Rich | None
) -> None:
    choices = tuple(
        Choice(index == 0, Rich(re.sub(r"[ \n]+", " ", text.text), text.format), None,
               feedback)
        for index, (text, feedback) in enumerate(answers)
    )  # fmt: skip
    asked = GiftQuestion("choice", stem, title="T", choices=choices, general=general)
    problems: list[object] = []
    (read,) = parse_gift(write_gift([asked]), "x.gift", problems)  # type: ignore[arg-type]
    assert [] == problems
    assert asked.stem == read.stem
    assert [(c.right, c.text, c.feedback) for c in choices] == [
        (c.right, c.text, c.feedback) for c in read.choices
    ]
    assert general == read.general


def test_pairs_are_read_back() -> None:
    asked = GiftQuestion(
        "matching", Rich("M"), pairs=(Pair(Rich("a -x"), "b"), Pair(Rich(""), "c"))
    )
    (read,) = parse_gift(write_gift([asked]), "x.gift", [])
    assert [(p.term.text, p.answer) for p in asked.pairs] == [
        (p.term.text, p.answer) for p in read.pairs
    ]
