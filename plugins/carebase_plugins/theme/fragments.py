"""Fragments of pages made from the catalogue: contact, parts, service plan, notices."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import material
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from mkdocs.utils import get_relative_url

from carebase.catalog import Contact, Hours, Product
from carebase.catalog.closed_days import closed_days
from carebase.catalog.contact import WEEKDAYS
from carebase.catalog.money import Money
from carebase.catalog.notices import running
from carebase.clock import today
from carebase.i18n import date_text
from carebase.markup import json_template
from carebase.warranty.notices import Notice
from carebase_plugins.theme.install import TEMPLATES
from carebase_plugins.theme.words import Words, words_of

CHANNEL_ICONS = {
    "phone": "material/phone-outline",
    "mail": "material/email-outline",
    "chat": "material/message-text-outline",
    "service_centre": "material/map-marker-outline",
}
_ICONS = Path(material.__file__).parent / "templates" / ".icons"
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF", "JPY": "¥"}
# Of a guide named in product.yml: its title and address, if it is a page of the site.
GuideLookup = Callable[[str], dict[str, str] | None]


@lru_cache(maxsize=64)
def icon(name: str) -> Markup:
    """Give an icon of the theme as inline SVG."""
    return Markup((_ICONS / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S704


class Fragments:
    """Writes fragments in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: Words = words_of(language)

    @cached_property
    def environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["tel"] = lambda number: re.sub(r"[^+0-9]", "", number)
        environment.globals |= {"t": self.words, "icon": icon, "channel_icons": CHANNEL_ICONS}
        return environment

    def render(self, name: str, **values: Any) -> str:
        return self.environment.get_template(f"carebase/blocks/{name}.html").render(**values)

    def contact(self, contact: Contact, support: str | None = None, product: str = "") -> str:
        """Write the ways of contact; today's hours are filled in by the browser.

        `product` is the one that they are about, if it was named: the form is filled in with it.

        The public holidays to the end of the next year stand in the page, for a site may be read
        for months before it is built again.
        """
        words = {key: self.words(key) for key in HOURS_WORDS}
        holidays = self.holidays(contact.holidays) if contact.holidays else {}
        return self.render(
            "contact-hours",
            contact=contact,
            support=f"{support}#product={product}" if support and product else support,
            product=product,
            holidays=holidays,
            date=self.date,
            strings=Markup(json_template("data-strings", words)),  # noqa: S704
            hours_text=self.hours_text,
            hours_data=hours_data,
            week=self.week,
        )

    def holidays(self, code: str) -> Mapping[date, str]:
        """Give the public holidays to come, to the end of the next year."""
        # Where it is still yesterday, that day counts.
        first = today() - timedelta(days=1)
        found = closed_days(code, first.year, today().year + 1, self.language)
        return {day: name for day, name in found.items() if day >= first}

    def week(self, hours: Hours) -> Markup:
        """Write the opening hours of a week as a list of days."""
        days = [(self.words(f"weekday.{day}"), self.spans_text(hours.of(day))) for day in WEEKDAYS]
        return Markup(self.render("week", days=days))  # noqa: S704

    def spans_text(self, spans: tuple[tuple[time, time], ...]) -> str:
        """Say the opening hours of one day."""
        if not spans:
            return self.words("contact.closed")
        if spans == ((time(0), time.max),):
            return self.words("contact.all_day")
        return ", ".join(f"{start:%H:%M}–{_end(end)}" for start, end in spans)

    def hours_text(self, hours: Hours) -> str:
        """Say in short whether a line is open day and night."""
        return self.words("contact.always") if hours.always else ""

    def parts(
        self,
        product: Product,
        guide_of: GuideLookup,
        file_of: Callable[[str], str],
        *,
        own: bool = False,
    ) -> str:
        """Write the list of spare parts of a product; `own`: on its hub, with addresses.

        `file_of` gives the address of a file of the product's folder.
        """
        return self.render(
            "parts",
            product=product,
            guide_of=guide_of,
            file_of=file_of,
            money=self.money,
            own=own,
        )

    def service_plan(self, product: Product, guide_of: GuideLookup) -> str:
        """Write the table of what is due when."""
        return self.render("service-plan", product=product, guide_of=guide_of, every=self.every)

    def notices(
        self,
        products: list[Product],
        today: date,
        *,
        product: Product | None,
        check_of: Callable[[Product], str],
    ) -> str:
        """Write the recalls and free repair programmes that have begun and not ended.

        `check_of` gives where a unit of a product is checked, or nothing.
        """
        rows = [(owner, notice) for owner in products for notice in running(owner, today)]
        return self.render(
            "notices",
            notices=rows,
            product=product,
            scope_of=self.scope_of,
            check_of=check_of,
        )

    def scope_of(self, product: Product, notice: Notice) -> Iterator[str]:
        """Say which units a notice is about."""
        if notice.models:
            names = {model.id: model.name for model in product.models}
            named = ", ".join(names.get(model, model) for model in notice.models)
            yield self.words("notice.models", models=named)
        for serials in notice.serials or ():
            yield self.words("notice.serials", **{"from": serials.from_, "to": serials.to})
        if notice.made:
            first, last = notice.made.from_, notice.made.to
            key = (
                "notice.made"
                if first and last
                else "notice.made_from"
                if first
                else ("notice.made_to")
            )
            yield self.words(key, **{"from": self.date(first), "to": self.date(last)})
        if notice.until:
            yield self.words("notice.until", date=self.date(notice.until))

    def date(self, day: date | None) -> str:
        """Spell a date in the language of the page."""
        return date_text(self.language, day) if day else ""

    def every(self, interval: str) -> str:
        """Say an interval of product.yml in the language of the page, if it is one of time."""
        number, _, unit = interval.partition(" ")
        unit = unit.strip().lower().removesuffix("s")
        if unit not in ("day", "week", "month", "year"):
            return interval
        return self.words(f"unit.{unit}.{'one' if number == '1' else 'many'}", count=number)

    def money(self, amount: Money) -> str:
        """Write an amount with the sign of its currency and a comma where the language has one."""
        number, currency = str(amount).rsplit(" ", 1)
        sign = _SIGNS.get(currency, currency)
        if self.language.startswith("en"):
            return f"{sign}{number}" if len(sign) == 1 else f"{sign} {number}"
        return f"{self.decimal(number)} {sign}"

    def size(self, count: int) -> str:
        """Say how large a file of so many bytes is."""
        if count < 999_500:
            return f"{max(count / 1000, 1):.0f} kB"
        return self.decimal(f"{count / 1e6:.1f} MB")

    def decimal(self, number: str) -> str:
        """Put a comma in place of the point where the language has one."""
        return number if self.language.startswith("en") else number.replace(".", ",")


# What the browser says about opening hours.
HOURS_WORDS = (
    *("contact.today", "contact.closed_today", "hours.open", "hours.always", "hours.closed"),
    *("hours.holiday", "hours.opens_today", "hours.opens_tomorrow", "hours.opens"),
    *("hours.skipped", "hours.yours"),
)


@lru_cache(maxsize=16)
def fragments_of(language: str) -> Fragments:
    """Give the fragments of a language, whose templates are read once."""
    return Fragments(language)


def hours_data(hours: Hours) -> str:
    """Give the week's hours as JSON for the browser: for Monday to Sunday a list of spans."""
    return json.dumps(
        [[f"{start:%H:%M}-{_end(end)}" for start, end in hours.of(day)] for day in WEEKDAYS],
        separators=(",", ":"),
    )


def _end(end: time) -> str:
    return "24:00" if end == time.max else f"{end:%H:%M}"


def relative(address: str, page_url: str) -> str:
    """Give an address of the site as a page at `page_url` links it."""
    path, mark, anchor = address.partition("#")
    return get_relative_url(path or ".", page_url) + mark + anchor
