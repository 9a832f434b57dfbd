"""Every route as `/openapi.json` describes it, tried out by schemathesis with all its checks.

`make test` tries each route a little and one form of each kind thoroughly; `make api` all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount, Route

from carebase.build.private import private_of
from carebase.endpoint.app import create_app
from carebase.endpoint.settings import Settings
from carebase.forms.load import standard_forms
from carebase.search.index import update_index, write_vocabulary
from carebase.search.sections import PageText, Section
from carebase.search.vocabulary import count_pages, words_on
from tests.kb.endpoint_site import Client, clean_environment, make_site, process
from tests.kb.exam import EXAM

ROOT = Path(__file__).parents[2]
# Every type of field with every kind of limit, and conditions on each kind of answer.
EVERYTHING = """\
title: All there is
groups: [{id: more, title: More}]
fields:
  - {id: line, label: Line, type: text, required: true, limits: {max_length: 40}}
  - {id: note, label: Note, type: long_text, limits: {max_length: 300}}
  - {id: email, label: Email, type: email, required: true}
  - {id: other_email, label: Other Email, type: email}
  - {id: phone, label: Phone, type: phone}
  - {id: amount, label: Amount, type: number, limits: {min: 0, max: 10}}
  - {id: day, label: Day, type: date, limits: {min: 2001-01-01, max: today}}
  - {id: kind, label: Kind, type: choice, required: true, options: [a, b, c]}
  - {id: several, label: Several, type: choices, options: [x, y, z], limits: {max: 2}}
  - {id: stars, label: Stars, type: rating, required: true}
  - {id: likely, label: Likely, type: nps, group: more}
  - {id: product, label: Product, type: product, group: more}
  - {id: serial, label: Serial, type: serial, group: more}
  - {id: address, label: Address, type: address}
  - {id: order, label: Order, type: order}
  - {id: proof, label: Proof, type: file, limits: {max: 2}}
  - {id: why, label: Why, type: text, required: true, show_if: {kind: [b, c]}}
  - {id: which, label: Which, type: text, required: true, show_if: {several: y}}
  - {id: bad, label: Bad, type: choice, required: true, options: [p, q], show_if: {stars: [1, 2]}}
  - {id: source, type: hidden, value: shop}
consent: You may use it.
"""
# A code on a product has a serial number, or something that leads nowhere.
DESCRIBED = {"/01/{rest:path}": "/01/{gtin}/21/{serial}"}
SOME = "/v1/forms/everything$|/v1/(warranty|signals|courses.*)$|^/[^v]"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
# Whether a model, a serial number and a day belong together is for the warranty to say, and so is
# whether anything is due for a product, and which version of a question is on a page. Where a piece
# of a file may begin, and how long it may be, depends on the file. A body that is far too long is
# refused for that (413), whatever else is wrong with it.
CONFIG = """\
checks.negative_data_rejection.expected-statuses = ["4xx"]

[[operations]]
include-operation-id = ["check_warranty", "subscribe_reminders", "grade_answers"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 422]

[[operations]]
include-operation-id = ["send_piece"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 404, 409, 422]

[[operations]]
include-operation-id = ["show_request", "write_to_request"]
parameters = { token = "TOKEN" }
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("api")
    site = make_site(folder, sources={"docs/forms/everything.yml": EVERYTHING, **EXAM})
    write_index(private_of(site) / "search")
    # What asks for a mail is taken up; no mail is sent, as nobody listens there.
    mail = {
        "CAREBASE_URL": "https://care.example/",
        "CAREBASE_SMTP_URL": "smtp://127.0.0.1:9",
        "CAREBASE_MAIL_FROM": "care@fjellby.example",
        "CAREBASE_WORKER": "off",
    }
    with process(site, settings=mail) as (_, client):
        yield client


def write_index(folder: Path) -> None:
    """Index one page, so that a search has something to find."""
    sections = (Section("", "", "Limescale blocks the boiler."),)
    page = PageText("products/brio/", "brio.md", "Brio", "product", "en", sections, ("brio",))
    update_index(folder, {page.address: page}, ())
    write_vocabulary(folder, count_pages([(page.lang, words_on(page))]))
    (folder / "words.json").write_text('{"language": "en", "synonyms": {}}', "utf-8")


def try_out(client: Client, folder: Path, *arguments: str) -> None:
    """Run schemathesis; fails with what it found."""
    token = client.post_json("/v1/forms/support-request", GOOD).json["status_url"].split("/")[-1]
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG.replace("TOKEN", token), "utf-8")
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
            *("run", f"{client.address.rstrip('/')}/openapi.json"),
            *("--checks", "all", "--max-redirects", "0", "--seed", "1", "--workers", "1"),
            *("--continue-on-failure", "--suppress-health-check", "all", "--no-color"),
            *arguments,
        ],
        cwd=folder,
        env={
            **clean_environment(),
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.kb.api_hooks",
        },
        capture_output=True,
        text=True,
        timeout=3000,
    )
    assert 0 == ended.returncode, ended.stdout + ended.stderr


def test_every_route_keeps_its_word(client: Client, tmp_path: Path) -> None:
    examples = os.environ.get("CAREBASE_API", "3")
    try_out(client, tmp_path, "--phases", "fuzzing", "--max-examples", examples)


def test_what_is_nearly_right_is_told_from_what_is(client: Client, tmp_path: Path) -> None:
    some = () if "CAREBASE_API" in os.environ else ("--include-path-regex", SOME)
    try_out(client, tmp_path, "--phases", "coverage", *some)


def test_every_route_is_described(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources={"docs/forms/everything.yml": EVERYTHING})
    app = create_app(Settings(site=site, database_url=f"sqlite:///{tmp_path / 'x.db'}"))
    service = app.state.service
    try:
        described = service.description()["paths"]
        found = {
            (method, path.replace("{id}", form))
            for method, path in routes_of(app.routes)
            for form in (service.private.checkers if "/forms/{id}" in path else ["{id}"])
        }
    finally:
        service.close()

    assert {"everything", *standard_forms()} == set(service.private.checkers)
    assert found == {(method, path) for path, ways in described.items() for method in ways}


def routes_of(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Give method and path of each route of the endpoint itself."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(list(route.routes))
        elif isinstance(route, Route):
            for name in ("get", "head", "post", "put", "patch", "delete"):
                if hasattr(route.endpoint, name):
                    yield name, DESCRIBED.get(route.path, route.path)
