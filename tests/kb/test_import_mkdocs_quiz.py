"""`carebase import mkdocs-quiz`: every form of a `<quiz>` block becomes a question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carebase.cli import main
from tests.support.process import run_carebase

CONFIG = """\
site_name: S
theme: {name: material}
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
plugins:
  - search
  - mkdocs_quiz:
      show_correct: true
      auto_number: true
"""
PAGE = """\
# Page

Text above.
<quiz>
What is the *sum*?
```
- [x] 2 + 2
```
- [ ] 3
- [x] 4 _(not `four`)_
- [] 5
</quiz>

<quiz>
Which are even?
- [x] 2
- [X] 4
- [ ] 5

## About numbers

Two and [four](other.md).

```python
# no heading
print(2)
```
</quiz>

Between.

<quiz>
The capital of France is [[Paris|paris city]].

---
It lies on the Seine.
</quiz>

### Deeper

<quiz>
Two [[and]] two make
[[four]].
</quiz>

=== "Tab"

    <quiz>
    Indented?
    - [x] Yes
    - [ ] No
    </quiz>

```html
<quiz>
Only an example
- [x] a
</quiz>
```

<!-- mkdocs-quiz results -->

<?quiz?>
question: Are you ready?
answer-correct: Yes!
answer: No!
content:
<em>Good.</em>
<?/quiz?>

<quiz>
Nothing is right
- [ ] a
- [ ] b
</quiz>
"""


def run(*arguments: str | Path) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_every_form_becomes_a_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "old"
    (source / "docs").mkdir(parents=True)
    (source / "mkdocs.yml").write_text(CONFIG)
    (source / "docs/index.md").write_text(PAGE)
    (source / "docs/other.md").write_text("# Other\n\nText.\n")
    assert 0 == run("import", "mkdocs-quiz", source, "-o", tmp_path / "new")
    out = capsys.readouterr().out
    page = (tmp_path / "new/docs/index.md").read_text("utf-8")
    plain = re.sub(r" \{#q-\w{5}\}", "", page)
    for piece in (
        "Text above.\n\n/// quiz\n\n## What is the *sum*?\n\n```\n- [x] 2 + 2\n```\n\n- [ ] 3\n"
        "- [x] 4 _(not `four`)_\n- [ ] 5\n\n## Which are even?\n\n- [x] 2\n- [x] 4\n- [ ] 5\n\n"
        "Explanation: **About numbers**\n\nTwo and [four](other.md).\n\n```python\n# no heading\n"
        "print(2)\n```\n\n///\n\nBetween.\n",
        "/// quiz\n\n## The capital of France is [[Paris|paris city]].\n\n\n"
        "Explanation: It lies on the Seine.\n\n///\n",
        "### Two [[and]] two make \\_\\_\\_.".replace("###", "####"),
        "#### Two \\_\\_\\_ two make [[four]].",
        '=== "Tab"\n\n    /// quiz\n\n    #### Indented?\n\n    - [x] Yes\n    - [ ] No\n\n'
        "    ///\n",
        "```html\n<quiz>\nOnly an example\n",
        "#### Are you ready?\n\n- [x] Yes!\n- [ ] No!\n\nExplanation: <em>Good.</em>\n",
        "<quiz>\nNothing is right\n- [ ] a\n- [ ] b\n</quiz>\n",
    ):
        assert piece in plain, piece
    assert "mkdocs-quiz results" not in page
    assert 7 == len(set(re.findall(r"\{#(q-\w{5})\}", page)))
    config = (tmp_path / "new/mkdocs.yml").read_text("utf-8")
    assert "  - search\n  - carebase-articles\n  - carebase-courses\n" in config
    assert "quiz" not in config
    for said in (
        "docs/index.md:41:1: warning quiz-blanks: A question with 2 gaps is 2 questions now, with"
        " one gap each.\n",
        "docs/index.md:61:1: warning quiz-mark: A mark of mkdocs-quiz was left behind.\n",
        "docs/index.md:71:1: warning quiz-kept: This quiz stays as it is: no answer of this"
        " question is marked as right.\n",
        "7 questions on 1 page, written to ",
    ):
        assert said in out, said
    assert PAGE == (source / "docs/index.md").read_text()
    built = run_carebase("build", cwd=tmp_path / "new")
    assert 0 == built.returncode, built.stdout + built.stderr
    html = (tmp_path / "new/site/index.html").read_text("utf-8")
    assert 7 == html.count("<fieldset")


def test_bad_input_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "old"
    source.mkdir()
    (source / "a.md").write_text("# A\n")
    target = tmp_path / "new"
    assert 2 == run("import", "mkdocs-quiz", source, "-o", target)
    assert f"No page in {source} has a `<quiz>` block.\n" == capsys.readouterr().err
    assert 2 == run("import", "mkdocs-quiz", tmp_path / "no", "-o", target)
    assert f"{tmp_path / 'no'} is no folder.\n" == capsys.readouterr().err
    assert 2 == run("import", "mkdocs-quiz", source, "-o", source / "in")
    assert (
        f"{source / 'in'} lies inside {source}: name a folder beside it.\n"
        == capsys.readouterr().err
    )
    assert 2 == run("import", "mkdocs-quiz", tmp_path, "-o", source)
    assert f"{source} is not empty: name a new or empty folder.\n" == capsys.readouterr().err
    (source / "b.md").write_bytes(b"<quiz>\nK\xe4se?\n</quiz>\n")
    assert 1 == run("import", "mkdocs-quiz", source, "-o", target)
    assert capsys.readouterr().err.startswith("b.md:2:2: error not-utf-8: ")
    (source / "b.md").write_text("# B\n\n<quiz>\nOpen?\n- [x] a\n")
    config = "site_name: X\nextra:\n  a: !ENV [A, b]\n  b: !!python/name:material.x ''\n"
    (source / "mkdocs.yml").write_text(config + "plugins: [\n")
    assert 1 == run("import", "mkdocs-quiz", source, "-o", target)
    assert capsys.readouterr().err.startswith("mkdocs.yml:")
    assert not target.exists()
    (source / "mkdocs.yml").write_text(config)
    assert 0 == run("import", "mkdocs-quiz", source, "-o", target)
    assert (
        "b.md:3:1: warning quiz-unclosed: A `<quiz>` is never closed: it stays as it is.\n"
    ) in capsys.readouterr().out
