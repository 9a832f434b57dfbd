"""The handbook's list for ASVS 5.0: whole, each row once, and its tests are there."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from carebase.endpoint.setting import SETTINGS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/handbook/asvs.md"
# How many rows each section has whose level is 1 or 2; they are its first ones but where told.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
OTHERS = ("14.3.1", "14.3.2", "14.3.3")
CHAPTERS = {"6", "7", "10", "17"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (\w+) \| (.*?) ?\| (?:`(.+?)`)? ?\|$", re.M)


@cache
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


@cache
def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_stands_there_once() -> None:
    applying = [found[0] for found in ROW.findall(text())]
    without = re.search(r"## What does not apply(.*?)\n## ", text(), re.DOTALL)
    assert without
    named = re.findall(r"^\| ([\d., ]+) \|", without[1], re.M)
    others = [one for row in named for one in row.split(", ")]
    wanted = [
        *(f"{section}.{one}" for section, count in SECTIONS.items() for one in range(1, count + 1)),
        *OTHERS,
        *CHAPTERS,
    ]
    assert sorted(wanted) == sorted(applying + others)


@pytest.mark.parametrize("row", ROW.findall(text()), ids=lambda row: row[0])
def test_what_a_row_says_is_shown(row: tuple[str, ...]) -> None:
    number, _, met, how, test = row
    assert met in ("yes", "partly", "no"), number
    assert how or met == "yes"
    assert bool(test) == (met != "no")
    if test:
        path, _, name = test.partition("::")
        assert name in names_in(ROOT / "tests" / path), test


def test_every_key_of_the_settings_is_in_the_inventory() -> None:
    keys = [one.name for one in SETTINGS if re.search(r"SECRET|KEY|TOKEN", one.name)]
    assert len(keys) >= 2
    inventory = text().partition("\n## Keys\n")[2].partition("\n## ")[0]
    assert [] == [name for name in keys if name not in inventory]


def test_every_component_is_pinned_with_its_hash() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and line[0] not in " #"]
        assert pins, file
        assert [] == [line for line in pins if not re.match(r"[\w.\[\]-]+==\S+.* \\$", line)], file
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    assert [] == [name for name, one in packages.items() if "integrity" not in one]
