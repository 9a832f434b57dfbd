"""Made-up sites of any size, the same at every call: what builds are measured on."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

# A section is a product with this many guides.
SECTION = 50
_SUBJECTS = re.findall(
    r"\w+", "pump boiler valve filter hose lid grinder sensor display battery gasket tank"
)
_DEEDS = re.findall(
    r"\w+", "Replace Clean Check Adjust Descale Refill Reset Drain Tighten Test Open Store"
)
_WORDS = re.findall(
    r"\w+",
    "turn the screw until it stops and wait for the lamp water runs through slowly if nothing"
    " happens press the button again for three seconds a cold machine needs longer than a warm one"
    " keep the part dry do not use force when it sticks pull gently with both hands let it rest"
    " on a soft cloth the mark must face you before the cover closes with a click",
)

CONFIG = """\
site_name: Measured
site_url: http://127.0.0.1/
theme:
  name: material
  features:
    - navigation.prune
plugins: {plugins}
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - tables
  - toc:
      permalink: true
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
"""
_NAMES = ("catalog", "articles", "courses", "forms")


def write_sample(
    root: Path, pages: int, *, plain: bool = False, search: bool = False, prune: bool = True
) -> None:
    """Write a site of so many guides of about 8 kB; `plain` is for the theme without Carebase.

    With `search` it has an index, without `prune` every page shows the whole navigation.
    """
    config = CONFIG.replace("{plugins}", plugins_of(plain=plain, search=search))
    if not prune:
        config = config.replace("  features:\n    - navigation.prune\n", "")
    docs = root / "docs"
    docs.mkdir(parents=True)
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    (docs / "index.md").write_text("# Measured\n\nA site to measure builds on.\n", "utf-8")
    for number in range(pages):
        section, place = divmod(number, SECTION)
        folder = docs / "products" / f"p{section:03d}"
        if not place:
            folder.mkdir(parents=True)
            product = f"id: p{section:03d}\nname: Machine {section:03d}\nsummary: A machine.\n"
            (folder / "product.yml").write_text(product, encoding="utf-8")
        text = "\n".join(_lines(number, min(SECTION, pages - section * SECTION)))
        (folder / f"guide-{place:02d}.md").write_text(text, encoding="utf-8")


def plugins_of(*, plain: bool, search: bool) -> str:
    """Give the plugins of a site as a list on one line."""
    if plain:
        return "[search]" if search else "[]"
    names = (*_NAMES, "search") if search else _NAMES
    return f"[{', '.join(f'carebase-{name}' for name in names)}]"


def page_of(number: int) -> str:
    """Give the path of a page of a made-up site below `docs/`."""
    section, place = divmod(number, SECTION)
    return f"products/p{section:03d}/guide-{place:02d}.md"


def _lines(number: int, beside: int) -> Iterator[str]:
    chance = random.Random(number)  # noqa: S311 - made-up text, no secret
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    deed = _DEEDS[number // len(_SUBJECTS) % len(_DEEDS)]
    yield "---\nkind: guide\ndifficulty: easy\ntime: 10 min"
    yield f"description: How to {deed.lower()} the {subject} of machine {number}.\n---\n"
    yield f"# {deed} the {subject} ({number})\n"
    yield _text(chance, 60) + "\n"
    for step in range(6):
        yield f"## {chance.choice(_DEEDS)} the {chance.choice(_SUBJECTS)} {step + 1}\n"
        yield _text(chance, 110) + "\n"
        other = chance.randrange(beside)
        yield f"See [the other guide](guide-{other:02d}.md) for **{subject}** and `code-{step}`.\n"
        yield from (f"- {_text(chance, 12)}" for _ in range(4))
        yield ""
        if step == 1:
            yield '!!! warning "Hot"\n    ' + _text(chance, 30) + "\n"
        if step == 2:
            yield "| Part | Size | Note |\n|---|--:|---|"
            yield from (f"| P-{chance.randrange(999)} | {row} mm | new |" for row in range(5))
            yield ""
        if step == 3:
            yield "```python\ndef wait(seconds: int) -> None:\n    sleep(seconds)\n```\n"
        yield _text(chance, 60) + "\n"


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words)).capitalize() + "."
