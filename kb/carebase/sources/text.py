"""Reading a text file of the site: UTF-8, line ends as LF, and a Problem for anything else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from carebase.errors import Problem

# No page and no list that somebody wrote is longer; reading a text takes some ten times its size.
MOST_BYTES = 20_000_000
BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What waits for another program for ever when it is opened, or never comes to an end.
_NO_FILES = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def is_there(path: Path) -> bool:
    """Tell whether a file that someone has named exists; a name no system allows does not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def no_file(path: Path, name: str) -> Problem | None:
    """Tell what stands where a file should be and must not be opened; nothing where one is.

    `name` is how it is called in problems. Raises OSError where nothing is there.
    """
    kind = _NO_FILES.get(stat.S_IFMT(path.stat().st_mode))
    if kind is None:
        return None
    message = f"This is {kind} and no file: it cannot be read."
    hint = "remove it, rename it, or put a file in its place"
    return Problem(name, 1, 1, "file-unreadable", message, hint=hint)


def read_text(path: Path, name: str, most: int = MOST_BYTES) -> tuple[str, list[Problem]]:
    """Give the text of a file and what is wrong with its bytes.

    A byte order mark is passed over. Bytes that are not UTF-8 are an error that names the first
    of them; the text is then read as Windows-1252, so that the rest can still be checked.
    `name` is how the file is called in problems. Of more than `most` bytes nothing is read.
    """
    return read_source(path, name, most)[1:]


def read_source(path: Path, name: str, most: int = MOST_BYTES) -> tuple[bytes, str, list[Problem]]:
    """Give the bytes of a file as well, and what `read_text` gives."""
    data, problems = read_data(path, name, most)
    return (data, *decode(data, name)) if not problems else (data, "", problems)


def read_data(path: Path, name: str, most: int = MOST_BYTES) -> tuple[bytes, list[Problem]]:
    """Give the bytes of a file, or what keeps it from being read."""
    try:
        odd = no_file(path, name)
        if odd is not None:
            return b"", [odd]
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                return b"", [_too_long(name, size, most)]
            return file.readall(), []
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        message = f"The file cannot be read: {reason}."
        hint = "whoever builds the site must be allowed to read it; else put it back from a copy"
        return b"", [Problem(name, 1, 1, "file-unreadable", message, hint=hint)]


def _too_long(name: str, size: int, most: int) -> Problem:
    return Problem(
        name,
        1,
        1,
        "file-too-long",
        "The file is too long for a text.",
        found=f"{size:,} bytes",
        allowed=f"at most {most:,}",
        hint="share it out among several, or give it the ending of what it is",
    )


def decode(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """Give the text of a file's bytes and what is wrong with them, as `read_text` does."""
    data = data.removeprefix(BOM)
    problems: list[Problem] = []
    if data.startswith(_UTF_16):
        problems.append(_not_utf_8(name, 1, 1, "UTF-16"))
        return _with_lf(data.decode("utf-16", "replace")), problems
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        problems.append(_not_utf_8(name, line, column, f"byte 0x{data[error.start]:02X}"))
        text = data.decode("cp1252", "replace")
    return _with_lf(text), problems


def _not_utf_8(name: str, line: int, column: int, found: str) -> Problem:
    return Problem(
        name,
        line,
        column,
        "not-utf-8",
        "The file is not UTF-8 text.",
        found=found,
        allowed="UTF-8",
        hint="save the file again with the encoding UTF-8",
    )


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
