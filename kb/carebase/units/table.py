"""CSV files of any size, line by line, with every fault of a file told in one sentence."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from carebase.errors import UsageError
from carebase.units.mapping import ColumnMapping

_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r"sep=(.)\r?\n?")


class Table:
    """An open CSV file: its header, then its rows with the numbers of their lines."""

    def __init__(self, file: BinaryIO, name: str, mapping: ColumnMapping) -> None:
        """Read the header; `UsageError` says why the file is none."""
        self.name = name
        self._file = file
        self._encoding = self._find_encoding(mapping)
        self._text = io.TextIOWrapper(file, encoding=self._encoding, newline="")
        with self._decoding():
            first = self._text.readline()
        skipped = _SEP.fullmatch(first)
        if skipped:
            with self._decoding():
                first = self._text.readline()
        if not first.strip():
            raise UsageError(f"{name} is empty. Its first line must name the columns.")
        delimiter = "\t" if mapping.delimiter == "tab" else mapping.delimiter
        self.delimiter = delimiter or (skipped[1] if skipped else _find_delimiter(first))
        self._reader = csv.reader(chain([first], self._text), delimiter=self.delimiter, strict=True)
        self._before = 1 if skipped else 0
        try:
            with self._decoding():
                self.header = next(self._reader)
        except csv.Error as error:
            raise UsageError(f"{name} has no header that can be read: {_told(error)}.") from None

    @property
    def read_bytes(self) -> int:
        """How much of the file has been read."""
        try:
            return self._file.tell()
        except (OSError, ValueError):
            return 0

    def rows(self) -> Iterator[tuple[int, list[str], str]]:
        """Give the line on which each row begins, its cells, and what hinders reading it.

        Empty lines are passed over, those of empty cells too, which spreadsheets write. A file that
        is not in its encoding ends with a `UsageError`.
        """
        reader, wanted, before = self._reader, len(self.header), self._before
        line = reader.line_num + before + 1
        with self._decoding():
            while True:
                try:
                    for cells in reader:
                        if not any(cells):
                            pass
                        elif len(cells) == wanted:
                            yield line, cells, ""
                        else:
                            yield line, cells, self._told_of_length(len(cells))
                        line = reader.line_num + before + 1
                    return
                except csv.Error as error:
                    yield line, [], f"The line cannot be read: {_told(error)}."
                    line = reader.line_num + before + 1

    def _told_of_length(self, found: int) -> str:
        wanted = len(self.header)
        cells = "1 cell" if found == 1 else f"{found} cells"
        sign = "tab" if self.delimiter == "\t" else f"`{self.delimiter}`"
        return (
            f"The line has {cells}, the header has {wanted}."
            f" Put a text with a {sign} in it in quotes."
        )

    def _find_encoding(self, mapping: ColumnMapping) -> str:
        start = self._file.peek(4)[:4] if isinstance(self._file, io.BufferedReader) else b""
        if start[:2] == b"PK":
            raise UsageError(f"{self.name} is a spreadsheet or archive. Save it as CSV first.")
        wanted = mapping.encoding.lower().replace("_", "-")
        if wanted in ("utf-8", "utf8"):
            # Programs of Windows write a mark first.
            return _BOMS.get(start[:2], "utf-8-sig")
        return mapping.encoding

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        try:
            yield
        except UnicodeError as error:
            raise UsageError(self._told_of_encoding(error)) from None

    def _told_of_encoding(self, error: UnicodeError) -> str:
        shown = self._encoding.removesuffix("-sig").upper()
        where = f"{self.name} is"
        byte = ""
        if isinstance(error, UnicodeDecodeError):
            byte = f" (byte 0x{error.object[error.start]:02X})"
            line = self._find_bad_line()
            where = f"Line {line:,} of {self.name} is" if line else where
        return (
            f"{where} not {shown}{byte}. Save the file as UTF-8, or say in a mapping how it is"
            " encoded: encoding: windows-1252"
        )

    def _find_bad_line(self) -> int:
        """Give the first line that cannot be decoded; only lines of 8-bit encodings are counted."""
        if self._encoding.startswith("utf-16") or not self._file.seekable():
            return 0
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            try:
                line.decode(self._encoding)
            except UnicodeError:
                return number
        return 0


@contextmanager
def open_table(path: Path, mapping: ColumnMapping) -> Iterator[Table]:
    """Open a CSV file, `-` for standard input; `UsageError` says what hinders."""
    if str(path) == "-":
        yield Table(sys.stdin.buffer, "Standard input", mapping)
        return
    try:
        file = path.open("rb", buffering=1 << 20)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield Table(file, path.name, mapping)


def _find_delimiter(line: str) -> str:
    """Give what stands between the cells of a first line: the sign that is there most often."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=bare.count)


def _told(error: csv.Error) -> str:
    said = str(error)
    if "unexpected end of data" in said or "larger than field limit" in said:
        return "a quote is opened and not closed"
    if "expected after" in said:
        return "a quote within a text must be written twice"
    return said
