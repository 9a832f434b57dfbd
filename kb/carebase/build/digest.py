"""Digests of bytes and of plain values, the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from io import FileIO
from pathlib import PurePath
from typing import Any

_SIGNS = 32


def digest_of(data: bytes) -> str:
    """Give the digest of bytes: 128 bits of SHA-256, which processors have instructions for."""
    return hashlib.sha256(data).hexdigest()[:_SIGNS]


def digest_of_file(file: FileIO) -> str:
    """Give the same of an open file's bytes, of which a part at a time is in memory."""
    return hashlib.file_digest(file, "sha256").hexdigest()[:_SIGNS]


def digest(value: Any) -> str:
    """Give the digest of a value made of plain values, containers, dataclasses and models.

    Raises TypeError for anything whose text could differ from process to process.
    """
    return digest_of("".join(_parts(value)).encode("utf-8", "surrogatepass"))


def _add_fields(kind: Any, value: Any, put: Any) -> None:
    try:
        # The same few values stand in many lists.
        known = _KNOWN.get(value) if kind.__dataclass_params__.frozen else None
    except TypeError:
        known = None
    if known is None:
        parts: list[str] = []
        for name in _names(kind):
            _add(getattr(value, name), parts.append)
        known = f"d{kind.__qualname__}[" + digest_of("".join(parts).encode("utf-8", "replace"))
        if all(map(_is_text, (getattr(value, name) for name in _names(kind)))):
            if len(_KNOWN) > _MOST_KNOWN:
                _KNOWN.clear()
            with suppress(TypeError):
                _KNOWN[value] = known
    put(known)


def _is_text(value: Any) -> bool:
    # Of numbers, 1, 1.0 and true would be taken for each other.
    return type(value) in (str, type(None)) or (
        type(value) is tuple and all(type(item) is str for item in value)
    )


_KNOWN: dict[Any, str] = {}
_MOST_KNOWN = 100_000


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _parts(value: Any) -> list[str]:
    parts: list[str] = []
    _add(value, parts.append)
    return parts


def _add(value: Any, put: Any) -> None:
    kind = type(value)
    if kind is str:
        put(f"s{len(value)}:{value}")
    elif value is None or kind in (bool, int, float, bytes):
        put(f"{kind.__name__}{value!r};")
    elif isinstance(value, Enum):
        put(f"e{kind.__name__}.{value.name};")
    elif kind in (list, tuple):
        put(f"l{len(value)}[")
        for item in value:
            _add(item, put)
    elif isinstance(value, set | frozenset):
        put(f"u{len(value)}[")
        for item in sorted(digest(item) for item in value):
            put(item)
    elif isinstance(value, Mapping):
        put(f"m{len(value)}[")
        for key, item in value.items():
            _add(key, put)
            _add(item, put)
    elif is_dataclass(kind):
        _add_fields(kind, value, put)
    elif hasattr(kind, "model_fields"):
        put(f"d{kind.__qualname__}[")
        for name in kind.model_fields:
            _add(getattr(value, name), put)
    elif isinstance(value, str):
        put(f"s{len(value)}:{value!s}")
    elif isinstance(value, int):
        put(f"i{int(value)};")
    elif isinstance(value, PurePath):
        put(f"p{value.as_posix()};")
    elif kind.__module__ == "datetime":
        put(f"t{value!r};")
    elif isinstance(value, list | tuple):
        _add(list(value), put)
    elif callable(value) and hasattr(value, "__qualname__"):
        put(f"c{value.__module__}.{value.__qualname__};")
    elif hasattr(value, "__dict__"):
        put(f"o{kind.__module__}.{kind.__qualname__}[")
        _add(vars(value), put)
    else:
        raise TypeError(f"no digest of {kind.__module__}.{kind.__qualname__}")
