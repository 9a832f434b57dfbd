"""`/01/…` over a real socket: the code on a product leads to its page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kb.endpoint_site import Client, make_site, serving

PRODUCT = """\
id: brio
name: Brio
models:
  - {id: brio-x1, name: Brio X1, gtin: "9120000011019"}
  - {id: brio-x2, name: Brio X2, gtin: "9120000011026"}
policy: brio@1
"""
SITE = {"docs/products/brio/product.yml": PRODUCT}


@pytest.fixture(scope="module", params=["https://care.example/", "https://care.example/help/"])
def client(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Client, str]]:
    site = make_site(tmp_path_factory.mktemp("codes"), request.param, SITE)
    with serving(site) as client:
        yield client, request.param.removeprefix("https://care.example")


@pytest.mark.parametrize(
    ("path", "fragment"),
    [
        ("01/09120000011019/21/BR24100042", "#model=brio-x1&serial=BR24100042"),
        ("01/9120000011026/21/BR26100042/?17=260101", "#model=brio-x2&serial=BR26100042"),
        ("01/09120000011019/10/LOT/21/A%2F1%22", "#model=brio-x1&serial=A%2F1%22"),
        ("01/9120000011019", "#model=brio-x1"),
        ("01/9120000011019/21/%C3%A9", "#model=brio-x1"),
    ],
)
def test_leads_to_the_product_with_the_serial_out_of_logs(
    client: tuple[Client, str], path: str, fragment: str
) -> None:
    endpoint, root = client
    answer = endpoint.get(root + path)

    assert (307, f"{root}products/brio/{fragment}") == (answer.status, answer.headers["location"])
    assert "no-store" == answer.headers["cache-control"]
    assert "no-referrer" == answer.headers["referrer-policy"]


@pytest.mark.parametrize(
    "path", ["01/9120000011018/21/X", "01/4006381333931/21/X", "01/x", "01//evil.example/21/X"]
)
def test_what_is_none_of_our_products_is_not_there(client: tuple[Client, str], path: str) -> None:
    endpoint, root = client
    assert 404 == endpoint.get(root + path).status
    assert "text/html" in endpoint.get(root + path, {"Accept": "text/html"}).headers["content-type"]
