"""The paths through a troubleshooter as a graph: what cannot be reached, and what never ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

# Where each node leads, in the order of the nodes; whatever is no node itself is left out of it.
Graph = Mapping[str, Sequence[str]]


def reached_from(graph: Graph, starts: Iterable[str]) -> set[str]:
    """Give the nodes that can be reached from some, themselves included."""
    found = set(starts)
    waiting = deque(found)
    while waiting:
        for target in graph[waiting.popleft()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def find_unreached(graph: Graph) -> list[str]:
    """Give the nodes that no path from the first one leads to, in their order."""
    first = next(iter(graph), None)
    reached = reached_from(graph, [] if first is None else [first])
    return [node for node in graph if node not in reached]


def find_loops(graph: Graph, ends: Iterable[str]) -> list[list[str]]:
    """Give the loops that nothing leads out of to an end, each as the way round it.

    `ends` are the nodes at which a path may stop. A loop is told once, from its first node on;
    what merely leads into it is mended with it.
    """
    backwards: dict[str, list[str]] = {node: [] for node in graph}
    for node, targets in graph.items():
        for target in targets:
            backwards[target].append(node)
    ending = reached_from(backwards, ends)
    told: set[str] = set()
    loops = []
    for node in graph:
        if node in ending or node in told:
            continue
        inside = reached_from(graph, [node])
        # Only where every way leads back here: else a loop further on keeps its reader.
        if inside <= reached_from(backwards, [node]):
            told |= inside
            loops.append(_way_round(graph, node))
    return loops


def _way_round(graph: Graph, start: str) -> list[str]:
    """Give a shortest way from a node back to itself, the node at both ends."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for target in graph[node]:
            if target == start:
                way = [start, node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if target not in before:
                before[target] = node
                waiting.append(target)
    return [start]
