"""How customers reach the maker: the model of `docs/contact.yml`."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from carebase.catalog.closed_days import why_unknown
from carebase.errors import nearest

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
Span = tuple[time, time]
_HOLIDAYS = re.compile(r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]|24):([0-5][0-9])\Z")


def _spans(written: Any, info: ValidationInfo) -> Any:
    if written is None or written == "closed":
        return ()
    if isinstance(written, list | tuple):
        return written
    spans = []
    for part in re.split(r"\s*,\s*", str(written)):
        read = _SPAN.match(part)
        if not read:
            raise ValueError(
                f"The hours of {info.field_name} are not readable."
                ' Hours are written as "09:00-17:00", several with a comma.'
            )
        start = time(int(read[1]), int(read[2]))
        end = time.max if read[3] == "24" else time(int(read[3]), int(read[4]))
        if end <= start:
            raise ValueError(f"The hours of {info.field_name} end before they begin.")
        spans.append((start, end))
    return tuple(spans)


Spans = Annotated[tuple[Span, ...], BeforeValidator(_spans)]


class Hours(BaseModel):
    """Opening hours of a week: for each weekday its spans; no span is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    monday: Spans = Field((), description="Hours on Monday.", examples=["09:00-17:00"])
    tuesday: Spans = Field((), description="Hours on Tuesday.", examples=["09:00-17:00"])
    wednesday: Spans = Field(
        (), description="Hours on Wednesday.", examples=["09:00-12:00, 13:00-17:00"]
    )
    thursday: Spans = Field((), description="Hours on Thursday.", examples=["09:00-17:00"])
    friday: Spans = Field((), description="Hours on Friday.", examples=["09:00-15:00"])
    saturday: Spans = Field((), description="Hours on Saturday.", examples=["10:00-14:00"])
    sunday: Spans = Field((), description="Hours on Sunday.", examples=["10:00-14:00"])

    @property
    def always(self) -> bool:
        """Whether it is open day and night."""
        return all(self.of(day) == ((time(0), time.max),) for day in WEEKDAYS)

    def of(self, day: Weekday) -> tuple[Span, ...]:
        """Give the spans of a weekday."""
        spans: tuple[Span, ...] = getattr(self, day)
        return spans


def _always(value: Any) -> Any:
    return dict.fromkeys(WEEKDAYS, "00:00-24:00") if value == "always" else value


HoursOrAlways = Annotated[Hours, BeforeValidator(_always)]


def _check_zone(value: Any) -> Any:
    if isinstance(value, str) and value not in available_timezones():
        match = nearest(value, available_timezones())
        near = f" Did you mean `{match}`?" if match else ""
        raise ValueError(f"This is not a time zone of the IANA list.{near}")
    return value


def _check_holidays(value: Any) -> Any:
    readable = isinstance(value, str) and _HOLIDAYS.fullmatch(value)
    if readable and (why := why_unknown(value)):
        raise ValueError(why)
    return value


class Channel(BaseModel):
    """One way to reach people: phone, mail, chat or a service centre."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    kind: Literal["phone", "mail", "chat", "service_centre"] = Field(
        description="What the channel is.", examples=["phone"]
    )
    name: str = Field(description="What customers read.", examples=["Call us"])
    number: str | None = Field(None, description="A phone number.", examples=["+43 1 555 0142"])
    address: str | None = Field(
        None,
        description="A mail address, or the postal address of a service centre.",
        examples=["care@fjellby.example"],
    )
    url: str | None = Field(
        None, description="Where the chat opens.", examples=["https://chat.fjellby.example/"]
    )
    hours: HoursOrAlways | None = Field(
        None,
        description="Its own opening hours, when they differ.",
        examples=['{saturday: "10:00-14:00"}'],
    )
    note: str | None = Field(
        None,
        description="One sentence that helps to choose it.",
        examples=["Fastest in the morning."],
    )

    @model_validator(mode="after")
    def _check_reach(self) -> Channel:
        needed = {"phone": "number", "mail": "address", "chat": "url", "service_centre": "address"}
        key = needed[self.kind]
        if not getattr(self, key):
            raise ValueError(f"A channel of the kind `{self.kind}` needs the key `{key}`.")
        return self


class Emergency(BaseModel):
    """A line for danger: battery smoke, leaking gas, an electric shock."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    name: str = Field(description="What customers read.", examples=["Battery emergency line"])
    number: str = Field(description="A phone number.", examples=["+43 1 555 0199"])
    hours: HoursOrAlways | None = Field(
        None, description="`always`, or hours by weekday.", examples=["always"]
    )
    note: str | None = Field(None, description="When to call it.", examples=["Smoke or swelling."])


class Contact(BaseModel):
    """All ways to get help, with opening hours in the maker's time zone."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    name: str | None = Field(None, description="Who answers.", examples=["Fjellby Care"])
    time_zone: Annotated[str, BeforeValidator(_check_zone)] = Field(
        "UTC", description="IANA time zone of all hours.", examples=["Europe/Vienna"]
    )
    holidays: Annotated[str | None, BeforeValidator(_check_holidays)] = Field(
        None,
        description="ISO 3166 country (and subdivision) whose public holidays are closed.",
        examples=["AT", "DE-BY"],
        pattern=_HOLIDAYS.pattern,
    )
    hours: HoursOrAlways | None = Field(
        None, description="Opening hours by weekday.", examples=['{monday: "09:00-17:00"}']
    )
    channels: list[Channel] = Field(
        default_factory=list,
        description="Ways to get help, the most wanted first.",
        examples=["[{kind: mail, name: Write to us, address: care@fjellby.example}]"],
    )
    emergency: Emergency | None = Field(
        None,
        description="A line for danger.",
        examples=['{name: Battery line, number: "+43 1 555 0199"}'],
    )
    call_back: bool = Field(
        False, description="Whether a call-back can be asked for.", examples=[True]
    )
