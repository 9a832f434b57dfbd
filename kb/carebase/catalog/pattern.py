"""Serial number patterns: the part of regular expressions that Python and browsers read alike.

A pattern is taken apart and written again in both dialects, so that neither can read something
else into it. What one of them lacks or reads otherwise is refused with a sentence.
Sources: Python's ``re`` module, and ECMA-262 section 22.2 with the flags ``s`` and ``u``.
"""

import re
from dataclasses import dataclass, field

_GROUP = re.compile(r"\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?:[0-9]{1,3})(?:,[0-9]{0,3})?\})\??")
_ASCII_LETTER_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_CLASSES = frozenset("dDwW")
_SYNTAX = frozenset(r"^$\.*+?()[]{}|/")
_CLASS_SYNTAX = frozenset(r"\]^[-")


class PatternError(ValueError):
    """A pattern that cannot be used; its text is one sentence for the writer."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in both dialects, both to be matched against the whole serial number."""

    python: re.Pattern[str]
    browser: str
    groups: tuple[str, ...]


@dataclass
class _Writer:
    """Both dialects while they are written, and whether each open group holds a named one."""

    python: list[str] = field(default_factory=list)
    browser: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    open_named: list[bool] = field(default_factory=list)

    def write(self, python: str, browser: str | None = None) -> None:
        self.python.append(python)
        self.browser.append(python if browser is None else browser)


def compile_pattern(text: str) -> Pattern:
    """Read a pattern as a writer gives it, with groups as ``(?P<name>…)`` or ``(?<name>…)``.

    Raises PatternError for what Python and browsers do not read alike, and for bad syntax.
    """
    writer = _Writer()
    at, named_atom = 0, False
    while at < len(text):
        char = text[at]
        if char == "(":
            at = _open_group(text, at, writer)
            named_atom = False
            continue
        if char == ")":
            if not writer.open_named:
                raise PatternError("The pattern closes a group that it did not open.")
            named_atom = writer.open_named.pop()
            if writer.open_named:
                writer.open_named[-1] |= named_atom
            writer.write(")")
            at += 1
            continue
        if char in "*+?{":
            at = _repeat(text, at, writer, named_atom)
        elif char == "[":
            at = _read_class(text, at, writer)
        elif char == "\\":
            at = _escape(text, at, writer)
        elif char in "]}":
            raise PatternError(f"The pattern has a '{char}' of its own; write '\\{char}'.")
        elif char == "$":
            # Python's "$" would also stop before a last line feed.
            writer.write(r"\Z", "$")
            at += 1
        elif char in ".^|":
            writer.write(char)
            at += 1
        else:
            _write_literal(char, writer)
            at += 1
        named_atom = False
    return _finish(writer)


def _open_group(text: str, at: int, writer: _Writer) -> int:
    found = _GROUP.match(text, at)
    if found:
        name = found[1]
        if name in writer.groups:
            raise PatternError(f"The pattern names the group '{name}' twice.")
        writer.groups.append(name)
        writer.open_named.append(True)
        writer.write(f"(?P<{name}>", f"(?<{name}>")
        return found.end()
    if text.startswith("(?:", at):
        at += 3
    elif text.startswith("(?", at):
        raise PatternError(
            f"The pattern has '{text[at : at + 4]}', which Python and browsers do not read alike; "
            "groups are (…), (?:…) or (?P<name>…)."
        )
    else:
        at += 1
    writer.open_named.append(False)
    writer.write("(?:")
    return at


def _repeat(text: str, at: int, writer: _Writer, named_atom: bool) -> int:
    found = _QUANTIFIER.match(text, at)
    if not found:
        raise PatternError("A count in a pattern is {n}, {n,} or {n,m}; a plain '{' is '\\{'.")
    if text[found.end() : found.end() + 1] == "+":
        raise PatternError("The pattern has a possessive '+', which browsers do not know.")
    if named_atom and found[0] not in ("?", "??"):
        # Browsers forget what an earlier round caught, Python keeps it.
        raise PatternError("A named group of a pattern cannot repeat; repeat what is inside it.")
    writer.write(found[0])
    return found.end()


def _escape(text: str, at: int, writer: _Writer) -> int:
    char = text[at + 1 : at + 2]
    if char in _CLASSES and char:
        writer.write("\\" + char)
    else:
        _write_literal(_unescape(char), writer)
    return at + 2


def _unescape(char: str) -> str:
    if not char:
        raise PatternError("The pattern ends in a lone '\\'.")
    if _ASCII_LETTER_OR_DIGIT.match(char):
        raise PatternError(
            f"The pattern has '\\{char}'; only \\d, \\D, \\w, \\W and escaped signs are read alike "
            "by Python and browsers."
        )
    return char


def _write_literal(char: str, writer: _Writer) -> None:
    writer.write(re.escape(char), "\\" + char if char in _SYNTAX else char)


def _read_class(text: str, at: int, writer: _Writer) -> int:
    at += 1
    negated = text.startswith("^", at)
    at += negated
    writer.write("[^" if negated else "[")
    first, left, ranging = at, False, False
    while at < len(text) and text[at] != "]":
        char = text[at]
        dash = char == "-" and left and not text.startswith("]", at + 1)
        if char == "\\":
            char = text[at + 1 : at + 2]
            at += 1
            if char in _CLASSES and char:
                writer.write("\\" + char)
            else:
                _write_in_class(_unescape(char), writer)
        elif char == "[":
            raise PatternError("A '[' within [ ] of a pattern is written '\\['.")
        elif dash:
            writer.write("-")
        else:
            _write_in_class(char, writer)
        # What ends a range cannot begin another one: the next '-' stands for itself.
        left, ranging = not dash and not ranging, dash
        at += 1
    if at >= len(text) or at == first:
        raise PatternError("The pattern has an empty or open [ ].")
    writer.write("]")
    return at + 1


def _write_in_class(char: str, writer: _Writer) -> None:
    writer.write(re.escape(char), "\\" + char if char in _CLASS_SYNTAX else char)


def _finish(writer: _Writer) -> Pattern:
    if writer.open_named:
        raise PatternError("The pattern opens a group that it does not close.")
    try:
        python = re.compile("".join(writer.python), re.ASCII | re.DOTALL)
    except re.error as error:
        raise PatternError(f"The pattern is no regular expression: {error.msg}.") from None
    return Pattern(python, "".join(writer.browser), tuple(writer.groups))
