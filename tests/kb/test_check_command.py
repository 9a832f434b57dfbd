"""`carebase check`: its formats, its sum and its exit codes. Messages are in tests/golden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carebase.cli import main


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one error and one warning."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ntheme: material\nplugins: []\n")
    (tmp_path / "docs/index.md").write_text("# Home\n\n[x](gone.md)\n")
    (tmp_path / "docs/a b.md").write_text("---\nmine: 1\n---\n\n# A\n\nText.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*options: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["check", *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_text_ends_with_the_sum(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == check()
    said = capsys.readouterr()
    assert (
        "docs/a b.md:2:1: warning unknown-key: The key `mine` is not known to Carebase, MkDocs or"
        " Material.\n"
        "    found: `mine`\n"
        "    hint: delete it when nothing of yours reads it\n"
        "docs/index.md:3:5: error dead-link: The link to `gone.md` leads nowhere.\n"
        "    found: `gone.md`\n"
        "1 error, 1 warning in 2 files\n"
    ) == said.out
    assert "" == said.err


def test_warnings_count_only_when_strict(site: Path) -> None:
    (site / "docs/index.md").write_text("# Home\n")
    assert 0 == check()
    assert 1 == check("--strict")
    (site / "docs/a b.md").unlink()
    assert 0 == check("--strict")


def test_json_is_a_list_of_objects(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == check("--format", "json")
    said = capsys.readouterr()
    assert {
        "file": "docs/index.md",
        "line": 3,
        "column": 5,
        "code": "dead-link",
        "message": "The link to `gone.md` leads nowhere.",
        "found": "`gone.md`",
        "allowed": "",
        "hint": "",
        "severity": "error",
    } == json.loads(said.out)[1]
    assert "1 error, 1 warning in 2 files\n" == said.err


def test_json_of_a_site_without_problems_is_an_empty_list(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "docs/index.md").write_text("# Home\n")
    (site / "docs/a b.md").unlink()
    assert 0 == check("--format", "json")
    assert [] == json.loads(capsys.readouterr().out)


def test_sarif_names_rule_and_place(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == check("--format", "sarif")
    document = json.loads(capsys.readouterr().out)
    assert "2.1.0" == document["version"]
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    first = run["results"][0]
    assert ("unknown-key", "warning") == (first["ruleId"], first["level"])
    assert "unknown-key" == rules[first["ruleIndex"]]
    assert {
        "artifactLocation": {"uri": "docs/a%20b.md", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 2, "startColumn": 1},
    } == first["locations"][0]["physicalLocation"]


def test_an_unusable_configuration_is_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "mkdocs.yml").write_text("site_name: T\ntheme: material\nplugins: [no-such-plugin]\n")
    assert 2 == check()
    said = capsys.readouterr()
    assert said.err.startswith("mkdocs.yml cannot be used: ")
    assert "Traceback" not in said.err
    assert "" == said.out


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "plugins: [carebase-forms: {endpont: /}]",
            "the plugin `carebase-forms` has no option `endpont`: did you mean `endpoint`?",
        ),
        (
            "plugins: [carebase-search: {colour: red}]",
            "the plugin `carebase-search` has no option `colour`: it has ",
        ),
        (
            "plugins: []\ntheme: {name: material, language: english}",
            "the theme has no language `english`: write its code below `theme:`, such as"
            " `language: en`, `de` or `pt-BR`.\n",
        ),
    ],
)
def test_a_setting_that_would_do_nothing_is_told(
    written: str, sentence: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theme = "" if "theme" in written else "theme: material\n"
    (site / "mkdocs.yml").write_text(f"site_name: T\n{theme}{written}\n")
    assert 2 == check()
    assert capsys.readouterr().err.startswith(f"mkdocs.yml cannot be used: {sentence}")


@pytest.mark.parametrize(
    ("accepted", "reason"),
    [
        ("[missing-alt]", "Expected codes of warnings with their lists, not ['missing-alt']."),
        ("{missing-alt: 1}", "Expected a list of files and words below 'missing-alt', not 1."),
    ],
)
def test_accepted_warnings_of_a_wrong_form_are_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str], accepted: str, reason: str
) -> None:
    (site / "mkdocs.yml").write_text(
        "site_name: T\ntheme: material\nplugins:\n  - carebase-articles:\n"
        f"      accepted: {accepted}\n"
    )
    assert 2 == check()
    assert reason in capsys.readouterr().err


def test_an_unknown_format_is_wrong_use(site: Path) -> None:
    assert 2 == check("--format", "xml")


POLICY = "id: {0}\nversion: 1\nstart: [made]\ncoverages:\n  - {{id: body, months: 24}}\n"
LOCK = "docs/warranty/policies.lock"


@pytest.fixture
def policies(site: Path) -> Path:
    """The site without problems, but with two policies that nothing locks."""
    (site / "docs/index.md").write_text("# Home\n")
    (site / "docs/a b.md").unlink()
    folder = site / "docs/warranty/policies"
    folder.mkdir(parents=True)
    for name in ("brio", "pip"):
        (folder / f"{name}@1.yml").write_text(POLICY.format(name))
    return folder


def test_fix_locks_new_policies(
    site: Path, policies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == check("--strict")
    assert not (site / LOCK).exists()
    capsys.readouterr()
    assert 0 == check("--fix", "--strict")
    assert f"{LOCK}: `brio@1`, `pip@1` locked\nno problems in 1 page\n" == capsys.readouterr().out
    assert ["brio@1", "pip@1"] == [
        line.split(": ")[0] for line in (site / LOCK).read_text().splitlines()
    ]
    assert 0 == check("--fix", "--format", "json")
    said = capsys.readouterr()
    assert [] == json.loads(said.out)
    assert f"{LOCK}: nothing to add\nno problems in 1 page\n" == said.err


def test_fix_never_changes_a_locked_promise(site: Path, policies: Path) -> None:
    check("--fix")
    before = (site / LOCK).read_text()
    (policies / "brio@1.yml").write_text(POLICY.format("brio").replace("24", "12"))
    (policies / "pip@1.yml").unlink()
    (policies / "vela@1.yml").write_text(POLICY.format("vela"))
    (policies / "zero@1.yml").write_text(POLICY.format("zero").replace("24", "0"))
    assert 1 == check("--fix")
    added = (site / LOCK).read_text().removeprefix(before)
    assert "vela@1" == added.partition(": ")[0]
    assert 1 == added.count("\n")


def test_fix_writes_nothing_over_a_lock_it_cannot_read(
    site: Path, policies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / LOCK).write_text("=======\n")
    assert 2 == check("--fix")
    assert "=======\n" == (site / LOCK).read_text()
    assert (
        f"{LOCK} has lines that cannot be read: nothing was locked. Mend them first."
        in capsys.readouterr().err
    )


def test_a_picture_as_a_camera_makes_it_is_told_once(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "docs/large.jpg").write_bytes(bytes(4_200_000))
    (site / "docs/small.jpg").write_bytes(bytes(1_500_000))
    (site / "docs/index.md").write_text(
        "# Home\n\n![Large](large.jpg)\n\n![Again](large.jpg) ![Small](small.jpg)\n"
    )
    assert 0 == check("--format", "json")
    told = [one for one in json.loads(capsys.readouterr().out) if "picture-heavy" == one["code"]]
    assert [("docs/index.md", 3, 10, "`large.jpg`, 4.2 MB")] == [
        (one["file"], one["line"], one["column"], one["found"]) for one in told
    ]
