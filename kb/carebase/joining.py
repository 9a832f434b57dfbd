"""Whole addresses of places of a site, at the pace of a build."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin

# A place below its base and nothing else: no way up, no query, no host.
_BELOW = re.compile(r"[\w%-][\w%.-]*(?:/[\w%-][\w%.-]*)*/?", re.ASCII)
_FRAGMENT = re.compile(r"#[\w%-]+", re.ASCII)


def join(base: str, address: str) -> str:
    """Give what `urljoin` gives (RFC 3986, section 5.2), at once for an ordinary address."""
    if _is_folder(base) and (_BELOW.fullmatch(address) or _FRAGMENT.fullmatch(address)):
        return base + address
    return urljoin(base, address)


@lru_cache(maxsize=64)
def _is_folder(base: str) -> bool:
    """Tell whether an address ends where others can be put behind it."""
    plain = re.fullmatch(r"https?://[\w.:-]+(/[\w%.-]*)*/", base, re.ASCII) is not None
    return plain and "/." not in base and "//" not in base.partition("://")[2]
