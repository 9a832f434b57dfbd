"""What a guide takes, at a glance."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.articles.front_matter import GuideFront
from carebase.articles.redirects import file_of
from carebase.forms import controls
from carebase.i18n import text
from carebase.joining import join
from carebase.qr import qr_code
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import required_by
from carebase_plugins.theme.words import words_of

Fact = dict[str, Any]


# The strings of the checklist in the browser.
_CHECKLIST = ("steps.", "link.")


def guide_view(shared: Shared, page: SitePage, source: Page, body: str) -> dict[str, Any]:
    """Give the strip of a guide, what its checklist needs, and the code for its printed sheet."""
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
    if front.models:
        known = shared.catalog.models()
        products = shared.catalog.products.values()
        names = {model.id: model.name for product in products for model in product.models}
        models = [{"text": names[model]} for model in front.models if model in known]
        add("models", "material/tag-outline", models)
    language = source.front.lang or shared.site.language
    whole = join(shared.site.url, page.url) if shared.site.url else ""
    # Of one step it is not said how many there are.
    is_one = body.count('<section class="cb-step"') == 1
    one = {f"steps.{key}": text(language, f"step.{key}") for key in ("start", "all") if is_one}
    guide = {
        "facts": facts,
        "parts": [f"{part['text'].removeprefix('1 × ')} ({part['number']})" for part in parts],
        "aliases": " ".join(quote(file) for file in map(file_of, front.aliases) if file),
        "words": Markup(controls.words(language, _CHECKLIST, one)),  # noqa: S704
        "whole": whole,
        "code": Markup(qr_code(whole, words("guide.code_alt"))) if whole else "",  # noqa: S704
    }
    return {"guide": guide, "template": "carebase/guide.html"}


def _parts(shared: Shared, source: Page, front: GuideFront) -> list[dict[str, str]]:
    """Give each part with its quantity and number, and where the hub lists it."""
    known = {
        part.sku: (part, product)
        for name in source.products
        if (product := shared.catalog.products.get(name))
        for part in product.parts
    }
    rows = []
    for needed in front.parts:
        row = {"text": f"{needed.quantity} ×", "number": needed.sku}
        if needed.sku in known:
            part, product = known[needed.sku]
            row["text"] += f" {part.name}"
            # Without the catalogue's plugin there is no hub that lists it.
            if "parts" in shared.fillers and (hub := shared.places.index_of(str(product.folder))):
                row["address"] = f"{hub.address}#{part.anchor}"
        rows.append(row)
    return rows
