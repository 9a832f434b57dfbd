"""What a guide takes, at a glance."""

from __future__ import annotations

from typing import Any

from carebase.articles import Page
from carebase.articles.front_matter import GuideFront
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import required_by
from carebase_plugins.theme.words import words_of

Fact = dict[str, Any]


def guide_view(shared: Shared, source: Page) -> dict[str, Any]:
    """Give the strip of a guide: time, difficulty, tools, parts, what to do first, models."""
    front = source.front
    if not isinstance(front, GuideFront):
        return {}
    words = words_of(source.front.lang or shared.site.language)
    facts: list[Fact] = []

    def add(name: str, icon: str, entries: list[dict[str, str]]) -> None:
        if entries:
            facts.append({"label": words(f"guide.{name}"), "icon": icon, "entries": entries})

    if front.time:
        add("time", "material/clock-outline", [{"text": str(front.time)}])
    if front.difficulty:
        level = words(f"difficulty.{front.difficulty}")
        add("difficulty", "material/stairs", [{"text": level}])
    add("tools", "material/tools", [{"text": tool} for tool in front.tools])
    parts = _parts(shared, source, front)
    add("parts", "material/package-variant-closed", parts)
    entries = shared.places.entries
    add(
        "requires",
        "material/flag-outline",
        [
            {"text": entries[uri].title, "address": entries[uri].address}
            for uri in required_by(source)
            if uri in entries
        ],
    )
    models = shared.catalog.models()
    names = {m.id: m.name for product in shared.catalog.products.values() for m in product.models}
    add("models", "material/tag-outline", [{"text": names[m]} for m in front.models if m in models])
    named = [part["text"] for part in parts]
    return {"guide": {"facts": facts, "parts": named}, "template": "carebase/guide.html"}


def _parts(shared: Shared, source: Page, front: GuideFront) -> list[dict[str, str]]:
    known = {
        part.sku: part
        for product in source.products
        if product in shared.catalog.products
        for part in shared.catalog.products[product].parts
    }
    rows = []
    for needed in front.parts:
        part = known.get(needed.sku)
        name = f"{part.name} ({part.sku})" if part else needed.sku
        rows.append({"text": f"{needed.quantity} × {name}" if needed.quantity > 1 else name})
    return rows
