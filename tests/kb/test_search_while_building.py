"""The endpoint's search while a build writes the index anew."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.kb.endpoint_site import process
from tests.support.process import CAREBASE, environment
from tests.support.sites import Picture, site_in

PAGES: Picture = {
    "docs": {
        "index.md": "# Care\n\nHelp for your machine.\n",
        "descale.md": "# Descale\n\nLimescale blocks the boiler.\n",
    }
}


def test_programs_find_the_old_pages_until_the_new_ones_are_indexed(tmp_path: Path) -> None:
    site = site_in(tmp_path, PAGES)
    page = tmp_path / "docs" / "descale.md"
    with process(site.folder) as (_, client):
        assert 1 == client.get("/v1/search?q=boiler").json["count"]
        assert 0 == client.get("/v1/search?q=thermostat").json["count"]
        page.write_text("# Descale\n\nLimescale blocks boiler and thermostat.\n", "utf-8")
        building = subprocess.Popen(
            [*CAREBASE, "build"], cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL
        )
        answers = []
        while building.poll() is None:
            answers.append(client.get("/v1/search?q=boiler").status)
        assert 0 == building.returncode
        assert {200} == set(answers)
        assert 1 == client.get("/v1/search?q=thermostat").json["count"]


def test_a_site_without_search_keeps_no_old_index(tmp_path: Path) -> None:
    site = site_in(tmp_path, PAGES)
    private = site.folder.with_name("site.private")
    assert (private / "search").is_dir()
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("  - carebase-search\n", ""), "utf-8")
    done = subprocess.run([*CAREBASE, "build"], cwd=tmp_path, env=environment(), check=False)
    assert 0 == done.returncode
    assert (private / "site.json").is_file()
    assert not (private / "search").exists()
