"""Checking submissions: the same schema for programs and for plain forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from jsonschema_rs import meta

from carebase.forms import Form, form_schema
from carebase.forms.load import standard_forms
from carebase.forms.validation import Checker
from carebase.i18n import text

TODAY = date(2026, 11, 21)
FORM = Form.model_validate(
    {
        "id": "all",
        "title": "All kinds",
        "fields": [
            {"id": "name", "type": "text", "label": "Name", "required": True},
            {"id": "story", "type": "long_text", "label": "Story", "limits": {"min_length": 5}},
            {"id": "email", "type": "email", "label": "E-mail"},
            {"id": "phone", "type": "phone", "label": "Phone"},
            {"id": "cups", "type": "number", "label": "Cups", "limits": {"min": 0, "max": 20}},
            {
                "id": "bought",
                "type": "date",
                "label": "Bought",
                "limits": {"min": "2020-01-01", "max": "today"},
            },
            {"id": "topic", "type": "choice", "label": "Topic", "options": ["fault", "other"]},
            {
                "id": "signs",
                "type": "choices",
                "label": "Signs",
                "options": ["noise", "smell", "leak"],
                "limits": {"max": 2},
                "show_if": {"topic": "fault"},
            },
            {
                "id": "since",
                "type": "text",
                "label": "Since when?",
                "required": True,
                "show_if": {"signs": ["smell", "leak"]},
            },
            {"id": "stars", "type": "rating", "label": "Stars"},
            {"id": "score", "type": "nps", "label": "Score"},
            {"id": "product", "type": "product", "label": "Product"},
            {"id": "address", "type": "address", "label": "Address"},
        ],
        "consent": "You may write to me.",
    }
)
CHECKER = Checker(FORM, ("brio", "vela"))
GOOD: dict[str, Any] = {"name": "Ana", "consent": True}


def errors_of(**changes: Any) -> list[tuple[str, str]]:
    return [(error.field, error.message) for error in CHECKER.check(GOOD | changes, TODAY).errors]


def test_schemas_are_schemas() -> None:
    for form in (FORM, *standard_forms().values()):
        schema = form_schema(form, ("brio",))
        assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
        assert meta.is_valid(schema)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "", "Please fill this in."),
        ("name", " \n", "Please fill this in."),
        ("name", 5, "Please write this as text."),
        ("name", "x" * 201, "Please write at most 200 characters."),
        ("story", "abc", "Please write at least 5 characters."),
        ("email", "ana@", "Please write an e-mail address, such as name@example.com."),
        ("email", "ana@box", "Please write an e-mail address, such as name@example.com."),
        ("email", "Ana <a@b.example>", "Please write an e-mail address, such as name@example.com."),
        ("phone", "none", "Please write a phone number, such as +43 1 555 0142."),
        ("cups", "many", "Please write a number."),
        ("cups", -1, "Please give 0 or more."),
        ("cups", 20.5, "Please give 20 or less."),
        ("bought", "2026-02-30", "Please give a date that exists, such as 2026-03-14."),
        ("bought", "2019-12-31", "Please give 2020-01-01 or a later date."),
        ("bought", "2026-11-22", "This day is still to come. Please check the date."),
        ("topic", "faults", "Please choose one of: fault, other."),
        ("signs", ["noise", "smell", "leak"], "Please choose at most 2."),
        ("stars", 6, "Please give 5 or less."),
        ("stars", 4.5, "Please write a whole number."),
        ("score", -1, "Please give 0 or more."),
        ("product", "pip", "Please choose one of: brio, vela."),
        ("consent", False, "Please tick this box to go on."),
        ("nickname", "A", "This form has no such field. Did you mean name?"),
        ("zzz", "A", "This form has no such field."),
        ("_lang", "d", "Please check this answer."),
    ],
)
def test_messages(name: str, value: Any, message: str) -> None:
    assert (name, message) in errors_of(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone", "+43 (0)1 555-0142 ext. 3"),
        ("bought", "2026-11-21"),
        ("cups", 2.5),
        ("score", 0),
        ("stars", 5.0),
        ("_lang", "de-AT"),
        ("email", "ana+care@mail.fjellby.example"),
    ],
)
def test_what_people_write_is_taken(name: str, value: Any) -> None:
    assert [] == errors_of(**{name: value})


def test_what_is_missing_is_told_by_its_kind() -> None:
    errors = CHECKER.check({}, TODAY).errors

    assert [
        ("name", "Please fill this in."),
        ("consent", "Please tick this box to go on."),
    ] == [tuple(error) for error in errors]


def test_a_field_is_required_only_when_it_is_asked() -> None:
    assert [] == errors_of(topic="other", signs=["leak"])
    assert [] == errors_of(topic="fault", signs=["noise"])
    assert [("since", "Please fill this in.")] == errors_of(topic="fault", signs=["noise", "leak"])
    asked = FORM.field("since")
    assert asked is not None
    assert FORM.is_asked(asked, {"topic": "fault", "signs": ["leak"]})
    assert not FORM.is_asked(asked, {"topic": "other", "signs": ["leak"]})


def test_messages_come_in_the_language_of_the_page() -> None:
    errors = CHECKER.check({}, TODAY, "de").errors

    assert "Please fill this in." != errors[0].message


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\x7f \x1b", "\x85", "\u2028"])
def test_what_would_be_dropped_is_no_answer(nothing: str) -> None:
    errors = CHECKER.check(GOOD | {"name": nothing}, TODAY).errors

    assert [("name", "Please fill this in.")] == [(one.field, one.message) for one in errors]


def test_values_are_cleaned() -> None:
    checked = CHECKER.check(
        GOOD
        | {
            "name": "  Ana \t Maria\x00 ",
            "story": " one\r\ntwo\x07 ",
            "address": "Street 1\nTown",
            "email": "ana@b.example",
            "signs": [],
            "stars": 4.0,
            "_page": "support/",
        },
        TODAY,
    )

    assert {
        "name": "Ana Maria",
        "story": "one\ntwo",
        "address": "Street 1\nTown",
        "email": "ana@b.example",
        "stars": 4,
        "consent": True,
    } == checked.values
    assert "support/" == checked.page


def test_a_plain_form_is_read_as_json_would_be() -> None:
    body = CHECKER.read(
        [
            ("name", " Ana "),
            ("story", ""),
            ("cups", "2,5"),
            ("stars", "4"),
            ("topic", "fault"),
            ("signs", "noise"),
            ("signs", "smell"),
            ("since", "May"),
            ("consent", "on"),
            ("button", "go"),
            ("_lang", "de"),
            ("_page", "x" * 600),
        ]
    )

    assert {
        "name": "Ana",
        "cups": 2.5,
        "stars": 4,
        "topic": "fault",
        "signs": ["noise", "smell"],
        "since": "May",
        "consent": True,
        "_lang": "de",
    } == body
    assert () == CHECKER.check(body, TODAY).errors


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("name", "Ana"), ("name", "Eva")], [("name", "single")]),
        ([("stars", "4"), ("stars", "5")], [("stars", "single")]),
        ([("topic", "fault"), ("topic", "other")], [("topic", "single")]),
        # The same again, or nothing, is no other answer.
        ([("name", "Ana "), ("name", ""), ("name", "Ana")], []),
        ([("signs", "noise"), ("signs", "noise")], []),
        # A limit counts what was sent, as that of JSON does.
        ([("name", "A" * 200 + "  ")], [("name", "long.many")]),
        ([("signs", "noise"), ("signs", "noise"), ("signs", "smell")], [("signs", "many")]),
    ],
)
def test_what_a_plain_form_says_twice(
    pairs: list[tuple[str, str]], told: list[tuple[str, str]]
) -> None:
    names = {name for name, _ in pairs}
    given = [("name", "Ana"), ("consent", "true")]
    body = CHECKER.read([*(one for one in given if one[0] not in names), *pairs])
    limits = {"long.many": "200", "many": "2"}

    expected = [(name, text("fr", f"error.{key}", limit=limits.get(key, ""))) for name, key in told]
    assert expected == [tuple(one) for one in CHECKER.check(body, TODAY, "fr").errors]


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "Please write at most 1 character.", "Please write at most 20 characters."),
        ("es", "Escriba como máximo 1 carácter.", "Escriba como máximo 20 caracteres."),
        ("fr", "Écrivez au plus 1 caractère.", "Écrivez au plus 20 caractères."),
    ],
)
def test_one_character_is_spoken_of_in_the_singular(language: str, one: str, many: str) -> None:
    fields = [
        {"id": name, "type": "text", "label": name, "limits": {"max_length": most}}
        for name, most in (("grade", 1), ("colour", 20))
    ]
    checker = Checker(Form.model_validate({"id": "f", "title": "F", "fields": fields}))
    told = checker.check({"grade": "AB", "colour": "A" * 21}, TODAY, language).errors

    assert {("grade", one), ("colour", many)} == {(error.field, error.message) for error in told}


def test_only_the_form_of_a_course_takes_its_result() -> None:
    forms = standard_forms()
    sent = {"_course": "care", "_attempt": "x" * 32}
    plain = list(sent.items())
    for form in forms.values():
        described = form_schema(form)["properties"]
        refused = {error.field for error in Checker(form).check(sent, TODAY).errors}
        if form.id == "course-completion":
            assert set(sent) <= set(described)
            assert not set(sent) & refused
            assert sent == Checker(form).read(plain)
        else:
            assert not set(sent) & set(described)
            assert set(sent) <= refused
            assert {} == Checker(form).read(plain)


def test_a_plain_form_keeps_what_is_not_a_number() -> None:
    body = CHECKER.read([("cups", "lots"), ("score", "ten")])

    assert {"cups": "lots", "score": "ten"} == body


def test_every_standard_form_takes_a_plain_answer() -> None:
    answers = {
        "text": "Ana",
        "long_text": "It hums.",
        "email": "ana@b.example",
        "phone": "+43 1 555 0142",
        "date": "2026-11-01",
        "product": "brio",
        "serial": "BR24100042",
        "order": "A-100",
        "address": "Street 1",
        "rating": "4",
        "nps": "9",
        # As a file is called that has come.
        "file": "k" * 32,
    }
    for form in standard_forms().values():
        checker = Checker(form, ("brio",))
        pairs = [
            (field.id, field.options[0].value if field.options else answers.get(field.type, "x"))
            for field in form.fields
        ]
        pairs += [("consent", "true")] if form.consent else []
        assert () == checker.check(checker.read(pairs), TODAY).errors, form.id
