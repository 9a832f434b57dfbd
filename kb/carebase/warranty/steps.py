"""What to do after an answer: claim, repair, read, ask, remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from carebase.catalog.product import Product
from carebase.i18n import fill, text
from carebase.markup import Markup, element

Row = Mapping[str, Any]

# Where links of the check and its answer may lead; each is an attribute of the element too.
LINKS = ("terms", "policies", "claim", "repair", "guides", "parts", "contact")
# In days: whose cover ends so soon is offered a reminder.
SOON = 60
# What of the question goes with the reader to the forms, in their fragment.
CARRIED = ("model", "serial", "bought")
# What `encodeURIComponent` leaves as it is, besides letters, digits and `-_.~`.
_PLAIN = "!*'()"


def address(links: Mapping[str, str], name: str, product: str | None) -> str:
    """Give the address of a link, or nothing; `{product}` in it stands for the product's id."""
    return fill(links.get(name) or "", product=product or "")


def _steps(verdict: Row | None) -> tuple[str, ...]:
    if verdict is None:
        return ("contact",)
    rows = verdict["coverages"]
    covered = {row["kind"] for row in rows if row["status"] == "covered"}
    promised = [row for row in rows if row["kind"] == "commercial"]
    is_open = any(row["status"] == "depends" for row in promised)
    is_ending = any(row["status"] == "covered" and _is_soon(row) for row in promised)
    steps: tuple[str, ...] = ("contact", "terms")
    if "commercial" in covered or is_open:
        steps = ("claim", *(("remind",) if is_ending else ()), "repair", "terms")
    elif "programme" in covered or verdict["verdict"] == "not_covered":
        steps = ("guides", "parts", "repair", "contact")
    if "programme" in covered:
        # What is put right free of charge comes before what may be.
        return ("repair", *(step for step in steps if step != "repair"))
    return steps


def _is_soon(row: Row) -> bool:
    return "days_left" in row and row["days_left"] <= SOON


def render_next(
    verdict: Row | None,
    links: Mapping[str, str],
    product: Product,
    language: str,
    heading: int,
    asked: Mapping[str, str],
) -> list[Markup]:
    """Write what to do next as links; the first of them is the likeliest and a button."""
    ways: list[Markup] = []
    for step in _steps(verdict):
        target = address(links, step, product.id)
        if step in ("claim", "repair") and target:
            target = _carry(target, asked)
        attributes: dict[str, str] = {} if ways else {"class": "cb-button"}
        if step == "remind":
            target = _reminder(links, verdict, product)
            attributes["download"] = f"{product.id}.ics"
        if not target:
            continue
        name = text(language, "check.terms" if step == "terms" else f"next.{step}")
        ways.append(element("li", None, element("a", {"href": target} | attributes, name)))
    if not ways:
        return []
    return [
        element(f"h{heading + 1}", None, text(language, "next.title")),
        element("ul", {"class": "cb-next"}, ways),
    ]


def _carry(target: str, asked: Mapping[str, str]) -> str:
    """Add the question to the fragment of a form's address, which no server sees."""
    pairs = [f"{name}={quote(asked[name], safe=_PLAIN)}" for name in CARRIED if asked.get(name)]
    return target + "".join(f"&{pair}" for pair in pairs) if "#" in target else target


def _reminder(links: Mapping[str, str], verdict: Row | None, product: Product) -> str:
    start = (verdict or {}).get("start") or {}
    if start.get("certainty") != "stated":
        return ""
    return fill(links.get("remind") or "", product=product.id, bought=start["date"])
