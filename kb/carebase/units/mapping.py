"""How the columns of a CSV file are called and written, as a small YAML file or by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from carebase.errors import ContentError, UsageError, nearest
from carebase.sources import load_model
from carebase.units.days import check_form

UNIT_COLUMNS = (
    "serial",
    "product",
    "model",
    "policy",
    "made",
    "shipped",
    "purchased",
    "delivered",
    "country",
    "source",
)
EVENT_COLUMNS = (
    "serial",
    "product",
    "model",
    "kind",
    "on",
    "component",
    "coverage",
    "reason",
    "used",
    "unit",
    "value",
    "source",
)

Delimiter = Literal[",", ";", "|", "tab"]

# What columns are usually called, beside our own names; compared without signs and capitals.
_USUAL: Mapping[str, str] = {
    "serial": "serialnumber serialno serialnr sn seriennummer seriennr snr numerodeserie"
    " numérodesérie nºdeserie",
    "product": "productid produkt produit producto",
    "model": "modelid modelname modell modèle modelo gtin ean article artikel",
    "policy": "policyid warranty warrantypolicy",
    "made": "madeon manufactured manufacturedon productiondate manufacturedate"
    " dateofmanufacture herstelldatum produktionsdatum datedefabrication fechadefabricación",
    "shipped": "shippedon shipdate shippingdate versanddatum versandtam datedexpédition"
    " fechadeenvío",
    "purchased": "purchasedon purchasedate dateofpurchase bought boughton soldon saledate"
    " kaufdatum verkaufsdatum datedachat fechadecompra",
    "delivered": "deliveredon deliverydate lieferdatum datedelivraison fechadeentrega",
    "country": "countrycode market land pays país markt",
    "kind": "event eventkind type ereignis",
    "on": "date day datum eventdate",
}


class ColumnMapping(BaseModel):
    """The file behind `--mapping`: what the columns of a CSV file are called and hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Our name of a column, and what the file calls it.",
        examples=[{"serial": "Seriennummer", "purchased": "Verkauft am"}],
    )
    fixed: dict[str, str] = Field(
        default_factory=dict,
        description="What holds for every line, for columns that the file has not.",
        examples=[{"product": "brio", "country": "AT"}],
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="By column: what the file writes, and what is meant.",
        examples=[{"model": {"BR-X1-EU": "brio-x1"}}],
    )
    dates: Annotated[str, AfterValidator(check_form)] = Field(
        default="YYYY-MM-DD",
        description="How dates are written: YYYY, MM and DD with signs between them.",
        examples=["DD.MM.YYYY"],
    )
    delimiter: Delimiter | None = Field(
        default=None,
        description="What stands between two cells; left out: found by the first line.",
        examples=[";"],
    )
    encoding: str = Field(
        default="utf-8",
        description="How the file is encoded.",
        examples=["windows-1252"],
    )


def load_mapping(path: Path | None, columns: Sequence[str]) -> ColumnMapping:
    """Read a mapping, the usual one without a file; every problem in it is told."""
    if path is None:
        return ColumnMapping()
    mapping, document = load_model(path, path.name, ColumnMapping)
    if mapping is not None:
        for part in ("columns", "fixed", "values"):
            for name in getattr(mapping, part):
                if name not in columns:
                    match = nearest(name, columns)
                    document.problem(
                        (part, name),
                        "unknown-key",
                        f"There is no column `{name}`.",
                        found=f"`{name}`",
                        allowed=", ".join(columns),
                        hint=f"did you mean `{match}`?" if match else "",
                    )
        try:
            "".encode(mapping.encoding)
        except (LookupError, ValueError):
            document.problem(
                ("encoding",),
                "bad-value",
                "There is no encoding of this name.",
                found=f"`{mapping.encoding}`",
                allowed="such as utf-8, utf-16, windows-1252 or latin-1",
            )
    if mapping is None or document.problems:
        raise ContentError(document.problems)
    return mapping


def find_columns(
    header: Sequence[str], mapping: ColumnMapping, wanted: Sequence[str]
) -> dict[str, int]:
    """Give the place of each of our columns that the file has; `UsageError` says what lacks."""
    names = [name.strip() for name in header]
    found: dict[str, int] = {}
    for column, name in mapping.columns.items():
        places = [place for place, one in enumerate(names) if one == name.strip()]
        if not places:
            match = nearest(name, names)
            way_out = f"Did you mean `{match}`?" if match else _has(names)
            raise UsageError(
                f"The mapping looks for a column `{name}`, which the file lacks. {way_out}"
            )
        if len(places) > 1:
            raise UsageError(f"Two columns of the file are called `{name}`. Rename one of them.")
        found[column] = places[0]
    taken = set(found.values())
    for column in wanted:
        if column in found or column in mapping.fixed:
            continue
        usual = {_bare(column), *_USUAL.get(column, "").split()}
        places = [
            place for place, one in enumerate(names) if _bare(one) in usual and place not in taken
        ]
        exact = [place for place in places if _bare(names[place]) == _bare(column)]
        places = exact or places
        if len(places) > 1:
            called = " and ".join(f"`{names[place]}`" for place in places)
            raise UsageError(
                f"The columns {called} could both be `{column}`. Say in a mapping which it is:"
                f" columns: {{{column}: {names[places[0]]}}}"
            )
        if places:
            found[column] = places[0]
            taken.add(places[0])
    return found


def require(
    found: Mapping[str, int], mapping: ColumnMapping, header: Sequence[str], *any_of: str
) -> None:
    """Refuse a file that has none of some columns, and say what to do."""
    if any(name in found or name in mapping.fixed for name in any_of):
        return
    named = " or ".join(f"`{name}`" for name in any_of)
    raise UsageError(
        f"The file has no column {named}. {_has(header)}"
        f" Say in a mapping which of them it is: columns: {{{any_of[0]}: …}}"
    )


def _has(names: Sequence[str]) -> str:
    shown = ", ".join(name.strip() or "(without a name)" for name in names[:20])
    return f"It has: {shown}{' and others' if len(names) > 20 else ''}."


def _bare(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
