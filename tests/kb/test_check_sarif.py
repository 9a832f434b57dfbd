"""`carebase check --format sarif`: valid by the schema of SARIF 2.1.0, and right in its places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest
import yaml

from carebase.cli import main
from carebase.sarif import known_codes

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
GOLDEN = ROOT / "tests/golden"
SITE = yaml.safe_load((GOLDEN / "_site.yml").read_text("utf-8"))["files"]
CASES = sorted(path.stem for path in GOLDEN.glob("*.yml") if path.stem != "_site")


@pytest.fixture(scope="module")
def schema() -> Any:
    """The official schema, as `npm ci` brings it."""
    assert SCHEMA.is_file(), "the schema of SARIF comes with `npm ci`: run `make test`"
    found = json.loads(SCHEMA.read_text("utf-8"))
    # Its pattern of languages has a stray bracket, which only lax expressions take. We write none.
    for part in ("run", "toolComponent"):
        del found["definitions"][part]["properties"]["language"]["pattern"]
    return jsonschema_rs.validator_for(found)


def write(root: Path, files: dict[str, str | None]) -> None:
    """Write the files of a golden case over the small correct site."""
    for name, text in {**SITE, **files}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def sarif(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Check the site of this folder and give the document."""
    with pytest.raises(SystemExit):
        main(["check", "--format", "sarif"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize("case", CASES)
def test_every_golden_case_is_valid(
    case: str,
    schema: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(tmp_path, yaml.safe_load((GOLDEN / f"{case}.yml").read_text("utf-8")).get("files", {}))
    monkeypatch.chdir(tmp_path)
    document = sarif(capsys)
    assert [] == [error.message for error in schema.iter_errors(document)]
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        for location in result["locations"]:
            file = location["physicalLocation"]["artifactLocation"]
            assert (tmp_path / unquote(file["uri"])).exists()


def test_the_schema_refuses_what_is_wrong(schema: Any) -> None:
    wrong = {"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": [{}]}]}
    assert len(list(schema.iter_errors(wrong))) > 1


def test_paths_count_from_the_top_of_the_repository_and_a_fix_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], schema: Any
) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "my site"
    write(root, {"docs/b.md": "# B\n\n[Home](/index.md)\n"})
    monkeypatch.chdir(root)
    document = sarif(capsys)
    (result,) = document["runs"][0]["results"]
    file = {"uri": "my%20site/docs/b.md", "uriBaseId": "SRCROOT"}
    assert file == result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert [] == list(schema.iter_errors(document))
    assert [
        {
            "description": {"text": "Write `index.md`."},
            "artifactChanges": [
                {
                    "artifactLocation": file,
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": 3,
                                "startColumn": 8,
                                "endLine": 3,
                                "endColumn": 17,
                            },
                            "insertedContent": {"text": "index.md"},
                        }
                    ],
                }
            ],
        }
    ] == result["fixes"]


def test_each_code_says_what_is_wrong_and_the_way_out() -> None:
    assert all(code["what"] and code["way_out"] for code in known_codes().values())
    assert {"error", "warning"} == {code["level"] for code in known_codes().values()}
