"""What a maker sells and cares for: the models of `docs/products/<id>/product.yml`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from carebase.catalog.money import Money, parse_money
from carebase.catalog.serial import LONGEST, Normalise, Reading, SerialRule
from carebase.warranty.notices import Notice

# What is made equal in serial numbers of a product that says nothing about them.
_PLAIN = Normalise()

_ID = re.compile(r"[a-z][a-z0-9_-]*\Z")
_POLICY = re.compile(r"[a-z][a-z0-9_-]*@[1-9][0-9]*\Z")
_EVERY = re.compile(r"[1-9][0-9]* \S.*\Z")


def check_id(value: Any) -> Any:
    """Refuse an id that is not a lower-case letter followed by such letters, digits, `-`, `_`."""
    if isinstance(value, str) and not _ID.match(value):
        raise ValueError(
            "An id is a lower-case letter, then lower-case letters, digits, `-` or `_`."
        )
    return value


def _check_policy(value: Any) -> Any:
    if isinstance(value, str) and not _POLICY.match(value):
        raise ValueError("A policy is named with its version, as in `brio@2`.")
    return value


def _check_gtin(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", value):
        raise ValueError("A GTIN has 8, 12, 13 or 14 digits.")
    digits = [int(digit) for digit in reversed(value)]
    total = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    if total % 10:
        raise ValueError("The last digit of this GTIN does not fit the others: check the number.")
    return value


def _check_every(value: Any) -> Any:
    if isinstance(value, str) and not _EVERY.match(value):
        raise ValueError("An interval is a number and a unit, as in `3 months` or `200 cups`.")
    return value


def _check_inside(value: Any) -> Any:
    """Refuse a path that leaves the product's folder for somewhere outside the site."""
    if isinstance(value, str) and (value.startswith("/") or "\\" in value):
        raise ValueError("A file is named relative to this folder, with `/`.")
    return value


Id = Annotated[str, BeforeValidator(check_id)]
PolicyName = Annotated[str, BeforeValidator(_check_policy)]
RelativeFile = Annotated[str, BeforeValidator(_check_inside)]


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Model(_FileModel):
    """One model (variant, generation) of a product that customers own."""

    id: Id = Field(description="The model's id, unique in the site.", examples=["brio-x1"])
    name: str = Field(description="The name on the box.", examples=["Brio X1"])
    gtin: Annotated[str, BeforeValidator(_check_gtin)] | None = Field(
        None, description="GTIN (EAN, UPC) with its check digit.", examples=["9120000000013"]
    )
    sold_from: date | None = Field(
        None, description="The first day of sale.", examples=["2023-03-01"]
    )
    sold_until: date | None = Field(
        None, description="The last day of sale.", examples=["2025-12-31"]
    )

    @model_validator(mode="after")
    def _check_span(self) -> Model:
        if self.sold_from and self.sold_until and self.sold_until < self.sold_from:
            raise ValueError("`sold_until` lies before `sold_from`.")
        return self


def _read_day(value: Any) -> Any:
    """Take the ISO text of a day, as JSON has it, for the day."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


class PolicyChoice(_FileModel):
    """A policy and the last day of sale for which it holds."""

    policy: PolicyName = Field(description="Policy id and version.", examples=["brio@1"])
    sold_until: Annotated[date | None, BeforeValidator(_read_day)] = Field(
        None, description="The last day of sale under this policy.", examples=["2025-12-31"]
    )


class Component(_FileModel):
    """A part of the product that the warranty or a repair can name."""

    id: Id = Field(description="The component's id.", examples=["pump"])
    name: str = Field(description="What customers call it.", examples=["Pump"])


class Part(_FileModel):
    """A spare part or consumable that can be ordered."""

    sku: str = Field(description="The part number.", examples=["BR-110"])
    name: str = Field(description="What customers call it.", examples=["Group gasket"])
    price: Annotated[Money, BeforeValidator(parse_money)] | None = Field(
        None, description="Price with currency, tax included.", examples=["6.90 EUR"]
    )
    guide: RelativeFile | None = Field(
        None, description="The guide that fits the part.", examples=["replace-gasket.md"]
    )
    picture: RelativeFile | None = Field(
        None, description="A picture of the part.", examples=["img/gasket.svg"]
    )

    @property
    def anchor(self) -> str:
        """The id of the part in the list of parts on its product's hub."""
        return "part-" + re.sub(r"[^a-z0-9]+", "-", self.sku.lower()).strip("-")


class ServiceTask(_FileModel):
    """Something that is due again and again."""

    task: str = Field(description="What to do.", examples=["Descale the boiler"])
    every: Annotated[str, BeforeValidator(_check_every)] = Field(
        description="How often: a time or a use.", examples=["3 months", "200 cups"]
    )
    guide: RelativeFile | None = Field(
        None, description="The guide that shows how.", examples=["descale.md"]
    )


class Download(_FileModel):
    """A file to take away."""

    title: str = Field(description="What the file is.", examples=["Quick start sheet"])
    file: RelativeFile = Field(
        description="The file, relative to this folder.", examples=["files/quick-start.pdf"]
    )


def _policy_list(value: Any) -> Any:
    if isinstance(value, str):
        _check_policy(value)
        return [{"policy": value}]
    return value


class Product(_FileModel):
    """A product with everything that its hub, serial check, warranty and search need."""

    id: Id = Field(description="The name of the product's folder.", examples=["brio"])
    name: str = Field(description="What customers call it.", examples=["Brio"])
    summary: str = Field(
        "", description="One sentence that says what it is.", examples=["A pump espresso machine."]
    )
    picture: RelativeFile | None = Field(
        None, description="A picture for cards and the hub.", examples=["img/brio.svg"]
    )
    models: list[Model] = Field(
        default_factory=list,
        description="The models sold.",
        examples=["[{id: brio-x1, name: Brio X1}]"],
        strict=False,
    )
    serial: SerialRule | None = Field(
        None,
        description="How a serial number is built and where it stands.",
        examples=['{pattern: "BR[0-9]{8}", example: BR24100042}'],
    )
    policy: Annotated[list[PolicyChoice], BeforeValidator(_policy_list)] = Field(
        default_factory=list,
        description="The warranty policy, or a list chosen by the day of sale.",
        examples=["brio@1"],
        strict=False,
    )
    components: list[Component] = Field(
        default_factory=list,
        description="Components named by warranty and repairs.",
        examples=["[{id: pump, name: Pump}]"],
    )
    parts: list[Part] = Field(
        default_factory=list,
        description="Spare parts.",
        examples=["[{sku: BR-110, name: Group gasket, price: 6.90 EUR}]"],
    )
    service_plan: list[ServiceTask] = Field(
        default_factory=list,
        description="What is due how often.",
        examples=["[{task: Descale the boiler, every: 3 months}]"],
    )
    support_until: date | None = Field(
        None, description="Parts and help are promised until then.", examples=["2033-12-31"]
    )
    downloads: list[Download] = Field(
        default_factory=list,
        description="Files to take away.",
        examples=["[{title: Quick start sheet, file: files/quick-start.pdf}]"],
    )
    notices: list[Notice] = Field(
        default_factory=list,
        description="Recalls and free repair programmes.",
        examples=["[{id: brio-hinge, programme: recall}]"],
    )

    def find_model(self, name: str) -> Model | None:
        """Find a model by its id, or by its name however it is spaced and cased."""
        wanted = "".join(name.split()).casefold()
        for model in self.models:
            if wanted in (model.id.casefold(), "".join(model.name.split()).casefold()):
                return model
        return None

    def read_serial(self, text: str) -> Reading:
        """Normalise and judge a serial number; without a rule any printable text is one."""
        if self.serial:
            return self.serial.read(text)
        serial = _PLAIN.apply(text)
        # One that begins with a sign could be a formula to a spreadsheet.
        fits = 0 < len(serial) <= LONGEST and serial.isprintable() and serial[0].isalnum()
        return Reading(serial, None if fits else "pattern")

    @property
    def folder(self) -> PurePosixPath:
        """The product's folder below `docs/`."""
        return PurePosixPath("products", self.id)

    def path(self, file: str) -> str:
        """Give the path below `docs/` of a file that product.yml names."""
        parts: list[str] = []
        for part in (self.folder / file).parts:
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        return "/".join(parts)
