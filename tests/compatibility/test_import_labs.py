"""Real labs of product training, imported: every sentence and every step is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.compatibility.test_import_workbench import read
from tests.support.corpora import FOLDER
from tests.support.process import run_carebase
from tests.support.readings import main_of, said, tight

pytestmark = pytest.mark.corpus

LABS = FOLDER / "courses-dev" / "ms-mb240-field-service"
_NOTE = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]", re.IGNORECASE)


def test_no_sentence_and_no_step_is_lost(tmp_path: Path) -> None:
    if not LABS.is_dir():
        pytest.skip("the corpus ms-mb240-field-service is not beside the repository")
    site = tmp_path / "site"
    done = run_carebase("import", "labs", LABS, "-o", site, "--json")
    assert (0, "") == (done.returncode, done.stderr)
    told = json.loads(done.stdout)
    built = tmp_path / "built"
    for command in (("check", "--strict"), ("build", "--strict", "-d", built)):
        made = run_carebase(*command, cwd=site)
        assert 0 == made.returncode, made.stdout + made.stderr

    assert (13, 23, 51, 245) == tuple(
        told[key] for key in ("labs", "exercises", "tasks", "minutes")
    )
    lost, count, steps = [], 0, 0
    for page in told["pages"]:
        tree = main_of(built / page["page"].removesuffix(".md") / "index.html")
        shown = tight(said(tree))
        source = read(LABS / page["source"])
        for sentence in re.split(r"(?<=[.!?:])\s+|\n+", _NOTE.sub("", said(source))):
            count += 1
            if tight(sentence) not in shown:
                lost.append(f"{page['source']}: {sentence.strip()}")
        wanted = len(source.xpath("//ol/li"))
        steps += wanted
        assert wanted == len(tree.xpath(".//ol[not(ancestor::nav)]/li")), page["source"]
    assert [] == lost
    assert count > 1_500
    assert steps > 800
    outline = (built / "courses" / told["course"] / "index.html").read_text("utf-8")
    assert all(f"{minutes} min" in outline for minutes in (5, 10, 20, 50))
    assert "About 4 hours 5 minutes in all" in outline
