"""Reading policies, statutes and notices from files, with every problem at its place."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from carebase.errors import Problem
from carebase.sources import load_model, parse_yaml, read_text, validate
from carebase.warranty.notices import Notice
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statute

Row = TypeVar("Row", bound=BaseModel)


def load_policy(path: Path, name: str) -> tuple[Policy | None, list[Problem]]:
    """Read one policy; its file is named after its id and version."""
    policy, document = load_model(path, name, Policy)
    if policy is not None and path.stem != policy.name:
        document.problem(
            ("id",),
            "policy-name",
            "A policy's file is named after its id and version.",
            found=path.name,
            allowed=f"{policy.name}.yml",
            hint="rename the file, or correct `id` and `version`",
        )
        policy = None
    return policy, document.problems


def load_policies(folder: Path) -> tuple[dict[str, Policy], list[Problem]]:
    """Read every policy of a folder, by name and version (`brio@2`)."""
    policies: dict[str, Policy] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        policy, found = load_policy(path, path.name)
        problems += found
        if policy is not None:
            policies[policy.name] = policy
    return policies, problems


def load_statutes(path: Path, name: str) -> tuple[list[Statute], list[Problem]]:
    """Read a file of statutes (WARRANTY §5)."""
    return _load_rows(path, name, Statute)


def load_notices(path: Path, name: str) -> tuple[list[Notice], list[Problem]]:
    """Read a file of recalls and free repair programmes (WARRANTY §5)."""
    return _load_rows(path, name, Notice)


def _load_rows(path: Path, name: str, model: type[Row]) -> tuple[list[Row], list[Problem]]:
    text, problems = read_text(path, name)
    document = parse_yaml(text, name)
    document.problems[:0] = problems
    if document.data is None and not document.problems:
        document.data = []
    if not isinstance(document.data, list):
        if not document.problems:
            document.problem((), "not-a-list", "This must be a list of rows.", allowed="- id: …")
        return [], document.problems
    rows: list[Row] = []
    told: list[Problem] = []
    seen: set[str] = set()
    for index in range(len(document.data)):
        before, document.problems = document.problems, []
        row = validate(document, model, (index,))
        told += before
        if row is None:
            continue
        row_id = str(getattr(row, "id", ""))
        if row_id in seen:
            document.problem(
                (index, "id"),
                "duplicate-id",
                f"The id `{row_id}` stands more than once.",
                found=f"`{row_id}` again",
                allowed="each id once",
            )
        seen.add(row_id)
        rows.append(row)
    return rows, told + document.problems
