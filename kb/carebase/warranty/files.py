"""Reading policies, statutes and notices from files, with every problem at its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from carebase.errors import Problem, suggestion
from carebase.sources import Document, is_there, load_model, parse_yaml, read_text, validate
from carebase.warranty.notices import Notice
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import LawRow, RemovedStatute, Statute
from carebase.warranty.words import FILE, TermsWords, is_explained

Row = TypeVar("Row", bound=LawRow)


def load_policy(
    path: Path, name: str, own: TermsWords | None = None
) -> tuple[Policy | None, list[Problem]]:
    """Read one policy; its file is named after its id and version.

    With the site's `own` words, what readers would see by its bare id, or what does nothing, is a
    warning.
    """
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
    replacement = policy.replacement if policy and own else None
    if replacement and replacement.rule != "max_remainder" and replacement.days is not None:
        document.problem(
            ("replacement", "days"),
            "policy-days",
            f"The rule `{replacement.rule}` uses no days.",
            found=str(replacement.days),
            hint="delete them, or write `rule: max_remainder`",
            severity="warning",
        )
    for index, exclusion in enumerate(policy.exclusions if policy and own else ()):
        if own and not is_explained(exclusion.id, own):
            document.problem(
                ("exclusions", index, "id"),
                "exclusion-unexplained",
                f"There is no sentence that explains the exclusion `{exclusion.id}` to customers.",
                hint=f"write one in docs/{FILE}, below `exclusions`",
                severity="warning",
            )
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
    rows, document = _load_rows(path, name, lambda row: Statute)
    return [row for row in rows if isinstance(row, Statute)], document.problems


def load_notices(path: Path, name: str) -> tuple[list[Notice], list[Problem]]:
    """Read a file of recalls and free repair programmes (WARRANTY §5)."""
    rows, document = _load_rows(path, name, lambda row: Notice)
    return [row for row in rows if isinstance(row, Notice)], document.problems


def load_site_statutes(
    path: Path, name: str, shipped: Sequence[Statute]
) -> tuple[list[Statute], list[Problem]]:
    """Read a site's own statutes, which change the shipped ones by id."""
    return load_own_rows(path, name, shipped, Statute, "unknown-statute")


def load_own_rows(
    path: Path, name: str, shipped: Sequence[Row], model: type[Row], unknown: str
) -> tuple[list[Row], list[Problem]]:
    """Read a site's own rows of the law, which change the shipped ones by id.

    A row replaces the shipped one of its id or is added; ``{id: eu-2022, remove: true}`` takes a
    shipped one away, and `unknown` is the code of the problem when there is none.
    """
    rows, document = _load_rows(
        path,
        name,
        lambda row: RemovedStatute if isinstance(row, dict) and "remove" in row else model,
    )
    found = {row.id: row for row in shipped}
    places = {str(row.get("id")): index for index, row in _mappings(document)}
    for row in rows:
        if isinstance(row, model):
            found[row.id] = row
        elif isinstance(row, RemovedStatute) and found.pop(row.id, None) is None:
            document.problem(
                (places[row.id], "id"),
                unknown,
                f"There is no row `{row.id}` to remove.",
                found=f"`{row.id}`",
                allowed="the id of a row that ships with Carebase",
                hint=suggestion(row.id, found),
            )
    return list(found.values()), document.problems


def load_terms_words(
    path: Path, name: str, exclusions: Collection[str]
) -> tuple[TermsWords | None, list[Problem]]:
    """Read the site's own words about its terms; `exclusions` are those that policies name."""
    own, document = load_model(path, name, TermsWords)
    if own is None:
        return None, document.problems
    for exclusion in own.exclusions:
        if exclusion not in exclusions:
            document.problem(
                ("exclusions", exclusion),
                "unknown-exclusion",
                f"No policy has the exclusion `{exclusion}`.",
                key=True,
                found=f"`{exclusion}`",
                allowed=", ".join(sorted(exclusions)) or "no policy has an exclusion",
                hint=suggestion(exclusion, exclusions),
                severity="warning",
            )
    if own.notice_picture and not is_there(path.parent / own.notice_picture):
        document.problem(
            ("notice_picture",),
            "missing-file",
            f"The file `{own.notice_picture}` is not there.",
            found=f"`{own.notice_picture}`",
            allowed="a file relative to docs/warranty",
        )
    return own, document.problems


def _mappings(document: Document) -> Iterator[tuple[int, dict[str, object]]]:
    for index, row in enumerate(document.data if isinstance(document.data, list) else ()):
        if isinstance(row, dict):
            yield index, row


def _load_rows(
    path: Path, name: str, choose: Callable[[object], type[BaseModel]]
) -> tuple[list[BaseModel], Document]:
    """Read a list of rows, each by the model that is chosen for it."""
    text, problems = read_text(path, name)
    document = parse_yaml(text, name)
    document.problems[:0] = problems
    if document.data is None and not document.problems:
        document.data = []
    if not isinstance(document.data, list):
        if not document.problems:
            document.problem((), "not-a-list", "This must be a list of rows.", allowed="- id: …")
        return [], document
    rows: list[BaseModel] = []
    told: list[Problem] = []
    seen: set[str] = set()
    for index, data in enumerate(document.data):
        before, document.problems = document.problems, []
        row = validate(document, choose(data), (index,))
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
    document.problems[:0] = told
    return rows, document
