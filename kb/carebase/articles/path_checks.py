"""What is wrong with a troubleshooter: nodes out of reach, paths without end, stray choices."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from carebase.articles.links import Place, find_places
from carebase.articles.markdown import Outline
from carebase.articles.nodes import ASIDE, MARKS, Choice, Node
from carebase.articles.page import Page
from carebase.articles.paths import Graph, find_loops, find_unreached
from carebase.errors import Problem, nearest

_HEADING = re.compile(r" {0,3}(?P<marks>#{2,6})[ \t]*(?P<text>[^#\s].*)$")
_UNDERLINE = re.compile(r" {0,3}-+[ \t]*$")
_ATTRIBUTES = re.compile(r"\{:?(?P<inside>[^{}]*)\}[ #]*$")
_MARKED = re.compile(r"(?<!\S)\.(?:solved|escalate)(?!\S)")
_FORM = re.compile(r"\bform=[\"']?([\w-]+)")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading in the source: its place, and what stands in braces behind it, with its column."""

    place: Place
    level: int
    text: str
    inside: str
    column: int


def check_paths(page: Page, outline: Outline, forms: Collection[str]) -> Iterator[Problem]:
    """Check the nodes of a troubleshooter; `forms` are the ids that an outcome may name."""
    if page.kind != "troubleshooter" or not outline.complete:
        return
    headings = list(_headings(page))
    nodes = outline.nodes
    if not nodes:
        line, column = page.document.place(("kind",)) if page.front.kind else (page.body_line, 1)
        yield Problem(
            page.file,
            line,
            column,
            "troubleshooter-without-question",
            "A troubleshooter has no question: a question is a heading of the second level.",
            hint="write `## What do you see?` with a list of links to other such headings below it",
        )
    places = _places_of(page, nodes, headings)
    known = [node.anchor for node in nodes]
    graph: dict[str, list[str]] = {}
    ends = []
    for number, (node, place) in enumerate(zip(nodes, places, strict=True), 1):
        following = places[number].line if number < len(places) else 0
        until = following if following > place.line else None
        wrong = list(_check_choices(page, node, place, until, outline, known))
        yield from wrong
        yield from _check_marks(page, node, place)
        graph[node.anchor] = [one.anchor for one in node.choices if one.anchor in known]
        # What a stray choice was meant to lead to is not known: that it strays is told already.
        if node.is_outcome or not node.choices or len(graph[node.anchor]) < len(node.choices):
            ends.append(node.anchor)
    by_anchor = {node.anchor: (node, place) for node, place in zip(nodes, places, strict=True)}
    yield from _check_reach(page, graph, by_anchor)
    yield from _check_ends(page, graph, ends, by_anchor)
    yield from _check_levels(page, headings)
    yield from _check_forms(page, headings, sorted(forms))


def escalation_forms(page: Page) -> list[str]:
    """Give the forms that the outcomes of a troubleshooter name, each once, from its source."""
    return list(dict.fromkeys(form for form, _ in find_escalations(page)))


def find_escalations(page: Page) -> Iterator[tuple[str, Place]]:
    """Give the form that each outcome of a troubleshooter leads to, and where it is named."""
    for heading in _headings(page):
        if heading.level == 2 and ".escalate" in heading.inside.split():
            found = _FORM.search(heading.inside)
            if found:
                yield found[1], Place(heading.place.line, heading.column + found.start(1))


def _headings(page: Page) -> Iterator[_Heading]:
    """Find the headings below the first level as the source writes them."""
    before = None
    for line in page.lines.lines:
        if line.code or line.strip:
            before = None
            continue
        found = _HEADING.match(line.text)
        if found:
            inside = _ATTRIBUTES.search(found["text"])
            yield _Heading(
                Place(line.number, found.start("text") + 1),
                len(found["marks"]),
                found["text"],
                inside["inside"] if inside else "",
                found.start("text") + (inside.start("inside") if inside else 0) + 1,
            )
        elif before is not None and _UNDERLINE.match(line.text):
            text = before.text.strip()
            inside = _ATTRIBUTES.search(text)
            column = before.text.index(text) + 1
            yield _Heading(
                Place(before.number, column),
                2,
                text,
                inside["inside"] if inside else "",
                column + (inside.start("inside") if inside else 0),
            )
        before = line if line.text.strip() and not found else None


def _places_of(page: Page, nodes: Sequence[Node], headings: Sequence[_Heading]) -> list[Place]:
    """Give the place of each node; what an extension put there stands where the text begins."""
    own = [one for one in headings if one.level == 2 and f".{ASIDE}" not in one.inside.split()]
    if len(own) == len(nodes):
        return [one.place for one in own]
    named = {part: one.place for one in reversed(own) for part in one.inside.split()}
    texts = {_ATTRIBUTES.sub("", one.text).strip(" #"): one.place for one in reversed(own)}
    top = Place(page.body_line, 1)
    return [named.get(f"#{node.anchor}") or texts.get(node.text) or top for node in nodes]


def _check_marks(page: Page, node: Node, place: Place) -> Iterator[Problem]:
    if len(node.marks) > 1:
        yield Problem(
            page.file,
            place.line,
            place.column,
            "outcome-marked-twice",
            f"The outcome `{node.text}` solves the matter and hands it over at once.",
            found="`.solved .escalate`",
            allowed="one of the two",
            hint="leave `.solved` where nobody need be asked, else `.escalate`",
        )
    if node.is_outcome or node.choices:
        return
    meant = next(
        ((name, match) for name in node.classes if (match := nearest(name, (*MARKS, ASIDE)))), None
    )
    hint = (
        f"make every item of its list one link and nothing else; `{node.beside}` is not"
        if node.beside
        else "list the answers below it as links to other headings of this page; or mark it"
        " `{ .solved }` or `{ .escalate form=… }` as an outcome, `{ .aside }` as mere text"
    )
    yield Problem(
        page.file,
        place.line,
        place.column,
        "question-without-choice",
        f"At `{node.text}` a path stops: it has no choices and is no outcome.",
        found=f"`.{meant[0]}`" if meant else f"`#{node.anchor}`",
        hint=f"did you mean `.{meant[1]}`?" if meant else hint,
    )


def _check_choices(
    page: Page,
    node: Node,
    place: Place,
    until: int | None,
    outline: Outline,
    known: Collection[str],
) -> Iterator[Problem]:
    if node.is_outcome and node.choices:
        line, column = _place_of(page, node.choices[0], place, until)
        yield Problem(
            page.file,
            line,
            column,
            "outcome-with-choices",
            f"The outcome `{node.text}` goes on with choices, but here a path ends.",
            found=f"`{node.choices[0].text}`",
            hint="take the mark out of the heading, or make the choices sentences of the text",
        )
        return
    for choice in node.choices:
        # A heading that is not there at all is told as a dead anchor.
        if choice.anchor in known or (choice.anchor and choice.anchor not in outline.anchors):
            continue
        line, column = _place_of(page, choice, place, until)
        code, message, found, allowed, hint = _stray(page, choice, known)
        yield Problem(
            page.file, line, column, code, message, found=found, allowed=allowed, hint=hint
        )


def _stray(page: Page, choice: Choice, known: Collection[str]) -> tuple[str, str, str, str, str]:
    """Give code, message, found, allowed and hint of a choice that leads to no node."""
    anchors = [f"#{anchor}" for anchor in known if anchor]
    allowed = ", ".join(anchors[:_SHOWN]) + (", …" if len(anchors) > _SHOWN else "")
    if choice.anchor:
        return (
            "choice-outside",
            f"This answer leads to a heading that is neither a question nor an outcome: "
            f"`{choice.text}`.",
            f"`{choice.target}`",
            allowed,
            "write that heading with `##`, and without `.aside`",
        )
    name = page.src_uri.rpartition("/")[2]
    path, mark, anchor = choice.target.partition("#")
    return (
        "choice-outside",
        f"This answer leads out of the page: `{choice.text}`.",
        f"`{choice.target}`",
        allowed,
        f"write `#{anchor}`"
        if mark and path == name
        else "lead to an outcome of this page, and link the other page in its text",
    )


def _place_of(page: Page, choice: Choice, place: Place, until: int | None) -> tuple[int, int]:
    """Give the place of a choice: of its address below its node's heading, else of the heading."""
    found = [(one.line, one.column) for one in find_places(page, choice.target)]
    inside = [one for one in found if one[0] > place.line and (until is None or one[0] < until)]
    return inside[0] if inside else (place.line, place.column)


def _check_reach(
    page: Page, graph: Graph, by_anchor: dict[str, tuple[Node, Place]]
) -> Iterator[Problem]:
    unreached = find_unreached(graph)
    for anchor in unreached:
        node, place = by_anchor[anchor]
        leaders = [other for other in graph if anchor in graph[other] and other != anchor]
        yield Problem(
            page.file,
            place.line,
            place.column,
            "node-unreachable",
            f"No path from the first question leads to `{node.text}`.",
            found=f"`#{anchor}`",
            hint=f"no path leads to `#{leaders[0]}` either, which would lead here: begin there"
            if leaders
            else f"add it to the choices of a question: `- [The answer](#{anchor})`;"
            " a second troubleshooter needs a page of its own",
        )


def _check_ends(
    page: Page, graph: Graph, ends: Sequence[str], by_anchor: dict[str, tuple[Node, Place]]
) -> Iterator[Problem]:
    for loop in find_loops(graph, ends):
        node, place = by_anchor[loop[0]]
        way = [f"`#{anchor}`" for anchor in loop]
        if len(way) > _SHOWN:
            way = [*way[: _SHOWN - 2], "…", way[-1]]
        yield Problem(
            page.file,
            place.line,
            place.column,
            "path-endless",
            f"From `{node.text}` no answer ever leads to an outcome.",
            found=" → ".join(way),
            hint="give one of these questions an answer that leads out to an outcome",
        )


def _check_levels(page: Page, headings: Sequence[_Heading]) -> Iterator[Problem]:
    for heading in headings:
        mark = _MARKED.search(heading.inside)
        if heading.level == 2 or mark is None:
            continue
        yield Problem(
            page.file,
            heading.place.line,
            heading.column + mark.start(),
            "outcome-level",
            "Only a heading of the second level is an outcome; this one is part of the text.",
            found=f"`{mark[0]}` behind `{'#' * heading.level}`",
            allowed="`##`",
        )


def _check_forms(
    page: Page, headings: Sequence[_Heading], forms: Sequence[str]
) -> Iterator[Problem]:
    """Check that each outcome that escalates names a form of the site."""
    for heading in headings:
        mark = _MARKED.search(heading.inside)
        if heading.level != 2 or ".escalate" not in heading.inside.split() or mark is None:
            continue
        form = _FORM.search(heading.inside)
        if form is not None and form[1] in forms:
            continue
        match = nearest(form[1], forms) if form else None
        at = form.start(1) if form else heading.inside.index(".escalate")
        yield Problem(
            page.file,
            heading.place.line,
            heading.column + at,
            "outcome-without-form",
            f"There is no form `{form[1]}`, so this outcome leads nowhere."
            if form
            else "This outcome names no form, so it leads nowhere.",
            found=f"`{form[1]}`" if form else "`.escalate` alone",
            allowed=", ".join(forms),
            hint=f"did you mean `{match}`?"
            if match
            else f"write `docs/forms/{form[1]}.yml`, or name a form that is there"
            if form
            else "name one: `{ .escalate form=repair-request }`",
        )
