"""Sites without a plugin of Carebase come out as the generator makes them, whatever was edited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carebase_plugins.engine.outcome import Outcome
from tests.plugins.edits import EXTENSIONS, Editor, write_site
from tests.plugins.test_kept_builds import assert_same, contents

STEPS = int(os.environ.get("CAREBASE_EDITS", "12"))
CONFIG = """\
site_name: Plain
site_url: http://127.0.0.1/
plugins: []
{more}
markdown_extensions:
  - attr_list
  - tables
  - toc: {{permalink: true}}
"""
MATERIAL = "theme: {{name: material, features: [{0}]}}"
NAV = """\
nav:
  - index.md
  - Machines:
      - products/brio/descale.md
      - Further: [extra/page-0.md, extra/page-1.md, faq/word.md]
      - Shop: ../shop/
  - Beside: extra/page-2.md
  - Elsewhere: https://example.org/
"""
ALL = "navigation.indexes, navigation.sections, navigation.tabs, navigation.path, navigation.footer"
CONFIGS = {
    "pruned": MATERIAL.format("navigation.prune"),
    "default": MATERIAL.format(""),
    "features": MATERIAL.format(ALL),
    "files": MATERIAL.format("navigation.prune, navigation.footer") + "\nuse_directory_urls: false",
    "nav": MATERIAL.format("navigation.expand, toc.integrate") + "\n" + NAV,
    "twice": MATERIAL.format("navigation.prune") + "\n" + NAV + "  - Again: extra/page-2.md\n",
    "mkdocs": "theme: mkdocs",
    "readthedocs": "theme: readthedocs",
}


def _plain(root: Path, name: str) -> None:
    write_site(root)
    config = CONFIG.format(more=CONFIGS[name]) + EXTENSIONS
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    # An odd name is linked in another way from where it lies.
    (root / "docs" / "extra" / "page-0").mkdir()
    (root / "docs" / "extra" / "page-0" / "below & näher.md").write_text("# Below\n", "utf-8")


@pytest.mark.parametrize("name", CONFIGS)
def test_random_edits_of_a_plain_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # A theme may write the time of the build.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root, fresh = tmp_path / "same" / "site", tmp_path / "fresh" / "site"
    _plain(root, name)
    # The folders of snippets are looked for from where one is.
    monkeypatch.chdir(root)
    editor = Editor(root, len(name))
    done: list[str] = []
    assert_same(root, fresh, "the first build")
    for step in range(STEPS):
        for _ in range(editor.chance.choice([1, 1, 1, 2, 5])):
            done.append(editor.edit())
        assert_same(root, fresh, "\n".join(done), workers=2 if step % 4 == 0 else 1)
    by_generator = generated(root)
    ours = contents(root / "site")
    wrong = [name for name, data in by_generator.items() if ours.get(name) != data]
    assert [] == wrong
    assert ours.keys() == by_generator.keys()


def generated(root: Path) -> dict[str, bytes]:
    """Build a site with the generator alone."""
    site = root.parent / "generated"
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=300)
    return contents(site)


def _sections(root: Path, features: str) -> None:
    for section in ("a", "b", "c"):
        (root / "docs" / section).mkdir(parents=True)
        for page in range(4):
            _page(root, f"{section}/{page}", f"Page {section}{page}")
    _page(root, "index", "Home")
    config = CONFIG.format(more=MATERIAL.format(features))
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


def _page(root: Path, name: str, title: str) -> None:
    (root / "docs" / f"{name}.md").write_text(f"# {title}\n\nText.\n", encoding="utf-8")


PRUNED = "navigation.prune, navigation.footer"


@pytest.mark.parametrize(
    ("features", "name", "made"),
    [
        # Its section, and the pages before and after it.
        (PRUNED, "b/1", "b/0 b/1 b/2 b/3"),
        (PRUNED, "b/0", "a/3 b/0 b/1 b/2 b/3"),
        (PRUNED, "index", "a/0 a/1 a/2 a/3 b/0 b/1 b/2 b/3 c/0 c/1 c/2 c/3 index"),
        # Every page shows every title.
        ("", "b/1", "a/0 a/1 a/2 a/3 b/0 b/1 b/2 b/3 c/0 c/1 c/2 c/3 index"),
    ],
)
def test_another_title_makes_the_pages_anew_that_show_it(
    tmp_path: Path, features: str, name: str, made: str
) -> None:
    root, fresh = tmp_path / "same" / "site", tmp_path / "fresh" / "site"
    _sections(root, features)
    assert_same(root, fresh, "the first build")
    before = _times(root)
    _page(root, name, "Another title")
    outcome = assert_same(root, fresh, name)
    times = _times(root)
    assert made.split() == sorted(page for page in times if times[page] != before[page])
    # Nor were others made only to find that they are the same.
    assert isinstance(outcome, Outcome)
    assert len(made.split()) == outcome.made


def _times(root: Path) -> dict[str, int]:
    site = root / "site"
    return {
        path.parent.relative_to(site).as_posix().replace(".", "index"): path.stat().st_mtime_ns
        for path in site.rglob("index.html")
    }


@pytest.mark.parametrize("features", [PRUNED, ""])
def test_an_entry_more_is_shown_on_every_page(tmp_path: Path, features: str) -> None:
    root, fresh = tmp_path / "same" / "site", tmp_path / "fresh" / "site"
    _sections(root, features)
    assert_same(root, fresh, "the first build")
    _page(root, "other", "Other")
    assert_same(root, fresh, "a page at the top")
    (root / "docs" / "c" / "inner").mkdir()
    _page(root, "c/inner/0", "Inner")
    assert_same(root, fresh, "a section in a section")
    (root / "docs" / "a" / "0.md").unlink()
    assert_same(root, fresh, "the page that a section leads to is gone")
