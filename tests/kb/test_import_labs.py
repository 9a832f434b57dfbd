"""`carebase import labs`: a repository of labs becomes a course, and bad ones are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carebase.cli import main
from carebase.importing.coursework import Coursework, Target, as_text
from tests.kb.test_import_workbench import PNG
from tests.support.process import run_carebase

LAB = """\
---
lab:
    title: 'Lab 2: Boil *water* (25 minutes)'
    module: 'Module 1: Water'
    description: You boil it.
    level: 200
    islab: true
    primarytopics:
      - Kettles
---

# Practice Lab 2 - Boil

> [!NOTE]
> Hot water is hot.

## Exercise 1 - Fill

### Task 1 - Tap

1. Open the **tap**.

   ![A tap](../Media/tap.png)

1. See [lab 1](LAB_01_Start.md#exercise-1---begin){:target="_blank"}, or
   [the file](../../Allfiles/Labs/01/data.json).

### Task 2 - Lid

1. Close it at https://lid.example/now.

   ```bash
   close --lid
   ```

1. Wait.
"""


def run(*arguments: str | Path) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def labs(root: Path, **more: str | bytes) -> Path:
    """Write a repository of labs."""
    files: dict[str, str | bytes] = {
        "README.md": "# TEA-1: Tea for **all**\n",
        "index.md": "---\nlayout: home\n---\n{% assign labs = site.pages %}\n",
        "Instructions/Labs/LAB_10_Boil.md": LAB,
        "Instructions/Labs/LAB_01_Start.md": "---\nlab:\n  title: Start\n---\n\n"
        "## Exercise 1 - Begin\n\nThis lab should take approximately **1** hour.\n\n1. Go.\n",
        "Instructions/Media/tap.png": PNG,
        "Instructions/Demos/DEMO_01.md": "---\ndemo:\n  title: Show it\n---\n\nShow.\n",
        "Allfiles/Labs/01/data.json": "{}",
        "Allfiles/Labs/01/never.json": "{}",
        "Allfiles/Setup.md": "# **Setup** of the lab\n\nSet up.\n",
        **{name.replace("__", "/"): text for name, text in more.items()},
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def test_labs_become_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = labs(tmp_path / "tea-labs")
    assert 0 == run("import", "labs", source, "-o", tmp_path / "site", "--json")
    told = json.loads(capsys.readouterr().out)
    counted = {key: told[key] for key in
               ("labs", "exercises", "tasks", "steps", "other_pages", "minutes")}  # fmt: skip
    assert {
        "labs": 2, "exercises": 2, "tasks": 2, "steps": 5, "other_pages": 2, "minutes": 85,
    } == counted  # fmt: skip
    course = tmp_path / "site/docs/courses/tea-labs"
    assert (
        'title: "TEA-1: Tea for all"\nlessons:\n'
        "  - {page: lab-01-start.md, id: lab-01-start, minutes: 60}\n"
        "  - {page: lab-10-boil.md, id: lab-10-boil, minutes: 25}\n"
    ) == (course / "course.yml").read_text("utf-8").partition("\n")[2]
    lab = (course / "lab-10-boil.md").read_text("utf-8")
    assert (
        '---\ntitle: "Lab 2: Boil water"\ndescription: "You boil it."\nkeywords:\n  - Kettles\n'
        "---\n\n"
        "# Practice Lab 2 - Boil\n\n**Module 1: Water**\n\n!!! note\n    Hot water is hot.\n\n"
        "## Exercise 1 - Fill\n\n### Task 1 - Tap\n\n1. Open the **tap**.\n\n"
        "    ![A tap](img/tap.png)\n\n"
    ) in lab
    assert "[lab 1](lab-01-start.md#exercise-1-begin), or [the file](files/data.json)." in lab
    assert "    ```bash\n    close --lid\n    ```\n" in lab
    assert "https://lid.example/now](https://lid.example/now)." in lab
    index = (course / "index.md").read_text("utf-8")
    assert "- [Setup of the lab](setup.md)\n- [Show it](demo-01.md)\n" in index
    left = {(one["file"], one["line"], one["code"]) for one in told["left"]}
    assert {
        ("README.md", 1, "page-left"), ("index.md", 1, "page-left"),
        ("Allfiles/Labs/01/never.json", 1, "file-unused"),
        ("Instructions/Labs/LAB_10_Boil.md", 6, "key-unknown"),
    } == left  # fmt: skip
    for command in (("check", "--strict"), ("build", "--strict")):
        done = run_carebase(*command, cwd=tmp_path / "site")
        assert 0 == done.returncode, done.stdout + done.stderr


def test_bad_input_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "site"
    (tmp_path / "empty").mkdir()
    assert 2 == run("import", "labs", tmp_path / "empty", "-o", target)
    assert (
        f"{tmp_path / 'empty'} holds no labs: they are Markdown files in Instructions/Labs or"
        " Instructions/Exercises.\n"
    ) == capsys.readouterr().err
    (tmp_path / "empty/config.yaml").write_text("title: T\n")
    assert 2 == run("import", "labs", tmp_path / "empty", "-o", target)
    assert (
        f"{tmp_path / 'empty'} is a Workbench lesson: use"
        f" `carebase import workbench {tmp_path / 'empty'}`.\n"
    ) == capsys.readouterr().err
    broken = labs(tmp_path / "a", **{"Instructions__Labs__x.md": "---\nlab: [a\n---\n\nText\n"})
    assert 1 == run("import", "labs", broken, "-o", target)
    assert capsys.readouterr().err.startswith("Instructions/Labs/x.md:")
    latin = labs(tmp_path / "b", **{"Instructions__Labs__x.md": b"# K\xe4nnchen\n"})
    assert 1 == run("import", "labs", latin, "-o", target)
    assert capsys.readouterr().err.startswith("Instructions/Labs/x.md:1:4: error not-utf-8: ")
    assert not target.exists()


def test_what_came_is_counted_in_words(tmp_path: Path) -> None:
    counts = {"lessons": 1, "categories": 1, "other_pages": 1200, "hints": 0}
    work = Coursework("tea", "Tea", counts=counts, copies={"a.png": tmp_path}, kept_html=1)
    target = Target(tmp_path, tmp_path / "docs", is_new=True)

    assert [
        "Tea: 1 lesson, 1 category, 1,200 other pages, 1 picture or file",
        "1 block stays HTML: Markdown cannot say that",
    ] == as_text(target, work, []).splitlines()[:2]
