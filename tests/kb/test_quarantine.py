"""What looks like spam is stored, answered like any other and waits in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import html
from lxml.html import HtmlElement

from carebase.cli.inbox import command
from carebase.forms import load_forms
from carebase.forms.form import Form
from carebase.forms.suspicion import suspect
from carebase.forms.validation import Checked
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import read_server
from carebase.site import Site
from carebase.store.inbox import Inbox
from tests.kb.endpoint_site import Client, make_site, serving

SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
LINKS = " and ".join(f"https://example.com/{number}" for number in range(4))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_site(tmp_path_factory.mktemp("quarantine"))) as client:
        yield client


def row_of(client: Client, ref: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a submission and its one event."""
    (row,) = [row for row in client.rows() if ref == row["ref"]]
    (event,) = [one for one in client.rows("events") if row["id"] == one["submission_id"]]
    return row, event


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"_website": "x"}, "trap"), ({"_seconds": 2.9}, "quick"), ({"message": LINKS}, "links")],
)
def test_is_answered_like_any_other(client: Client, more: dict[str, Any], reason: str) -> None:
    usual = client.post_json(SUPPORT, GOOD)
    answer = client.post_json(SUPPORT, GOOD | more, key=f"key-{reason}")
    again = client.post_json(SUPPORT, GOOD | more, key=f"key-{reason}")
    row, event = row_of(client, answer.json["ref"])
    page = client.get(answer.json["status_url"], {"Accept": "text/html"})

    assert (201, usual.json.keys()) == (answer.status, answer.json.keys())
    assert answer.json == again.json
    assert "received" == row_of(client, usual.json["ref"])[0]["state"]
    assert ("quarantined", "quarantined") == (row["state"], event["kind"])
    assert {"reasons": [reason]} == json.loads(event["data"])
    assert (GOOD | more)["message"] == json.loads(row["values"])["message"]
    assert "_website" not in row["values"]
    assert "Thank you, we have received your message" in page.words
    assert "quarantine" not in page.text


def test_a_plain_post_is_answered_like_any_other(client: Client) -> None:
    long_one = "x" * 2000
    answer = client.post_form(SUPPORT, [*GOOD.items(), ("_website", long_one), ("_seconds", "1")])
    row = max(client.rows(), key=lambda one: str(one["received_at"]))

    assert 303 == answer.status
    assert row["ref"] in client.get(answer.headers["location"]).words
    assert "quarantined" == row["state"]
    assert ["trap"] == json.loads(row_of(client, row["ref"])[1]["data"])["reasons"]


def test_the_people_who_answer_see_it_and_why(client: Client) -> None:
    answer = client.post_json(SUPPORT, GOOD | {"_website": "x", "_seconds": 0.2, "message": LINKS})
    ref, runner = answer.json["ref"], CliRunner()
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{client.database}", "COLUMNS": "100"}

    def inbox(*words: str) -> str:
        done = runner.invoke(command, list(words), env=settings)
        assert 0 == done.exit_code, done.output
        return done.output

    assert ref in inbox("--refs")
    assert ref in inbox("--state", "quarantined", "--refs")
    assert (
        "in quarantine: a field that people do not see was filled in; it was filled in within"
        " 3 seconds; it holds more links than the form allows" in inbox("show", ref)
    )
    assert f"{ref}: in quarantine → received" in inbox("restore", ref)


def test_mails_to_those_who_answer_wait_until_it_is_restored(tmp_path: Path) -> None:
    asks = (
        "title: Demo\nnotify: {mail: care@fjellby.example}\nfields:\n"
        "  - {id: email, type: email, label: Mail}\n  - {id: note, type: long_text, label: Note}\n"
    )
    site = make_site(tmp_path, sources={"docs/forms/demo.yml": asks})
    sent = {"email": "ana@example.com", "note": "Hm.", "_website": "x"}
    settings: dict[str, Any] = {
        "mail_server": read_server("smtp://127.0.0.1:9"),
        "mail_from": Mailbox("care@fjellby.example"),
        "worker": False,
    }
    with serving(site, **settings) as client:
        ref = client.post_json("/v1/forms/demo", sent).json["ref"]
        before = [(row["kind"], row["state"]) for row in client.rows("outbox")]
        with Inbox(f"sqlite:///{client.database}") as inbox:
            inbox.restore(ref)
        after = [(row["kind"], row["state"]) for row in client.rows("outbox")]
        client.post_json("/v1/forms/demo", sent | {"_website": ""})
        kinds = [row["kind"] for row in client.rows("outbox")]

    assert [("notification", "held")] == before
    assert [("notification", "waiting")] == after
    assert ["acknowledgement", "notification", "notification"] == sorted(kinds)


def test_the_time_does_not_make_it_another_submission(client: Client) -> None:
    first = client.post_json(SUPPORT, GOOD | {"_seconds": 12.5}, key="slow")
    again = client.post_json(SUPPORT, GOOD | {"_seconds": 30}, key="slow")

    assert (201, first.json) == (again.status, again.json)
    assert "received" == row_of(client, first.json["ref"])[0]["state"]


def test_every_form_that_is_shown_again_has_an_empty_trap(client: Client) -> None:
    answer = client.post_form(SUPPORT, {"message": "It hums.", "_website": "x"})
    page: HtmlElement = html.document_fromstring(answer.body)
    (trap,) = page.xpath("//input[@name='_website']")

    assert 422 == answer.status
    assert ("-1", "off", None) == (
        trap.get("tabindex"),
        trap.get("autocomplete"),
        trap.get("value"),
    )
    assert ["true"] == trap.xpath("ancestor::*/@aria-hidden")


def made(**limits: int) -> Form:
    fields = [
        {"id": "vote", "type": "choice", "label": "Vote", "options": ["yes", "no"]},
        {"id": "note", "type": "long_text", "label": "Note", "limits": limits},
        {"id": "more", "type": "text", "label": "More"},
    ]
    return Form.model_validate({"id": "demo", "title": "Demo", "fields": fields})


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://www.example.com/a?b=www.c and WWW.example.com", 2),
        ("ask ana@www.example.com or ana-www.example.com", 0),
        ("www. is not one, HTTP://a is, [url=http://b] too, www.c.", 3),
        ("no link at all", 0),
    ],
)
def test_counts_links(text: str, links: int) -> None:
    checked = Checked({"note": text})

    assert () == suspect(made(max_links=links), checked)
    if links:
        assert ("links",) == suspect(made(max_links=links - 1), checked)


def test_counts_links_in_long_texts_alone() -> None:
    assert () == suspect(made(), Checked({"more": LINKS}))
    assert () == suspect(made(), Checked({"note": LINKS.replace("https://example.com/3", "")}))
    assert ("links",) == suspect(made(), Checked({"note": LINKS}))


def test_a_mere_choice_is_never_too_quick() -> None:
    assert () == suspect(made(), Checked({"vote": "yes"}, seconds=0.4))
    assert ("quick",) == suspect(made(), Checked({"vote": "yes", "note": "Hm."}, seconds=0.4))
    assert () == suspect(made(), Checked({"vote": "yes", "note": "Hm."}, seconds=3.0))
    assert () == suspect(made(), Checked({"vote": "yes", "note": "Hm."}))


def test_a_limit_on_links_belongs_to_long_texts(tmp_path: Path) -> None:
    bad = "title: Demo\nfields:\n  - {id: a, type: text, label: A, limits: {max_links: 1}}\n"
    (tmp_path / "docs" / "forms").mkdir(parents=True)
    (tmp_path / "docs" / "forms" / "demo.yml").write_text(bad, "utf-8")
    site = Site(tmp_path, tmp_path / "docs", tmp_path / "site", "Fjellby Care")

    assert ["A field of type `text` has no limit `max_links`."] == [
        problem.message for problem in load_forms(site).problems
    ]
