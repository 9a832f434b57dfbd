"""A course with every type of question, and what it looks like from outside as a package."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.plugins.making import BRIO
from tests.support.process import run_carebase

COURSE = """\
title: Care & "repair"
summary: Water, scale and taste.
pass_mark: 60
lessons:
  - {page: 01-water.md, minutes: 5, id: water}
  - {guide: products/brio/descale.md, minutes: 15}
  - {page: 02-taste.md, id: taste, minutes: 10}
"""
WATER = """\
# Water

See [Descale](../../products/brio/descale.md#fill), [more](../../products/brio/more.md),
[ours](https://fjellby.example/a?b=c&d=e), [the sheet](img/Prüf%20blatt.pdf) and
[the next one](02-taste.md#ground). Get [ready](set-up.md).
Write to [us](mailto:care@fjellby.example).

![Drops](img/Dröps 1.svg)

## Ground

/// quiz

### What dissolves limescale? {#limescale points=2}

- [x] Citric acid
  > It does not attack the seals.
- [ ] Cleaning powder

### What does scale do? {#scale type=several}

- [x] It narrows the way.
- [x] It keeps the heat in.
- [ ] It tastes good.

### Vinegar attacks seals. {#vinegar}

- [x] True
- [ ] False

Explanation: See [Descale](../../products/brio/descale.md).

///
"""
TASTE = """\
# Taste

## Ground

/// quiz

### Scale is made of [[lime|limescale]]. {#made}

### The pump gives [[= 9 ± 0.5 bar]]. {#pump}

### Put these into order. {#order points=0.5}

1. Fill
2. Descale
3. Rinse

### What belongs together? {#pairs}

- acid -> scale
- powder -> coffee
- water -> thirst

///

/// form | support-request
///

## Key points

- Rinse twice.
"""
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h7v7H1z'/></svg>"
FILES: dict[str, str] = {
    "docs/index.md": "# Home\n",
    "docs/courses/care/course.yml": COURSE,
    "docs/courses/care/01-water.md": WATER,
    "docs/courses/care/02-taste.md": TASTE,
    "docs/courses/care/set-up.md": "# Set up\n\nThen [begin](01-water.md). See [tips](tips.md).\n",
    "docs/courses/care/tips.md": "# Tips\n\nTake time.\n",
    "docs/courses/care/unlinked.md": "# Unlinked\n\nNothing leads here.\n",
    "docs/courses/care/img/Dröps 1.svg": SVG,
    "docs/courses/care/img/Prüf blatt.pdf": "%PDF-1.4\n",
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/descale.md": "# Descale\n\n## Fill\n\nSee [more](more.md) and"
    " [fill](#fill).\n\n![Tank](img/tank.svg)\n\n/// parts\n///\n\n/// quiz\n\n"
    "### Own? {#own}\n\n- [x] Yes\n- [ ] No\n\n///\n",
    "docs/products/brio/more.md": "# More\n\n## More\n\nText.\n",
    "docs/products/brio/img/tank.svg": SVG,
}
# What is right, what is wrong, and how much of the 7.5 points each gives.
Answers = dict[str, "str | list[str] | dict[str, str]"]
RIGHT: Answers = {
    "limescale": "Citric acid",
    "scale": ["It narrows the way.", "It keeps the heat in."],
    "vinegar": "True",
    "made": "Lime.",
    "pump": "9,2 bar",
    "order": ["Fill", "Descale", "Rinse"],
    "pairs": {"acid": "scale", "powder": "coffee", "water": "thirst"},
}
WRONG: Answers = {
    "limescale": "Cleaning powder",
    "scale": ["It tastes good."],
    "vinegar": "False",
    "made": "chalk – of course",
    "pump": "15",
    "order": ["Rinse", "Fill", "Descale"],
    "pairs": {"acid": "thirst", "powder": "scale", "water": "coffee"},
}
LESSONS = {"Water": ("limescale", "scale", "vinegar"), "Taste": ("made", "pump", "order", "pairs")}


def export(root: Path, form: str, target: Path, course: str = "care") -> Path:
    """Export a course of a site."""
    done = run_carebase("course", "export", course, "--format", form, "-o", str(target), cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def answer(course: FrameLocator | Page, name: str, given: str | list[str] | dict[str, str]) -> None:
    """Answer a question as a person does, and have it checked."""
    asked = course.locator(f'fieldset[data-question="{name}"]')
    if isinstance(given, dict):
        for term, definition in given.items():
            asked.get_by_label(term, exact=True).select_option(label=definition)
    elif asked.get_by_role("textbox").count():
        asked.get_by_role("textbox").fill(str(given))
    elif asked.locator("li[data-item]").count():
        _put(asked, list(given))
    elif isinstance(given, list):
        for box in asked.get_by_role("checkbox").all():
            box.uncheck()
        for label in given:
            asked.get_by_role("checkbox", name=label, exact=True).check()
    else:
        asked.get_by_role("radio", name=given, exact=True).check()
    asked.get_by_role("button", name="Check answer").click()
    expect(asked.get_by_role("status")).to_contain_text(re.compile(r"Correct\.|Not quite\."))


def _put(asked: Locator, wanted: list[str]) -> None:
    for place, label in enumerate(wanted):
        for _ in wanted:
            shown = [item.text_content() or "" for item in asked.locator(".cb-item").all()]
            if shown.index(label) == place:
                break
            asked.get_by_role("button", name=f"Move up: {label}", exact=True).click()


def walk(course: FrameLocator | Page, answers: Answers, *, finish: bool = True) -> None:
    """Take the course from its page to its end."""
    course.get_by_role("link", name="Start course").click()
    expect(course.get_by_role("heading", level=1)).to_contain_text("Water")
    for name in LESSONS["Water"]:
        answer(course, name, answers[name])
    course.get_by_role("link", name="Next lesson").click()
    expect(course.get_by_role("heading", level=1)).to_contain_text("Descale")
    course.get_by_role("link", name="Next lesson").click()
    expect(course.get_by_role("heading", level=1)).to_contain_text("Taste")
    for name in LESSONS["Taste"]:
        answer(course, name, answers[name])
    if finish:
        course.get_by_role("link", name="Finish course").click()
        expect(course.locator("carebase-course")).to_contain_text("Course completed")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in ("href", "src", "poster", "data", "srcset", "action") and value:
                self.found.append((tag, key, value))
            if key == "id" and value:
                self.ids.append(value)


def faults_in(package: Path) -> Iterator[str]:
    """Give what the contract forbids in the files and links of a package."""
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        page = archive.read("index.html").decode()
        styles = archive.read("course.css").decode()
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*", name):
            yield f"name {name}"
    if len({name.lower() for name in names}) != len(names):
        yield "two names differ in capitals alone"
    links = _Links()
    links.feed(page)
    if len(set(links.ids)) != len(links.ids):
        yield "an id twice"
    addresses = [value for _, _, value in links.found]
    addresses += re.findall(r"url\(\s*[\"']?((?!data:)[^\"')]+)", styles)
    for address in addresses:
        if address == "data:,":
            # The empty icon: nothing is asked for.
            continue
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            yield f"leads to another host: {address}"
        elif address.startswith("#"):
            if unquote(address[1:]) not in links.ids:
                yield f"leads to no place: {address}"
        elif address.startswith("/") or not re.search(r"/?[\w-]+\.\w+$", parts.path):
            yield f"ends in no file name: {address}"
        elif unquote(urljoin("/", parts.path)).lstrip("/") not in names:
            yield f"leads to no file: {address}"
