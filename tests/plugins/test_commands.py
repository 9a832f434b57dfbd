"""Building from the command line: what a broken file, theme or plugin of somebody else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.making import BRIO, CONFIG
from tests.support.example import build_with
from tests.support.process import run_carebase
from tests.support.sites import Picture, write_files

GOOD: Picture = {
    "mkdocs.yml": CONFIG,
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/set-up.md": "# Set up\n\n## One\n\nSo.\n",
    "docs/page.md": "# Page\n",
}
BROKEN: Picture = {
    "docs/products/brio/product.yml": "id: brio\nname: [1]\nsummry: A\n",
    "docs/page.md": "---\nkind: gide\n---\n\n# Page\n",
}
WARNED: Picture = {"docs/page.md": "# Page\n\n[Gone](gone.md)\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a site without problems."""
    write_files(tmp_path, GOOD)
    return tmp_path


def test_mkdocs_builds_around_a_broken_product(root: Path) -> None:
    write_files(root, BROKEN)
    site = build_with("mkdocs", root)
    said = site.result.stderr

    assert 0 == site.result.returncode, said
    assert "WARNING -  docs/products/brio/product.yml:2:" in said
    assert "Traceback" not in said
    assert 'data-carebase="guide"' in site.html("products/brio/set-up/")
    assert 1 == build_with("mkdocs", root, "--strict").result.returncode


@pytest.mark.parametrize(
    ("folder", "place"), [("docs", "is"), ("docs/out", "lies in"), (".", "holds")]
)
def test_a_site_is_never_written_over_its_sources(root: Path, folder: str, place: str) -> None:
    done = run_carebase("build", "-d", folder, cwd=root)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr == (
        f"The site cannot be written to {folder}: it {place} the folder of the sources, docs/."
        " Name another folder with -d.\n"
    )
    assert (root / "docs/page.md").is_file()


def test_carebase_tells_every_problem_and_leaves_the_site(root: Path) -> None:
    assert 0 == run_carebase("build", cwd=root).returncode
    before = {path: path.read_bytes() for path in root.rglob("site*/**/*") if path.is_file()}
    write_files(root, BROKEN)

    done = run_carebase("build", cwd=root)

    assert (1, "") == (done.returncode, done.stdout)
    problems = [line for line in done.stderr.splitlines() if not line.startswith(" ")]
    assert [
        "docs/page.md:2:7: error unknown-value: ",
        "docs/products/brio/product.yml:2:7: error wrong-type: ",
        "docs/products/brio/product.yml:3:1: error unknown-key: ",
    ] == [" ".join(line.split(" ")[:3]) + " " for line in problems]
    after = {path: path.read_bytes() for path in root.rglob("site*/**/*") if path.is_file()}
    assert before == after
    assert "did you mean `summary`?" in done.stderr


def test_strict_counts_warnings(root: Path) -> None:
    write_files(root, WARNED)
    easy = run_carebase("build", cwd=root)
    strict = run_carebase("build", "--strict", cwd=root)

    assert 0 == easy.returncode
    assert easy.stderr.startswith("warning: ")
    assert "gone.md" in easy.stderr
    assert 1 == strict.returncode
    assert "gone.md" in strict.stderr
    assert "" == strict.stdout


def test_a_build_says_what_it_made(root: Path) -> None:
    done = run_carebase("build", "-d", "elsewhere/site", cwd=root)

    assert (0, "") == (done.returncode, done.stderr)
    said = done.stdout.splitlines()
    assert "New in docs/.addresses, to commit: all-pages/ and 4 more" == said[0]
    assert said[1].startswith("Built 6 pages in ")
    assert done.stdout.endswith(f": {root / 'elsewhere/site'}\n")
    assert (root / "elsewhere/site.private/site.json").is_file()
    assert not (root / "site").exists()


@pytest.mark.parametrize("event", ["on_config", "on_files", "on_page_content", "on_post_build"])
def test_a_failing_plugin_of_somebody_else_is_a_sentence(root: Path, event: str) -> None:
    write_files(
        root,
        {
            "mkdocs.yml": CONFIG + "hooks: [theirs.py]\n",
            "theirs.py": f"def {event}(*values, **named):\n    raise KeyError('their mistake')\n",
        },
    )
    done = run_carebase("build", cwd=root)

    assert (1, "") == (done.returncode, done.stdout)
    assert "KeyError: 'their mistake'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("site_name: A\nplugins: [nothing-like-it]\n", 'The "nothing-like-it" plugin is not'),
        ("site_name: A\ntheme: unheard-of\n", "Unrecognised theme name: 'unheard-of'"),
        ("site_name: [\n", "mkdocs.yml:2:1 is no YAML: expected the node content, but found"),
        ("site_name: [A]\n", "'site_name': Expected type: a text but received: a list"),
        ("site_name: A\nhooks: [gone.py]\n", "gone.py"),
    ],
)
def test_a_wrong_configuration_is_a_sentence(root: Path, config: str, said: str) -> None:
    write_files(root, {"mkdocs.yml": config})
    done = run_carebase("build", cwd=root)

    assert (2, "") == (done.returncode, done.stdout), done.stderr
    assert done.stderr.startswith("mkdocs.yml cannot be used: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
