"""`carebase check --fix` gives questions their ids, and the lock notices when one is lost."""

from __future__ import annotations

from pathlib import Path

from tests.support.process import run_carebase
from tests.support.sites import write_files

LESSON = """\
# Water\r
\r
/// quiz\r
\r
## Which? {points=2}\r
\r
- [x] One\r
- [ ] Two\r
\r
## In order?\r
\r
1. One\r
2. Two\r
\r
## Named {#named}\r
\r
- [x] One\r
- [ ] Two\r
\r
///\r
"""


def site(root: Path) -> Path:
    files = {
        "mkdocs.yml": "site_name: S\ntheme: material\n"
        "plugins: [carebase-articles, carebase-courses]\n",
        "docs/index.md": "# Home\n",
        "docs/courses/care/course.yml": "title: Care\nlessons: [01.md]\n",
    }
    write_files(root, files)
    lesson = root / "docs/courses/care/01.md"
    lesson.write_bytes(LESSON.encode())
    return lesson


def test_ids_are_given_once_and_nothing_else_changes(tmp_path: Path) -> None:
    lesson = site(tmp_path)
    first = run_carebase("check", "--fix", cwd=tmp_path)
    text = lesson.read_bytes().decode()
    again = run_carebase("check", "--fix", "--strict", cwd=tmp_path)
    names = [line.partition("#q-")[2][:5] for line in text.splitlines() if "{#q-" in line]

    assert 0 == first.returncode, first.stdout
    assert f"docs/courses/care/01.md: ids `q-{names[0]}`, `q-{names[1]}` given" in first.stdout
    expected = LESSON.replace("{points=2}", f"{{#q-{names[0]} points=2}}")
    assert expected.replace("order?", f"order? {{#q-{names[1]}}}") == text
    assert "no problems" in again.stdout
    assert text == lesson.read_bytes().decode()
    lock = (tmp_path / "docs/courses/care/questions.lock").read_text("utf-8")
    assert ["named", *sorted(f"q-{name}" for name in names)] == [
        line.partition(":")[0] for line in lock.splitlines()
    ]


def test_an_id_that_was_changed_is_not_noted(tmp_path: Path) -> None:
    lesson = site(tmp_path)
    run_carebase("check", "--fix", cwd=tmp_path)
    lock = tmp_path / "docs/courses/care/questions.lock"
    before = lock.read_text("utf-8")
    lesson.write_text(lesson.read_text("utf-8").replace("#named", "#renamed"), "utf-8")
    said = run_carebase("check", "--fix", cwd=tmp_path)

    assert 1 == said.returncode
    assert "question-id-changed: The question was noted as `named`" in said.stdout
    assert before == lock.read_text("utf-8")


def test_other_words_are_told_and_then_noted(tmp_path: Path) -> None:
    lesson = site(tmp_path)
    run_carebase("check", "--fix", cwd=tmp_path)
    text = lesson.read_text("utf-8")
    lesson.write_text(text.replace("## Named", "## Called"), "utf-8")

    assert "question-changed" in run_carebase("check", cwd=tmp_path).stdout
    fixed = run_carebase("check", "--fix", cwd=tmp_path).stdout
    assert "questions.lock: `named` noted" in fixed
    assert "no problems" in fixed
