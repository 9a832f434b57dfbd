"""Small sites built in this process, one after the other, and their pages read as trees."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

from carebase_plugins.engine.build import build_site
from tests.support.sites import MKDOCS_YML, BuiltSite, Picture, write_files

# With the extensions that writers use most.
CONFIG = f"""\
{MKDOCS_YML.rstrip()}:
      endpoint: /
markdown_extensions:
  - admonition
  - attr_list
  - tables
  - pymdownx.superfences
  - pymdownx.tabbed:
      alternate_style: true
  - toc:
      permalink: true
"""

# For sites that keep Material's own search.
WITH_LUNR = CONFIG.replace("- carebase-search", "- search")

BRIO = """\
id: brio
name: Brio
summary: A pump espresso machine.
"""


def make(root: Path, files: str | Picture, config: str = CONFIG) -> BuiltSite:
    """Write the files of a site and build it; its output holds the warnings, one a line."""
    write_files(root, {"mkdocs.yml": config})
    write_files(root, files)
    outcome = build_site(root)
    said = "\n".join([*(problem.as_text() for problem in outcome.problems), *outcome.warnings])
    return BuiltSite(root, subprocess.CompletedProcess([], 0, said, ""))


def tree(site: BuiltSite, address: str = "") -> HtmlElement:
    """Read the page at an address."""
    return html.fromstring(site.html(address))


def article(site: BuiltSite, address: str = "") -> HtmlElement:
    """Read the article of the page at an address: what the theme puts around it is left out."""
    return tree(site, address).xpath("//article")[0]


def words(element: HtmlElement) -> str:
    """Give the text of an element with single spaces."""
    return " ".join(str(element.text_content()).split())


def texts(element: HtmlElement, path: str) -> list[str]:
    """Give the text of each element that an XPath finds."""
    return [words(found) for found in element.xpath(path)]


def having(name: str) -> str:
    """Write the XPath condition for elements of a class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
