"""A verdict in words: the sentence first, and the same from Python and from the browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import html

from carebase.catalog.product import Product
from carebase.i18n import strings
from carebase.warranty.answer import headline, part_name, render_answer
from carebase.warranty.rights_words import rights_words
from tests.conftest import OpenPage
from tests.widgets.conftest import LINKS, Support, products

BRIO = products()[0]


def row(name: str, status: str, until: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"id": name, "kind": "commercial", "status": status}
    if until:
        found["until"] = until
    if status == "covered" and until:
        found["days_left"] = (date.fromisoformat(until) - date(2026, 11, 21)).days
    return found | more


def verdict(summary: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    start = {"date": "2025-10-05", "from": "purchased", "certainty": "stated"}
    return {
        "as_of": "2026-11-21",
        "verdict": summary,
        "policy": "brio@1",
        "start": start,
        "coverages": list(rows),
        "missing": [],
    } | more


RECALL = row(
    "hinge",
    "covered",
    kind="programme",
    programme="recall",
    source="https://example.org/hinge",
    note="Stop using the unit.",
)
SPAIN = row(
    "es-2022",
    "covered",
    "2028-10-05",
    kind="statutory",
    country="ES",
    who="seller",
    burden_until="2027-10-05",
    source="https://www.boe.es/x",
    note="Ask <b>the</b> shop.",
)
FINLAND = row(
    "fi",
    "may_have_rights",
    kind="statutory",
    country="FI",
    who="seller",
    note="No fixed period; the product has to last as long as may be expected of its kind. "
    "The seller may dispute this.",
)
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "covered": (
        "Your Brio is covered until 5 October 2027.",
        verdict("covered", row("body", "covered", "2027-10-05", clause="terms.md#body")),
    ),
    "law-disputed": (
        "Your Brio is covered until 5 October 2027.",
        verdict("covered", row("body", "covered", "2027-10-05"), FINLAND),
    ),
    "law-disputed-alone": (
        "Your Brio is covered until 5 October 2027.",
        verdict(
            "covered",
            row("body", "covered", "2027-10-05"),
            SPAIN | {"note": "The seller may dispute this."},
        ),
    ),
    "last-day": (
        "Your Brio is covered until 21 November 2026.",
        verdict("covered", row("body", "covered", "2026-11-21")),
    ),
    "some-longer": (
        "Your Brio is covered until 5 October 2027. Some parts are covered even longer.",
        verdict(
            "covered",
            row("pump", "covered", "2028-10-05"),
            row("body", "covered", "2027-10-05"),
            row("frame", "covered"),
        ),
    ),
    "without-end": (
        "Your Brio is covered, without an end date.",
        verdict("covered", row("all", "covered")),
    ),
    "partly": (
        "Your Brio is covered until 5 October 2027, the battery and LED no longer.",
        verdict(
            "partly",
            row("body", "covered", "2027-10-05"),
            row("pump", "covered", "2027-10-05"),
            row("battery", "expired", "2026-10-05"),
            row("LED", "void", "2026-10-05", reason="wear"),
            SPAIN,
        ),
    ),
    "only": (
        "Your Brio is now covered only for the pump, until 6 October 2027.",
        verdict(
            "partly", row("body", "expired", "2026-10-05"), row("pump", "covered", "2027-10-06")
        ),
    ),
    "open": (
        "Your Brio is covered until 5 October 2027. For the battery we need to know more.",
        verdict(
            "partly",
            row("body", "covered", "2027-10-05"),
            row("battery", "depends", "2027-10-05"),
            missing=["cycles reading", "transfer notice"],
        ),
    ),
    "expired": (
        "The warranty of your Brio ended on 1 October 2026.",
        verdict(
            "not_covered", row("body", "expired", "2026-10-01"), row("x", "expired", "2026-01-01")
        ),
    ),
    "ended": (
        "The warranty of your Brio no longer applies.",
        verdict(
            "not_covered", row("body", "void", "2027-10-01"), row("x", "used_up", "2027-01-01")
        ),
    ),
    "recall": (
        "The warranty of your Brio has ended,"
        " but a recall or free repair programme is open for it.",
        verdict("partly", row("body", "expired", "2026-10-01"), RECALL),
    ),
    "not-started": (
        "The warranty of your Brio begins on 5 October 2025.",
        verdict("not_started", row("body", "not_started", "2027-10-05")),
    ),
    "not-offered": (
        "The maker’s warranty of the Brio is not offered to you as this kind of buyer.",
        verdict("not_covered", row("body", "not_offered")),
    ),
    "unknown": (
        "We cannot say yet whether your Brio is covered.",
        verdict(
            "unknown",
            row("body", "unknown"),
            row(
                "none-zz",
                "may_have_rights",
                kind="statutory",
                country="ZZ",
                who="seller",
                note="No",
            ),
            start=None,
            missing=["proof of purchase"],
        ),
    ),
    "estimated": (
        "Your Brio is covered until 5 October 2027.",
        verdict(
            "covered",
            row("body", "covered", "2027-10-05"),
            row("uk", "unknown", kind="statutory", country="GB", who="seller", source="x:y"),
            row("uk-2", "may_have_rights", kind="statutory", country="GB", who="maker"),
            row("recall", "depends", kind="programme", programme="recall"),
            start={"date": "2024-03-09", "from": "made", "certainty": "estimated"},
            missing=["serial number", "model"],
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_sentence(name: str) -> None:
    said, given = CASES[name]
    assert said == headline(given, BRIO, "en")


@pytest.mark.parametrize("language", ["de", "es", "fr"])
@pytest.mark.parametrize("name", CASES)
def test_no_language_leaves_a_placeholder(name: str, language: str) -> None:
    answer = html.fragment_fromstring(render_answer(CASES[name][1], BRIO, language=language))
    assert "{" not in answer.text_content()


def test_the_end_of_a_withdrawn_promise_is_never_shown() -> None:
    answer = render_answer(CASES["ended"][1], BRIO)
    assert "2027" not in answer


def test_what_to_do_next() -> None:
    def ways(name: str) -> list[str]:
        answer = html.fragment_fromstring(render_answer(CASES[name][1], BRIO, links=LINKS))
        return [str(way) for way in answer.xpath("//ul[@class='cb-next']//a/@href")]

    assert ["../claim/?product=brio", "../repair/?product=brio", "../terms/brio/"] == ways(
        "covered"
    )
    assert ["../products/brio/", "../products/brio/#parts"] == ways("expired")[:2]
    assert "../contact/" == ways("unknown")[0]


def test_the_law_is_told_apart_and_is_no_advice() -> None:
    answer = html.fragment_fromstring(render_answer(CASES["partly"][1], BRIO))
    text = " ".join(answer.text_content().split())

    assert "Your legal rights: Spain" in text
    assert "Against the seller: until 5 October 2028." in text
    assert "not legal advice" in text
    assert [] == answer.xpath("//b")


def test_notes_of_the_law_are_in_the_language_of_the_page() -> None:
    given = CASES["law-disputed"][1]
    text = html.fragment_fromstring(render_answer(given, BRIO, language="de")).text_content()

    assert "wie man es von seiner Art erwarten darf. Der Verkäufer kann das bestreiten." in text
    assert "keine Rechtsberatung. Stand der Angaben zum Gesetz: 1. Januar 2026." in text


def test_parts_are_named_as_customers_do() -> None:
    product = Product.model_validate(
        {"id": "x", "name": "X", "components": [{"id": "pump", "name": "Water pump"}]}
    )
    assert "Water pump" == part_name(row("pump", "covered"), product, "en")
    assert "Whole product" == part_name(row("all", "covered"), product, "en")
    assert "Main board" == part_name(row("main-board", "covered"), product, "en")


def test_a_product_without_a_promise() -> None:
    answer = html.fragment_fromstring(render_answer(None, BRIO, links=LINKS))
    assert "No warranty terms are recorded here for the Brio." == answer.xpath("//h2")[0].text
    assert ["../contact/"] == answer.xpath("//a/@href")


RENDER = """async ([verdict, product, words, links]) => {
  const { Answer } = await import(new URL("../assets/carebase/js/answer.js", location.href));
  return new Answer({
    verdict, product, words, heading: 2,
    link: (name) => (links[name] ?? "").replaceAll("{product}", product.id),
    country: (code) => words[`country.${code}`],
  }).render().outerHTML;
}"""


@pytest.mark.browser
def test_the_browser_writes_the_same(support: Support, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(support.page("empty", "<p>Nothing</p>"))
    product = BRIO.model_dump(mode="json", include={"id", "name", "components"})

    def lines(content: str) -> list[str]:
        written = str(html.tostring(html.fragment_fromstring(content)), "ascii")
        return written.replace("><", ">\n<").split("\n")

    for _, given in [*CASES.values(), ("", None)]:
        for language in ("en", "de", "es", "fr"):
            mine = render_answer(given, BRIO, language=language, links=LINKS)
            words = dict(strings(language)) | rights_words(language)
            theirs = page.evaluate(RENDER, [given, product, words, LINKS])
            assert lines(mine) == lines(theirs)
