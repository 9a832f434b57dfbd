"""Signed certificates at the endpoint: for passed attempts alone, and the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carebase.badges.checking import check
from carebase.badges.keys import make_key, write_multikey
from carebase.badges.published import PublicKey, add_key, keys_of
from carebase.build.private import KEY_FILE
from carebase.site import Site
from carebase.training.words import digest
from tests.kb.endpoint_site import Answer, Client, make_site, serving
from tests.kb.exam import EXAM, ME, send

COURSE = "docs/courses/exam/course.yml"
SOURCES = {**EXAM, COURSE: EXAM[COURSE] + "certificate: true\ncertificate_months: 12\n"}
PATH = "/v1/courses/exam/certificates"
URL = "https://care.fjellby.example/help/"
OTHER = "you-0123456789-0123456789-012345"
SOON = datetime.now(UTC) + timedelta(days=1)


def make(folder: Path, *, key: bool = True, known: bool = True, url: str = URL) -> Path:
    """Make a site with the course, and the key that signs."""
    (folder / "docs").mkdir(parents=True)
    made = make_key(folder / KEY_FILE, replace=False)
    if known:
        site = Site(folder, folder / "docs", folder / "site", "Fjellby Care")
        add_key(site, write_multikey(made.public_key()), date(2026, 11, 22))
    built = make_site(folder, url, SOURCES)
    if key:
        (folder / KEY_FILE).rename(folder / "site.private" / KEY_FILE)
    return built


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make(tmp_path)


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with serving(site) as client:
        yield client


def pass_it(client: Client, site: Path, attempt: str = ME) -> None:
    right = {
        "acid": [digest("Citric acid")],
        "lime": ["lime"],
        "acids": [digest("Lemon"), digest("Cola")],
    }
    assert send(client, site, right, attempt=attempt).json["passed"]


def ask(client: Client, name: Any = "Ada Lovelace", attempt: Any = ME) -> Answer:
    return client.post_json(PATH, {"attempt": attempt, "name": name})


def known(site: Path) -> tuple[PublicKey, ...]:
    return keys_of(Site(site.parent, site.parent / "docs", site, "Fjellby Care")).keys


def test_whoever_has_passed_gets_a_signed_certificate(client: Client, site: Path) -> None:
    pass_it(client, site)
    answer = ask(client, "  Ada \t Lovelace ")

    assert 200 == answer.status
    assert "no-store" == answer.headers["cache-control"]
    assert "valid" == check(json.dumps(answer.json), known(site), SOON).state
    subject = answer.json["credentialSubject"]
    assert "Ada Lovelace" == subject["identifier"][0]["identityHash"]
    assert "80" == subject["result"][0]["value"]
    assert "Exam" == subject["achievement"]["name"]
    assert f"{URL}courses/exam/" == subject["achievement"]["id"]
    assert f"{URL}certificates/issuer.json" == answer.json["issuer"]["id"]
    assert answer.json["validUntil"] > answer.json["validFrom"]


def test_the_same_is_given_again_and_nothing_is_stored(client: Client, site: Path) -> None:
    pass_it(client, site)
    first, again, other = ask(client), ask(client), ask(client, "Somebody Else")
    assert first.json == again.json
    assert first.json["proof"] != other.json["proof"]
    # Who shows one attempt as two people's is found out.
    assert first.json["id"] == other.json["id"]
    stored = b"".join(path.read_bytes() for path in site.parent.glob("*.db*"))
    assert b"attempts" in stored
    assert b"Lovelace" not in stored


def test_nobody_else_gets_one(client: Client, site: Path) -> None:
    assert 422 == ask(client).status
    send(client, site, {"acid": [digest("Vinegar")]}, attempt=OTHER)
    told = ask(client, attempt=OTHER)
    assert (422, "attempt") == (told.status, told.json["errors"][0]["field"])
    assert told.json["errors"] == ask(client).json["errors"]
    pass_it(client, site)
    assert 422 == ask(client, attempt=OTHER).status
    assert 404 == client.post_json("/v1/courses/other/certificates", {}).status


@pytest.mark.parametrize("name", ["", "  ", 3, None, "A" * 81, "A\u202eB", "A\u200bB", "\ud800"])
def test_a_name_is_one_that_can_be_seen(client: Client, site: Path, name: Any) -> None:
    pass_it(client, site)
    told = ask(client, name)
    assert told.status in (400, 422)
    if told.status == 422:
        assert "name" == told.json["errors"][0]["field"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"key": False}, None),
        ({"known": False}, "the site does not know the public key"),
        ({"url": ""}, "cannot be signed without `site_url`"),
    ],
)
def test_where_nothing_can_be_signed_it_says_so(
    tmp_path: Path, how: dict[str, Any], said: str | None
) -> None:
    site = make(tmp_path, **how)
    with serving(site) as client:
        pass_it(client, site)
        told = ask(client)
        assert 503 == told.status
        assert "Certificates cannot be signed at the moment." in json.dumps(told.json)
        notices = client.get("/readyz").json.get("notices", [])
        assert [True] * len(notices) == [said is not None and said in one for one in notices]
        assert (said is not None) == bool(notices)


def test_a_new_key_signs_and_the_old_certificate_stays_valid(tmp_path: Path) -> None:
    site = make(tmp_path)
    with serving(site) as client:
        pass_it(client, site)
        old = ask(client).json
    fresh = make_key(tmp_path / "site.private" / KEY_FILE, replace=True)
    place = Site(tmp_path, tmp_path / "docs", site, "Fjellby Care")
    add_key(place, write_multikey(fresh.public_key()), date(2026, 11, 23))
    make_site(tmp_path, URL, SOURCES)
    with serving(site) as client:
        new = ask(client).json
    assert old["proof"] != new["proof"]
    assert old["id"] == new["id"]
    for one in (old, new):
        assert "valid" == check(json.dumps(one), known(site), SOON).state
