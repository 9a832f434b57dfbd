"""Submissions of an older version of a form stay readable, with what was asked then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from carebase.endpoint.app import create_app
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.settings import Settings
from carebase.forms.asked import Answered, Asked
from carebase.forms.form import Form
from tests.kb.endpoint_site import Client, make_site

FORM = """\
title: Ask
promise: We answer within {days} working days.
fields:
  - {{id: topic, type: choice, label: {label}, options: [{{value: a, label: Apples}}, b]}}
consent: You may write to me.
"""


def ask(label: str, days: int = 2) -> dict[str, str]:
    return {"docs/forms/ask.yml": FORM.format(label=label, days=days)}


def test_a_submission_keeps_what_was_asked_and_promised(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources=ask("Which fruit?"))
    settings = Settings(site=site, database_url=f"sqlite:///{tmp_path / 'c.db'}")
    app = create_app(settings)
    running = run_in_thread(app, settings=settings)
    client = Client(running.address, tmp_path / "c.db")
    try:
        old = client.post_json("/v1/forms/ask", {"topic": "a", "consent": True}).json
        make_site(tmp_path, sources=ask("Which crop?", days=5))
        app.state.service.reload()
        new = client.post_json("/v1/forms/ask", {"topic": "b", "consent": True}).json

        assert "within 2 working days" in client.get(old["status_url"]).words
        assert "within 5 working days" in client.get(new["status_url"]).words
    finally:
        running.stop()
    kept = {
        row["version"]: json.loads(row["definition"])
        for row in client.rows("form_versions")
        if row["form"] == "ask"
    }
    labels = [
        Asked(kept[row["form_version"]]).answers(json.loads(row["values"]))[0]
        for row in client.rows()
    ]
    assert [
        Answered("topic", "Which fruit?", "Apples", "a"),
        Answered("topic", "Which crop?", "b", "b"),
    ] == labels
    assert set(kept) == {Form.model_validate(one).version for one in kept.values()}


def test_people_read_the_name_of_a_product_and_keep_it_when_it_is_gone(tmp_path: Path) -> None:
    form = "title: Ask\nfields: [{id: which, type: product, label: Which product?}]\n"
    site = make_site(tmp_path, sources={"docs/forms/ask.yml": form})
    settings = Settings(site=site, database_url=f"sqlite:///{tmp_path / 'c.db'}")
    app = create_app(settings)
    running = run_in_thread(app, settings=settings)
    client = Client(running.address, tmp_path / "c.db")

    def read() -> str:
        (row,) = (one for one in client.rows("form_versions") if one["form"] == "ask")
        return Asked(json.loads(row["definition"])).answers({"which": "brio"})[0].text

    try:
        assert 201 == client.post_json("/v1/forms/ask", {"which": "brio"}).status
        before = read()
        product = tmp_path / "docs/products/brio/product.yml"
        named = product.read_text("utf-8").replace("name: Brio\n", "name: Brio Classic\n", 1)
        make_site(
            tmp_path,
            sources={"docs/forms/ask.yml": form, "docs/products/brio/product.yml": named},
        )
        app.state.service.reload()
        renamed = read()
    finally:
        running.stop()
    assert ("Brio", "Brio Classic") == (before, renamed)
    # What a definition of years ago does not name keeps its id.
    assert (
        "lino"
        == Asked({"fields": [{"id": "which", "type": "product"}]})
        .answers({"which": "lino"})[0]
        .text
    )


@pytest.mark.parametrize(
    ("state", "title", "text"),
    [
        ("received", "Thank you, we have received your message", "We answer within 2"),
        ("quarantined", "Thank you, we have received your message", "We answer within 2"),
        ("working", "Someone is working on your request", "We answer within 2"),
        ("answered", "We have answered your request", "look into your spam folder first"),
        ("done", "Your request is done", "If something is still open"),
    ],
)
def test_the_status_page_tells_the_state_in_the_customers_words(
    tmp_path: Path, state: str, title: str, text: str
) -> None:
    settings = Settings(
        site=make_site(tmp_path, sources=ask("Which fruit?")),
        database_url=f"sqlite:///{tmp_path / 'c.db'}",
    )
    running = run_in_thread(create_app(settings), settings=settings)
    client = Client(running.address, tmp_path / "c.db")
    try:
        sent = client.post_json("/v1/forms/ask", {"topic": "a", "consent": True}).json
        with sqlite.connect(str(tmp_path / "c.db")) as connection:
            connection.execute("UPDATE submissions SET state = ?", (state,))
        page = client.get(sent["status_url"])
    finally:
        running.stop()

    assert f"<h1>{title}</h1>" in page.text
    assert f"Your reference number: {sent['ref']}" in page.words
    assert text in page.words
    assert "quarantin" not in page.text
    assert ("We answer within" in page.words) == (state not in ("answered", "done"))


def test_answers_that_a_definition_does_not_know_keep_name_and_value() -> None:
    values = {"x": ["a", 2], "ok": True, "no": False}

    assert [
        Answered("x", "x", "a, 2", ["a", 2]),
        Answered("ok", "ok", "yes", True),
        Answered("no", "no", "no", False),
    ] == Asked({"fields": ["damaged", {"label": "no id"}]}).answers(values)
    assert ("", "", "", []) == (Asked().title, Asked().promise, Asked().after, Asked().names)
