"""What a product's hub page shows, and in which order, made from the product and its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from carebase.catalog.product import Product


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as a list shows it; `address` is relative to the site's own."""

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
    """Put what needs nothing before it first, and of those what most others need."""
    by_source = {entry.src_uri: entry for entry in entries}

    def depth(source: str, seen: frozenset[str] = frozenset()) -> int:
        if source not in by_source or source in seen:
            return 0
        required = by_source[source].requires
        return max((1 + depth(one, seen | {source}) for one in required), default=0)

    wanted = Counter(required for entry in entries for required in entry.requires)
    return sorted(
        entries, key=lambda entry: (depth(entry.src_uri), -wanted[entry.src_uri], entry.src_uri)
    )
