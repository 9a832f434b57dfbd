"""The stylesheets of the site's pages as one file of a package."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote, urljoin, urlsplit

from carebase.training.exports.contents import Contents

_URL = re.compile(r"url\(\s*(?P<mark>[\"']?)(?P<address>(?!data:|#)[^\"')]+)(?P=mark)\s*\)")
_IMPORT = re.compile(r"@import\b[^;]*;")
_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


def join_styles(
    paths: Sequence[str], contents: Contents, read: Callable[[str], bytes | None]
) -> bytes:
    """Join stylesheets of the site; the files that they name come along."""
    parts = []
    for path in paths:
        data = read(path)
        if data is None:
            continue

        def taken(found: re.Match[str], path: str = path) -> str:
            parts = urlsplit(urljoin(f"/{path}", found["address"].strip()))
            name = None if parts.netloc else contents.take(unquote(parts.path).lstrip("/"))
            # What is not part of the site is not asked for.
            return f'url("{name}")' if name else "none"

        text = data.decode("utf-8", "replace")
        parts.append(_URL.sub(taken, _IMPORT.sub("", _MAP.sub("", text))).strip())
    return ("\n".join(parts) + "\n").encode()
