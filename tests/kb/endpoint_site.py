"""A small built site with its private folder, and an endpoint to talk to over a real socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pysqlite3 import dbapi2 as sqlite

from carebase.articles import load_pages
from carebase.badges.published import keys_of
from carebase.build import private_of, write_private
from carebase.catalog import Catalog, load_catalog
from carebase.endpoint.app import create_app
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.service import Clock, utc_now
from carebase.endpoint.settings import Settings
from carebase.forms import Forms, load_forms
from carebase.site import Site
from carebase.training import load_courses
from carebase.training.asked import Quizzes
from carebase.training.key import CourseKey, make_key
from carebase.training.quizzes import load_quizzes
from carebase.training.remarks import remarks_of
from tests.kb.databases import read_rows

SOURCES = {
    "docs/products/brio/product.yml": """\
id: brio
name: Brio
models:
  - {id: brio-x1, name: Brio X1, sold_from: 2023-03-01}
  - {id: brio-x2, name: Brio X2, sold_from: 2026-01-15}
serial:
  pattern: "BR(?P<year>\\\\d{2})(?P<week>\\\\d{2})(?P<number>\\\\d{4})"
  made: {year: year, week: week}
  example: BR24100042
  where: Under the drip tray, on the silver label.
policy:
  - {policy: brio@1, sold_until: 2025-12-31}
  - {policy: brio@2}
""",
    "docs/products/pip/product.yml": "id: pip\nname: Pip\n",
    "docs/warranty/policies/brio@1.yml": (
        "{id: brio, version: 1, start: [delivered, purchased, {of: made, plus_days: 90}],"
        " coverages: [{id: body, months: 24}]}\n"
    ),
    "docs/warranty/policies/brio@2.yml": (
        "{id: brio, version: 2, start: [delivered, purchased], coverages: [{id: body, months: 36}]}"
    ),
    "docs/contact.yml": "time_zone: Europe/Vienna\n",
}

PAGES = {
    "index.html": "<!doctype html><title>Home</title><h1>Fjellby Care</h1>",
    "404.html": "<!doctype html><title>Not here</title><h1>Not here</h1>",
    "products/brio/index.html": "<!doctype html><title>Brio</title><h1>Brio</h1>",
    "assets/carebase/carebase.css": "body { color: canvastext }\n",
    "assets/app.js": "export const answer = 42;\n",
    "_headers": "/*\n  Content-Security-Policy: default-src 'self'\n",
}

TROUBLESHOOTERS = {"products/brio/troubleshooter/": {"primed": "solved", "dead": "escalate"}}


def make_site(folder: Path, url: str = "", sources: Mapping[str, str] | None = None) -> Path:
    """Write sources, a built site and its private folder; give the built site."""
    for name, text in {**SOURCES, **(sources or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    built = folder / "site"
    for name, text in PAGES.items():
        path = built / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    site = Site(folder, folder / "docs", built, "Fjellby Care", url, endpoint="/")
    catalog, forms = load_catalog(site), load_forms(site)
    assert [] == catalog.problems + forms.problems
    links = {"contact": "support/"}
    keys = _keys(site, catalog, forms)
    published = keys_of(site).keys
    target = private_of(built)
    write_private(
        site, catalog, forms, target, links, TROUBLESHOOTERS, keys=keys, public_keys=published
    )
    return built


def _keys(site: Site, catalog: Catalog, forms: Forms) -> list[CourseKey]:
    """Make the keys of graded courses; what is said about answers is a paragraph each."""
    courses = load_courses(site).by_id
    pages = load_pages(site, catalog, forms) if courses else None
    quizzes = load_quizzes(site, pages.pages, courses) if pages else Quizzes()
    assert [] == [one for one in quizzes.problems if one.severity == "error"]
    return [
        make_key(
            course,
            asked := quizzes.of_course(course.id),
            {
                one.question.id: remarks_of(one.question, lambda text: f"<p>{text}</p>").plain()
                for one in asked
            },
        )
        for course in courses.values()
        if course.grading == "graded"
    ]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def words(self) -> str:
        """The text of a page without its tags, on one line."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())


@dataclass
class Client:
    """Sends requests to one address, each over a connection of its own.

    `database` is the SQLite file beside the site, unless `url` names another database.
    """

    address: str
    database: Path
    url: str = ""

    def send(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        parts = urlsplit(self.address)
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            got = connection.getresponse()
            found = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, found, got.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("GET", path, headers=headers)

    def post_json(
        self, path: str, content: Any, key: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if key:
            sent["Idempotency-Key"] = key
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.send("POST", path, body, sent)

    def post_form(self, path: str, pairs: Any, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "text/html,application/xhtml+xml",
            **(headers or {}),
        }
        return self.send("POST", path, urlencode(pairs), sent)

    def rows(self, table: str = "submissions") -> list[dict[str, Any]]:
        """Read a table as another program would."""
        if self.url:
            return read_rows(self.url, f"SELECT * FROM {table} ORDER BY 1, 2")
        connection = sqlite.connect(str(self.database))
        try:
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        finally:
            connection.close()


@contextmanager
def serving(site: Path, now: Clock = utc_now, **settings: Any) -> Iterator[Client]:
    """Serve a site in this process, on a free port, with a database beside it or `database_url`."""
    database = site.parent / "carebase.db"
    chosen = Settings(
        site=site,
        # All tests come from one address, and most are about something else than spam.
        **{
            "database_url": f"sqlite:///{database}",
            "rate_limits": False,
            "challenge": "off",
            **settings,
        },
    )
    running = run_in_thread(create_app(chosen, now=now), settings=chosen)
    try:
        yield Client(running.address, database, settings.get("database_url", ""))
    finally:
        running.stop()


@contextmanager
def process(
    site: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """Run `carebase endpoint` as a process on a free port; `before` is called in it first."""
    database = site.parent / "carebase.db"
    environment = {
        **clean_environment(),
        "CAREBASE_SITE": str(site),
        "CAREBASE_DATABASE_URL": f"sqlite:///{database}",
        "CAREBASE_RATE_LIMITS": "off",
        "CAREBASE_CHALLENGE": "off",
        **(settings or {}),
    }
    command = [sys.executable, "-m", "carebase", "endpoint", "--port", "0", *arguments]
    started = subprocess.Popen(
        command,
        env=environment,
        cwd=site.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=before,
    )
    try:
        assert started.stdout is not None
        line = started.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+\S*", line)
        assert found, line + started.stdout.read()
        yield started, Client(found.group(), database)
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(20)
        if started.stdout:
            started.stdout.close()


def run_endpoint(
    *arguments: str, cwd: Path, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `carebase endpoint` where it is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "carebase", "endpoint", *arguments],
        env={**clean_environment(), **(settings or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )


def clean_environment() -> dict[str, str]:
    """Give the environment without any setting of Carebase."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREBASE_")}
    return {**kept, "PYTHONUNBUFFERED": "1", "COLUMNS": "100"}


def wait_until(question: Any, seconds: float = 10.0) -> None:
    """Wait until a question is answered by yes."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end
        time.sleep(0.02)
