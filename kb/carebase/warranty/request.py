"""A customer's question about a unit, read into a case for `coverage` or told what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from carebase.catalog.catalog import Catalog
from carebase.catalog.product import Model, Product
from carebase.errors import nearest
from carebase.forms.errors import FieldError
from carebase.i18n import date_text, text
from carebase.warranty.case import Case
from carebase.warranty.dates import Span, read_span
from carebase.warranty.events import Event, History, Kind
from carebase.warranty.fields import is_country
from carebase.warranty.unit import Unit, join_events

KEYS = ("product", "model", "serial", "bought", "delivered", "country", "consumer")
# What a page tells of itself, here as in every form.
ENVELOPE = ("_page", "_lang", "_today")

# The order in which the day is looked for that chooses among the policies of a product.
_SOLD: tuple[Kind, ...] = ("purchased", "delivered", "shipped", "made")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about a unit of a product; `said` is what the customer says happened to it.

    `serial` is as the customer wrote it, `stored` as units are stored, empty when none was given.
    """

    product: Product
    as_of: date
    said: tuple[Event, ...] = ()
    country: str | None = None
    consumer: bool = True
    serial: str | None = None
    stored: str = ""
    model: Model | None = None

    def case(self, catalog: Catalog, unit: Unit | None = None) -> Case | None:
        """Give the case of this question, none when no policy holds.

        What is known of the unit counts beside what the customer says (`join_events`); its own
        policy and model win.
        """
        events = join_events(self.said, unit)
        sold = _day_of_sale(events, self.as_of)
        policy = catalog.policy_for(self.product, sold, unit.policy if unit else None)
        if policy is None:
            return None
        model = self.model
        if unit and unit.model:
            model = next((one for one in self.product.models if one.id == unit.model), model)
        return Case(
            policy=policy,
            as_of=self.as_of,
            country=self.country,
            consumer=self.consumer,
            events=events,
            serial=self.serial,
            model=model.name if model else None,
        )


def read_request(
    body: Mapping[str, Any],
    catalog: Catalog,
    today: date,
    latest: date,
    language: str = "en",
    *,
    by_form: bool = False,
) -> Asked | tuple[FieldError, ...]:
    """Read `{product | model, serial?, bought?, delivered?, country?, consumer?}`.

    `today` is the day in the maker's time zone, `latest` the last day that is today somewhere:
    who buys in the far east may be a day ahead. `_today` in the body is the day where the customer
    is (R3); it counts where that can be, so that no wrong clock does. Empty texts count as left
    out. The product may be left out where the model or the serial number tells it. Who asks by a
    form is asked for a day or a serial number; without either a program is answered `unknown`.
    """
    return _Reader(body, catalog, today, latest, language, by_form).read()


@dataclass(slots=True)
class _Reader:
    body: Mapping[str, Any]
    catalog: Catalog
    today: date
    latest: date
    language: str
    by_form: bool
    errors: dict[str, str] = field(default_factory=dict)

    def read(self) -> Asked | tuple[FieldError, ...]:
        for name in self.body:
            if name not in KEYS and name not in ENVELOPE:
                match = nearest(name, KEYS)
                self.tell(name, "error.unknown_near" if match else "error.unknown", match=match)
        serial = self.take("serial")
        model, product = self.find_product(serial)
        events: list[Event] = []
        bought, delivered = self.take_day("bought", product, model), self.take_day("delivered")
        if bought:
            events.append(Event("purchased", bought))
        if delivered:
            events.append(Event("delivered", delivered))
        given = bool(serial) or any(self.body.get(key) for key in ("bought", "delivered"))
        if not given and self.by_form:
            self.tell("bought", "check.serial_or_date")
        if product and serial:
            events += self.read_serial(serial, product)
        country = self.take("country").upper()
        if country and not is_country(country):
            self.tell("country", "check.bad_country")
        consumer = self.take_consumer()
        if self.errors or product is None:
            return self.told()
        # A purchase that is tomorrow here and today where the buyer lives.
        as_of = max([self.take_today(), *(e.on.first for e in events if e.kind != "made")])
        return Asked(
            product,
            as_of,
            tuple(events),
            country or None,
            consumer,
            serial or None,
            _stored(product, serial),
            model,
        )

    def told(self) -> tuple[FieldError, ...]:
        order = {key: place for place, key in enumerate(KEYS)}
        names = sorted(self.errors, key=lambda name: (order.get(name, len(KEYS)), name))
        return tuple(FieldError(name, self.errors[name]) for name in names)

    def tell(self, name: str, key: str, **values: object) -> None:
        self.errors.setdefault(name, text(self.language, key, **values))

    def take(self, name: str) -> str:
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.tell(name, "error.text")
            return ""
        return value.strip()

    def take_today(self) -> date:
        """Give the day where the customer is, else where the maker is."""
        try:
            day = date.fromisoformat(str(self.body.get("_today")))
        except ValueError:
            return self.today
        return day if self.today - timedelta(days=1) <= day <= self.latest else self.today

    def find_product(self, serial: str) -> tuple[Model | None, Product | None]:
        product_id, model_id = self.take("product"), self.take("model")
        product: Product | None = None
        if product_id:
            product = self.catalog.products.get(product_id)
            if product is None:
                self.tell("product", "check.unknown_product")
        model: Model | None = None
        if model_id and "product" not in self.errors:
            within = [product] if product else list(self.catalog.products.values())
            found = _find_model(model_id, within)
            if found:
                model, product = found
            elif product and _find_model(model_id, list(self.catalog.products.values())):
                self.tell("model", "check.other_model", product=product.name)
            else:
                self.tell("model", "check.unknown_model")
        if product is None and not {"product", "model"} & self.errors.keys():
            product = self.catalog.product_of_serial(serial)
            if product is None:
                self.tell("product", "error.choose")
        if model is None and product and len(product.models) == 1:
            model = product.models[0]
        return model, product

    def take_day(
        self, name: str, product: Product | None = None, model: Model | None = None
    ) -> Span | None:
        written = self.take(name)
        if not written:
            return None
        try:
            span = read_span(written)
        except ValueError:
            self.tell(name, "error.date")
            return None
        if span.first > self.latest:
            self.tell(name, "error.future")
        first = _first_sale(product, model)
        if product and first and span.last < first:
            self.tell(
                name,
                "check.not_sold_yet",
                product=model.name if model else product.name,
                date=date_text(self.language, first),
            )
        return span

    def read_serial(self, serial: str, product: Product) -> list[Event]:
        said = say_flaw(self.catalog, product, serial, self.latest, self.language)
        if said:
            self.errors.setdefault("serial", said)
            return []
        made = product.serial.made(serial) if product.serial else None
        return [Event("made", read_span(made))] if made else []

    def take_consumer(self) -> bool:
        value = self.body.get("consumer")
        if value is None or value == "":
            return True
        known = {True: True, False: False, "true": True, "false": False}
        if not isinstance(value, bool | str) or value not in known:
            self.tell("consumer", "check.bad_consumer")
            return True
        return known[value]


def say_flaw(catalog: Catalog, product: Product, serial: str, latest: date, language: str) -> str:
    """Say what is wrong with a serial number, and name the product that it belongs to.

    Gives nothing where it can be one of the product. `latest` is the last day that is not still to
    come.
    """
    rule = product.serial
    if rule is None:
        return ""
    made = rule.made(serial)
    if not (flaw := rule.check(serial)) and not (made and read_span(made).first > latest):
        return ""
    other = catalog.product_of_serial(serial)
    if other is not None and other is not product:
        return text(language, "check.other_serial", product=product.name, other=other.name)
    key = "check.check_digit" if flaw == "check_digit" else "check.bad_serial"
    said = text(language, key, product=product.name)
    return f"{said} {rule.where}" if rule.where else said


def _stored(product: Product, serial: str) -> str:
    reading = product.read_serial(serial)
    return "" if reading.flaw else reading.serial


def _find_model(name: str, products: list[Product]) -> tuple[Model, Product] | None:
    """Find a model by its id or name among those of some products."""
    for product in products:
        model = product.find_model(name)
        if model:
            return model, product
    return None


def _first_sale(product: Product | None, model: Model | None) -> date | None:
    """Give the first day on which a unit could be bought, where the catalogue knows it."""
    if model:
        return model.sold_from
    starts = [one.sold_from for one in product.models] if product else []
    known = [day for day in starts if day]
    return min(known) if known and len(known) == len(starts) else None


def _day_of_sale(events: Sequence[Event], as_of: date) -> date:
    """Give the day that chooses the policy; without any of these days it is the day of asking."""
    history = History(events, as_of)
    for kind in _SOLD:
        first = history.first(kind)
        if first:
            return first[0]
    return as_of
