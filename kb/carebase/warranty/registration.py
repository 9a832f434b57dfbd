"""What an answered registration form says of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from carebase.catalog.catalog import Catalog
from carebase.catalog.product import Product
from carebase.forms.form import Form
from carebase.i18n import text
from carebase.warranty.request import say_flaw
from carebase.warranty.unit import Registration

# The form whose submissions register units, shipped or a site's own.
FORM = "product-registration"
# What a form may call the day of purchase, and the one of delivery.
_PURCHASED = ("bought", "purchased")
_DELIVERED = ("delivered",)


def flaw_of_registration(
    form: Form, values: Mapping[str, Any], catalog: Catalog, latest: date, language: str
) -> str:
    """Say why a registration does not count: its serial number is none of the product.

    It is stored like any other, and a person can look at it; but no warranty check will find it,
    and so its customer is told. Gives nothing for one that counts, and for another form. `latest`
    is the last day that is not still to come.
    """
    serial = str(_first_of(form, values, "serial") or "")
    if form.id != FORM or not serial:
        return ""
    product = _product_of(form, values, catalog, serial)
    if product is None:
        said = text(language, "register.unknown_serial")
    else:
        said = say_flaw(catalog, product, serial, latest, language)
    return f"{said} {text(language, 'register.as_on_label')}" if said else ""


def read_registration(
    form: Form, values: Mapping[str, Any], catalog: Catalog, today: date
) -> Registration | None:
    """Read the unit and its days from the answers of a registration form.

    Gives nothing for another form, and where the serial number cannot be one of the product
    (`flaw_of_registration`).
    """
    if form.id != FORM:
        return None
    serial = str(_first_of(form, values, "serial") or "")
    product = _product_of(form, values, catalog, serial)
    if product is None:
        return None
    reading = product.read_serial(serial)
    # East of us it may be tomorrow.
    tomorrow = today + timedelta(days=1)
    if reading.flaw or say_flaw(catalog, product, serial, tomorrow, "en"):
        return None
    return Registration(
        product=product.id,
        model=_model_of(values, product),
        serial=reading.serial,
        on=today.isoformat(),
        purchased=_day(values, _PURCHASED),
        delivered=_day(values, _DELIVERED),
    )


def _product_of(
    form: Form, values: Mapping[str, Any], catalog: Catalog, serial: str
) -> Product | None:
    named = _first_of(form, values, "product") or values.get("product")
    if named:
        return catalog.products.get(str(named))
    return catalog.product_of_serial(serial)


def _model_of(values: Mapping[str, Any], product: Product) -> str:
    if len(product.models) == 1:
        return product.models[0].id
    named = product.find_model(str(values.get("model") or ""))
    return named.id if named else ""


def _first_of(form: Form, values: Mapping[str, Any], kind: str) -> Any:
    """Give the answer to the first question of a type."""
    ids = (asked.id for asked in form.all_fields if asked.type == kind)
    return next((values[one] for one in ids if values.get(one)), None)


def _day(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        try:
            return date.fromisoformat(str(values.get(name))).isoformat()
        except ValueError:
            continue
    return None
