"""The headers of a built site in the words of nginx and Caddy, as `_headers` has them for others.

`_headers` is read in the form of Netlify and Cloudflare Pages: a path to a block, in which `*`
stands for any text, and below it indented `Name: value` lines. Headers of several blocks that fit
an address are all sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HEADERS = "_headers"
CACHING = "Cache-Control"
# Names with a hash of their content in them, as Material's styles and scripts have. What has such a
# name never changes; of all else a browser asks each time whether it did.
HASHED = r"\.[0-9a-f]{8,}\.(?:min\.)?(?:css|js)$"
FOR_A_YEAR, ASK_ANEW = "public, max-age=31536000, immutable", "no-cache"
# For the `http` part of nginx, for its `server` part, and for a site of a Caddyfile.
NGINX_HTTP = "nginx-http.conf"
NGINX_SERVER = "nginx-server.conf"
CADDY = "caddy.conf"
_EVERYWHERE = "/*"
# The variable that holds a dollar sign, which nginx cannot write otherwise.
_DOLLAR = "carebase_dollar"


@dataclass(frozen=True, slots=True)
class Header:
    """One header for the addresses that a path fits."""

    path: str
    name: str
    value: str


def read_headers(text: str) -> list[Header]:
    """Read the lines of a `_headers` file; what is no header is passed over, as hosts do."""
    headers, path = [], _EVERYWHERE
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line[0].isspace():
            path = line.strip()
            continue
        name, sign, value = line.strip().partition(":")
        if sign and value.strip():
            headers.append(Header(path, name.strip(), value.strip()))
    return headers


def write_hosting(site: Path, private: Path, base: str = "/") -> None:
    """Write the headers of a built site for nginx and Caddy into its private folder.

    `base` is the path below which the site is served; the paths of `_headers` count from it. A site
    without that file, as one that is being built, gets none.
    """
    if not (site / HEADERS).is_file():
        return
    headers = read_headers((site / HEADERS).read_text(encoding="utf-8"))
    for name, text in snippets(headers, base).items():
        (private / name).write_text(text, encoding="utf-8")


def snippets(headers: list[Header], base: str = "/") -> Mapping[str, str]:
    """Give the text of each file by its name."""
    maps, server, caddy = [], [], []
    # Two sites on one server have variables of their own, unless they say the same.
    own = hashlib.sha256(repr((headers, base)).encode()).hexdigest()[:8]
    cached = []
    for number, header in enumerate(headers, start=1):
        path = base.rstrip("/") + header.path
        fitting = _fitting(path)
        if header.name.lower() == CACHING.lower():
            cached.append(f'{fitting} "";')
        if header.path == _EVERYWHERE:
            server.append(f"add_header {header.name} {_nginx(header.value)} always;")
            caddy.append(f"header {base.rstrip('/')}/* +{header.name} {_caddy(header.value)}")
            continue
        variable = f"$carebase_{own}_{number}"
        maps.append(f'map $uri {variable} {{ default ""; {fitting} {_nginx(header.value)}; }}')
        server.append(f"add_header {header.name} {variable} always;")
        caddy.append(f"header {path} +{header.name} {_caddy(header.value)}")
    # The first that fits counts: the site's own headers, then names with a hash, then all else.
    hashed = _nginx(f"~{HASHED}", pattern=True)
    cached.append(f'{hashed} "{FOR_A_YEAR}"; default "{ASK_ANEW}";')
    maps.append(f"map $uri $carebase_{own} {{ {' '.join(cached)} }}")
    server.append(f"add_header {CACHING} $carebase_{own} always;")
    for name, fits, caching in (("kept", "", FOR_A_YEAR), ("asked", "not ", ASK_ANEW)):
        caddy.append(f"@carebase_{name} {fits}path_regexp {HASHED}")
        caddy.append(f'header @carebase_{name} ?{CACHING} "{caching}"')
    # Pages as text for programs: nginx does not know their type, and browsers would save them.
    maps.append("types { text/markdown md; }")
    if any("$" in header.value for header in headers):
        maps.insert(0, f'geo ${_DOLLAR} {{ default "$"; }}')
    said = "# Written by `carebase build`: the headers of the site.\n"
    parts = {NGINX_HTTP: maps, NGINX_SERVER: server, CADDY: caddy}
    return {name: said + "".join(f"{one}\n" for one in lines) for name, lines in parts.items()}


def _fitting(path: str) -> str:
    """Give nginx's pattern for a path in which `*` stands for any text."""
    pattern = ".*".join(re.escape(part) for part in path.split("*"))
    return _nginx(f"~^{pattern}$", pattern=True)


def _nginx(text: str, *, pattern: bool = False) -> str:
    """Quote a text; a dollar sign stands for a variable in it, but not in a pattern."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted if pattern else quoted.replace("$", f"${{{_DOLLAR}}}")}"'


def _caddy(text: str) -> str:
    """Quote a text; braces would be filled in."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + quoted.replace("{", "\\{").replace("}", "\\}") + '"'
