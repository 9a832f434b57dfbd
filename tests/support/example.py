"""The example knowledge base: its page kinds, and copies of it built in a temporary folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.support.process import environment
from tests.support.sites import BuiltSite

ROOT = Path(__file__).parents[2]

# One address for each kind of page that a reader meets.
KINDS = {
    "home": "",
    "products": "products/",
    "hub": "products/brio/",
    "guide": "products/brio/descale/",
    "recall": "products/vela/",
    "faq": "products/brio/faq/",
    "troubleshooter": "products/brio/troubleshooter/",
    "course": "courses/espresso-care/",
    "lesson": "courses/espresso-care/01-how-the-machine-works/",
    "support": "support/",
    "warranty-check": "support/warranty-check/",
    "contact-form": "support/contact/",
    "handbook": "handbook/",
    "page": "about/privacy/",
    "404": "404.html",
}


def copy_example(root: Path, site_url: str | None = None) -> None:
    """Lay the example's sources into `root`, with another address of the site if given."""
    shutil.copytree(ROOT / "docs", root / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    if site_url is not None:
        config, count = re.subn(r"(?m)^site_url:.*$", f"site_url: {site_url}", config)
        assert 1 == count
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


def day_of_last_review() -> str:
    """The newest `reviewed:` of the example's pages, as `SOURCE_DATE_EPOCH` has it.

    On this day no page was read in the future, and fewer are overdue than on any later one.
    """
    days = (
        day
        for path in (ROOT / "docs").rglob("*.md")
        for day in re.findall(
            r"(?m)^reviewed: (\d{4}-\d\d-\d\d)$", path.read_text(encoding="utf-8")
        )
    )
    return str(int(datetime.fromisoformat(max(days)).replace(tzinfo=UTC).timestamp()))


def build_with(tool: str, root: Path, *arguments: str, config: Path | None = None) -> BuiltSite:
    """Build a site with `mkdocs` or `properdocs` into `root/site`."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", tool, "build"),
            *("--config-file", str(config or root / "mkdocs.yml")),
            *("--site-dir", str(root / "site")),
            *arguments,
        ],
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=600,
    )
    return BuiltSite(root, done)
