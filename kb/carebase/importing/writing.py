"""Writing what was imported: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from carebase.errors import UsageError


def write_all(root: Path, files: Mapping[Path, str | bytes | Path]) -> None:
    """Write each file: a text, bytes, or the copy of another file.

    `UsageError` where one cannot be read or written; what was made below `root` until then is
    taken away again.
    """
    made: list[Path] = []
    try:
        for path, content in files.items():
            data = _bytes_of(content)
            missing = [one for one in path.parents if not one.exists()]
            made += [*reversed(missing), *([] if path.exists() else [path])]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        _take_away(made)
        reason = f"{root} cannot be written to: {error.strerror}"
        raise UsageError(f"{reason}. Nothing was written.") from None
    except UsageError:
        _take_away(made)
        raise


def _bytes_of(content: str | bytes | Path) -> bytes:
    if isinstance(content, str):
        return content.encode("utf-8")
    if isinstance(content, bytes):
        return content
    try:
        return content.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{content} cannot be read: {error.strerror}. Nothing was written: put the file back"
            " from a copy, or take it away."
        ) from None


def _take_away(made: list[Path]) -> None:
    for one in reversed(made):
        # What others put beside it meanwhile stays.
        with suppress(OSError):
            if one.is_dir():
                one.rmdir()
            else:
                one.unlink(missing_ok=True)
