"""Forms as HTML: complete without JavaScript, and safe whatever a file or a customer writes."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement

from carebase.catalog.contact import WEEKDAYS, Emergency, Hours
from carebase.forms.form import Form
from carebase.forms.html import render_feedback, render_form
from carebase.forms.load import standard_forms
from tests.widgets.conftest import STANDARD, form

HOSTILE = (
    """"'><img src=x onerror=alert(1)></textarea></template><script>alert(1)</script>&lt;{b}"""
)
NAMES = sorted(path.stem for path in STANDARD.glob("*.yml"))


def parsed(content: str) -> HtmlElement:
    return html.fragment_fromstring(content)


def made(*fields: dict[str, Any], **more: Any) -> Form:
    return Form.model_validate({"id": "demo", "title": "Demo", "fields": list(fields), **more})


@pytest.mark.parametrize("name", NAMES)
def test_each_control_has_a_label_and_a_known_description(name: str) -> None:
    root = parsed(render_form(form(name), endpoint="/", products={"brio": "Brio"}))

    ids = root.xpath("//*/@id")
    assert sorted(set(ids)) == sorted(ids)
    for control in root.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labels = root.xpath("//label[@for=$id]", id=control.get("id"))
        assert labels or control.xpath("ancestor::label"), control.get("id")
    for described in root.xpath("//*/@aria-describedby"):
        assert set(described.split()) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_a_form_posts_by_itself(name: str) -> None:
    root = parsed(render_form(form(name), endpoint="../", context={"page": "support/"}))
    (written,) = root.xpath("//form")

    assert "carebase-form" == root.tag
    assert ("form", name) == (root.get("data-carebase"), root.get("data-form"))
    assert "post" == written.get("method")
    assert f"../v1/forms/{name}" == written.get("action")
    assert ["support/"] == root.xpath("//input[@name='_page']/@value")
    assert [] == root.xpath("//@style") + root.xpath("//@onclick")
    assert "submit" == root.xpath("//button")[0].get("type")


def test_a_question_within_a_sentence_has_no_mark_left_over() -> None:
    spanish, french = (
        parsed(
            render_form(
                form("repair-request", language),
                endpoint="/",
                language=language,
                products={"brio": "Brio"},
                errors={"product": "¡Ay!" if language == "es" else "Aïe."},
            )
        )
        for language in ("es", "fr")
    )

    said = [one.text_content() for one in spanish.xpath("//*[@class='cb-note']")]
    assert ["Solo si Cómo nos llega el producto: Lo envío"] == said
    summary = "//*[@class='cb-summary']//a"
    assert ["De qué producto se trata: ¡Ay!"] == [
        one.text_content() for one in spanish.xpath(summary)
    ]
    assert ["De quel produit s’agit-il : Aïe."] == [
        one.text_content() for one in french.xpath(summary)
    ]


def test_every_kind_of_field() -> None:
    root = parsed(
        render_form(
            made(
                {"id": "a", "type": "text", "label": "A", "limits": {"min_length": 2}},
                {"id": "b", "type": "long_text", "label": "B", "limits": {"max_length": 9}},
                {"id": "c", "type": "email", "label": "C", "required": True},
                {"id": "d", "type": "phone", "label": "D"},
                {"id": "e", "type": "number", "label": "E", "limits": {"min": 1, "max": 9}},
                {"id": "f", "type": "date", "label": "F", "limits": {"max": "today"}},
                {"id": "g", "type": "choice", "label": "G", "options": ["x", "y"]},
                {"id": "h", "type": "choices", "label": "H", "options": ["x"], "required": True},
                {"id": "i", "type": "rating", "label": "I"},
                {"id": "j", "type": "nps", "label": "J"},
                {"id": "k", "type": "product", "label": "K"},
                {"id": "l", "type": "serial", "label": "L"},
                {"id": "m", "type": "address", "label": "M"},
                {"id": "n", "type": "order", "label": "N"},
                {"id": "o", "type": "consent", "label": "O", "required": True},
                {"id": "p", "type": "hidden", "value": "news"},
            ),
            endpoint="/",
            products={"brio": "Brio"},
            context={"product": "brio"},
        )
    )

    def control(name: str) -> HtmlElement:
        found: HtmlElement = root.xpath("//*[@name=$name]", name=name)[0]
        return found

    assert "2" == control("a").get("minlength")
    assert ("textarea", "9") == (control("b").tag, control("b").get("maxlength"))
    assert ("email", "email") == (control("c").get("type"), control("c").get("autocomplete"))
    assert "tel" == control("d").get("type")
    assert ("1", "9") == (control("e").get("min"), control("e").get("max"))
    assert ("today", None) == (control("f").get("data-max"), control("f").get("max"))
    assert "radio" == control("g").get("type")
    assert "checkbox" == control("h").get("type")
    assert "list" == control("h").xpath("ancestor::fieldset/@data-type")[0]
    assert None is control("h").get("required")
    assert 5 == len(root.xpath("//input[@name='i']"))
    assert 11 == len(root.xpath("//input[@name='j']"))
    assert "brio" == control("k").xpath("option[@selected]/@value")[0]
    assert "off" == control("l").get("autocomplete")
    assert "street-address" == control("m").get("autocomplete")
    assert "checkbox" == control("o").get("type")
    assert ("hidden", "news") == (control("p").get("type"), control("p").get("value"))


def test_a_question_under_a_condition_says_when_and_never_blocks() -> None:
    root = parsed(render_form(form("support-request"), endpoint="/"))
    (field,) = root.xpath("//*[@data-field='phone']")

    assert '{"reply":["phone"]}' == field.get("data-show-if")
    assert None is field.xpath(".//input")[0].get("required")
    assert "Only if How shall we answer: Call me back" == field.xpath("p")[0].text
    assert "(required)" in field.text_content()


def test_errors_and_values_are_shown_again() -> None:
    root = parsed(
        render_form(
            form("support-request"),
            endpoint="/",
            values={"email": "me@", "topic": "fault", "message": "\nfirst"},
            errors={"email": "Please write an e-mail address.", "topic": "No.", "gone": "Oh."},
        )
    )
    email = root.xpath("//input[@name='email']")[0]
    links = root.xpath("//div[@class='cb-summary']//a")

    assert "me@" == email.get("value")
    assert "true" == email.get("aria-invalid")
    assert "support-request-email-error" in email.get("aria-describedby").split()
    assert ["#support-request-topic", "#support-request-email"] == [a.get("href") for a in links]
    assert "What is it about: No." == links[0].text
    assert "Oh." in root.xpath("//div[@class='cb-summary']")[0].text_content()
    assert ["fault"] == root.xpath("//input[@name='topic'][@checked]/@value")
    assert root.xpath("//*[@data-field='topic']/p[@class='cb-error']")


def test_nothing_that_is_written_becomes_markup() -> None:
    hostile = made(
        {"id": "a", "type": "text", "label": HOSTILE, "help": HOSTILE},
        {"id": "b", "type": "long_text", "label": "B"},
        {"id": "c", "type": "choice", "label": "C", "options": [HOSTILE]},
        {"id": "d", "type": "text", "label": "D", "show_if": {"c": HOSTILE}},
        {"id": "e", "type": "hidden", "value": HOSTILE},
        intro=HOSTILE,
        promise=HOSTILE,
        purpose=HOSTILE,
        submit=HOSTILE,
        after=HOSTILE,
    )
    content = render_form(
        hostile,
        endpoint='/"><script>',
        context={"page": HOSTILE, "product": HOSTILE},
        products={HOSTILE: HOSTILE},
        values={"a": HOSTILE, "b": HOSTILE},
        errors={"a": HOSTILE, HOSTILE: HOSTILE},
        contact_url=HOSTILE,
        after_url=HOSTILE,
    )
    root = parsed(content)

    assert [] == root.xpath("//img") + root.xpath("//script") + root.xpath("//@onerror")
    assert HOSTILE == root.xpath("//input[@name='a']/@value")[0]
    assert HOSTILE == root.xpath("//textarea")[0].text.removeprefix("\n")


LINE = Emergency(
    name="Battery line",
    number="+43 1 555 0199",
    hours=Hours.model_validate(dict.fromkeys(WEEKDAYS, "00:00-24:00")),
    note="Smoke or fire, call the fire brigade first.",
)


def test_the_emergency_line_stands_beside_the_answer_that_asks_for_it() -> None:
    root = parsed(render_form(form("support-request"), endpoint="/", emergency=LINE))
    (safety,) = root.xpath("//input[@value='safety']")
    (line,) = root.xpath("//*[@id=$id]", id=safety.get("aria-describedby"))

    assert (
        "In danger? Call at once. Battery line: +43 1 555 0199 (day and night)."
        " Smoke or fire, call the fire brigade first."
    ) == line.text_content()
    assert ["tel:+4315550199"] == line.xpath("a/@href")
    assert safety.getparent() is line.getprevious()
    bare = parsed(render_form(form("support-request"), endpoint="/"))
    assert [] == bare.xpath("//*[@class='cb-beside']") + bare.xpath("//label//@aria-describedby")


def test_a_form_without_an_endpoint_leads_to_people() -> None:
    root = parsed(render_form(form("support-request"), endpoint=None, contact_url="../contact/"))

    assert [] == root.xpath("//form")
    assert ["../contact/"] == root.xpath("//a/@href")
    assert "support-request" == root.get("data-form")


def test_page_feedback_is_one_question_and_a_comment() -> None:
    root = parsed(render_feedback(form("page-feedback"), endpoint="/", context={"page": "a/"}))

    assert ("carebase-form", "page-feedback") == (root.tag, root.get("data-carebase"))
    assert "Did this page help?" == root.xpath("//legend")[0].text_content()
    assert ["Yes", "Not really"] == [one.text_content() for one in root.xpath("//fieldset//label")]
    assert ["a/"] == root.xpath("//input[@name='page']/@value")
    assert 1 == len(root.xpath("//textarea")) == len(root.xpath("//button"))
    assert "" == render_feedback(form("page-feedback"), endpoint=None)


def test_the_shipped_feedback_speaks_the_language_of_the_page() -> None:
    german = standard_forms("de-AT")["page-feedback"]
    root = parsed(render_feedback(german, endpoint="/", language="de-AT"))

    assert "Hat diese Seite geholfen?" == root.xpath("//legend")[0].text_content()
    assert "Meine Rückmeldung senden" == root.xpath("//button")[0].text_content()
