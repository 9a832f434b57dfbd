"""The warranty check over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kb.endpoint_site import Client, make_site, serving

CHECK = "/v1/warranty"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_site(tmp_path_factory.mktemp("warranty"))) as client:
        yield client


def test_gives_the_verdict_with_its_trace(client: Client) -> None:
    answer = client.post_json(CHECK, {"product": "brio", "bought": "2024-10-05", "country": "ES"})

    assert (200, "application/json") == (answer.status, answer.headers["content-type"])
    assert "no-store" == answer.headers["cache-control"]
    assert "brio@1" == answer.json["policy"]
    assert {"date": "2024-10-05", "from": "purchased", "certainty": "stated"} == answer.json[
        "start"
    ]
    body = answer.json["coverages"][0]
    assert ("body", "commercial", "2026-10-05") == (body["id"], body["kind"], body["until"])
    assert ["R1 purchased 2024-10-05", "R2 +24 months 2026-10-05"] == body["trace"]
    assert any(row["kind"] == "statutory" for row in answer.json["coverages"])
    assert [] == client.rows()


def test_a_serial_number_tells_product_and_day_of_making(client: Client) -> None:
    answer = client.post_json(CHECK, {"serial": "br24 1000-42"})

    assert 200 == answer.status
    assert ("made", "estimated") == (
        answer.json["start"]["from"],
        answer.json["start"]["certainty"],
    )


def test_without_day_and_serial_number_a_program_is_told_that_nothing_is_known(
    client: Client,
) -> None:
    answer = client.post_json(CHECK, {"product": "brio", "country": "ES"})

    assert (200, "unknown") == (answer.status, answer.json["verdict"])
    assert "start" not in answer.json
    assert "proof of purchase" in answer.json["missing"]
    assert {"unknown"} == {
        row["status"] for row in answer.json["coverages"] if row["kind"] == "commercial"
    }
    # A person who sends a form is asked for one of them.
    plain = client.post_form(CHECK, {"product": "brio", "country": "ES"})
    assert 422 == plain.status
    assert "Please give the date of purchase or the serial number." in plain.words


def test_reports_everything_that_is_wrong(client: Client) -> None:
    answer = client.post_json(
        CHECK,
        {
            "product": "brio",
            "serial": "BR1",
            "bought": "2024-02-30",
            "country": "Spain",
            "seriel": 1,
        },
    )

    assert (422, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert [
        {
            "field": "serial",
            "message": "This does not look like a serial number of Brio. Please check the label."
            " Under the drip tray, on the silver label.",
        },
        {
            "field": "bought",
            "message": "Please give a date that exists, such as 2026-03-14.",
        },
        {
            "field": "country",
            "message": "Please give the country by its code of two letters, such as AT.",
        },
        {"field": "seriel", "message": "This form has no such field. Did you mean serial?"},
    ] == answer.json["errors"]


def test_a_product_without_policy_has_no_answer(client: Client) -> None:
    answer = client.post_json(CHECK, {"product": "pip", "bought": "2025-01-01"})

    assert 422 == answer.status
    assert [
        {"field": "product", "message": "No warranty terms are recorded here for the Pip."}
    ] == answer.json["errors"]


def test_only_post_is_taken(client: Client) -> None:
    answer = client.get(f"{CHECK}?serial=BR24100042")

    assert (405, "POST") == (answer.status, answer.headers["allow"])


def test_a_plain_form_is_answered_by_a_page(client: Client) -> None:
    sent = {"product": "brio", "bought": "2024-10-05", "country": "AT", "_page": "support/"}
    answer = client.post_form(CHECK, sent)

    assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert "The warranty of your Brio" in answer.words or "covered until" in answer.words
    assert "5 October 2026" in answer.words
    assert "Your legal rights" in answer.words
    assert 'href="/support/"' in answer.text


def test_a_plain_form_with_a_mistake_comes_back_with_what_was_written(client: Client) -> None:
    sent = {"product": "brio", "serial": "BR1", "bought": "", "country": "AT", "_lang": "de"}
    answer = client.post_form(CHECK, sent)

    assert 422 == answer.status
    assert '<html lang="de">' in answer.text
    assert "Bitte sehen Sie Ihre Angaben noch einmal an" in answer.words
    assert 'value="BR1"' in answer.text
    assert 'action="/v1/warranty"' in answer.text


OTHER = """\
id: vela
name: Vela
serial:
  pattern: "VL(?P<year>\\\\d{2})(?P<month>\\\\d{2})(?P<run>\\\\d{5})(?P<digit>\\\\d)"
  check: luhn
  check_over: [year, month, run, digit]
policy: brio@1
"""


def test_a_serial_of_another_product_is_named_and_offered(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources={"docs/products/vela/product.yml": OTHER})
    sent = {"product": "brio", "serial": "VL2406001376", "model": "brio-x1", "_lang": "de"}
    with serving(site) as client:
        told = client.post_form(CHECK, sent)
        switched = client.post_form(CHECK, [*sent.items(), ("product", "vela")])
        mistyped = client.post_json(CHECK, {"product": "vela", "serial": "VL2406001377"})

    assert "Das ist eine Seriennummer von Vela, nicht von Brio." in told.words
    assert "Stattdessen Vela prüfen" in told.words
    assert 'name="product" value="vela">Stattdessen' in told.text
    assert 200 == switched.status
    assert "Vela" in switched.words
    assert mistyped.json["errors"][0]["message"].startswith(
        "This does not look like a serial number of Vela: one of its characters cannot be right."
    )


def test_a_plain_form_for_a_product_without_policy_says_so(client: Client) -> None:
    answer = client.post_form(CHECK, {"product": "pip", "bought": "2025-01-01"})

    assert 200 == answer.status
    assert "No warranty terms are recorded here for the Pip." in answer.words


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422), (b'"x"', 422)])
def test_other_json_is_refused(client: Client, body: bytes, status: int) -> None:
    assert status == client.post_json(CHECK, body).status
