"""What a writer means by a word of other programs, where one of ours says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from carebase.errors import nearest

_BETWEEN = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Meant:
    """Stands in the annotation of a field: by each word of others, without `-`, those of ours."""

    words: Mapping[str, tuple[str, ...]]


def find_meant(written: Any, choices: Iterable[str], metadata: Iterable[Any]) -> str:
    """Give the hint for a value that is none of the choices; empty where none is near.

    `metadata` are the notes in the annotation of the field. A word that is nearly one of others
    counts as it, unless one of ours is nearer.
    """
    plain = _BETWEEN.sub("", str(written)).lower()
    words: dict[str, tuple[str, ...]] = {}
    for note in metadata:
        if isinstance(note, Meant):
            words.update(note.words)
    words.update({choice: (choice,) for choice in choices})
    match = plain if plain in words else nearest(str(written), words)
    return f"did you mean {' or '.join(f'`{word}`' for word in words[match])}?" if match else ""
