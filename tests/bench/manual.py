"""A made-up manual of any size: products, guides with links and pictures, each about 8 kB.

Every guide has words of its own, so that none is like another, and nothing in it is wrong. The
same seed gives the same files.
"""

from __future__ import annotations

import random
from pathlib import Path

CONFIG = """\
site_name: Manual
site_url: http://127.0.0.1:8000/
theme:
  name: material
plugins: [carebase-catalog, carebase-articles, carebase-courses, carebase-forms]
markdown_extensions:
  - admonition
  - attr_list
  - tables
  - toc: {permalink: true}
  - pymdownx.details
  - pymdownx.superfences
"""
_POLICY = """\
id: house
version: 1
start: [delivered, purchased]
coverages:
  - {id: body, months: 24}
"""
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><title>%s</title></svg>\n'
_STARTS = "ba be bi bo bu da de di do du fa fe fi ga go ka ki la le lo ma mi mo na ne no pa pe po"
_ENDS = "bel cor dan fil gor hun kel lan mar nel pin ras sol tor van wen"
_TOOLS = ("Soft brush", "Torx T10", "Flat screwdriver", "Clean cloth", "Hex key 4 mm")
_PER_PRODUCT = 100
_STEPS = 7


def _words(chance: random.Random) -> list[str]:
    starts, ends = _STARTS.split(), _ENDS.split()
    return sorted({f"{a}{b}{c}" for a in starts for b in ("", chance.choice(starts)) for c in ends})


def write_manual(root: Path, pages: int, seed: int = 1) -> None:
    """Write a site with so many guides, a product for each hundred of them."""
    chance = random.Random(seed)
    words = _words(chance)
    (root / "docs/warranty/policies").mkdir(parents=True)
    (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
    (root / "docs/warranty/policies/house@1.yml").write_text(_POLICY, "utf-8")
    for first in range(0, pages, _PER_PRODUCT):
        folder = root / f"docs/products/machine-{first // _PER_PRODUCT}"
        (folder / "img").mkdir(parents=True)
        names = [f"guide-{number}" for number in range(first, min(first + _PER_PRODUCT, pages))]
        (folder / "product.yml").write_text(_product(folder.name, names), "utf-8")
        for name in names:
            for step in (1, 2):
                picture = folder / f"img/{name}-{step}.svg"
                picture.write_text(_PICTURE % picture.stem, "utf-8")
            (folder / f"{name}.md").write_text(_guide(chance, words, name, names), "utf-8")


def _product(name: str, guides: list[str]) -> str:
    number = name.rpartition("-")[2]
    return (
        f"id: {name}\nname: Machine {number}\npolicy: house@1\nparts:\n"
        f"  - {{sku: M{number}-1, name: Filter ring, guide: {guides[0]}.md}}\n"
        f"  - {{sku: M{number}-2, name: Drain hose}}\n"
    )


def _sentence(chance: random.Random, words: list[str]) -> str:
    text = " ".join(chance.choices(words, k=chance.randint(7, 15)))
    return f"{text.capitalize()}."


def _guide(chance: random.Random, words: list[str], name: str, names: list[str]) -> str:
    title = " ".join([*chance.choices(words, k=3), name.replace("-", " ")]).capitalize()
    tools = ", ".join(chance.sample(_TOOLS, 2))
    lines = [
        "---",
        f"title: {title}",
        f"description: {_sentence(chance, words)}",
        "owner: Service team",
        "reviewed: 2026-09-14",
        "review_by: 2027-09-14",
        "difficulty: easy",
        "time: 10–20 min",
        f"tools: [{tools}]",
        "---",
        "",
        f"# {title}",
        "",
        _sentence(chance, words),
    ]
    for step in range(1, _STEPS + 1):
        lines += ["", f"## {' '.join(chance.choices(words, k=4)).capitalize()}", ""]
        for _ in range(3):
            lines += [" ".join(_sentence(chance, words) for _ in range(3)), ""]
        lines += [f"See [{_sentence(chance, words)}]({chance.choice(names)}.md) first.", ""]
        lines += [f"- {_sentence(chance, words)}" for _ in range(3)]
        if step <= 2:
            lines += ["", f"![{_sentence(chance, words)}](img/{name}-{step}.svg)"]
        elif step == 3:
            lines += ["", "!!! note", "", f"    {_sentence(chance, words)}"]
    return "\n".join(lines) + "\n"
