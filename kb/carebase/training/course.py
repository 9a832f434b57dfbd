"""What a course is made of: the model of `docs/courses/<id>/course.yml`."""

from __future__ import annotations

import posixpath
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from carebase.forms.retention import Span


class Lesson(BaseModel):
    """One lesson: a page of the course's folder, or a guide of the site taken as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    page: str | None = Field(
        None, description="A page, relative to the course's folder.", examples=["01-water.md"]
    )
    guide: str | None = Field(
        None, description="A guide, relative to docs/.", examples=["products/brio/descale.md"]
    )
    title: str | None = Field(
        None,
        description="What the course calls it, where not by its own title.",
        examples=["Descale it yourself"],
    )

    minutes: int | None = Field(
        None, ge=1, le=1000, description="How long the lesson takes.", examples=[8]
    )
    id: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_-]{0,39}$",
        description="By what learners' progress is kept, where not by the page's address.",
        examples=["water"],
    )

    def shown(self, course: str) -> str:
        """Give the path below `docs/` of the page that learners read.

        A guide is shown inside the course too, under the course's address.
        """
        if self.guide is None:
            return self.source(course)
        return f"courses/{course}/{posixpath.basename(self.source(course))}"

    def source(self, course: str) -> str:
        """Give the page's path below `docs/`."""
        if self.guide is not None:
            return posixpath.normpath(self.guide.lstrip("/"))
        return posixpath.normpath(f"courses/{course}/{self.page}")


class Prerequisite(BaseModel):
    """What one should know or have done before: in words, or a page or course to follow first."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    text: str = Field("", description="In words.", examples=["You can solder."])
    page: str | None = Field(
        None,
        description="A page of the site, relative to docs/.",
        examples=["products/brio/set-up.md"],
    )
    course: str | None = Field(
        None, description="The id of another course.", examples=["espresso-care"]
    )

    @property
    def source(self) -> str | None:
        """The path of the page below `docs/`; of a course, that of its folder's index."""
        if self.course is not None:
            return f"courses/{self.course}/index.md"
        return posixpath.normpath(self.page.lstrip("/")) if self.page else None


def _prerequisites(value: Any) -> Any:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return value
    return [{"text": entry} if isinstance(entry, str) else entry for entry in value]


def _lessons(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    lessons = []
    for entry in value:
        if isinstance(entry, str):
            lessons.append({"page": entry})
        else:
            lessons.append(entry)
    return lessons


def _objectives(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Course(BaseModel):
    """A course: who it is for, what one can do afterwards, and its lessons in order."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    title: str = Field(description="The name of the course.", examples=["Care for your Brio"])
    summary: str = Field("", description="One or two sentences.", examples=["Four short lessons."])
    audience: str = Field("", description="Who it is for.", examples=["Owners of a Brio"])
    objectives: Annotated[list[str], BeforeValidator(_objectives)] = Field(
        default_factory=list,
        description="What one can do afterwards.",
        examples=["[Descale before scale does damage.]"],
    )
    prerequisites: Annotated[list[Prerequisite], BeforeValidator(_prerequisites)] = Field(
        default_factory=list,
        description="What one should know or have done before.",
        examples=["[{page: products/brio/set-up.md}]"],
    )
    reviewed: date | None = Field(
        None,
        description="The day on which somebody last went through the whole course.",
        examples=["2026-10-30"],
    )
    glossary: dict[str, str] = Field(
        default_factory=dict,
        description="Words of the trade, each with what it means.",
        examples=["{Scale: What hard water leaves behind.}"],
    )
    products: Annotated[list[str], BeforeValidator(_objectives)] = Field(
        default_factory=list, description="Products the course is about.", examples=["[brio]"]
    )
    minutes: int | None = Field(
        None, ge=1, le=10_000, description="How long it takes in all.", examples=[32]
    )
    lessons: Annotated[list[Lesson], BeforeValidator(_lessons)] = Field(
        min_length=1,
        description="The lessons in order: pages of this folder, or `{guide: …}`.",
        examples=["[01-water.md, {guide: products/brio/descale.md}]"],
    )
    pass_mark: int = Field(
        80, ge=0, le=100, description="Per cent of the points needed to pass.", examples=[80]
    )
    certificate: bool = Field(
        False, description="Whether passing gives a certificate.", examples=[True]
    )
    certificate_months: int | None = Field(
        None,
        ge=1,
        le=600,
        description="For how many months a certificate holds; left out, for good.",
        examples=[24],
    )
    version: str = Field(
        "",
        max_length=40,
        description="The version that certificates name; left out, eight signs that change with"
        " the questions.",
        examples=["2026-11"],
    )
    grading: Literal["self-check", "hashed", "graded"] = Field(
        "self-check",
        description="Answers that can be read in the page, that are hidden there from a glance"
        " only, or that the endpoint alone knows and grades.",
        examples=["self-check"],
    )
    attempts: int | None = Field(
        None,
        ge=1,
        le=100,
        description="How often each question may be answered, where it does not say so itself.",
        examples=[2],
    )
    retention: Span | None = Field(
        None,
        description="How long the endpoint keeps what learners answered in a graded course.",
        examples=["3 years"],
    )
    id: str = Field(
        "",
        exclude=True,
        description="The name of the course's folder.",
        examples=["espresso-care"],
    )

    @property
    def folder(self) -> str:
        """The course's folder below `docs/`."""
        return f"courses/{self.id}"

    @property
    def shown(self) -> list[str]:
        """The pages that learners read in order, by their paths below `docs/`."""
        return [lesson.shown(self.id) for lesson in self.lessons]

    @property
    def all_minutes(self) -> int | None:
        """How long the course takes: as written, else what its lessons take together."""
        known = [lesson.minutes for lesson in self.lessons if lesson.minutes]
        return self.minutes or (sum(known) if len(known) == len(self.lessons) else None)

    @property
    def sources(self) -> list[str]:
        """The pages of the lessons in order, by their paths below `docs/`."""
        return [lesson.source(self.id) for lesson in self.lessons]
