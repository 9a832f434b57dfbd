"""Who may send forms from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.kb.endpoint_site import Client, make_site, serving

FEEDBACK = "/v1/forms/page-feedback"
SHOP = "https://www.fjellby.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    site = make_site(tmp_path_factory.mktemp("origins"))
    with serving(site, origins=(SHOP,), url="https://care.fjellby.example/api/") as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": SHOP},
        {"Origin": "https://care.fjellby.example"},
        {"Origin": "HTTPS://WWW.FJELLBY.EXAMPLE:443"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_own_and_configured_origins_may_send(client: Client, headers: Mapping[str, str]) -> None:
    assert 201 == client.post_json(FEEDBACK, {"helpful": "yes"}, headers=headers).status


def test_the_address_of_the_request_is_an_own_origin(client: Client) -> None:
    origin = client.address.rstrip("/")

    assert 201 == client.post_json(FEEDBACK, {"helpful": "yes"}, headers={"Origin": origin}).status
    assert 303 == client.post_form(FEEDBACK, {"helpful": "yes"}, {"Origin": origin}).status


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        (
            {"Origin": "https://evil.example"},
            "Pages of https://evil.example may not send anything here.",
        ),
        (
            {"Origin": "http://www.fjellby.example"},
            "Pages of http://www.fjellby.example may not send anything here.",
        ),
        (
            {"Origin": "https://www.fjellby.example.evil.example"},
            "Pages of https://www.fjellby.example.evil.example may not send anything here.",
        ),
        ({"Origin": "https://["}, "Pages of https://[ may not send anything here."),
        ({"Origin": "null"}, "A page that hides its address may not send anything here."),
        (
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            "Pages of other sites may not send anything here.",
        ),
        ({"Sec-Fetch-Site": "cross-site"}, "Pages of other sites may not send anything here."),
        ({"Sec-Fetch-Site": "same-site"}, "Pages of other sites may not send anything here."),
    ],
)
def test_other_origins_may_not(client: Client, headers: Mapping[str, str], detail: str) -> None:
    before = len(client.rows())
    for path, body in ((FEEDBACK, {"helpful": "yes"}), ("/v1/warranty", {"product": "brio"})):
        answer = client.post_json(path, body, headers=headers)

        assert (403, detail) == (answer.status, answer.json["detail"])
        assert "access-control-allow-origin" not in answer.headers
    assert before == len(client.rows())


def test_a_plain_post_from_elsewhere_ends_on_a_page(client: Client) -> None:
    answer = client.post_form(FEEDBACK, {"helpful": "yes"}, {"Origin": "https://evil.example"})

    assert 403 == answer.status
    assert "This form cannot be sent from there" in answer.words


def test_preflights_of_allowed_origins(client: Client) -> None:
    answer = client.send(
        "OPTIONS",
        FEEDBACK,
        headers={
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,idempotency-key",
        },
    )

    assert (204, SHOP) == (answer.status, answer.headers["access-control-allow-origin"])
    assert "GET, HEAD, POST, PATCH, DELETE" == answer.headers["access-control-allow-methods"]
    assert (
        "content-type, idempotency-key, upload-offset"
        == answer.headers["access-control-allow-headers"]
    )
    assert "Origin" == answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


def test_preflights_of_others(client: Client) -> None:
    answer = client.send(
        "OPTIONS",
        FEEDBACK,
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )

    assert 403 == answer.status
    assert "access-control-allow-origin" not in answer.headers


def test_allowed_origins_may_read_the_answer(client: Client) -> None:
    for answer in (
        client.post_json(FEEDBACK, {"helpful": "yes"}, headers={"Origin": SHOP}),
        client.post_json(FEEDBACK, {}, headers={"Origin": SHOP}),
        client.get(FEEDBACK, {"Origin": SHOP}),
    ):
        assert SHOP == answer.headers["access-control-allow-origin"]
        assert "Origin" in answer.headers["vary"]


def test_addresses_in_answers_are_those_of_the_settings(client: Client) -> None:
    answer = client.post_json(FEEDBACK, {"helpful": "yes"}, headers={"Host": "evil.example"})

    assert answer.json["status_url"].startswith("https://care.fjellby.example/api/requests/")
