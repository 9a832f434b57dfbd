"""GS1 Digital Link addresses: what they name."""

import pytest

from carebase.catalog.digital_link import LinkedUnit, read_digital_link

UNIT = LinkedUnit("04006381333931", "BR24-1")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/01/4006381333931/21/BR24-1", UNIT),
        ("/01/04006381333931/21/BR24-1/", UNIT),
        ("https://example.org/help/01/04006381333931/21/BR24-1?17=260101#x", UNIT),
        ("/01/04006381333931/10/LOT1/21/BR24-1", UNIT),
        ("/01/04006381333931/21/A%2F1", LinkedUnit("04006381333931", "A/1")),
        ("/01/04006381333932/21/BR24-1", None),
        ("/01/4006381333/21/BR24-1", None),
        ("/01/04006381333931", None),
        ("/01/04006381333931/21/", None),
        ("/01/04006381333931/21/é", None),
        ("/01/04006381333931/21/123456789012345678901", None),
        ("/products/brio/", None),
    ],
)
def test_an_address_names_a_unit(address: str, expected: LinkedUnit | None) -> None:
    assert expected == read_digital_link(address)
