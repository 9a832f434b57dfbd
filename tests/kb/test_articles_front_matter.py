"""Front matter: what a page may say of itself, and how what it says wrongly is told."""

from __future__ import annotations

import pytest

from carebase.articles.front_matter import Duration, GuideFront, parse_duration
from carebase.articles.kind import Kind, default_kind, product_of
from carebase.articles.load import read_front
from carebase.sources import parse_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10 min", Duration(10, 10, "10 min")),
        ("10–20 min", Duration(10, 20, "10–20 min")),
        ("10 - 20 minutes", Duration(10, 20, "10–20 min")),
        ("2 h", Duration(120, 120, "2 h")),
        ("1 hour", Duration(60, 60, "1 h")),
        ("1-2 h", Duration(60, 120, "1–2 h")),
        ("1 h 30 min", Duration(90, 90, "1 h 30 min")),
    ],
)
def test_a_time_is_read_in_minutes(written: str, read: Duration) -> None:
    assert read == parse_duration(written)


@pytest.mark.parametrize(
    "written", ["", "10", "ten min", "20-10 min", "0 min", "1-2 h 30 min", "10 days", 10, None, []]
)
def test_what_is_no_time_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_duration(written)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.md", "page"),
        ("products/brio/descale.md", "guide"),
        ("products/brio/care/descale.md", "guide"),
        ("products/brio/index.md", "page"),
        ("products/brio/care/index.md", "guide"),
        ("products/brio/faq.md", "faq"),
        ("products/brio/faq/water.md", "faq"),
        ("products/other/descale.md", "page"),
        ("products/index.md", "page"),
        ("faq/delivery.md", "faq"),
        ("FAQ/FAQ-Install.md", "faq"),
        ("courses/care/01-water.md", "lesson"),
        ("courses/care/index.md", "course"),
        ("courses/other/01-water.md", "page"),
        ("support/contact.md", "page"),
    ],
)
def test_the_folder_gives_the_kind(path: str, kind: Kind) -> None:
    assert kind == default_kind(path, {"brio"}, {"care"})


def test_the_folder_gives_the_product() -> None:
    assert "brio" == product_of("products/brio/care/descale.md", {"brio"})
    assert product_of("products/brio.md", {"brio"}) is None
    assert product_of("products/other/x.md", {"brio"}) is None


def read(text: str, kind: Kind = "guide") -> tuple[Kind, object, list[str], list[str]]:
    document = parse_yaml(text, "x.md")
    document.data = document.data or {}
    kind, front, unknown = read_front(document, kind)
    return kind, front, [one.code for one in document.problems], [key for key, _ in unknown]


def test_lists_may_be_written_short() -> None:
    _, front, codes, _ = read(
        "products: brio\nkeywords: lime, scale\ntools: Cloth\nparts: [BR-1, 22, {sku: A}]\n"
    )
    assert [] == codes
    assert isinstance(front, GuideFront)
    assert ["brio"] == front.products
    assert ["lime", "scale"] == front.keywords
    assert [("BR-1", 1), ("22", 1), ("A", 1)] == [(one.sku, one.quantity) for one in front.parts]


def test_one_bad_value_leaves_the_others_standing() -> None:
    _, front, codes, _ = read("title: Descale\ntime: soon\ndifficulty: easy\n")
    assert ["wrong-value"] == codes
    assert isinstance(front, GuideFront)
    assert ("Descale", "easy", None) == (front.title, front.difficulty, front.time)


def test_a_key_near_one_of_ours_is_an_error_and_others_are_apart() -> None:
    _, _, codes, unknown = read("Title: A\nreveiwed: 2026-01-01\nms.date: x\nhide: [toc]\n")
    assert ["unknown-key", "unknown-key"] == codes
    assert ["ms.date"] == unknown


def test_the_page_itself_gives_its_kind() -> None:
    kind, front, codes, _ = read("kind: page\ndifficulty: easy\n")
    assert ("page", ["key-of-other-kind"]) == (kind, codes)
    assert not isinstance(front, GuideFront)


def test_a_key_without_a_value_says_nothing() -> None:
    _, front, codes, _ = read("title:\nproducts:\n")
    assert [] == codes
    assert isinstance(front, GuideFront)
    assert front.products == []


def test_every_key_says_what_it_is() -> None:
    for name, field in GuideFront.model_fields.items():
        assert field.description, name
        assert field.examples, name
