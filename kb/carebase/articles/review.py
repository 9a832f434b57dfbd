"""What a page whose review is late tells its readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from carebase.articles.front_matter import Front

# What a search result counts at most when nobody has checked its page in time.
LATE_BOOST = 0.5


def is_late(front: Front, today: date) -> bool:
    """Tell whether the day by which a page was to be checked again has passed."""
    return front.review_by is not None and front.review_by < today


def lower_in_search(search: Any) -> Mapping[str, Any]:
    """Give the key `search` of a late page as Material reads it: found after those of its equal."""
    given = dict(search) if isinstance(search, Mapping) else {}
    boost = given.get("boost", 1)
    known = boost if isinstance(boost, int | float) else 1
    return given | {"boost": min(known, LATE_BOOST)}
