"""A plain form ends on a page, whatever happens to it: in the reader's language, never as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from carebase.forms.field import FormField
from carebase.forms.html import render_form
from carebase.forms.load import standard_forms
from carebase.i18n import languages, text
from tests.kb.endpoint_site import Answer, Client, make_site, serving

SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
PAIRS = [(form, language) for form in standard_forms() for language in languages()]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_site(tmp_path_factory.mktemp("plain"))) as client:
        yield client


def is_page(answer: Answer, status: int, language: str, key: str) -> bool:
    """Tell whether an answer is a page with a title of ours, in a language, with ways on."""
    tree: Any = html.document_fromstring(answer.text)
    assert (status, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert language == tree.get("lang")
    assert [text(language, key)] == [one.text_content() for one in tree.iter("h1")]
    assert tree.xpath("//footer//a[@href='/']")
    return True


def test_too_long(client: Client) -> None:
    answer = client.post_form(
        SUPPORT, {**GOOD, "message": "a" * 100_001}, {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
    )

    assert is_page(answer, 413, "de-AT", "page.too_large")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"topic=fault", 415),
        ("application/x-www-form-urlencoded", b"topic=%ff", 400),
        ("multipart/form-data", b"no boundary", 400),
    ],
)
def test_unreadable(client: Client, kind: str, body: bytes, status: int) -> None:
    sent = {"Content-Type": kind, "Accept": "text/html", "Accept-Language": "nl, fr;q=0.5"}

    assert is_page(client.send("POST", SUPPORT, body, sent), status, "fr", "page.unreadable")


def test_from_elsewhere(client: Client) -> None:
    sent = {"Origin": "https://evil.example", "Accept-Language": "es"}

    assert is_page(client.post_form(SUPPORT, GOOD, sent), 403, "es", "page.origin")


def test_to_no_form(client: Client) -> None:
    answer = client.post_form("/v1/forms/none", GOOD, {"Accept-Language": "de;q=0, *"})

    assert is_page(answer, 404, "en", "page.missing")


@pytest.mark.parametrize("language", languages())
def test_with_mistakes(client: Client, language: str) -> None:
    sent = {**GOOD, "email": "ana", "_lang": language, "_page": "support/"}
    answer = client.post_form(SUPPORT, sent, {"Accept-Language": "en"})
    tree: Any = html.document_fromstring(answer.text)

    assert is_page(answer, 422, language, "page.again")
    assert ["It hums."] == [one.text.strip() for one in tree.xpath("//textarea[@name='message']")]
    assert ["fault"] == tree.xpath("//input[@name='topic'][@checked]/@value")
    assert ["support/"] == tree.xpath("//input[@name='_page']/@value")
    assert text(language, "error.email") in answer.words


def test_too_often(tmp_path: Path) -> None:
    with serving(make_site(tmp_path), rate_limits=True) as client:
        for number in range(10):
            sent = {**GOOD, "message": f"It hums, {number}."}
            assert 303 == client.post_form(SUPPORT, sent).status
        answer = client.post_form(SUPPORT, {**GOOD, "_lang": "fr"})

    assert is_page(answer, 429, "fr", "page.busy")
    tree: Any = html.document_fromstring(answer.text)
    assert ["Ana"] == tree.xpath("//input[@name='name']/@value")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_each_form_is_shown_and_sent(client: Client, name: str, language: str) -> None:
    form = standard_forms(language)[name]
    written = render_form(
        form, endpoint="/", language=language, context={"page": "x/"}, products={"brio": "Brio"}
    )
    shown: Any = html.fromstring(f"<div>{written}</div>").find(".//form")
    pairs = [(key, value) for key, value in shown.form_values() if value.strip()]
    for field in form.all_fields:
        known = dict(pairs)
        if field.required and field.id not in known and form.is_asked(field, known):
            pairs.append((field.id, answer_to(field)))
    assert {"_page", "_lang"} <= set(dict(pairs))
    answer = client.post_form(shown.get("action"), pairs)

    assert 303 == answer.status, answer.words
    status = client.get(answer.headers["location"])
    assert is_page(status, 200, language, "sent.title")
    row = max(client.rows(), key=lambda row: row["id"])
    assert (name, form.version, language) == (row["form"], row["form_version"], row["language"])
    values: Mapping[str, object] = json.loads(row["values"])
    assert {name for name, _ in pairs if not name.startswith("_")} == set(values)
    promised = form.promise or text(language, "sent.title")
    assert re.sub(r"\s+", " ", promised) in status.words


def answer_to(field: FormField) -> str:
    """Give what a customer would write."""
    match field.type:
        case "choice" | "choices":
            return field.options[0].value
        case "rating" | "nps":
            return str(field.scale[1])
        case "email":
            return "ana@example.com"
        case "phone":
            return "+43 1 555 0142"
        case "number":
            return "1"
        case "date":
            return "2026-03-14"
        case "serial":
            return "BR26100042"
        case "product":
            return "brio"
        case "consent":
            return "true"
    return "It hums."
