"""`carebase serve` shows what is wrong in the edited file before a whole check has ended.

A check asks git about the guides of a course. Here git waits until the test lets it go on, so
whatever shows before that is no whole check's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.plugins.making import BRIO, CONFIG
from tests.support import browser
from tests.support.process import Running, free_port, start_carebase
from tests.support.sites import Picture, write_files

GUIDES = [f"guide-{number}.md" for number in range(9)]
COURSE = (
    "title: Water\nsummary: About it.\nreviewed: 2026-01-01\nlessons:\n"
    + "".join(f"  - guide: products/brio/{name}\n" for name in GUIDES)
)  # fmt: skip
FILES: Picture = {
    "mkdocs.yml": CONFIG,
    "docs": {
        "products/brio/product.yml": BRIO,
        "courses/water/course.yml": COURSE,
        "set-up.md": "# Set up\n\nThe Brio and the Brio.\n",
        **{f"products/brio/{name}": f"# {name}\n\n## Step\n\nText.\n" for name in GUIDES},
    },
}
GIT = """\
#!/bin/sh
while [ ! -e "{go}" ]; do sleep 0.1; done
exit 1
"""
SECONDS = 20_000


@dataclass
class Desk:
    """A site under `carebase serve` with a page of it open in a browser."""

    root: Path
    running: Running
    page: Page

    @property
    def overlay(self) -> Locator:
        return self.page.locator("#carebase-preview")

    def write(self, text: str, name: str = "docs/set-up.md") -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def let_checks_end(self) -> None:
        (self.root / "go").touch()


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser) -> Iterator[Desk]:
    """A site of a few pages; checks of it do not end."""
    write_files(tmp_path, FILES)
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(GIT.format(go=tmp_path / "go"), encoding="utf-8")
    git.chmod(0o755)
    path = {"PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}
    with start_carebase("serve", "--port", str(free_port()), cwd=tmp_path, env=path) as running:
        page = browser.new_page(chromium, width=1280)
        page.goto(f"{running.address()}set-up/")
        yield Desk(tmp_path, running, page)
        # Killed, it would leave a check behind that waits for git.
        running.stop()


@pytest.mark.browser
def test_faults_show_and_go_before_a_check_has_ended(desk: Desk) -> None:
    good = "# Set up\n\nThe Brio and the Brio.\n"
    desk.write(f"{good}\n[gone](nowhere.md)\n")
    expect(desk.overlay.get_by_text("nowhere.md").first).to_be_visible(timeout=SECONDS)
    desk.running.wait_for(r"set-up\.md:5:\d+: error dead-link")

    desk.write(good + "\nMore.\n")
    expect(desk.overlay).to_have_count(0, timeout=SECONDS)
    desk.running.wait_for("Nothing is wrong in the edited files any more.")

    # What changes more than the page's text has everything built.
    desk.write(f"---\nkind: gide\n---\n{good}")
    expect(desk.overlay.get_by_text("gide").first).to_be_visible(timeout=SECONDS)
    desk.write(good)
    expect(desk.overlay).to_have_count(0, timeout=SECONDS)

    desk.write("id: brio\nname: Brio\nsumary: A machine.\n", "docs/products/brio/product.yml")
    expect(desk.overlay.get_by_text("sumary").first).to_be_visible(timeout=SECONDS)
    desk.write(BRIO, "docs/products/brio/product.yml")
    expect(desk.overlay.get_by_text("sumary")).to_have_count(0, timeout=SECONDS)


@pytest.mark.browser
def test_why_a_page_cannot_be_made_shows_until_it_can(desk: Desk) -> None:
    desk.write("---\ntemplate: none.html\n---\n# Set up\n")
    expect(desk.overlay.get_by_text("none.html").first).to_be_visible(timeout=SECONDS)

    desk.write("# Set up\n\nMended.\n")
    expect(desk.page.get_by_text("Mended.")).to_be_visible(timeout=SECONDS)
    expect(desk.overlay).to_have_count(0, timeout=SECONDS)


@pytest.mark.browser
def test_what_a_whole_check_adds_stays_while_its_line_does(desk: Desk) -> None:
    slip = "# Set up\n\nThe Brio and the Brio.\n\nAnd a BRio.\n"
    desk.write(f"{slip}\n[gone](nowhere.md)\n")
    expect(desk.overlay.get_by_text("nowhere.md").first).to_be_visible(timeout=SECONDS)
    expect(desk.overlay.get_by_text("BRio")).to_have_count(0)
    desk.let_checks_end()
    expect(desk.overlay.get_by_text("BRio").first).to_be_visible(timeout=SECONDS)
    expect(desk.overlay.get_by_text("nowhere.md").first).to_be_visible(timeout=SECONDS)
    (desk.root / "go").unlink()

    desk.write(f"Before.\n\n{slip}")
    expect(desk.overlay.get_by_text("nowhere.md")).to_have_count(0, timeout=SECONDS)
    expect(desk.overlay.get_by_text("set-up.md:7:7")).to_be_visible(timeout=SECONDS)

    desk.write("# Set up\n\nThe Brio and the Brio.\n")
    expect(desk.overlay).to_have_count(0, timeout=SECONDS)
