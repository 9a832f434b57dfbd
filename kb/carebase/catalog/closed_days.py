"""Public holidays of a country or a region, by name: the days on which nobody answers.

They come from the package `holidays` (MIT), which is loaded only when they are asked for. Which
codes it knows stands in `holiday_codes.json`, so that a site is checked without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from carebase.errors import nearest


@lru_cache(maxsize=1)
def known_codes() -> Mapping[str, tuple[str, ...]]:
    """Give the codes of countries, each with those of its regions."""
    written = (files("carebase.catalog") / "holiday_codes.json").read_text("utf-8")
    found: dict[str, list[str]] = json.loads(written)
    return MappingProxyType({name: tuple(regions) for name, regions in found.items()})


def why_unknown(code: str) -> str:
    """Say why a code such as `AT` or `DE-BY` names no holidays; nothing when it does."""
    country, _, region = code.partition("-")
    regions = known_codes().get(country)
    if regions is None:
        match = nearest(country, known_codes())
        near = f" Did you mean `{match}`?" if match else ""
        return f"No public holidays are known for the country `{country}`.{near}"
    if region and region not in regions:
        some = f" It has {', '.join(regions)}." if regions else " It has none."
        return f"No region `{region}` of the country `{country}` is known.{some}"
    return ""


@lru_cache(maxsize=64)
def closed_days(code: str, first: int, last: int, language: str = "en") -> Mapping[date, str]:
    """Give the public holidays of the years from `first` to `last`, with names, in their order.

    Names are in the language where the country's holidays have such, else in English, else in
    the country's own. Raises `ValueError` for a code that `why_unknown` speaks of.
    """
    from holidays import country_holidays

    if why := why_unknown(code):
        raise ValueError(why)
    country, _, region = code.partition("-")
    years = range(first, last + 1)
    spoken = getattr(country_holidays(country, region or None), "supported_languages", ())
    chosen = next(
        (one for wanted in (language, "en") for one in spoken if one.split("_")[0] == wanted), None
    )
    found = country_holidays(country, region or None, years=years, language=chosen)
    return MappingProxyType(dict(sorted(found.items())))
