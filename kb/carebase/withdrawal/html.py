"""The period for withdrawal above its form: a sentence, and in browsers the last day of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from carebase.forms import controls
from carebase.i18n import count_text, date_text, strings, text
from carebase.markup import Child, Markup, element
from carebase.withdrawal.periods import Period

_WORDS = ("at_least", "future", "open", "over", "over.rough", "visit.open", "asked.help")
_DATES = ("date", "date.day", "date.first", *(f"month.{month}" for month in range(1, 13)))


def render_period(
    period: Period,
    *,
    visit: Period | None = None,
    country: str,
    language: str,
    holidays: Iterable[date] = (),
    years: tuple[int, int] | None = None,
) -> Markup:
    """Write the period of a country, and what the browser needs to count the days.

    `visit` is the row for unsolicited visits, if the country has one; `country` an ISO 3166-1
    code, empty for the European Union as a whole; `holidays` are the public holidays of `years`,
    the first and the last of those of which they are known.
    """
    counts = ".contract" if period.goods_from == "conclusion" else ""
    name = _name(country, language)
    said = [text(language, f"withdraw.period{counts}", country=name, days=period.days)]
    if visit:
        said.append(text(language, "withdraw.visit", days=visit.days))
    if period.uninformed_months:
        span = count_text(language, "span.month", period.uninformed_months)
        said.append(text(language, "withdraw.uninformed", span=span))
    link = Markup(element("a", {"href": period.source}, period.law))
    return element(
        "carebase-withdrawal",
        {
            "class": "cb-widget",
            "days": period.days,
            "visit": visit.days if visit else None,
            "working-day": period.to_working_day,
            "holidays": " ".join(day.isoformat() for day in holidays) or None,
            "years": "-".join(map(str, years)) if years else None,
        },
        element("p", None, " ".join(said)),
        element("p", {"class": "cb-purpose"}, _law(language, link, period.seen)),
        controls.words(
            language,
            (*(f"withdraw.{name}" for name in _WORDS), *_DATES, f"withdraw.asked{counts}"),
        ),
    )


def _name(country: str, language: str) -> str:
    known = strings(language).get(f"country.{country}", country)
    return known or text(language, "withdraw.union")


def _law(language: str, link: Markup, seen: date) -> list[Child]:
    """Write where the period stands, with the law as a link."""
    before, _, after = text(language, "withdraw.law", date=date_text(language, seen)).partition(
        "{law}"
    )
    return [before, link, after]
