"""Lines of cases: what is read, what is refused, and in which words."""

import json
from datetime import date
from typing import Any

import pytest

from carebase.warranty.case import CaseError, answer_lines, read_case, read_events
from carebase.warranty.coverage import coverage
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statute

POLICY = Policy.model_validate(
    {
        "id": "brio",
        "version": 2,
        "start": ["delivered"],
        "coverages": [{"id": "body", "months": 24}],
        "exclusions": [{"id": "wear"}, {"id": "opened"}],
    }
)
POLICIES = {POLICY.name: POLICY}
DAY = '"as_of": "2024-01-01"'
CASE = f'"policy": "brio@2", {DAY}'


def find_error(line: str | bytes) -> str:
    with pytest.raises(CaseError) as caught:
        read_case(line, POLICIES)
    return str(caught.value)


BAD: list[tuple[str | bytes, str]] = [
    ("[]", "The line is a list, not an object."),
    ("null", "The line is null, not an object."),
    ("{", "The line is not JSON: expecting property name enclosed in double quotes, at "
          "character 2."),
    (f"{{{CASE}}} x", "The line is not JSON: extra data, at character 45."),
    (f'{{{CASE}, "x": NaN}}', "The line is not JSON: NaN is no number."),
    (f'{{{CASE}, "x": -Infinity}}', "The line is not JSON: -Infinity is no number."),
    (b'{"x": "\xff"}', "The line is not UTF-8."),
    ("\ufeff{}", "The line is not JSON: unexpected UTF-8 BOM (decode using utf-8-sig), at "
                 "character 1."),
    (b"\xef\xbb\xbf{}", "The line is not JSON: unexpected UTF-8 BOM (decode using utf-8-sig), at "
                        "character 1."),
    ("[]".encode("utf-16-le"), "The line is not JSON: expecting value, at character 2."),
    (b'{"x": "\xed\xa0\x80"}', "The line is not UTF-8."),
    ("\f", "The line is not JSON: expecting value, at character 1."),
    ("\u00a0", "The line is not JSON: expecting value, at character 1."),
    ("{'policy': 'brio@2'}", "The line is not JSON: expecting property name enclosed in double "
                             "quotes, at character 2."),
    (f'{{{CASE}, "serial": "a\tb"}}', "The line is not JSON: invalid control character at, at "
                                     "character 57."),
    (f'{{{CASE}, "x": 01}}', "The line is not JSON: expecting ',' delimiter, at character 51."),
    ("true", "The line is true, not an object."),
    ("false", "The line is false, not an object."),
    ("0", "The line is a number, not an object."),
    (f'{{{CASE}, "x": "\\ud800"}}', "The line has half a character (a lone surrogate)."),
    (f'{{{CASE}, "\\udfff": 1}}', "The line has half a character (a lone surrogate)."),
    (f'{{{CASE}, "x": "\\ud800", "x": 1}}', "The line has half a character (a lone surrogate)."),
    ("{" + CASE + ', "x": ' + "[" * 99999 + "]" * 99999 + "}", "The line is nested too deeply."),
    (f"{{{DAY}}}", "The key 'policy' is missing."),
    (f'{{"policy": null, {DAY}}}', "The key 'policy' is missing."),
    (f'{{"policy": 3, {DAY}}}', "The key 'policy' is a number, not a text."),
    (f'{{"policy": "brio@1", {DAY}}}', "The policy 'brio@1' is not known; did you mean 'brio@2'?"),
    (f'{{"policy": "vela", {DAY}}}', "The policy 'vela' is not known; there is brio@2."),
    ('{"policy": "brio@2"}', "The key 'as_of' is missing."),
    ('{"policy": "brio@2", "as_of": "2024-01"}',
     "The key 'as_of': '2024-01' is not a date of the form YYYY-MM-DD."),
    ('{"policy": "brio@2", "as_of": "2023-02-29"}',
     "The key 'as_of': '2023-02-29' is not a real date."),
    ('{"policy": "brio@2", "as_of": "1899-12-31"}',
     "The key 'as_of': '1899-12-31' is not in the years 1900 to 2999."),
    ('{"policy": "brio@2", "as_of": "3000-01-01"}',
     "The key 'as_of': '3000-01-01' is not in the years 1900 to 2999."),
    ('{"policy": "brio@2", "as_of": 20240101}', "The key 'as_of' is a number, not a text."),
    (f'{{{CASE}, "country": "es"}}', "The country 'es' is not of the form ES or GB-SCT."),
    (f'{{{CASE}, "country": ""}}', "The country '' is not of the form ES or GB-SCT."),
    (f'{{{CASE}, "country": "GB-SCOT"}}', "The country 'GB-SCOT' is not of the form ES or GB-SCT."),
    (f'{{{CASE}, "country": "ES\\n"}}', "The country 'ES\n' is not of the form ES or GB-SCT."),
    (f'{{{CASE}, "consumer": "yes"}}', "The key 'consumer' is a text, not true or false."),
    (f'{{{CASE}, "serial": false}}', "The key 'serial' is false, not a text."),
    ('{"policy": "brio@2", "as_of": "２０２４-01-01"}',
     "The key 'as_of': '２０２４-01-01' is not a date of the form YYYY-MM-DD."),
    ('{"policy": "brio@2", "as_of": "2024-01-01T00:00:00Z"}',
     "The key 'as_of': '2024-01-01T00:00:00Z' is not a date of the form YYYY-MM-DD."),
    (f'{{{CASE}, "country": "U\u017f"}}', "The country 'U\u017f' is not of the form ES or GB-SCT."),
    (f'{{{CASE}, "consumer": 1}}', "The key 'consumer' is a number, not true or false."),
    (f'{{{CASE}, "serial": 1}}', "The key 'serial' is a number, not a text."),
    (f'{{{CASE}, "model": ["x"]}}', "The key 'model' is a list, not a text."),
    (f'{{{CASE}, "events": {{}}}}', "The key 'events' is an object, not a list."),
    ('{"country": 1}', "The key 'policy' is missing. The key 'country' is a number, not a text. "
                       "The key 'as_of' is missing."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), BAD, ids=range(len(BAD)))
def test_a_bad_line_is_refused(line: str | bytes, expected: str) -> None:
    assert expected == find_error(line)


EVENTS: list[tuple[Any, str]] = [
    (3, "It is a number, not an object."),
    ({"on": "2024-01-01"}, "The key 'kind' is missing."),
    ({"kind": "viod", "on": "2024-01-01"}, "The kind 'viod' is not known; did you mean 'void'?"),
    ({"kind": "made"}, "The key 'on' is missing."),
    ({"kind": "made", "on": None}, "The key 'on' is missing."),
    ({"kind": "made", "on": "2024-13"}, "The key 'on': '2024-13' is not a real date."),
    ({"kind": "made", "on": "2024-00"}, "The key 'on': '2024-00' is not a real date."),
    ({"kind": "made", "on": "24-01-01"},
     "The key 'on': '24-01-01' is not a date of the form YYYY-MM-DD, YYYY-MM or YYYY."),
    ({"kind": "registered", "on": "2024-01"},
     "The key 'on': '2024-01' is not a date of the form YYYY-MM-DD."),
    ({"kind": "purchased", "on": "2024", "used": 1},
     "The key 'used' is a number, not true or false."),
    ({"kind": "repair_in", "on": "2024-01-01", "component": 1},
     "The key 'component' is a number, not a text."),
    ({"kind": "claim", "on": "2024-01-01"}, "The key 'coverage' is missing."),
    ({"kind": "claim", "on": "2099-01-01", "coverage": "bodi"},
     "The policy brio@2 has no coverage 'bodi' to claim; did you mean 'body'?"),
    ({"kind": "void", "on": "2024-01-01"}, "The key 'reason' is missing."),
    ({"kind": "void", "on": "2024-01-01", "reason": "theft"},
     "The policy brio@2 has no exclusion 'theft' to void; there are opened, wear."),
    ({"kind": "void", "on": "2024-01-01", "reason": "wear", "coverage": "x"},
     "The policy brio@2 has no coverage 'x' to void; there is body."),
    ({"kind": "usage", "on": "2024-01-01", "unit": "km"}, "The key 'value' is missing."),
    ({"kind": "usage", "on": "2024-01-01", "value": 1}, "The key 'unit' is missing."),
    ({"kind": "usage", "on": "2024-01-01", "unit": "km", "value": "1"},
     "The key 'value' is a text, not a number."),
    ({"kind": "usage", "on": "2024-01-01", "unit": "km", "value": True},
     "The key 'value' is true, not a number."),
    ({"kind": "usage", "on": "2024-01-01", "unit": "km", "value": -0.5},
     "The key 'value' is not a finite number from 0."),
    ({"kind": "usage", "on": "2024-01-01", "unit": "km", "value": 10**309},
     "The key 'value' is not a finite number from 0."),
]  # fmt: skip


@pytest.mark.parametrize(("event", "expected"), EVENTS, ids=range(len(EVENTS)))
def test_a_bad_event_is_refused(event: Any, expected: str) -> None:
    assert f"Event 1: {expected}" == find_error(f'{{{CASE}, "events": [{json.dumps(event)}]}}')


def test_all_problems_of_a_line_are_told() -> None:
    line = f'{{{CASE}, "country": "es", "events": [{{"kind": "made"}}, 3]}}'
    assert find_error(line) == (
        "The country 'es' is not of the form ES or GB-SCT. Event 1: The key 'on' is missing. "
        "Event 2: It is a number, not an object."
    )


GOOD = [
    f"{{{CASE}}}",
    f" \t{{{CASE}}}\r",
    f'{{{CASE}, "country": null, "consumer": null, "events": null, "serial": null, "model": ""}}',
    f'{{{CASE}, "colour": 1e400, "size": {"9" * 5000}, "x": "\\ud83d\\ude00"}}',
    f'{{{CASE}, "country": "GB-SCT"}}',
    f'{{"policy": "gone@1", "as_of": "x", {CASE}}}',
    f'{{{CASE}, "x": {"[" * 500 + "]" * 500}}}',
    f'{{{CASE}, "events": [{{"kind":"usage","on":"2024-01-01","unit":"km","value":-0.0}}]}}',
    f'{{{CASE}, "events": [{{"kind":"usage","on":"2024-01-01","unit":"km","value":-1e-400}}]}}',
    f'{{{CASE}, "events": [{{"kind": "delivered", "on": "2024", "used": 3, "unit": 4}}]}}',
    f'{{{CASE}, "events": [{{"kind": "repair_out", "on": "2024-01-01", "component": "door"}}]}}',
    f'{{{CASE}, "events": [{{"kind": "repair_out", "on": "2024-01-01", "component": null}}]}}',
    f'{{{CASE}, "events": [{{"kind":"usage","on":"2024-01-01","unit":"km","value":1e308}}]}}',
    f'{{{CASE}, "events": [{{"kind":"void","on":"2024-01-01","reason":"wear","coverage":null}}]}}',
]


@pytest.mark.parametrize("line", GOOD, ids=range(len(GOOD)))
def test_a_good_line_is_read(line: str) -> None:
    case = read_case(line, POLICIES)
    assert (case.policy, case.consumer, case.model) == (POLICY, True, None)
    assert read_case(line.encode(), POLICIES) == case


def test_readings_from_elsewhere_may_be_whole_numbers() -> None:
    problems: list[str] = []
    usage = {"kind": "usage", "on": "2024-01-01", "unit": "km"}
    read = read_events([{**usage, "value": 3}, {**usage, "value": 10**309}], None, problems)
    assert [3.0] == [event.value for event in read]
    assert ["Event 2: The key 'value' is not a finite number from 0."] == problems


def test_a_consumer_is_asked_about_unless_told_otherwise() -> None:
    policy = POLICY.model_copy(update={"valid_for": "consumer"})
    assert "unknown" == coverage(policy, [], None, date(2024, 1, 1)).verdict


def test_lines_are_answered_with_the_statutes_given() -> None:
    statute = Statute(id="es", countries=["ES"], months=None, who="seller", source="x")
    answers = answer_lines([f'{{{CASE}, "country": "ES"}}'.encode()], POLICIES, [statute], [])
    assert ["body", "es"] == [row["id"] for row in json.loads(next(answers)[0])["coverages"]]


@pytest.mark.parametrize("line", [b"\f", b"\x0b", b"\x00", "\u2028".encode(), b"\x1c"])
def test_only_the_white_space_of_json_is_skipped(line: bytes) -> None:
    assert 1 == len(list(answer_lines([line, b" \t\r"], POLICIES, [], [])))


def test_lines_are_answered_in_order() -> None:
    lines = f'{{{CASE}}}\n \t\r\n{{"policy": "é"}}\n{{{CASE}}}\n'.encode().split(b"\n")
    verdict = (
        '{"as_of":"2024-01-01","verdict":"unknown","policy":"brio@2","coverages":[{"id":"body",'
        '"kind":"commercial","status":"unknown","trace":["R1 unknown 2024-01-01"]}],'
        '"missing":["proof of purchase"]}'
    )
    error = (
        "{\"error\":\"The policy 'é' is not known; there is brio@2. The key 'as_of' is missing.\","
        '"line":3}'
    )
    expected = [(verdict, True), (error, False), (verdict, True)]
    assert expected == list(answer_lines(lines, POLICIES, [], []))
