"""Sending forms to the endpoint, as browsers and programs do."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kb.endpoint_site import Client, make_site, process, serving

FEEDBACK = "/v1/forms/page-feedback"
SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_site(tmp_path_factory.mktemp("forms"))) as client:
        yield client


def test_takes_in_json_and_answers_after_the_commit(client: Client) -> None:
    before = len(client.rows())
    answer = client.post_json(SUPPORT, GOOD, key="one")

    assert 201 == answer.status
    assert {"ref", "status_url", "promise"} == answer.json.keys()
    assert re.fullmatch(r"CB-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.json["ref"])
    assert re.fullmatch(r"/requests/[\w-]{32}", answer.json["status_url"])
    assert "We answer within 2 working days." == answer.json["promise"]
    rows = client.rows()
    assert before + 1 == len(rows)
    row = next(row for row in rows if row["ref"] == answer.json["ref"])
    assert GOOD == json.loads(row["values"])
    assert ("support-request", "received", "en") == (row["form"], row["state"], row["language"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row["received_at"])
    assert answer.json["status_url"].rpartition("/")[2] not in str(row)
    assert row["id"] in {event["submission_id"] for event in client.rows("events")}


def test_sets_no_cookie_and_hides_itself(client: Client) -> None:
    answer = client.post_json(SUPPORT, GOOD)

    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-store" == answer.headers["cache-control"]


def test_same_key_and_body_gives_the_first_answer_again(client: Client) -> None:
    first = client.post_json(SUPPORT, GOOD, key="twice")
    before = len(client.rows())
    again = client.post_json(SUPPORT, dict(reversed(GOOD.items())), key="twice")

    assert (201, first.json) == (again.status, again.json)
    assert before == len(client.rows())


def test_same_key_with_another_body_is_refused(client: Client) -> None:
    client.post_json(SUPPORT, GOOD, key="other")
    answer = client.post_json(SUPPORT, GOOD | {"message": "It leaks."}, key="other")

    assert (422, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "This Idempotency-Key has already been used with other answers.",
        "errors": [],
    } == answer.json


def test_same_key_at_once_is_stored_once(client: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post_json(SUPPORT, GOOD, key="race"), range(16)))

    assert {201} == {answer.status for answer in answers}
    assert 1 == len({answer.json["ref"] for answer in answers})
    assert 1 == sum(row["idempotency_key"] == "race" for row in client.rows())


def test_fifty_at_once_are_all_stored(client: Client) -> None:
    with ThreadPoolExecutor(25) as pool:
        answers = list(
            pool.map(
                lambda number: client.post_json(
                    FEEDBACK, {"helpful": "no", "comment": f"note {number}"}
                ),
                range(50),
            )
        )

    assert {201} == {answer.status for answer in answers}
    refs = {answer.json["ref"] for answer in answers}
    assert 50 == len(refs)
    assert refs <= {row["ref"] for row in client.rows()}


def test_reports_every_bad_answer_in_the_order_of_the_form(client: Client) -> None:
    answer = client.post_json(
        SUPPORT, {"topic": "fault", "reply": "phone", "email": "ana", "nam": "x"}
    )

    assert (422, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert [
        {"field": "message", "message": "Please fill this in."},
        {"field": "name", "message": "Please fill this in."},
        {
            "field": "email",
            "message": "Please write an e-mail address, such as name@example.com.",
        },
        {"field": "phone", "message": "Please fill this in."},
        {
            "field": "nam",
            "message": "This form has no such field. Did you mean name?",
        },
    ] == answer.json["errors"]
    assert "Some answers cannot be taken as they are." == answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "The body is not JSON: Expecting property name enclosed in double quotes"),
        (b'{"a": NaN}', "The body is not JSON: NaN is not a number."),
        *(
            (b'{"_seconds": %b}' % number, "The body is not JSON: it holds a number too large to")
            for number in (b"1" + b"0" * 400, b"-1" + b"0" * 5_000, b"1e999")
        ),
        (b"\xff", "The body is not UTF-8 text."),
        (b'{"message": "\\ud800"}', "The body is not UTF-8 text."),
        (b"[" * 99_000, "The body is not readable: it is nested too deeply."),
    ],
)
def test_unreadable_json_is_refused(client: Client, body: bytes, detail: str) -> None:
    answer = client.post_json(SUPPORT, body)

    assert 400 == answer.status
    assert answer.json["detail"].startswith(detail)


def test_json_that_is_no_object_is_refused(client: Client) -> None:
    answer = client.post_json(SUPPORT, [1])

    assert 422 == answer.status
    assert [
        {
            "field": "",
            "message": "A submission is one JSON object with the fields of the form.",
        }
    ] == answer.json["errors"]


def test_other_kinds_of_body_are_refused(client: Client) -> None:
    answer = client.send("POST", SUPPORT, "<a/>", {"Content-Type": "text/xml"})

    assert 415 == answer.status
    assert (
        "Send this as application/json, application/x-www-form-urlencoded or"
        " multipart/form-data, not as text/xml." == answer.json["detail"]
    )


def test_a_large_body_is_refused_by_what_it_announces_and_by_what_it_is(client: Client) -> None:
    announced = client.post_json(SUPPORT, GOOD | {"message": "x" * 200_000})

    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    chunked = client.send("POST", SUPPORT, chunks(), {"Content-Type": "application/json"})  # type: ignore[arg-type]
    for answer in (announced, chunked):
        assert 413 == answer.status
        assert "A request may have at most 100,000 bytes." == answer.json["detail"]


def test_an_unknown_form_is_not_found(client: Client) -> None:
    for answer in (client.get("/v1/forms/nope"), client.post_json("/v1/forms/nope", {})):
        assert 404 == answer.status
        assert "There is no form `nope`." == answer.json["detail"]
    for answer in (client.get("/v1/nothing"), client.post_json("/v1/nothing", {})):
        assert (404, "application/problem+json") == (answer.status, answer.headers["content-type"])


def test_other_methods_are_refused(client: Client) -> None:
    answer = client.send("DELETE", SUPPORT)

    assert (405, "GET, HEAD, POST") == (answer.status, answer.headers["allow"])
    assert "This address does not take this method." == answer.json["detail"]


def test_a_bad_key_is_refused(client: Client) -> None:
    answer = client.post_json(SUPPORT, GOOD, key="a b")

    assert 400 == answer.status
    assert "An Idempotency-Key has 1 to 255 printable ASCII characters." == answer.json["detail"]


def test_gives_the_schema_of_a_form(client: Client) -> None:
    answer = client.get(FEEDBACK)

    assert (200, "application/schema+json") == (answer.status, answer.headers["content-type"])
    assert ["yes", "no"] == answer.json["properties"]["helpful"]["enum"]
    assert ["helpful"] == answer.json["required"]
    assert "notify" not in answer.text


def test_a_plain_post_ends_on_a_page_with_the_reference(client: Client) -> None:
    sent = [*GOOD.items(), ("_page", "products/brio/"), ("_lang", "de"), ("phone", "")]
    answer = client.post_form(SUPPORT, sent)

    assert (303, b"") == (answer.status, answer.body)
    page = client.get(answer.headers["location"], {"Accept": "text/html"})
    row = client.rows()[-1]
    assert 200 == page.status
    assert row["ref"] in page.words
    assert '<html lang="de">' in page.text
    assert 'href="/products/brio/"' in page.text
    assert 'href="/assets/carebase/carebase.css"' in page.text
    assert "style=" not in page.text
    assert "<script" not in page.text
    assert ("de", "products/brio/") == (row["language"], row["page"])
    assert GOOD == json.loads(row["values"])


def test_a_multipart_post_is_taken_in_too(client: Client) -> None:
    parts = "".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in GOOD.items()
    )
    file = (
        '--xx\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\nxyz\r\n--xx--\r\n"
    )
    answer = client.send(
        "POST", SUPPORT, parts + file, {"Content-Type": "multipart/form-data; boundary=xx"}
    )

    assert 303 == answer.status
    assert GOOD == json.loads(client.rows()[-1]["values"])


def test_a_plain_post_with_mistakes_shows_the_form_again_with_what_was_written(
    client: Client,
) -> None:
    before = len(client.rows())
    answer = client.post_form(
        SUPPORT, {"topic": "fault", "message": '<b>"It" & hums', "name": "Ana", "email": "ana"}
    )

    assert (422, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert before == len(client.rows())
    assert "Please look at your answers again" in answer.words
    assert "Nothing has been sent yet." in answer.words
    assert "Please write an e-mail address, such as name@example.com." in answer.words
    assert "&lt;b&gt;&quot;It&quot; &amp; hums" in answer.text
    assert 'value="Ana"' in answer.text
    assert 'value="ana"' in answer.text
    assert 'action="/v1/forms/support-request"' in answer.text


def test_a_program_may_post_plainly_and_read_json(client: Client) -> None:
    answer = client.post_form(SUPPORT, GOOD, {"Accept": "application/json"})
    wrong = client.post_form(SUPPORT, {"topic": "fault"}, {"Accept": "application/json"})

    assert 201 == answer.status
    assert (422, "application/problem+json") == (wrong.status, wrong.headers["content-type"])


def test_a_plain_post_that_cannot_be_read_ends_on_a_page(client: Client) -> None:
    answer = client.post_form(SUPPORT, {"message": "x" * 200_000})

    assert (413, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert "Your message is longer than we can take at once." in answer.words


def test_the_status_page_shows_nothing_that_was_written(client: Client) -> None:
    sent = client.post_json(SUPPORT, GOOD | {"message": "a private matter"})
    page = client.get(sent.json["status_url"], {"Accept": "text/html"})

    assert 200 == page.status
    assert "Thank you, we have received your message" in page.words
    assert f"Your reference number: {sent.json['ref']}" in page.words
    assert "We answer within 2 working days." in page.words
    assert "Received on" in page.words
    assert "(Europe/Vienna)" in page.words
    assert "private matter" not in page.text
    assert "ana@example.com" not in page.text
    assert "no-referrer" == page.headers["referrer-policy"]
    assert "no-store" == page.headers["cache-control"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("token", ["x" * 32, "short", "%00" * 32])
def test_an_unknown_token_opens_nothing(client: Client, token: str) -> None:
    page = client.get(f"/requests/{token}")

    assert 404 == page.status
    assert "We do not find this request" in page.words


def test_what_was_acknowledged_survives_kill(tmp_path: Path) -> None:
    with process(make_site(tmp_path)) as (running, client):
        refs = [
            client.post_json(FEEDBACK, {"helpful": "yes"}, key=str(number)).json["ref"]
            for number in range(20)
        ]
        running.send_signal(signal.SIGKILL)
        running.wait(10)

        assert refs == [row["ref"] for row in client.rows()]
    with process(tmp_path / "site") as (_, client):
        again = client.post_json(FEEDBACK, {"helpful": "yes"}, key="7")

        assert (201, refs[7]) == (again.status, again.json["ref"])
        assert 200 == client.get(again.json["status_url"]).status
