"""Broken files, one kind of mistake a case: the files and, word for word, what `check` says.

A case is a YAML file: `what` it shows, `files` (or `bytes` in base64) that are put over a small
correct site, the `exit` code and what is `expected` on standard output. A new case is a new file.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml

from carebase.cli import main

HERE = Path(__file__).parent
CASES = sorted(path for path in HERE.glob("*.yml") if not path.name.startswith("_"))
SITE = yaml.safe_load((HERE / "_site.yml").read_text("utf-8"))["files"]
TODAY = "1795219200"  # 2026-11-21, so that nothing comes due while the tests age


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_says(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    case = yaml.safe_load(path.read_text("utf-8"))
    for name, text in {**SITE, **case.get("files", {})}.items():
        if text is not None:
            _write(tmp_path / name, text.encode("utf-8"))
    for name, data in case.get("bytes", {}).items():
        _write(tmp_path / name, base64.b64decode(data))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    said = capsys.readouterr()
    if request.config.getoption("--update", default=False):
        _update(path, said.out, ended.value.code)
        return
    assert case["expected"] == said.out
    assert case["exit"] == ended.value.code
    assert said.err == ""


def test_every_kind_of_mistake_has_its_own_case() -> None:
    assert len(CASES) >= 30


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _update(path: Path, said: str, code: object) -> None:
    text = path.read_text("utf-8")
    before = text[: text.index("\nexit:") + 1] if "\nexit:" in text else text
    block = "".join(f"  {line}\n" if line else "\n" for line in said.rstrip("\n").split("\n"))
    path.write_text(f"{before}exit: {code}\nexpected: |\n{block}", "utf-8")
