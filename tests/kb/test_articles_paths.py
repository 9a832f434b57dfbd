"""Troubleshooters as graphs: what `check` says of any of them is what a plain search finds."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carebase.articles import Renderer, check_pages, load_pages
from carebase.articles.markdown import read_outline
from carebase.articles.nodes import Choice, read_nodes, wrap_nodes
from carebase.articles.paths import find_loops, find_unreached
from carebase.catalog import load_catalog
from carebase.errors import Problem
from carebase.forms import load_forms
from carebase.site import Site

TODAY = date(2026, 11, 21)
QUESTION, SOLVED, ESCALATE = "", " .solved", " .escalate form=repair-request"
# The mark of each node and where its choices lead.
Written = Sequence[tuple[str, Sequence[int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Written:
    count = draw(st.integers(1, 8))
    marks = draw(st.lists(st.sampled_from((QUESTION, SOLVED, ESCALATE)), min_size=count,
                          max_size=count))  # fmt: skip
    return [(mark, draw(st.lists(st.integers(0, count - 1), max_size=3))) for mark in marks]


def text_of(graph: Written) -> str:
    """Write a graph as a page; each node stands on a line that its number tells."""
    parts = ["# It does not work"]
    for number, (mark, targets) in enumerate(graph):
        choices = "\n".join(f"- [To {target}](#n{target})" for target in targets)
        parts.append(f"## Node {number} {{ #n{number}{mark} }}\n\n{choices or 'Read this.'}")
    return "---\nkind: troubleshooter\n---\n\n" + "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("paths")


def problems_of(root: Path, text: str) -> list[Problem]:
    """Check one page as `carebase check` does."""
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "help.md").write_text(text, "utf-8")
    site = Site(root, root / "docs", root / "site", "T", markdown_extensions=("toc", "attr_list"))
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    return pages.problems + check_pages(site, catalog, pages, TODAY)


def walk(graph: Written, start: int) -> set[int]:
    """Follow every answer from a node on, one step after the other; the slow and plain way."""
    seen: set[int] = set()

    def visit(node: int) -> None:
        if node not in seen:
            seen.add(node)
            for target in graph[node][1]:
                visit(target)

    visit(start)
    return seen


def expected(graph: Written) -> set[tuple[str, int]]:
    """Give what is wrong, as code and node, by walking alone."""
    stops = {node for node, (mark, targets) in enumerate(graph) if mark or not targets}
    wrong = {("node-unreachable", node) for node in set(range(len(graph))) - walk(graph, 0)}
    for node, (mark, targets) in enumerate(graph):
        if mark and targets:
            wrong.add(("outcome-with-choices", node))
        if not mark and not targets:
            wrong.add(("question-without-choice", node))
        inside = walk(graph, node)
        # A loop is told at its first node; one that leads into another loop is not told.
        closed = not inside & stops and all(node in walk(graph, other) for other in inside)
        if closed and node == min(inside):
            wrong.add(("path-endless", node))
    return wrong


@given(graphs())
@settings(max_examples=300, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_the_verdict_is_that_of_a_plain_search(root: Path, graph: Written) -> None:
    text = text_of(graph)
    rows = text.split("\n")
    node_of, last = {}, 0
    for number, row in enumerate(rows, 1):
        if row.startswith("## Node "):
            last = int(row.split()[2])
        node_of[number] = last
    found = problems_of(root, text)

    assert expected(graph) == {(one.code, node_of[one.line]) for one in found}
    # Each stands at its heading or at a choice below it, and is told once.
    assert len(expected(graph)) == len(found)
    for one in found:
        node = node_of[one.line]
        assert f"Node {node}" in one.message
        choice = one.code == "outcome-with-choices"
        assert rows[one.line - 1][one.column - 1 :].startswith("#n" if choice else f"Node {node} ")


def test_a_thousand_questions_take_no_time() -> None:
    dice = random.Random(7)
    names = [str(number) for number in range(1000)]
    graph: Mapping[str, Sequence[str]] = {name: dice.sample(names, 3) for name in names}
    assert [] == find_loops(graph, names[:1])
    assert set(find_unreached(graph)) <= set(names[1:])
    ring = {name: [names[(place + 1) % 1000]] for place, name in enumerate(names)}
    assert [[*names, "0"]] == find_loops(ring, [])
    assert [] == find_unreached(ring)


def test_a_list_is_choices_when_an_item_is_nothing_but_a_link_to_a_heading() -> None:
    text = (
        '<h2 id="a">A?</h2><p>Look <a href="#b">below</a>:</p>'
        '<ul><li><p><a class="x" href="#b"><strong>One</strong> &amp; two</a></p></li>'
        '<li><a href="more/">More</a></li></ul>'
        '<ul><li><a href="#b">B</a></li><li>Or <a href="#b">b</a></li></ul>'
        '<ul><li><a href="b.md">Elsewhere</a></li><li>See <a href="#b">b</a></li></ul>'
        '<blockquote><ul><li><a href="#b">Quoted</a></li></ul></blockquote>'
        '<ol start="2">\n<li><a href="#a">Again</a></li></ol>'
        '<h2 id="c" class="aside">C</h2><ul><li><a href="#b">B</a></li></ul>'
        '<h2 id="b" class="solved big">B<a class="headerlink" href="#b">¶</a></h2>'
    )
    first, last = read_nodes(text)

    assert (
        Choice("#b", "One & two"),
        Choice("more/", "More"),
        Choice("#a", "Again"),
    ) == first.choices
    assert "Or b" == first.beside
    assert ("b", "B", ("solved",)) == (last.anchor, last.text, last.marks)
    written = wrap_nodes(text, str)
    assert 2 == written.count('class="cb-choices"')
    assert '<ol class="cb-choices" start="2">' in written
    assert '<section class="cb-aside"><h2 id="c" class="aside">' in written
    assert read_outline(text).links == read_outline(written).links


def test_nodes_are_read_only_of_troubleshooters(root: Path) -> None:
    site = Site(root, root / "docs", root / "site", "T", markdown_extensions=("toc", "attr_list"))
    text = text_of([(QUESTION, [1]), (SOLVED, [])])
    for kind, count in (("troubleshooter", 2), ("page", 0)):
        (root / "docs").mkdir(exist_ok=True)
        (root / "docs" / "help.md").write_text(text.replace("troubleshooter", kind), "utf-8")
        page = load_pages(site, load_catalog(site), load_forms(site)).pages[0]
        assert count == len(Renderer(site).outline(page)[0].nodes)
