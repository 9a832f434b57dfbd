"""The kinds of value that the files of the warranty share: ids, days, countries, counts."""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 1900, 2999

CENTURY_IN_DAYS = 36525

_SLUG = r"^[a-z][a-z0-9_-]*$"
_COUNTRY = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"


class FileModel(BaseModel):
    """One mapping of a file that a person writes: unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    def plain(self) -> dict[str, Any]:
        """Give the mapping as written, ready for JSON: dates as text, defaults left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


Row = TypeVar("Row", bound=FileModel)


class FileList(RootModel[list[Row]]):
    """A whole file that is a list of such mappings."""

    model_config = ConfigDict(defer_build=True)


def is_country(text: str) -> bool:
    """Tell whether a text has the form of an ISO 3166-1 code, or a 3166-2 one such as GB-SCT."""
    return re.fullmatch(_COUNTRY, text) is not None


def _check_slug(text: str) -> str:
    if not re.fullmatch(_SLUG, text):
        raise PydanticCustomError(
            "slug",
            "A name here is a lower-case letter a–z, then such letters, digits, '-' or '_'.",
        )
    return text


def _check_text(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("text", "The text is empty; write it or leave the key out.")
    return text


def _check_country(text: str) -> str:
    if not is_country(text):
        raise PydanticCustomError(
            "country", "A country is its ISO 3166-1 code in capitals, such as ES, or GB-SCT."
        )
    return text


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("year", "A date lies in the years 1900 to 2999.")
    return day


Slug = Annotated[str, AfterValidator(_check_slug), Field(json_schema_extra={"pattern": _SLUG})]
Text = Annotated[str, AfterValidator(_check_text), Field(json_schema_extra={"minLength": 1})]
Country = Annotated[
    str, AfterValidator(_check_country), Field(json_schema_extra={"pattern": _COUNTRY})
]
Day = Annotated[date, AfterValidator(_check_year)]
DayCount = Annotated[int, Field(ge=0, le=CENTURY_IN_DAYS)]
MonthCount = Annotated[int, Field(ge=1, le=1200)]


def problem(code: str, sentences: Iterable[str]) -> PydanticCustomError:
    """Make one error of several sentences, to be raised by a validator of a whole mapping."""
    text = " ".join(sentences)
    # The text is a format string to pydantic: what a person wrote must not be taken for a field.
    return PydanticCustomError(code, "{sentences}", {"sentences": text})


def find_repeats(what: str, ids: Iterable[str]) -> list[str]:
    """Say of each id that stands more than once that it does, in the order of the file."""
    seen: set[str] = set()
    told: dict[str, None] = {}
    for one in ids:
        if one in seen:
            told[one] = None
        seen.add(one)
    return [f"The {what} '{one}' stands more than once; each id is given once." for one in told]


def suggest(found: str, allowed: Iterable[str]) -> str:
    """Give the tail of a sentence about an unknown name: the nearest one, or all there are."""
    names = sorted(allowed)
    near = difflib.get_close_matches(found, names, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    if not names:
        return "there is none."
    shown = ", ".join(names[:20]) + (" and others" if len(names) > 20 else "")
    return f"there {'is' if len(names) == 1 else 'are'} {shown}."
