"""The problems of a site as SARIF 2.1.0 (OASIS, 2020), which code hosts show beside the lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import quote

from carebase import __version__
from carebase.errors import Fix, Problem

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_CODES = Path(__file__).with_name("codes.json")
# What paths count from: the top of the repository, as code hosts have it.
_BASE = "SRCROOT"


class Code(TypedDict):
    """What a code of `carebase check` means: the row of the handbook about it."""

    what: str
    way_out: str
    level: str


@cache
def known_codes() -> dict[str, Code]:
    """Give every code that a problem may have."""
    codes: dict[str, Code] = json.loads(_CODES.read_text("utf-8"))
    return codes


def folder_in_repository(root: Path) -> str:
    """Give a site's folder as seen from the top of its git repository; empty where it is the top.

    Outside a repository paths count from the site's own folder.
    """
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            path = root.relative_to(folder).as_posix()
            return "" if path == "." else f"{path}/"
    return ""


def write_sarif(problems: Sequence[Problem], folder: str = "") -> dict[str, Any]:
    """Give the document; `folder` comes before the name of each file."""
    rules = sorted({problem.code for problem in problems})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "carebase",
                "version": __version__,
                "rules": [_rule(code) for code in rules],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The top folder of the repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules, folder) for problem in problems],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code}
    meaning = known_codes().get(code)
    if meaning:
        rule["shortDescription"] = {"text": meaning["what"]}
        rule["help"] = {"text": meaning["way_out"]}
        rule["defaultConfiguration"] = {"level": meaning["level"]}
    return rule


def _result(problem: Problem, rules: Sequence[str], folder: str) -> dict[str, Any]:
    details = [
        f"{name}: {value}"
        for name in ("found", "allowed", "hint")
        if (value := getattr(problem, name))
    ]
    file = {"uri": quote(folder + problem.file), "uriBaseId": _BASE}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rules.index(problem.code),
        "level": problem.severity,
        "message": {"text": "\n".join([problem.message, *details])},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": file,
                    "region": {"startLine": problem.line, "startColumn": problem.column},
                }
            }
        ],
    }
    if problem.fix:
        change = {"artifactLocation": file, "replacements": [_replacement(problem.fix)]}
        text = f"Write `{problem.fix.new}`."
        result["fixes"] = [{"description": {"text": text}, "artifactChanges": [change]}]
    return result


def _replacement(fix: Fix) -> dict[str, Any]:
    region = {
        "startLine": fix.line,
        "startColumn": fix.column,
        "endLine": fix.line,
        "endColumn": fix.column + len(fix.old),
    }
    return {"deletedRegion": region, "insertedContent": {"text": fix.new}}
