"""What a product's hub page shows, and in which order, made from the product and its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from carebase.catalog.product import Product


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as a list shows it; `address` is relative to the site's own, without anchor or with."""

    title: str
    address: str
    src_uri: str = ""
    kind: str = "page"
    description: str = ""
    time: str = ""
    difficulty: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading; `id` is also the words' key."""

    id: str
    entries: list[Entry] = field(default_factory=list)


# The order in which people need them: first use, then care, then repair.
GROUPS = ("setup", "trouble_group", "care", "repair")


def group_entries(product: Product, entries: Iterable[Entry]) -> list[Group]:
    """Sort a product's guides and troubleshooters by what one comes for.

    A guide that a part names is a repair, one that the service plan names is care, any other is
    for setting up and using. No group is empty.
    """
    repairs = {product.path(part.guide) for part in product.parts if part.guide}
    care = {product.path(task.guide) for task in product.service_plan if task.guide}
    groups: dict[str, list[Entry]] = {name: [] for name in GROUPS}
    for entry in entries:
        if entry.kind == "troubleshooter":
            groups["trouble_group"].append(entry)
        elif entry.kind == "guide":
            in_care, in_repair = entry.src_uri in care, entry.src_uri in repairs
            groups["care" if in_care else "repair" if in_repair else "setup"].append(entry)
    return [Group(name, sort_entries(found)) for name, found in groups.items() if found]


def sort_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Put what others require first; beyond that as many depend on it, then by file name."""
    wanted: dict[str, int] = {}
    by_source = {entry.src_uri: entry for entry in entries}

    def count(source: str, seen: frozenset[str]) -> None:
        for required in by_source[source].requires if source in by_source else ():
            if required not in seen:
                wanted[required] = wanted.get(required, 0) + 1
                count(required, seen | {required})

    for entry in entries:
        count(entry.src_uri, frozenset({entry.src_uri}))
    return sorted(entries, key=lambda entry: (-wanted.get(entry.src_uri, 0), entry.src_uri))
