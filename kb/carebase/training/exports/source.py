"""What an export is made from, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from carebase.site import Site
from carebase.training.asked import Asked
from carebase.training.course import Course


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a course as the site shows it.

    `name` is what the package calls it: `course`, `lesson-1`, `points`. `address` is where it
    stands, relative to the site's own address; `others` are further addresses of the same text,
    such as that of a guide in its own place. `html` is the whole page.
    """

    name: str
    title: str
    address: str
    html: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """All pages of a course, its outline first.

    `read` gives the bytes of a file of the built site by its path there, or nothing. `warnings`
    are what came up while the pages were made.
    """

    pages: Sequence[Shown]
    read: Callable[[str], bytes | None]
    warnings: Sequence[str] = ()


class Source(Protocol):
    """A course of a site whose sources have no errors."""

    @property
    def site(self) -> Site:
        """Give the site that the course is on."""

    @property
    def course(self) -> Course:
        """Give the course as its file describes it."""

    @property
    def asked(self) -> Sequence[Asked]:
        """Give the questions that count for the course, in the order of the lessons."""

    def shown(self) -> ShownCourse:
        """Make the pages of the course, with what is right in its questions."""


@dataclass(frozen=True, slots=True)
class Export:
    """A finished file, and what the person who asked for it should know."""

    data: bytes
    notes: list[str] = field(default_factory=list)
    # Names of the files in it with their sizes, where it holds any.
    files: Mapping[str, int] = field(default_factory=dict)
