"""A verdict in words: the sentence first, and the same from Python and from the browser."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

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
    "traced": (
        "Your Brio is covered until 5 December 2026, the seals and hose no longer."
        " Some parts are covered even longer. For the battery we need to know more.",
        verdict(
            "partly",
            row(
                "body",
                "covered",
                "2026-12-05",
                clause="terms.md#body",
                trace=["R1 purchased 2025-10-05", "R2 +14 months 2026-12-05"],
            ),
            row(
                "pump",
                "covered",
                "2028-10-20",
                clause="terms.md#pump",
                trace=[
                    "R1 purchased 2025-10-05",
                    "R2 +24 months 2027-10-05",
                    "R4 +36 months 2028-10-05",
                    "R5 +14 days 2028-10-19",
                    "R5 +1 day 2028-10-20",
                    "R7 +90 days 2028-10-20",
                    "R6 max_remainder 2028-10-20",
                ],
            ),
            row("frame", "covered", trace=["R2 lifetime first_owner 2025-10-05"]),
            row(
                "battery",
                "depends",
                "2027-10-05",
                trace=[
                    "R2 until 2027-10-05",
                    "R11 no cycles reading 2026-11-21",
                    "R8 notice due 2026-12-24",
                ],
            ),
            row(
                "seals",
                "void",
                "2027-10-05",
                reason="foreign-charger",
                clause="terms.md#foreign-charger",
                trace=["R2 +2 years 2027-10-05", "R10 foreign-charger 2026-02-03"],
            ),
            row(
                "hose",
                "expired",
                "2027-10-05",
                trace=["R2 +2 years 2027-10-05", "R11 cycles 2026-02-03"],
            ),
            missing=["cycles reading"],
        ),
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
        "Your Brio is being recalled: please read first what to do."
        " The warranty of your Brio has ended,"
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

    assert ["../claim/#product=brio", "../repair/#product=brio", "../terms/brio/"] == ways(
        "covered"
    )
    # Of a recall first what puts it right; of a cover that ends soon a reminder.
    assert ["../repair/#product=brio", "../products/brio/"] == ways("recall")[:2]
    assert "../v1/reminders.ics?product=brio&bought=2025-10-05&lang=en" == ways("traced")[1]
    assert ["../products/brio/", "../products/brio/#parts"] == ways("expired")[:2]
    assert "../contact/" == ways("unknown")[0]


ASKED = {
    "product": "brio",
    "model": "brio-x1",
    "serial": "BR 24&1~(0)'é",
    "bought": "2025-10-05",
    "country": "ES",
}


def test_the_forms_that_follow_are_filled_in_by_the_fragment() -> None:
    answer = html.fragment_fromstring(
        render_answer(CASES["covered"][1], BRIO, links=LINKS, asked=ASKED)
    )
    claim = str(answer.xpath("//ul[@class='cb-next']//a/@href")[0])
    path, _, fragment = claim.partition("#")

    assert "../claim/" == path
    assert {name: ASKED[name] for name in ("product", "model", "serial", "bought")} == dict(
        parse_qsl(fragment)
    )
    assert "Serial number BR 24&1~(0)'é." in answer.text_content()


def test_each_row_says_why_and_leads_to_the_clause() -> None:
    answer = html.fragment_fromstring(render_answer(CASES["traced"][1], BRIO, links=LINKS))
    rows = {row.xpath("string(th/text())").strip(): row for row in answer.xpath("//tbody/tr")}

    assert ["14 months from the start"] == rows["Body"].xpath("th//a/text()")
    assert ["../warranty/brio-1/#body"] == rows["Body"].xpath("th//a/@href")
    assert (
        "36 months from the start, because it was registered in time"
        " · 14 days more for the time in repair · 1 day more for the time in repair"
        " · 90 days from the repair · Longer because it was replaced"
    ) == rows["Pump"].xpath("string(th/small)")
    assert "For as long as its first owner has it" == rows["Frame"].xpath("string(th/small)")
    assert "24 December 2026" in rows["Battery"].xpath("string(th/small)")
    assert "Withdrawn on 3 February 2026: foreign charger" in rows["Seals"].xpath(
        "string(th/small)"
    )


def test_only_a_promise_with_an_end_has_a_bar() -> None:
    answer = html.fragment_fromstring(render_answer(CASES["traced"][1], BRIO, links=LINKS))
    bars = answer.xpath("//tbody/tr[.//meter]")

    # Not what is withdrawn, over-used, open or without an end.
    assert ["Body", "Pump"] == [row.xpath("string(th/text())").strip() for row in bars]
    (first, _) = answer.xpath("//meter")
    assert ("412", "426", "Days over: 412 of 426") == (
        first.get("value"),
        first.get("max"),
        first.get("aria-label"),
    )
    expired = html.fragment_fromstring(render_answer(CASES["expired"][1], BRIO)).xpath("//meter")
    assert all(bar.get("value") == bar.get("max") for bar in expired)
    assert 2 == len(expired)


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


RENDER = """async ([verdict, product, words, links, asked]) => {
  const { Answer } = await import(new URL("../assets/carebase/js/answer.js", location.href));
  return new Answer({
    verdict, product, words, heading: 2,
    link: (name) => {
      const isDated = name !== "remind" || verdict?.start?.certainty === "stated";
      const target = (isDated && links[name]) || "";
      return target.replace("{product}", product.id).replace("{bought}", verdict?.start?.date);
    },
    country: (code) => words[`country.${code}`], asked,
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
            mine = render_answer(given, BRIO, language=language, links=LINKS, asked=ASKED)
            words = dict(strings(language)) | rights_words(language)
            theirs = page.evaluate(RENDER, [given, product, words, LINKS, ASKED])
            assert lines(mine) == lines(theirs)
