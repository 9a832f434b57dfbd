"""The handbook's lists of keys, blocks, settings and problem codes are those of the code.

`pytest tests/kb/test_reference.py --update` writes the pages of `docs/handbook/reference/` anew.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from carebase.endpoint.setting import SETTINGS
from carebase.forms.field import FieldType
from carebase.forms.load import standard_forms
from carebase.reference import PAGES, ReferencePage, blocks_table, reference_page

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
REVIEWED = re.compile(r"^reviewed: (\S+)$", re.MULTILINE)
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+\Z")
# Rooms whose problems `check` tells.
ROOMS = (".", "articles", "badges", "catalog", "forms", "search", "sources", "training", "warranty",
         "withdrawal")  # fmt: skip
# What makes a problem, with the place of the code among its arguments.
MAKERS = {"Problem": 3, "_problem": 3, "problem": 1, "note": 2, "here": 0, "option": 1, "_Dead": 1,
          "at": 2, "bad": 2, "tell": 1, "load_own_rows": 4}  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_what_the_models_say(page: ReferencePage, request: pytest.FixtureRequest) -> None:
    path = HANDBOOK / "reference" / f"{page.name}.md"
    found = REVIEWED.search(path.read_text("utf-8")) if path.is_file() else None
    reviewed = date.fromisoformat(found[1]) if found else date(2026, 11, 21)
    if request.config.getoption("--update", default=False):
        path.write_text(reference_page(page, reviewed), "utf-8")

    assert reference_page(page, reviewed) == path.read_text("utf-8")


def test_the_page_about_blocks_lists_them_all() -> None:
    assert "\n".join(blocks_table()) in (HANDBOOK / "blocks.md").read_text("utf-8")


def test_the_page_about_hosting_lists_every_setting() -> None:
    text = (HANDBOOK / "hosting.md").read_text("utf-8")

    assert [setting.name for setting in SETTINGS] == re.findall(r"^\| `(CAREBASE_\w+)`", text, re.M)


def test_the_page_about_the_endpoint_lists_every_address() -> None:
    code = (ROOT / "kb" / "carebase" / "endpoint" / "app.py").read_text("utf-8")
    text = (HANDBOOK / "endpoint.md").read_text("utf-8")
    rows = " ".join(line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `"))
    # The file stands in the row of its page.
    routes = set(re.findall(r'Route\("(/.+?)"', code)) - {"/privacy/{key}/data.json"}
    known = [path for path in sorted(routes) if "{rest:path}" not in path]

    assert len(known) > 20
    assert [] == [path for path in known if not re.search(rf"{re.escape(path)}[`?]", rows)]


def test_the_page_about_forms_lists_every_type_and_every_form_that_ships() -> None:
    text = (HANDBOOK / "forms.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([\w-]+)`", text, re.M))

    assert set(get_args(FieldType)) - rows == set()
    assert set(standard_forms()) - rows == set()


def test_the_page_about_checking_lists_every_code() -> None:
    text = (HANDBOOK / "checking.md").read_text("utf-8")

    assert sorted(set(_codes())) == sorted(re.findall(r"^\| `([a-z0-9-]+)`", text, re.M))


def test_the_meaning_of_each_code_ships_as_the_page_about_checking_has_it(
    request: pytest.FixtureRequest,
) -> None:
    text = (HANDBOOK / "checking.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (W: )?(.+) \| (.+) \|$", text, re.M)
    codes = {
        code: {
            "what": _plain(what[0].upper() + what[1:]),
            "way_out": _plain(way_out),
            "level": "warning" if warning else "error",
        }
        for code, warning, what, way_out in sorted(rows)
    }
    path = ROOT / "kb/carebase/codes.json"
    if request.config.getoption("--update", default=False):
        path.write_text(json.dumps(codes, ensure_ascii=False, indent=1) + "\n", "utf-8")

    shipped = json.loads(path.read_text("utf-8"))
    differing = [code for code in {**codes, **shipped} if codes.get(code) != shipped.get(code)]
    assert [] == sorted(differing), "`pytest tests/kb/test_reference.py --update` writes them anew"


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)


def _codes() -> Iterator[str]:
    for room in ROOMS:
        for path in sorted((ROOT / "kb" / "carebase" / room).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _codes_of(node)
                elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                    # What a problem is made of, its code first.
                    yield from _texts_of(node.value.elts[:1])


def _codes_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = MAKERS.get(name)
    if place is None:
        return
    yield from _texts_of(call.args[max(place - 1, 0) : place + 2])


def _texts_of(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        match argument:
            case ast.Constant(value=str(text)) if CODE.match(text):
                yield text
            case ast.IfExp(
                body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))
            ):
                yield from (text for text in (one, other) if CODE.match(text))
            case ast.JoinedStr(values=[_, ast.Constant(value="-not-listed")]):
                yield from ("tool-not-listed", "part-not-listed")
            case ast.JoinedStr(values=[ast.Constant(value="unknown-"), _]):
                yield from ("unknown-product", "unknown-model", "unknown-part")
            case _:
                pass
