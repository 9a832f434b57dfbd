"""Graded courses: a key beside the site, nothing of it inside, however the site is built."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from carebase.cli import main
from carebase.training.key import CourseKey, read_course_key
from tests.plugins.making import CONFIG, make
from tests.support.example import build_with
from tests.support.sites import BuiltSite, write_files

COURSE = """\
title: Exam
grading: graded
pass_mark: 60
attempts: 3
certificate: true
retention: 2 years
lessons: [01.md, 02.md]
"""
FIRST = """\
# Water

/// quiz

### Which **one** dissolves scale? {#acid points=2 attempts=1}

- [x] Citric `acid`
  > Right, see [the next lesson](02.md) about it.
- [ ] Vinegar
  > It attacks the seals of the machine.
- [ ] Cleaning powder

Hint: It is sour.

Explanation: Acids dissolve lime as [told here](02.md#more).

### Scale is made of [[lime|limescale]]. {#lime}

- [ ] sand
  > Sand would scratch the valves.

///
"""
SECOND = """\
# More

/// quiz
    draw: 1

### How much? [[= 9 ± 0.5 bar]] {#bar}

### In which order? {#order partial}

1. Off
2. Unplug
3. Open

///
"""
FILES = {
    "docs/courses/exam/course.yml": COURSE,
    "docs/courses/exam/01.md": FIRST,
    "docs/courses/exam/02.md": SECOND,
    "docs/courses/exam/questions.lock": (
        "acid: 8cb3f2c6\nbar: 0a1e1a2d\nlime: 0a1e1a2d\norder: 0a1e1a2d\n"
    ),
}
KEY = "courses/exam.json"


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")


def key_in(root: Path) -> CourseKey:
    return read_course_key(json.loads((root / "site.private" / KEY).read_text("utf-8")))


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("site", "site.private")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def of_carebase(root: Path, files: dict[str, str]) -> BuiltSite:
    return make(root, files)


def of_mkdocs(root: Path, files: dict[str, str]) -> BuiltSite:
    write_files(root, {"mkdocs.yml": CONFIG, **files})
    site = build_with("mkdocs", root)
    assert 0 == site.result.returncode, site.result.stderr
    return site


@pytest.mark.parametrize("build", [of_carebase, of_mkdocs], ids=["carebase", "mkdocs"])
def test_a_graded_course_has_a_key_beside_the_site(
    tmp_path: Path, build: Callable[[Path, dict[str, str]], BuiltSite]
) -> None:
    site = build(tmp_path, FILES)
    key = key_in(tmp_path)

    assert ("exam", "Exam", 60, True, "2 years") == (
        *(key.id, key.title, key.mark, key.certificate, key.retention),
    )
    assert ["acid", "lime", "bar", "order"] == [one.id for one in key.questions]
    assert [1, 3, 3, 3] == [one.attempts for one in key.questions]
    assert [Fraction(2), 1, 1, 1] == [one.points for one in key.questions]
    assert [None, None, 1, 1] == [one.draw for one in key.questions]
    acid = key.by_id["acid"]
    assert "Which one dissolves scale?" == acid.text
    assert 1 == len(acid.key.right)
    right = acid.remarks.on(acid.key, acid.key.right)
    assert ['<p>Right, see <a href="../02/">the next lesson</a> about it.</p>'] == right
    assert '<a href="../02/#more">told here</a>' in acid.remarks.explanation
    lime = key.by_id["lime"]
    assert ["<p>Sand would scratch the valves.</p>"] == lime.remarks.on(lime.key, ["  SAND. "])
    assert {"exam"} == set(json.loads((tmp_path / "site.private/site.json").read_text())["graded"])
    assert [] == [name for name in site.files() if "exam.json" in name or "lock" in name]
    assert 'data-attempts="3"' in site.html("courses/exam/02/")


def test_another_tick_changes_the_key_alone(tmp_path: Path) -> None:
    of_carebase(tmp_path, FILES)
    before, key = everything(tmp_path), key_in(tmp_path)
    ticked = FIRST.replace("- [x] Citric", "- [ ] Citric").replace("- [ ] Vinegar", "- [x] Vinegar")
    of_carebase(tmp_path, {"docs/courses/exam/01.md": ticked})
    after = everything(tmp_path)

    assert before.keys() == after.keys()
    assert [f"site.private/{KEY}"] == [name for name in after if before[name] != after[name]]
    again = key_in(tmp_path)
    assert key.by_id["acid"].key.right != again.by_id["acid"].key.right
    assert key.version == again.version


def test_other_words_about_an_answer_change_the_key_alone(tmp_path: Path) -> None:
    of_carebase(tmp_path, FILES)
    before = everything(tmp_path)
    of_carebase(
        tmp_path, {"docs/courses/exam/01.md": FIRST.replace("It attacks the seals", "It eats them")}
    )
    after = everything(tmp_path)

    assert [f"site.private/{KEY}"] == [name for name in after if before[name] != after[name]]
    assert b"It eats them" in after[f"site.private/{KEY}"]


def test_a_key_is_the_same_from_the_cache_and_anew(tmp_path: Path) -> None:
    of_carebase(tmp_path / "one", FILES)
    of_carebase(tmp_path / "one", {"docs/index.md": "# Home\n\nEdited.\n"})
    of_carebase(tmp_path / "other", {**FILES, "docs/index.md": "# Home\n\nEdited.\n"})
    cached, cold = (everything(tmp_path / name) for name in ("one", "other"))

    assert cached[f"site.private/{KEY}"] == cold[f"site.private/{KEY}"]


def test_a_course_that_is_graded_no_longer_leaves_no_key(tmp_path: Path) -> None:
    of_carebase(tmp_path, FILES)
    course = {"docs/courses/exam/course.yml": COURSE.replace("graded", "self-check")}
    of_carebase(tmp_path, course)

    assert [] == list((tmp_path / "site.private").glob("courses/*"))


def verify(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as ended:
        main(["verify", *arguments, "site"])
    return int(ended.value.code or 0)


def test_verify_finds_nothing_in_a_site_as_it_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of_carebase(tmp_path, FILES)

    assert 0 == verify(tmp_path, monkeypatch), capsys.readouterr().out


def put(name: str, text: str) -> Callable[[Path], None]:
    def write(site: Path) -> None:
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    return write


def put_packed(site: Path) -> None:
    (site / "pagefind").mkdir(exist_ok=True)
    said = "It attacks the seals of the machine"
    (site / "pagefind" / "x.pf_fragment").write_bytes(gzip.compress(f"{{{said}}}".encode()))


def mark(old: str, new: str) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        path = site / "courses/exam/01/index.html"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


LEAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "twin": (put("a.md", FIRST), "a.md: the right answer of `acid` as it is written"),
    "gap": (put("a.txt", "of [[limescale|lime]]"), "a.txt: the right answer of `lime` as it is"),
    "words": (
        put("a.json", '{"text": "Sand would\\nscratch the <b>valves</b>."}'),
        "a.json: what is said about the answers of `lime`",
    ),
    "packed": (put_packed, "pagefind/x.pf_fragment: what is said about the answers of `acid`"),
    "key": (
        mark('<fieldset class="cb-quiz__question"', '<fieldset data-key="{}" class="x"'),
        "courses/exam/01/index.html: `data-key` in a question of a graded course",
    ),
    "sealed": (
        mark('<fieldset class="cb-quiz__question"', '<fieldset data-sealed="" class="x"'),
        "courses/exam/01/index.html: `data-sealed=` in a question of a graded course",
    ),
    "ticked": (
        mark('<input type="radio"', '<input type="radio" checked'),
        "courses/exam/01/index.html: `<input",
    ),
    "self-check": (
        mark(" data-graded", ""),
        "courses/exam/01/index.html: the question `acid` as one that is checked in the browser",
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_verify_finds_what_is_given_away(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    of_carebase(tmp_path, FILES)
    leak, expected = LEAKS[name]
    leak(tmp_path / "site")

    assert 3 == verify(tmp_path, monkeypatch)
    said = capsys.readouterr()
    assert expected in said.out
    assert "tells what is right in a graded or hashed course: do not publish it." in said.err
    assert 3 == verify(tmp_path, monkeypatch, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["leaks"]


def test_a_graded_question_needs_an_id_and_an_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {**FILES, "docs/courses/exam/02.md": SECOND.replace(" {#bar}", "")}
    write_files(tmp_path, {"mkdocs.yml": CONFIG.replace("      endpoint: /\n", ""), **files})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["check"])

    said = capsys.readouterr().out
    assert 1 == ended.value.code
    assert "error question-without-id: The question has no id, so that no answer to it can" in said
    assert "grading-not-there: Nothing grades this course: the site has no endpoint." in said
