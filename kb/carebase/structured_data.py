"""What a page says, for machines that read: JSON-LD in the words of schema.org.

Its texts are those that the page shows, so that both always agree. Search engines no longer draw
how-tos, questions or courses from it, but assistants, archives and shops read it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from carebase.articles.front_matter import Duration, GuideFront
from carebase.articles.sections import PERMALINK, Section, read_questions, split_sections
from carebase.catalog import Product
from carebase.training import Course
from carebase.warranty.policy import Policy

Node = dict[str, Any]
# Gives the whole address of a place of the site.
Absolute = Callable[[str], str]

_HIDDEN_TAGS = ("script", "style", "template", "svg", "form", "nav")
_HIDDEN = re.compile(rf"<((?i:{'|'.join(_HIDDEN_TAGS)}))\b.*?</(?i:\1)>", re.DOTALL)
_BREAK = re.compile(r"</?(?:p|li|ul|ol|div|br|tr|td|th|h[1-6]|dd|dt|blockquote|pre|figure)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc=\"([^\"]+)\"")
# UN/CEFACT codes, which schema.org asks for.
_UNIT_CODES = {"days": "DAY", "weeks": "WEE", "months": "MON", "years": "ANN"}


def plain_text(fragment: str) -> str:
    """Give the text of an HTML fragment as it is read, on one line."""
    if "headerlink" in fragment:
        fragment = PERMALINK.sub(" ", fragment)
    # Most have none of these, and looking at each tag takes longer.
    small = fragment.lower()
    if any(f"<{name}" in small for name in _HIDDEN_TAGS):
        fragment = _HIDDEN.sub(" ", fragment)
    text = _TAG.sub("", _BREAK.sub(" ", fragment))
    return " ".join(html.unescape(text).split())


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> Node:
    """Describe the way to a page: titles with their whole addresses, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": title, "item": address}
            for position, (title, address) in enumerate(trail, 1)
        ],
    }


def how_to(
    title: str, front: GuideFront, content: str, parts: Iterable[str], absolute: Absolute
) -> Node:
    """Describe a guide; `content` is its HTML, `absolute` knows the guide's own address as ``."""
    _, sections = split_sections(content, (2,))
    steps = [section for section in sections if "aside" not in section.classes]
    node: Node = {"@type": "HowTo", "name": title, "url": absolute("")}
    if front.description:
        node["description"] = front.description
    if front.time:
        node["totalTime"] = _iso(front.time)
    supplies = [{"@type": "HowToSupply", "name": name} for name in parts]
    tools = [{"@type": "HowToTool", "name": name} for name in front.tools]
    node |= {name: found for name, found in (("supply", supplies), ("tool", tools)) if found}
    node["step"] = [_step(number, section, absolute) for number, section in enumerate(steps, 1)]
    return node


def _step(number: int, section: Section, absolute: Absolute) -> Node:
    node: Node = {"@type": "HowToStep", "position": number, "name": section.text}
    if text := plain_text(section.body):
        node["text"] = text
    if section.anchor:
        node["url"] = absolute(f"#{section.anchor}")
    if picture := _IMAGE.search(section.body):
        node["image"] = absolute(html.unescape(picture[1]))
    return node


def _iso(time: Duration) -> str:
    """Write the longest time as ISO 8601 does."""
    hours, minutes = divmod(time.most, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")


def questions(content: str, absolute: Absolute) -> Node | None:
    """Describe the questions of an FAQ page; nothing for a page without any."""
    found = [
        {
            "@type": "Question",
            "name": section.text,
            "url": absolute(f"#{section.anchor}"),
            "acceptedAnswer": {"@type": "Answer", "text": text},
        }
        for section, answer in read_questions(content)
        if answer is not None and (text := plain_text(answer))
    ]
    return {"@type": "FAQPage", "mainEntity": found} if found else None


def product(
    one: Product, brand: str, policy: Policy | None, names: dict[str, str], absolute: Absolute
) -> Node:
    """Describe a product with its models and what its maker promises today.

    `names` are those of the coverages, as the hub shows them.
    """
    node: Node = {
        "@type": "Product",
        "name": one.name,
        "description": one.summary,
        "url": absolute(""),
        "brand": {"@type": "Brand", "name": brand},
    }
    if one.picture:
        node["image"] = absolute(one.picture)
    models = [
        {"@type": "ProductModel", "name": model.name} | ({"gtin": model.gtin} if model.gtin else {})
        for model in one.models
    ]
    if models:
        node["model"] = models
    promises = [
        {
            "@type": "WarrantyPromise",
            "warrantyScope": names[coverage.id],
            "durationOfWarranty": {
                "@type": "QuantitativeValue",
                "value": coverage.length.amount,
                "unitCode": _UNIT_CODES[coverage.length.unit],
            },
        }
        for coverage in (policy.coverages if policy else ())
        if coverage.length.unit
    ]
    if promises:
        node["hasWarrantyPromise"] = promises
    return node


def course(one: Course, provider: str, absolute: Absolute) -> Node:
    """Describe a course."""
    node: Node = {
        "@type": "Course",
        "name": one.title,
        "description": one.summary,
        "url": absolute(""),
        "provider": {"@type": "Organization", "name": provider},
    }
    if one.objectives:
        node["teaches"] = list(one.objectives)
    return node


def graph(nodes: Sequence[Node]) -> str:
    """Write the nodes of a page as one script that no browser runs."""
    data = {"@context": "https://schema.org", "@graph": list(nodes)}
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the script or open a comment.
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/ld+json">{written}</script>'
