"""Lines of a CSV file judged against the catalogue: rows to store, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from carebase.catalog.catalog import Catalog
from carebase.catalog.product import Product
from carebase.catalog.serial import Reading
from carebase.errors import nearest
from carebase.units.days import reader
from carebase.units.mapping import ColumnMapping
from carebase.warranty.case import read_events
from carebase.warranty.events import Event
from carebase.warranty.fields import is_country

# Written in a cell to forget what is known; an empty cell keeps it.
CLEAR = "-"

_SOURCES = {"": False, "maker": False, "customer": True}
_YES = {"": None, "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class UnitRow(NamedTuple):
    """A unit to store: dates are ISO texts, `cleared` names what is to be forgotten."""

    product: str
    model: str
    serial: str
    stated: bool
    policy: str | None
    made: str | None
    shipped: str | None
    purchased: str | None
    delivered: str | None
    country: str | None
    cleared: tuple[str, ...]
    # Whether `made` is read from the serial number, and so gives way to what is known already.
    coded: bool


class EventRow(NamedTuple):
    """An event to add; the model is empty where the file does not say it."""

    product: str
    model: str
    serial: str
    stated: bool
    event: Event


@dataclass(slots=True)
class Faults:
    """What is wrong with one line."""

    found: list[str]

    def tell(self, sentence: str) -> None:
        self.found.append(sentence)

    def __str__(self) -> str:
        return " ".join(self.found)


class _Lines:
    """What units and events have in common: cells by column, products, models, serial numbers."""

    def __init__(
        self, catalog: Catalog, mapping: ColumnMapping, places: Mapping[str, int], width: int
    ) -> None:
        self.catalog = catalog
        self.values = mapping.values
        self.read_day = reader(mapping.dates)
        # Fixed values stand behind the cells of each line, and one empty cell for what is left out.
        self.added = ["", *mapping.fixed.values()]
        self.places = {
            **places,
            **{name: width + 1 + place for place, name in enumerate(mapping.fixed)},
        }
        self.empty = width
        self._models: dict[tuple[str, str], tuple[Product | None, str, str]] = {}

    def cell(self, column: str) -> Callable[[Sequence[str]], str]:
        """Give what reads the cell of a column, translated and without spaces around it."""
        place = self.places.get(column, self.empty)
        values = self.values.get(column)
        if values is None:
            return lambda cells: cells[place].strip()
        return lambda cells: values.get(found := cells[place].strip(), found)

    def find(self, product: str, model: str) -> tuple[Product | None, str, str]:
        """Give the product, the id of the model, and what is wrong with them."""
        key = product, model
        if key not in self._models:
            if len(self._models) > 10_000:
                self._models.clear()
            self._models[key] = self._find(product, model)
        return self._models[key]

    def _find(self, product_name: str, model_name: str) -> tuple[Product | None, str, str]:
        products = self.catalog.products
        product: Product | None = None
        if product_name:
            named = {one.name.casefold(): one for one in products.values()}
            product = products.get(product_name) or named.get(product_name.casefold())
            if product is None:
                said = _one_of(product_name, list(products), "Products")
                return None, "", f"There is no product `{product_name}`. {said}"
        if model_name:
            within = [product] if product else list(products.values())
            for one in within:
                model = one.find_model(model_name) or next(
                    (each for each in one.models if each.gtin and _is_gtin(model_name, each.gtin)),
                    None,
                )
                if model:
                    return one, model.id, ""
            names = [each.name for one in within for each in one.models]
            of = f" of {product.name}" if product else ""
            said = _one_of(model_name, names, "Models")
            return None, "", f"There is no model `{model_name}`{of}. {said}"
        if product is None and len(products) == 1:
            product = next(iter(products.values()))
        if product is None:
            return None, "", "The line names neither a product nor a model. Write one of them."
        return product, product.models[0].id if len(product.models) == 1 else "", ""

    def tell_serial(self, written: str, product: Product, reading: Reading) -> str:
        """Say what is wrong with a serial number, and what to do."""
        if not written:
            return "The serial number is missing. Every unit has one."
        rule = product.serial
        why = {
            "check_digit": "its check digit does not fit; look for a mistyped or swapped sign",
            "made": "its date code names no day",
            "pattern": "it is not built like one",
        }[reading.flaw or "pattern"]
        example = f" One that fits: {rule.example}." if rule and rule.example else ""
        return f"`{_short(written)}` is no serial number of {product.name}: {why}.{example}"


def _is_gtin(written: str, gtin: str) -> bool:
    """Tell whether a number means a GTIN; spreadsheets take the zeros before it away."""
    return written.isdecimal() and written.lstrip("0") == gtin.lstrip("0")


def _one_of(found: str, names: list[str], what: str) -> str:
    match = nearest(found, names)
    if match:
        return f"Did you mean `{match}`?"
    if not names:
        return f"{what}: none. Add it to the site and build again."
    shown = ", ".join(names[:10])
    return f"{what}: {shown}{' and others' if len(names) > 10 else ''}."


def _short(text: str) -> str:
    return text if len(text) <= 70 else text[:70] + "…"


def unit_judge(
    catalog: Catalog,
    mapping: ColumnMapping,
    places: Mapping[str, int],
    width: int,
    latest: date,
) -> Callable[[list[str]], UnitRow | Faults]:
    """Give what judges lines of units; it is called for millions of them.

    `latest` is the last day that is not still to come.
    """
    lines = _Lines(catalog, mapping, places, width)
    added, read_day, find = lines.added, lines.read_day, lines.find
    take = {name: lines.cell(name) for name in ("serial", "product", "model", "policy", "country")}
    take_serial, take_product, take_model = take["serial"], take["product"], take["model"]
    take_policy, take_country, take_source = take["policy"], take["country"], lines.cell("source")
    days = [
        (place, name, lines.cell(name))
        for place, name in enumerate(("made", "shipped", "purchased", "delivered"))
        if name in lines.places
    ]
    countries: dict[str, str] = {"": ""}
    policies = catalog.policies
    last = latest.isoformat()

    def judge(cells: list[str]) -> UnitRow | Faults:
        cells += added
        told: list[str] = []
        written = take_serial(cells)
        product, model, fault = find(take_product(cells), take_model(cells))
        stated = _SOURCES.get(take_source(cells))
        if stated is None:
            told.append(f"The source is `{take_source(cells)}`; write maker or customer.")
        serial, coded = written, None
        if product is None:
            told.append(fault)
            if not written:
                told.append("The serial number is missing. Every unit has one.")
        else:
            reading = product.read_serial(written)
            serial, flaw, coded = reading
            if flaw or not written:
                told.append(lines.tell_serial(written, product, reading))
            if not model and not stated and product.models:
                names = ", ".join(one.id for one in product.models)
                told.append(f"The model of this {product.name} is missing. Write one of: {names}.")
        cleared: tuple[str, ...] = ()
        policy = take_policy(cells)
        if policy == CLEAR:
            cleared, policy = ("policy",), ""
        if policy and policy not in policies:
            said = _one_of(policy, list(policies), "Policies")
            told.append(f"There is no policy `{policy}` in the site. {said}")
        country = take_country(cells)
        if country == CLEAR:
            cleared, country = (*cleared, "country"), ""
        if country not in countries:
            if is_country(country.upper()):
                countries[country] = country.upper()
            else:
                told.append(
                    f"`{_short(country)}` is no country. Write its code of two letters, such as AT."
                )
        dates: list[str | None] = [None, None, None, None]
        for place, name, take_day in days:
            text = take_day(cells)
            if not text:
                continue
            if text == CLEAR:
                cleared = (*cleared, name)
                continue
            try:
                day = read_day(text)
            except ValueError as error:
                told.append(f"The day of `{name}`: {error}.")
                continue
            # Partial dates sort before the days in them, so what is left is still to come.
            if day > last:
                told.append(f"The day of `{name}`, {day}, is still to come.")
            dates[place] = day
        if told or product is None:
            return Faults(told)
        made, shipped, purchased, delivered = dates
        from_code = made is None and coded is not None and "made" not in cleared
        return UnitRow(
            product.id,
            model,
            serial,
            bool(stated),
            policy or None,
            coded if from_code else made,
            shipped,
            purchased,
            delivered,
            countries[country] or None,
            cleared,
            from_code,
        )

    return judge


def event_judge(
    catalog: Catalog, mapping: ColumnMapping, places: Mapping[str, int], width: int
) -> Callable[[list[str]], EventRow | Faults]:
    """Give what judges lines of events."""
    lines = _Lines(catalog, mapping, places, width)
    texts = ("kind", "component", "coverage", "reason", "unit")
    take = {
        name: lines.cell(name)
        for name in (*texts, "serial", "product", "model", "on", "used", "value", "source")
    }

    def judge(cells: list[str]) -> EventRow | Faults:
        cells += lines.added
        written = {name: read(cells) for name, read in take.items()}
        told: list[str] = []
        product, model, fault = lines.find(written["product"], written["model"])
        if product is None and not written["product"] and not written["model"]:
            # The serial number alone may tell the product.
            product = catalog.product_of_serial(written["serial"])
        reading = product.read_serial(written["serial"]) if product else Reading("")
        if product is None:
            told.append(fault)
        elif reading.flaw or not written["serial"]:
            told.append(lines.tell_serial(written["serial"], product, reading))
        stated = _SOURCES.get(written["source"])
        if stated is None:
            told.append(f"The source is `{written['source']}`; write maker or customer.")
        value: dict[str, Any] = {name: written[name] for name in texts if written[name]}
        if written["on"]:
            try:
                value["on"] = lines.read_day(written["on"])
            except ValueError as error:
                told.append(f"The day: {error}.")
                value["on"] = "2000-01-01"
        used = _YES.get(written["used"].casefold(), "")
        if used == "":
            told.append(f"The column `used` has `{written['used']}`; write yes, no or nothing.")
        elif used is not None:
            value["used"] = used
        if written["value"]:
            try:
                value["value"] = float(written["value"].replace(",", "."))
            except ValueError:
                told.append(f"`{_short(written['value'])}` is no number.")
                value["value"] = 0
        event = read_event(value, catalog, told)
        if told or product is None or event is None:
            return Faults(told)
        return EventRow(product.id, model, reading.serial, bool(stated), event)

    return judge


def read_event(value: dict[str, Any], catalog: Catalog, told: list[str]) -> Event | None:
    """Read one event as in a case, adding what is wrong with it to `told`.

    What it says of coverages and exclusions must be in one of the site's policies.
    """
    problems: list[str] = []
    found = read_events([value], None, problems)
    told += [text.removeprefix("Event 1: ").replace("The key ", "The column ") for text in problems]
    if not found:
        return None
    (event,) = found
    policies = catalog.policies.values()
    for name, what, known in (
        (event.coverage, "coverage", [one.id for each in policies for one in each.coverages]),
        (event.reason, "exclusion", [one.id for each in policies for one in each.exclusions]),
    ):
        if name and name not in known:
            names = list(dict.fromkeys(known))
            said = _one_of(name, names, "There are")
            told.append(f"No policy of the site has the {what} `{name}`. {said}")
    return event
