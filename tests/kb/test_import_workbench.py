"""`carebase import workbench`: what the Workbench allows, what stays behind, and bad input."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from carebase.cli import main

CONFIG = """\
title: 'Tea for *Beginners*'
lang: en
url: https://tea.example/lesson/
source: 'https://git.example/tea'
license: 'CC-BY 4.0'
episodes:
- 01-water.md
- leaves.Rmd
learners:
instructors:
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63fccfc0500f000485018084a98c210000000049454e44ae426082"
)
WATER = """\
---
title: "Water: `cold` and hot"
teaching: 12
exercises: 8
---

::::::::::::::::::::::::::::::::::::::: objectives

- Boil water.
- Say why it is *hot*.

::::::::::::::::::::::::::::::::::::::::::::::::::

:::: questions
- How hot?
::::

### First heading {#first .unlisted}

See [the leaves](../episodes/leaves.Rmd#second-thoughts), [setup](setup.html),
[words](../learners/reference.md#tannin),
[home](../index.md), [all of it](https://tea.example/lesson/leaves.html) and https://water.example/a_b_c.
A [broken one](nowhere.md) and [one without a place](leaves.html#never).
H~2~O at 10^5^ Pa, ~~not~~ hot.

- a list
  - inside a list

    with a paragraph
- 2nd

![A kettle
that sings](fig/kettle.png){alt='The kettle says "f_f" and
ends' width="50%"}

![](fig/gone.png){alt="A picture that is gone"}

:::::::::::::::::::::::::::::::::::::::  challenge

## Boil it `now`

Boil the water[^why].

```bash
$ boil --now
::: not a box
```

:::::::::::::::  hint

Switch it on.

:::::::::::::::

:::::::::::::::  solution

## Solution

1. Fill it.

   ```output
   full
   ```
2. Wait, then [look](#boil-it-now).

:::::::::::::::::::::::::

::: solution
The second one.
:::

::::::::::::::::::::::::::::::::::::::::::::::::::

::: {.callout #deep}

### A box

::: {.caution}
Inside a box.
:::

:::

::: spoiler

### Closed

Hidden text.

:::

::: instructor

Pour it for them.

:::

::: group-tab

### Windows

For `Windows`.

### Mac

For Mac.

:::

::: glitter
Shiny.
:::

<div class="discussion">

Why tea?

</div>

The formula $a_1 * b_2$ and "quotes" --- dashes.

Term
: What it means,
and goes on.

[^why]: Because it is *cold*.

    And more.

:::::::::::::::::::::::::::::::::::::::: keypoints

- Water boils.

::::::::::::::::::::::::::::::::::::::::::::::::::
"""
LEAVES = """\
---
title: Leaves
teaching: 5
exercises: 0
questions:
- "What are leaves?"
keypoints:
- Leaves are green.
---

```{r setup, include=FALSE}
knitr::opts_chunk$set(echo = TRUE)
```

## Second thoughts

```{r count, fig.alt="A chart of leaves", eval=TRUE}
nrow(leaves)
```

```{python, eval=FALSE}
print(1)
```

```{r, echo=FALSE, fig.cap="The kettle", fig.alt="A kettle"}
knitr::include_graphics("fig/kettle.png")
```

There are `r nrow(leaves)` leaves.

```{r child="files/child.Rmd"}
```

> ## An old box
>
> Pick leaves.
>
> > ## Solution
> > Picked.
> {: .solution}
{: .challenge}

~~~
ls
~~~
{: .language-bash}
"""


def run(*arguments: str | Path) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def lesson(root: Path, **more: str | bytes | None) -> Path:
    """Write a lesson that uses all that there is; `more` by names with `__` for `/`."""
    files: dict[str, str | bytes | None] = {
        "config.yaml": CONFIG,
        "index.md": "---\nsite: sandpaper::sandpaper_site\n---\n\nAll of tea.\n\n::: prereq\n\n"
        "## Before\n\nA kettle, see [setup][s].\n\n:::\n\n[s]: learners/setup.md\n",
        "episodes/01-water.md": WATER,
        "episodes/leaves.Rmd": LEAVES,
        "episodes/files/child.Rmd": "From a **child**.\n",
        "episodes/fig/kettle.png": PNG,
        "learners/setup.md": "---\ntitle: Setup\n---\n\nGet [the data](data/tea.csv).\n",
        "learners/reference.md": "---\ntitle: Words\n---\n\n[Tannin]{#tannin}\n:   It is bitter.\n",
        "episodes/data/tea.csv": "a,b\n",
        "episodes/data/never.csv": "a,b\n",
        "instructors/instructor-notes.md": "---\ntitle: Notes\n---\n\nTeach [[it]][w].\n",
        "links.md": "[w]: episodes/01-water.md\n",
        "README.md": "# Read me\n",
        "LICENSE.md": "---\ntitle: Licence\n---\n\nFree.\n",
        **{name.replace("__", "/"): content for name, content in more.items()},
    }
    for name, content in files.items():
        if content is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, dict[str, Any]]:
    """The lesson imported: the course's folder, and what the command told."""
    source = lesson(tmp_path / "tea")
    assert 0 == run("import", "workbench", source, "-o", tmp_path / "site", "--json")
    return tmp_path / "site/docs/courses/tea", json.loads(capsys.readouterr().out)


def test_a_lesson_becomes_a_course(made: tuple[Path, dict[str, Any]]) -> None:
    course, told = made
    assert (
        'title: "Tea for Beginners"\nsummary: "All of tea."\nlessons:\n'
        "  - {page: 01-water.md, id: water, minutes: 20}\n"
        "  - {page: leaves.md, id: leaves, minutes: 5}\n"
    ) == (course / "course.yml").read_text("utf-8").partition("\n")[2]
    counted = {key: told[key] for key in ("lessons", "challenges", "solutions", "hints", "minutes")}
    assert {
        "lessons": 2, "challenges": 2, "solutions": 3, "hints": 1, "minutes": 25,
    } == counted  # fmt: skip
    index = (course / "index.md").read_text("utf-8")
    assert "All of tea." not in index
    assert '# Tea for Beginners\n\n!!! info "Before"\n\n    A kettle, see [setup][s].\n' in index
    assert "\n[s]: setup.md\n" in index
    assert "- [Setup](setup.md)\n- [Words](reference.md)\n- [Licence](license.md)\n" in index
    assert "Made from <https://git.example/tea>. Licence: CC-BY 4.0.\n" in index


def test_everything_in_an_episode_has_its_place(made: tuple[Path, dict[str, Any]]) -> None:
    course, _ = made
    water = (course / "01-water.md").read_text("utf-8")
    for piece in (
        'title: "Water: cold and hot"',
        '!!! abstract "Objectives"\n\n    - Boil water.\n    - Say why it is *hot*.\n',
        '!!! question "Questions"\n\n    - How hot?\n',
        "## First heading { #first }\n",
        "[the leaves](leaves.md#second-thoughts), [setup](setup.md), [words](reference.md#tannin)",
        "[home](index.md), [all of it](leaves.md) and"
        " [https://water.example/a_b_c](https://water.example/a_b_c).",
        "A broken one and [one without a place](leaves.md). H<sub>2</sub>O at 10<sup>5</sup> Pa,"
        " <del>not</del> hot.",
        "- a list\n\n    - inside a list\n\n        with a paragraph\n\n- 2nd\n",
        '![The kettle says "f\\_f" and ends](img/kettle.png){ width="50%" }<br>A kettle that sings',
        "*A picture that is gone*",
        '<a id="boil-it-now"></a>\n\n//// exercise | Boil it `now`\n\nBoil the water[^why].\n',
        "```bash\n$ boil --now\n::: not a box\n```\n",
        '??? tip "Hint"\n\n    Switch it on.\n',
        "/// solution\n\n1. Fill it.\n\n    ```output\n    full\n    ```\n\n"
        "2. Wait, then [look](#boil-it-now).\n\n///\n",
        "/// solution\n\nThe second one.\n\n///\n\n////\n",
        '!!! note "A box"\n\n    !!! warning "Caution"\n\n        Inside a box.\n',
        '??? note "Closed"\n\n    Hidden text.\n',
        "/// instructor\n\nPour it for them.\n\n///\n",
        '=== "Windows"\n\n    For `Windows`.\n\n=== "Mac"\n\n    For Mac.\n',
        "\nShiny.\n",
        '!!! question "Discussion"\n\n    Why tea?\n',
        'The formula $a\\_1 \\* b\\_2$ and "quotes" --- dashes.\n',
        "Term\n:   What it means,\n    and goes on.\n",
        "[^why]: Because it is *cold*.\n\n    And more.\n",
        "## Key points\n\n- Water boils.\n",
    ):
        assert piece in water, piece


def test_r_markdown_is_read_and_not_run(made: tuple[Path, dict[str, Any]]) -> None:
    course, told = made
    leaves = (course / "leaves.md").read_text("utf-8")
    for piece in (
        '!!! question "Questions"\n\n    - What are leaves?\n',
        "```r\nnrow(leaves)\n```\n",
        "```python\nprint(1)\n```\n",
        "![A kettle](img/kettle.png)<br>The kettle",
        "There are `r nrow(leaves)` leaves.",
        "From a **child**.\n",
        "//// exercise | An old box\n\nPick leaves.\n\n/// solution\n\nPicked.\n\n///\n\n////\n",
        "```bash\nls\n```\n".replace("```", "~~~"),
        "## Key points\n\n- Leaves are green.\n",
    ):
        assert piece in leaves, piece
    assert "opts_chunk" not in leaves
    found = {(one["code"], one["line"]) for one in told["left"] if "leaves" in one["file"]}
    assert {("chunk-hidden", 11), ("chunk-output", 17), ("code-inline", 29)} == found


def test_what_stays_behind_is_told(made: tuple[Path, dict[str, Any]]) -> None:
    course, told = made
    lines = WATER.splitlines()
    wanted = {
        ("episodes/01-water.md", 1 + lines.index(next(x for x in lines if word in x)), code)
        for word, code in (
            ("[broken one]", "link-broken"),
            ("without a place", "anchor-unknown"),
            ("gone.png", "picture-missing"),
            ("::: glitter", "box-unknown"),
            ("The formula", "math"),
        )
    }
    wanted |= {("README.md", 1, "page-left"), ("episodes/data/never.csv", 1, "file-unused")}
    found = {
        (one["file"], one["line"], one["code"])
        for one in told["left"]
        if "leaves" not in one["file"]
    }
    assert wanted == found
    assert (course / "files/tea.csv").read_text() == "a,b\n"
    report = (course.parents[2] / "import-report.txt").read_text("utf-8")
    assert len(told["left"]) == report.count(": warning ")


def test_the_course_builds_and_is_checked(
    made: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made[0].parents[2])
    assert 0 == run("check")
    assert 0 == run("build", "--strict")
    points = Path("site/courses/tea/key-points/index.html").read_text("utf-8")
    assert "Water boils." in points
    assert "Leaves are green." in points


def test_what_is_for_instructors_is_for_trainers_alone(
    made: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    course, _ = made
    index = (course / "index.md").read_text("utf-8")
    assert "\n/// instructor\n\n## Notes\n\nTeach [[it]][w].\n" in index
    monkeypatch.chdir(course.parents[2])
    assert 0 == run("build", "--strict")
    assert 0 == run("build", "--strict", "--audience", "trainer")
    words = ("Pour it for them.", "The second one.", "Teach")
    for site, wanted in (("site", False), ("site-trainer", True)):
        pages = "".join(
            page.read_text("utf-8") for page in Path(site).glob("courses/tea/**/index.html")
        )
        assert [wanted] * 3 == [word in pages for word in words]
        assert "Switch it on." in pages


def test_solutions_can_be_open_to_learners(tmp_path: Path) -> None:
    source = lesson(tmp_path / "tea")
    assert 0 == run("import", "workbench", source, "-o", tmp_path / "site", "--open-solutions")
    water = (tmp_path / "site/docs/courses/tea/01-water.md").read_text("utf-8")
    assert "/// exercise | Boil it `now`\n" in water
    assert '??? success "Solution"\n\n    The second one.\n' in water


def test_a_course_goes_into_a_site_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = lesson(tmp_path / "tea")
    site = tmp_path / "site"
    site.mkdir()
    config = site / "mkdocs.yml"
    config.write_text("site_name: S\ndocs_dir: pages\nmarkdown_extensions:\n  - tables\n")
    monkeypatch.chdir(site)
    assert 0 == run("import", "workbench", source, "--course", "green")
    out = capsys.readouterr().out
    assert (site / "pages/courses/green/01-water.md").is_file()
    assert "site_name: S\n" in config.read_text()
    assert (
        "mkdocs.yml:3:1: warning extension-missing: The site lacks the Markdown extension"
        " `def_list`, which the course's pages may need.\n"
        "    hint: put `- def_list` below `markdown_extensions:`\n"
    ) in out
    assert "`tables`" not in out
    assert 2 == run("import", "workbench", source, "--course", "green")
    assert (
        f"{site / 'pages/courses/green'} is there already, and nothing was written: delete or move"
        " it, or choose another id with `--course`.\n"
    ) == capsys.readouterr().err


BAD: dict[str, tuple[int, dict[str, Any], str, str]] = {
    "no folder": (2, {}, "{dir}/no is no folder.\n", "no"),
    "no lesson": (
        2, {"config.yaml": None},
        "{dir} is no Workbench lesson: it has no config.yaml with a folder `episodes` beside it.\n",
        "",
    ),
    "labs": (
        2, {"config.yaml": None, "Instructions/Labs/a.md": "# A"},
        "{dir} holds labs and no Workbench lesson: use `carebase import labs {dir}`.\n", "",
    ),
    "broken YAML": (
        1, {"config.yaml": "title: \"Tea\nepisodes:\n- a.md\n"},
        "config.yaml:1:8: error yaml-quote: ", "",
    ),
    "no keys": (
        1, {"config.yaml": "# nothing\n"},
        "config.yaml:1:1: error config-empty: The configuration has no keys.\n"
        "    allowed: `title` and `episodes`\n", "",
    ),
    "an episode that is not there": (
        1, {"config.yaml": CONFIG.replace("01-water", "01-watr")},
        "config.yaml:7:3: error page-missing: The configuration names a page that is not in"
        " `episodes`.\n    found: `01-watr.md`\n    hint: did you mean `01-water.md`?\n", "",
    ),
    "not UTF-8": (
        1, {"episodes/01-water.md": "---\ntitle: T\n---\n\nK\xe4nnchen\n".encode("latin-1")},
        "episodes/01-water.md:5:2: error not-utf-8: The file is not UTF-8 text.\n"
        "    found: byte 0xE4\n    allowed: UTF-8\n"
        "    hint: save the file again with the encoding UTF-8\n", "",
    ),
    "a circle": (
        1, {"episodes/files/child.Rmd": '```{r child="child2.Rmd"}\n```\n',
            "episodes/files/child2.Rmd": '\n```{r, child = c("child.Rmd")}\n```\n'},
        "episodes/files/child2.Rmd:2:1: error child-circle: A chunk takes in a file that is being"
        " read already.\n    found: episodes/files/child.Rmd → episodes/files/child2.Rmd →"
        " episodes/files/child.Rmd\n    hint: delete one of the chunks with `child`\n", "",
    ),
    "a child that is not there": (
        1, {"episodes/files/child.Rmd": None},
        "episodes/leaves.Rmd:31:1: error child-missing: A chunk takes in a file that is not there."
        "\n    found: `files/child.Rmd`\n    hint: put the file there, or delete the chunk\n", "",
    ),
    "an open head": (
        1, {"learners/setup.md": "---\ntitle: x\n\ntext\n"},
        "learners/setup.md:1:1: error front-matter-open: ", "",
    ),
    "a bad id": (
        2, {}, "`Tea!` is no id of a course: it is a lower-case letter, then such letters, digits,"
        " `-` or `_`. Name one with `--course`.\n", "--course",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_and_nothing_is_written(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, files, said, how = BAD[case]
    source = lesson(tmp_path / "tea", **{n.replace("/", "__"): c for n, c in files.items()})
    folder = source / "no" if how == "no" else source
    more = ("--course", "Tea!") if how == "--course" else ()
    assert code == run("import", "workbench", folder, "-o", tmp_path / "site", *more)
    err = capsys.readouterr().err
    assert err.startswith(said.format(dir=source))
    assert "Traceback" not in err
    assert not (tmp_path / "site").exists()


def test_boxes_that_do_not_fit_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = lesson(
        tmp_path / "tea",
        learners__setup_md=None,
        **{"learners__setup.md": "---\ntitle: S\n---\nOne\n\n:::\n\nTwo\n\n::: callout\n\nThree\n"},
    )
    assert 0 == run("import", "workbench", source, "-o", tmp_path / "site")
    out = capsys.readouterr().out
    assert (
        "learners/setup.md:6:1: warning box-not-open: A box is closed here that is not open.\n"
    ) in out
    assert "learners/setup.md:10:1: warning box-unclosed: This box is never closed" in out
    page = (tmp_path / "site/docs/courses/tea/setup.md").read_text("utf-8")
    assert '# S\n\nOne\n\nTwo\n\n!!! note "Note"\n\n    Three\n' in page


def test_old_lessons_with_underscores_are_read(tmp_path: Path) -> None:
    root = tmp_path / "old"
    for name, text in {
        "_config.yml": "title: Old\ncarpentry: swc\n",
        "_episodes/01-a.md": "---\ntitle: A\nteaching: 3\nobjectives:\n- Do *it*.\n---\nSee"
        " [B]({{ page.root }}/02-b/) and [B]({% link _episodes/02-b.md %}).\n{% include links.md %}"
        "\n",
        "_episodes/02-b.md": "---\ntitle: B\n---\nText.\n",
        "_extras/guide.md": "---\ntitle: Guide\n---\nText.\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    assert 0 == run("import", "workbench", root, "-o", tmp_path / "site")
    page = (tmp_path / "site/docs/courses/old/01-a.md").read_text("utf-8")
    assert '!!! abstract "Objectives"\n\n    - Do *it*.\n' in page
    assert "See [B](02-b.md) and [B](02-b.md).\n" in page


def test_the_handbook_lists_every_code_of_the_report() -> None:
    root = Path(__file__).parents[2]
    folder = root / "kb/carebase/importing"
    code = re.compile(r"[a-z]+(?:-[a-z]+)+\Z")
    told = {
        argument.value
        for path in (*folder.glob("lessons/*.py"), folder / "workbench.py",
                     folder / "coursework.py", folder / "labs.py", folder / "clean.py",
                     folder / "gift.py", folder / "gift_text.py", folder / "gift_questions.py",
                     folder / "mkdocs_quiz.py", root / "kb/carebase/training/gift/parse.py")
        if path.is_file()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "Problem", "left", "tell", "_tell", "_WrongError"
        )
        for argument in node.args[:4]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        and (code.match(argument.value) or argument.value in ("liquid", "math", "form", "script",
                                                              "embedded"))
    }  # fmt: skip
    page = (root / "docs/handbook/importing-courses.md").read_text("utf-8")
    assert {"anchor-unknown", "link-broken"} <= set(re.findall(r"`([a-z-]+)`", page))
    assert set() == told - set(re.findall(r"`([a-z-]+)`", page))
    listed = set(re.findall(r"^\| `([a-z-]+)` \| [A-Z]", page, re.MULTILINE))
    assert {"anchor-unknown", "link-broken"} == listed - told
