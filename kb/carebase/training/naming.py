"""Giving ids to questions that have none, in the files that they stand in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from carebase.errors import UsageError
from carebase.site import Site
from carebase.training.question import Question
from carebase.training.settings import split_settings

# Without letters and digits that are taken for each other.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 5


class Located(Protocol):
    """A question with the page that it stands on."""

    @property
    def question(self) -> Question: ...

    @property
    def file(self) -> str: ...

    @property
    def src_uri(self) -> str: ...


def make_id(question: Question, place: str, taken: set[str]) -> str:
    """Make an id for a question, such as `q-7k2mx`.

    It follows from the words, so that two people who make it on two branches make the same one.
    With it, steps and pairs are shown in another order than the right one.
    """
    number = 0
    while True:
        seed = f"{place}\n{question.text}\n{question.version}\n{number}".encode()
        value = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big")
        name = "q-"
        for _ in range(_LENGTH):
            value, rest = divmod(value, len(_SIGNS))
            name += _SIGNS[rest]
        if name not in taken and (number > 999 or replace(question, id=name).is_mixed):
            return name
        number += 1


def name_questions(site: Site, asked: Sequence[Located]) -> dict[str, list[str]]:
    """Write an id behind each question that has none; give the new ids by file.

    Raises `UsageError` when a file cannot be written.
    """
    taken = {one.question.id for one in asked}
    wanted: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in asked:
        if not one.question.id:
            name = make_id(one.question, one.src_uri.rpartition("/")[0], taken)
            taken.add(name)
            wanted[one.src_uri].append((one.question.line, name))
    told = {}
    for src_uri, names in wanted.items():
        path = site.docs_dir / src_uri
        text = path.read_bytes().decode("utf-8")
        rows = text.split("\n")
        for line, name in names:
            rows[line - 1] = with_id(rows[line - 1], name)
        try:
            path.write_bytes("\n".join(rows).encode("utf-8"))
        except OSError as error:
            raise UsageError(f"{site.name_of(path)} cannot be written: {error.strerror}.") from None
        told[site.name_of(path)] = [name for _, name in names]
    return told


def with_id(line: str, name: str) -> str:
    """Put an id into the braces behind a heading, or behind a heading without any."""
    bare = line.rstrip("\r")
    end = line[len(bare) :]
    _, _, place = split_settings(bare)
    if place is None:
        return f"{bare.rstrip()} {{#{name}}}{end}"
    space = "" if bare[place:].lstrip().startswith("}") else " "
    return f"{bare[:place]}#{name}{space}{bare[place:].lstrip()}{end}"
