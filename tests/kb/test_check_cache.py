"""What `carebase check` remembers: it changes the time a check takes and nothing else."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carebase.articles import Renderer, rendering
from carebase.articles.kind import Kind
from carebase.articles.reading import FILE
from carebase.report import inspect_site
from carebase.site import Site
from tests.bench.manual import write_manual
from tests.support.process import CAREBASE, environment, run_carebase

TODAY = date(2026, 11, 21)
EXTENSIONS = ("attr_list", "md_in_html", "tables", "toc", "pymdownx.snippets")
PAGES = ("a.md", "b.md", "sub/c.md", "sub/index.md", "d e.md")
SNIPPETS = ("one.md", "two.md")
LONG = " ".join(f"word{number}" for number in range(60))
TEXTS = (
    "# A\n\n[b](b.md#b) [c](sub/c.md)\n",
    "# B\n\n## Part {#part}\n\n![](gone.png) <img src=../b.png>\n",
    '# C\n\n--8<-- "one.md"\n\n[up](../a.md#x)\n',
    '# D\n\n--8<-- "two.md"\n\n--8<-- "none.md"\n',
    f"# E\n\n{LONG}\n",
    f"# F\n\n{LONG} and [x](#y)\n",
    "---\ntitle: G\nkind: faq\n---\n\n# G\n\n<a name=n></a>[n](#n) &#xD800; [\U0001f635](é.md)\n",
    "---\nkind: troubleshooter\n---\n\n# T\n\n## Q? {#q}\n\n- [a](#a)\n\n## A {#a .solved}\n",
    "# T\n\n## Q? {#q}\n\n- [a](#a)\n\n## A {#a .solved}\n",
    "[](" * 600,
    "",
)
PIECES = ("[s](../b.md#part)\n", "## Snippet\n", "![](img.png)\n", '--8<-- "two.md"\n', "")


def site_in(root: Path, **more: Any) -> Site:
    """Describe the site in a folder."""
    configs = {"pymdownx.snippets": {"base_path": [str(root / "first"), str(root / "second")]}}
    more = {"markdown_extensions": EXTENSIONS, "extension_configs": configs, **more}
    return Site(root, root / "docs", root / "site", "Test", **more)


def told(site: Site, remember: bool) -> str:
    """Give all that a check says, as one text."""
    report = inspect_site(site, TODAY, remember=remember)
    return report.as_json() + report.as_sarif() + report.summary


def put(path: Path, text: str) -> None:
    """Write a file, and its folder where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CHANGES = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PAGES), st.sampled_from(TEXTS)),
    st.tuples(st.just("delete"), st.sampled_from(PAGES), st.just("")),
    st.tuples(st.just("move"), st.sampled_from(PAGES), st.sampled_from(PAGES)),
    st.tuples(st.just("first"), st.sampled_from(SNIPPETS), st.sampled_from(PIECES)),
    st.tuples(st.just("second"), st.sampled_from(SNIPPETS), st.sampled_from(PIECES)),
    st.tuples(st.just("unsnip"), st.sampled_from(SNIPPETS), st.just("")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds=st.lists(st.lists(CHANGES, min_size=1, max_size=4), min_size=2, max_size=5))
def test_after_any_changes_a_check_says_the_same_as_one_that_remembers_nothing(
    rounds: list[list[tuple[str, str, str]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        site = site_in(root)
        for name, text in zip(PAGES, TEXTS, strict=False):
            put(root / "docs" / name, text)
        assert told(site, remember=False) == told(site, remember=True)
        for changes in rounds:
            for what, name, more in changes:
                change(root, what, name, more)
            assert told(site, remember=False) == told(site, remember=True)


def change(root: Path, what: str, name: str, more: str) -> None:
    """Do to the site what a writer may do."""
    path = root / "docs" / name
    match what:
        case "write":
            put(path, more)
        case "delete":
            path.unlink(missing_ok=True)
        case "move" if path.is_file():
            (root / "docs" / more).parent.mkdir(parents=True, exist_ok=True)
            path.replace(root / "docs" / more)
        case "first" | "second":
            put(root / what / name, more)
        case "unsnip":
            (root / "first" / name).unlink(missing_ok=True)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A small site that was checked once."""
    for name, text in zip(PAGES, TEXTS, strict=False):
        put(tmp_path / "docs" / name, text)
    site = site_in(tmp_path)
    told(site, remember=True)
    return site


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts that are rendered from here on."""
    texts: list[str] = []
    read = Renderer.read

    def listened(self: Renderer, text: str, kind: Kind) -> Any:
        texts.append(text)
        return read(self, text, kind)

    monkeypatch.setattr(Renderer, "read", listened)
    yield texts


def test_a_second_check_renders_nothing_and_one_edit_one_page(
    site: Site, rendered: list[str]
) -> None:
    told(site, remember=True)
    assert [] == rendered
    put(site.docs_dir / "a.md", "# A new\n")
    told(site, remember=True)
    assert ["# A new\n"] == rendered


def test_a_page_that_moves_is_not_rendered_again(site: Site, rendered: list[str]) -> None:
    (site.docs_dir / "a.md").rename(site.docs_dir / "moved.md")
    told(site, remember=True)
    assert [] == rendered


def test_other_settings_render_all_anew(site: Site, rendered: list[str]) -> None:
    changed = site_in(site.root, markdown_extensions=(*EXTENSIONS, "admonition"))
    assert told(changed, remember=False) == told(changed, remember=True)
    assert 2 * len(PAGES) == len(rendered)


def test_settings_that_cannot_be_written_down_are_never_remembered(
    site: Site, rendered: list[str]
) -> None:
    configs = {"toc": {"slugify": lambda text, separator: f"x{separator}{len(text)}"}}
    other = site_in(site.root, extension_configs=configs)
    told(other, remember=True)
    told(other, remember=True)
    assert 2 * len(PAGES) == len(rendered)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"Part", b"Pert"),
        lambda data: b"",
        lambda data: b"\0\xff" * 1000,
        lambda data: b"carebase check 0 abc\n{}",
        lambda data: b'{"some": "other program"}',
        lambda data: data.split(b"\n")[0] + b"\n" + b"[" * 100_000,
    ],
)
def test_a_damaged_or_foreign_memory_is_thrown_away(site: Site, damage: Any) -> None:
    path = site.root / FILE
    good = path.read_bytes()
    path.write_bytes(damage(good))
    assert told(site, remember=False) == told(site, remember=True)
    assert good == path.read_bytes()


def test_a_memory_that_cannot_be_written_stops_nothing(site: Site) -> None:
    path = site.root / FILE
    path.unlink()
    path.mkdir()
    assert told(site, remember=False) == told(site, remember=True)
    assert [] == list(path.iterdir())
    assert [path] == list(path.parent.iterdir())


def test_two_checks_at_once_do_not_harm(tmp_path: Path) -> None:
    write_manual(tmp_path, 30)
    alone = run_carebase("check", cwd=tmp_path)
    put(tmp_path / "docs/products/machine-0/guide-3.md", "# New\n\n[x](gone.md)\n")
    both = [
        subprocess.Popen(
            [*CAREBASE, "check"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    first, second = (process.communicate(timeout=60)[0] for process in both)
    assert first == second == run_carebase("check", cwd=tmp_path).stdout
    assert alone.stdout != first
    assert [tmp_path / FILE] == list((tmp_path / FILE).parent.iterdir())


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_several_processes_read_the_same_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    if method == "fork" and sys.platform != "linux":
        pytest.skip("forking is only used on Linux")
    chance = random.Random(1)
    for number in range(40):
        text = "".join(chance.choices(TEXTS, k=3)) + f"\n[n]({number}.md)\n"
        put(tmp_path / f"docs/{number}.md", text)
    site = site_in(tmp_path)
    alone = told(site, remember=False)
    monkeypatch.setattr(rendering, "_WORTH_A_PROCESS", 10)
    monkeypatch.setattr(rendering, "_processors", lambda: 2)
    if method == "spawn":
        monkeypatch.setattr(sys, "platform", "darwin")
    assert alone == told(site, remember=False)
    assert alone == told(site, remember=True)
    assert alone == told(site, remember=True)
