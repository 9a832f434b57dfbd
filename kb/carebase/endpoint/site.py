"""The built site as files, with the headers that it asks for itself."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BufferedReader
from os import PathLike, stat_result
from pathlib import Path
from urllib.parse import quote

import anyio
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from carebase.build.hosting import ASK_ANEW, CACHING, FOR_A_YEAR, HASHED

HEADERS_FILE = "_headers"
# What static hosts read for themselves and never publish.
_HIDDEN = frozenset({HEADERS_FILE, "_redirects"})
_SLASHES = re.compile("/{2,}")
_HASHED = re.compile(HASHED)
# Types that the tables of some systems lack.
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".ics": "text/calendar",
}


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """The headers that a `_headers` file gives to the paths that fit its pattern."""

    pattern: re.Pattern[str]
    headers: tuple[tuple[str, str], ...]


def read_headers(text: str) -> list[HeaderRule]:
    """Read a `_headers` file: a path with `*` for anything, below it indented `Name: value`."""
    rules: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line[0].isspace():
            rules.append((line.strip(), []))
        elif rules and ":" in line:
            name, _, value = line.strip().partition(":")
            rules[-1][1].append((name.strip(), value.strip()))
    return [
        HeaderRule(re.compile(".*".join(map(re.escape, path.split("*")))), tuple(headers))
        for path, headers in rules
    ]


class SiteFiles(StaticFiles):
    """Serves the files of a built site; a page that is not there is the site's own 404.html."""

    def __init__(self, site: Path) -> None:
        super().__init__(directory=site, html=True)
        self._site = site
        self._rules: list[HeaderRule] = []
        self._rules_of: tuple[int, int] | None = None

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        """Find a file; nothing hidden, and no file that tells a static host what to do."""
        parts = Path(path).parts
        if any(part.startswith(".") and part != ".well-known" for part in parts):
            return "", None
        if path in _HIDDEN:
            return "", None
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, its type and the headers that the site asks for."""
        try:
            if "//" in scope["path"] and self.lookup_path(path)[1] is not None:
                # What a page links would be looked for one folder too deep.
                return RedirectResponse(_in_one(scope))
            response = await super().get_response(path, scope)
        except ValueError:
            # A null byte: no file has such a name.
            raise HTTPException(404) from None
        except OSError:
            # A name longer than file systems know.
            raise HTTPException(404) from None
        if isinstance(response, RedirectResponse):
            response.headers["Location"] = _as_folder(scope)
        for rule in self._current_rules():
            if rule.pattern.fullmatch("/" + ("" if path == "." else path)):
                for name, value in rule.headers:
                    response.headers[name] = value
        hashed = response.status_code == 200 and _HASHED.search(path)
        response.headers.setdefault(CACHING, FOR_A_YEAR if hashed else ASK_ANEW)
        return response

    def file_response(
        self,
        full_path: PathLike[str] | str,
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with one file; its type does not depend on the tables of the system."""
        # A build may put another file in its place at any moment: what is told of it and what is
        # sent are of the same.
        file = Path(full_path).open("rb")  # noqa: SIM115 - closed with the answer
        response = super().file_response(full_path, os.fstat(file.fileno()), scope, status_code)
        if isinstance(response, FileResponse):
            response = _Opened(response, file)
        else:
            file.close()
        kind = _TYPES.get(Path(full_path).suffix.lower())
        if kind and response.status_code == 200:
            charset = "; charset=utf-8" if kind.startswith("text/") else ""
            response.headers["Content-Type"] = kind + charset
        return response

    def _current_rules(self) -> list[HeaderRule]:
        """Give the rules of the `_headers` file, read again when a build has changed it."""
        try:
            found = (self._site / HEADERS_FILE).stat()
        except OSError:
            self._rules, self._rules_of = [], None
            return self._rules
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._rules_of:
            text = (self._site / HEADERS_FILE).read_text("utf-8", "replace")
            self._rules, self._rules_of = read_headers(text), stamp
        return self._rules


class _Opened(FileResponse):
    """An answer with a file that is open already."""

    def __init__(self, answer: FileResponse, file: BufferedReader) -> None:
        self.__dict__.update(vars(answer))
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator[anyio.AsyncFile[bytes]]:
        yield anyio.wrap_file(self._file)


def _as_folder(scope: Scope) -> str:
    """Give the address of a folder as a path alone: the Host header may be anyone's.

    A browser takes two slashes at the beginning, or a backslash, for the name of another host.
    """
    path: str = scope["path"]
    return _address(f"/{path.strip('/')}/", scope)


def _in_one(scope: Scope) -> str:
    """Give the address without the slashes that stand twice, as a path alone."""
    return _address(_SLASHES.sub("/", scope["path"]), scope)


def _address(path: str, scope: Scope) -> str:
    query = scope["query_string"].decode("ascii", "replace")
    return quote(path) + (f"?{query}" if query else "")


def site_app(site: Path) -> ASGIApp:
    """Give the application that serves a built site, compressed where that is worth it."""
    return GZipMiddleware(SiteFiles(site), minimum_size=1000, compresslevel=6)
