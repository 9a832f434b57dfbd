"""What a page reads of the rest of the site while it is made, so that a later build can tell.

Each thing that can be read has a name, such as `("entry", "faq/index.md")`, and a digest. A page
made once need not be made again while all that it read has the digests of that time. Whatever
gives a page a look at others notes it here; where nothing is being made, noting costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from carebase import clock
from carebase.build.digest import digest

Name = tuple[str, ...]
Context = TypeVar("Context")
Value = TypeVar("Value")
Words = ParamSpec("Words")
# How each kind of thing is looked up, given the build's context and the rest of its name.
_KINDS: dict[str, Callable[..., Any]] = {}
UNKNOWN = "?"
# What changes with every word of a page, and the mark of what was made of such.
TEXTS = frozenset(("text", "content"))
TEXTUAL = "~"


class Read(NamedTuple):
    """What was read while something was made: what changes with texts, and all else.

    It is not `known` where the digest of something could not be told.
    """

    texts: dict[Name, str]
    others: dict[Name, str]
    known: bool

    @classmethod
    def of(cls, noted: Mapping[Name, str]) -> Read:
        """Sort what was noted."""
        texts: dict[Name, str] = {}
        others: dict[Name, str] = {}
        for name, was in noted.items():
            textual = name[0] in TEXTS or was.startswith(TEXTUAL)
            (texts if textual else others)[name] = was
        return cls(texts, others, not any(was.endswith(UNKNOWN) for was in noted.values()))


class Reads:
    """The notes of one build: what is being made, and what it has read so far."""

    def __init__(self) -> None:
        self.stage = ""
        self.context: Any = None
        self._noted: dict[Name, str] | None = None
        self._digests: dict[Name, str] = {}
        self._values: dict[Name, Any] = {}
        # Whether what is being looked up has asked for the text of a page.
        self._textual = False

    def begin(self, context: Any) -> None:
        """Begin a build: everything is looked up anew, in its context."""
        self.stage, self.context, self._noted = "", context, None
        self.forget()

    def forget(self) -> None:
        """Look everything up anew, because something has changed."""
        self._digests, self._values = {}, {}

    @contextmanager
    def noted(self, stage: str) -> Iterator[dict[Name, str]]:
        """Gather what is read inside, with its digests."""
        before = self.stage, self._noted
        self.stage, self._noted = stage, {}
        try:
            yield self._noted
        finally:
            self.stage, self._noted = before

    def note(self, *name: str) -> None:
        """Say that a thing is being read."""
        if name[0] in TEXTS:
            self._textual = True
        if self._noted is not None and name not in self._noted:
            self._noted[name] = self.digest(name)

    def note_again(self, noted: Mapping[Name, str]) -> None:
        """Say that what was read while something was made is read, for it is used again."""
        if self._noted is not None:
            self._noted.update(noted)

    def digest(self, name: Name) -> str:
        """Give the digest of a thing as it is now; of an unknown kind, none that ever holds."""
        known = self._digests.get(name)
        if known is None:
            look = _KINDS.get(name[0])
            if look is None:
                return UNKNOWN
            value, mark = self._alone(lambda: look(self.context, *name[1:]))
            known = self._digests[name] = mark + _digest(value, name[0])
        return known

    def hold(self, read: Read, same_around: bool = False) -> bool:
        """Tell whether everything that was read is still the same.

        With `same_around`, nothing but texts of pages has changed since: only what was made of
        texts is looked up again.
        """
        if not read.known:
            return False
        looked = (read.texts,) if same_around else (read.texts, read.others)
        return all(self.digest(name) == was for part in looked for name, was in part.items())

    def once(self, context: Any, compute: Callable[[], Value], name: Name) -> Value:
        """Give a thing that many pages read, made once a build; what it reads is its own affair."""
        if context is not self.context:
            return compute()
        if name not in self._values:
            self._values[name] = self._alone(compute)
        value: Value
        value, mark = self._values[name]
        self._textual = self._textual or bool(mark)
        if self._noted is not None and name not in self._noted:
            if name not in self._digests:
                self._digests[name] = mark + _digest(value, name[0])
            self._noted[name] = self._digests[name]
        return value

    def _alone(self, compute: Callable[[], Value]) -> tuple[Value, str]:
        """Compute without noting; tell with a mark whether texts were read for it."""
        before = self._noted, self._textual
        self._noted, self._textual = None, False
        try:
            return compute(), TEXTUAL if self._textual else ""
        finally:
            self._noted, self._textual = before[0], before[1] or self._textual


def _digest(value: Any, kind: str) -> str:
    if kind in TEXTS and type(value) is str:
        # It is one already.
        return value
    try:
        return digest(value)
    except (TypeError, RecursionError):
        return UNKNOWN


# One build at a time in a process: what a page reads is noted wherever it is read.
READS = Reads()
clock.askers.append(lambda: READS.note("day"))


def looked_up(
    kind: str,
) -> Callable[
    [Callable[Concatenate[Context, Words], Value]], Callable[Concatenate[Context, Words], Value]
]:
    """Make a function of the build's context and some words a thing that pages read.

    It is called once a build for the same words, and a page that calls it is made again when the
    digest of the answer differs, whatever the answer was made of.
    """

    def wrap(
        function: Callable[Concatenate[Context, Words], Value],
    ) -> Callable[Concatenate[Context, Words], Value]:
        def looking(context: Context, /, *words: Words.args, **none: Words.kwargs) -> Value:
            name = (kind, *map(str, words))
            return READS.once(context, lambda: function(context, *words, **none), name)

        _KINDS[kind] = looking
        return looking

    return wrap
