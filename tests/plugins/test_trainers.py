"""What is for trainers alone: in their site, hidden from the eyes; of the learners' no byte."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from carebase.errors import UsageError
from carebase_plugins.engine.build import build_site
from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import CONFIG, article, texts
from tests.support.browser import Scheme, overflow, run_axe
from tests.support.sites import BuiltSite, write_files

SECRET = "xylograph"
LESSON = f"""\
---
title: Water
---

# Water

What water does to a machine, and why it matters.

//// exercise | Clean the `screen`
    minutes: 5

Take it out, and look through it.

/// solution | With a coin
The {SECRET}one comes out with a **click**.[^1]

## {SECRET.title()}two
///

Put it back.
////

/// instructor
{SECRET}three ![{SECRET}four](img/{SECRET}.svg) [{SECRET}five]({SECRET}.txt)

[^1]: {SECRET}six

```text
{SECRET}seven
```

*[HTML]: {SECRET}eight
///

- a point

    /// instructor
    {SECRET}nine HTML
    ///

## Key points

- Rinse it.

/// instructor
{SECRET}ten
///

--8<-- "more.txt"
"""
FILES = {
    "more.txt": f"Included.\n\n/// instructor\n{SECRET}eleven\n///\n",
    "docs/index.md": "# Home\n\nWelcome HTML.\n",
    "docs/courses/care/course.yml": "title: Care\nproducts: []\nlessons: [water.md]\n",
    "docs/courses/care/water.md": LESSON,
    f"docs/courses/care/img/{SECRET}.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    f"docs/courses/care/{SECRET}.txt": "x",
    "docs/loose.md": f"# Loose\n\nText\n/// instructor\n{SECRET}twelve\n///\nmore.\n",
    "docs/faq/a.md": f"# Asked\n\n## Why?\n\n/// instructor\n{SECRET}thirteen\n///\n\nSo.\n",
}
SNIPPETS = "  - footnotes\n  - abbr\n  - pymdownx.snippets:\n      base_path: [ROOT]\n"
MKDOCS = CONFIG.replace("markdown_extensions:\n", f"markdown_extensions:\n{SNIPPETS}")


def write(root: Path, config: str = MKDOCS, **more: str) -> None:
    """Write the site with the secrets."""
    write_files(root, {"mkdocs.yml": config.replace("ROOT", str(root)), **FILES, **more})


def holding(folder: Path) -> list[str]:
    """Give the files whose name or content, unpacked where it is packed, holds the secret."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = zlib.decompress(data, 47)
        name = path.relative_to(folder).as_posix()
        if SECRET.encode() in data.lower() or SECRET in name.lower():
            found.append(name)
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with secrets, built for learners and for trainers, one after the other."""
    root = tmp_path_factory.mktemp("trainers")
    write(root)
    assert [] == [problem.as_text() for problem in build_site(root).problems]
    build_site(root, audience="trainer")
    return root


def test_the_learners_site_holds_nothing_of_it(root: Path) -> None:
    assert [] == holding(root / "site")
    assert [] == holding(root / "site.private")
    page = (root / "site/courses/care/water/index.html").read_text("utf-8")
    assert "data-trainer" not in page
    assert "Take it out" in page
    assert "Included." in page


def test_the_twin_has_the_exercise_and_no_note(root: Path) -> None:
    twin = (root / "site/courses/care/water.md").read_text("utf-8")
    assert "**Clean the `screen`**\n\nTake it out" in twin
    assert "Put it back." in twin
    assert not re.search("/{3}|minutes|solution|instructor", twin)
    assert "Take it out" in (root / "site/llms-full.txt").read_text("utf-8")


def test_the_trainers_site_stands_apart_and_holds_it_all(root: Path) -> None:
    page = (root / "site-trainer/courses/care/water/index.html").read_text("utf-8")
    numbers = ("one", "two", "three", "four", "five", "six", "seven", "nine", "ten", "eleven")
    assert [] == [number for number in numbers if SECRET + number not in page.lower()]
    assert (root / f"site-trainer/courses/care/img/{SECRET}.svg").is_file()
    assert (root / "site-trainer.private").is_dir()
    assert SECRET not in (root / "site-trainer/courses/care/water.md").read_text("utf-8")


def test_one_after_the_other_gives_what_each_gives_alone(root: Path, tmp_path: Path) -> None:
    write(tmp_path)
    build_site(tmp_path, audience="trainer")
    build_site(root)
    build_site(root, audience="trainer")

    def pages(folder: Path) -> dict[str, bytes]:
        found = sorted(folder.rglob("*.html"))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    assert pages(tmp_path / "site-trainer") == pages(root / "site-trainer")
    assert [] == holding(root / "site")


def test_the_configuration_says_it_for_every_build(tmp_path: Path) -> None:
    config = MKDOCS.replace("- carebase-courses", "- carebase-courses:\n      audience: trainer")
    write(tmp_path, config)
    build_site(tmp_path)
    assert "courses/care/water/index.html" in holding(tmp_path / "site")
    build_site(tmp_path, audience="learner")
    assert [] == holding(tmp_path / "site")


@pytest.mark.parametrize("plugin", ["articles", "catalog", "forms"])
def test_nothing_gets_out_without_the_plugin(tmp_path: Path, plugin: str) -> None:
    config = f"site_name: T\ntheme: material\nplugins: [carebase-{plugin}]\n"
    write_files(tmp_path, {"mkdocs.yml": config, "docs/loose.md": FILES["docs/loose.md"]})
    build_site(tmp_path)
    assert [] == holding(tmp_path / "site")
    with pytest.raises(UsageError, match="put a line `- carebase-courses` below `plugins:`"):
        build_site(tmp_path, audience="trainer")


def test_mkdocs_itself_keeps_them_back(tmp_path: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    write(tmp_path)
    build(load_config(str(tmp_path / "mkdocs.yml")))
    assert [] == holding(tmp_path / "site")


def test_a_picture_that_learners_see_too_stays(tmp_path: Path) -> None:
    shown = LESSON.replace("What water does", f"![Seen](img/{SECRET}.svg) What water does")
    write(tmp_path, **{"docs/courses/care/water.md": shown})
    build_site(tmp_path)
    assert f"courses/care/img/{SECRET}.svg" in holding(tmp_path / "site")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_notes_are_shown_with_trainer_in_the_address(
    root: Path, open_page: OpenPage, serve_folder: ServeFolder, scheme: Scheme
) -> None:
    address = serve_folder(root / "site-trainer", headers=True)
    page = open_page(width=320, scheme=scheme)
    page.goto(address + "courses/care/water/")
    note = page.get_by_text(f"{SECRET}nine")
    show = page.get_by_role("button", name="Show notes and solutions")
    expect(show).to_be_visible()
    expect(page.get_by_text("can be hidden from the eyes, and still be read")).to_be_visible()
    expect(note).to_be_hidden()
    expect(page.get_by_text("For the trainer").first).to_be_hidden()

    page.goto(address + "courses/care/water/?trainer")
    expect(note).to_be_visible()
    expect(page.get_by_text(f"{SECRET}one")).to_be_visible()
    assert ([], 0) == (run_axe(page), overflow(page))
    # It goes along to other pages of this tab, and is turned off there.
    page.goto(address + "loose/")
    expect(page.get_by_text(f"{SECRET}twelve")).to_be_visible()
    page.get_by_role("button", name="Hide notes and solutions").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{SECRET}twelve")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="are hidden")).to_have_count(1)
    page.goto(address + "courses/care/water/")
    expect(show).to_be_visible()
    assert ([], 0) == (run_axe(page), overflow(page))


@pytest.mark.browser
def test_without_javascript_notes_open_one_by_one(
    root: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    page = open_page(javascript=False)
    page.goto(serve_folder(root / "site-trainer") + "courses/care/water/")
    expect(page.get_by_text(f"{SECRET}one")).to_be_hidden()
    page.get_by_text("With a coin").click()
    expect(page.get_by_text(f"{SECRET}one")).to_be_visible()


def test_an_exercise_stands_under_its_title(root: Path) -> None:
    site = BuiltSite(root, None)  # type: ignore[arg-type]
    lesson = article(site, "courses/care/water/")
    heads = texts(lesson, "//section[@data-carebase='exercise']/p[@class='cb-exercise__head']")
    assert ["Exercise · 5 min Clean the screen"] == [re.sub(r"min(?=C)", "min ", h) for h in heads]
