"""Serial numbers: normalising, check digits, date codes, and the same in the browser."""

from random import Random
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError
from stdnum import ean, luhn, verhoeff
from stdnum.iso7064 import mod_11_2, mod_97_10

from carebase.catalog.checkdigits import Method, has_check_digit
from carebase.catalog.pattern import PatternError, compile_pattern
from carebase.catalog.serial import SerialRule
from carebase.warranty.verdict import stringify
from tests.kb.warranty_twin import run_twin

BRIO: dict[str, Any] = {
    "pattern": r"BR(?P<yy>\d{2})(?P<ww>\d{2})(?P<run>\d{5})(?P<digit>\d)",
    "normalise": {"upper": True, "strip": " -", "swap": {"O": "0", "I": "1"}},
    "check": "luhn",
    "check_over": ["yy", "ww", "run", "digit"],
    "made": {"year": "yy", "week": "ww", "century": 20},
    "example": "BR24-2100017-1",
    "where": "On the label under the water tank.",
    "picture": "label.webp",
}
RULES: list[dict[str, Any]] = [
    BRIO,
    {"pattern": r"^(?<y>\d{4})-?(?P<m>\d\d?)[A-C\-]?$", "made": {"year": "y", "month": "m"},
     "normalise": {"strip": "", "upper": False}},
    {"pattern": r"V(?P<y>\d\d)(?:x|y+)?.{0,2}", "made": {"year": "y", "century": 19},
     "normalise": {"upper": False}},
    {"pattern": r"[^a-z]{2,70}", "check": "mod97"},
    {"pattern": r"\d+[\dX]", "check": "mod11_2"},
    {"pattern": r"(?P<a>\w)\.(?P<b>\w*)", "check": "verhoeff", "check_over": ["b", "a"]},
    {"pattern": r"(?P<y>\d{2,4})?(?P<w>\d\d)", "made": {"year": "y", "week": "w"}},
]  # fmt: skip


def read(rule: dict[str, Any]) -> SerialRule:
    return SerialRule.model_validate(rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("br24-21 ooOI71", "BR2421000171"),
        ("  BR-24 ", "BR24"),
        ("ßé", "ßé"),
        ("", ""),
    ],
)
def test_a_serial_is_normalised(text: str, expected: str) -> None:
    assert expected == read(BRIO).normalise(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BR24-2100017-1", None),
        ("br24 21ooo17 1", None),
        ("BR24-2100017-2", "check_digit"),
        ("BR24-210017-3", "pattern"),
        ("XBR2421000171", "pattern"),
        ("BR2421000171\n", "pattern"),
        ("BR2454000171", "made"),
        ("BR٢٤2100017٣", "pattern"),
    ],
)
def test_a_serial_is_checked(text: str, expected: str | None) -> None:
    assert expected == read(BRIO).check(text)


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (BRIO, "BR24-2100017-1", "2024-05-26"),
        (BRIO, "BR24-2100017-2", None),
        (RULES[1], "202410", "2024-10"),
        (RULES[1], "2024-1", "2024-01"),
        (RULES[1], "202413", None),
        (RULES[1], "189910", None),
        (RULES[2], "V98", "1998"),
        (RULES[6], "202653", "2027-01-03"),
        (RULES[6], "202553", None),
        (RULES[6], "2501", "2025-01-05"),
        (RULES[6], "01", None),
        (RULES[6], "299952", "2999-12-29"),
        (RULES[3], "AB", None),
    ],
)
def test_a_date_code_tells_when_it_was_made(
    rule: dict[str, Any], text: str, expected: str | None
) -> None:
    assert expected == read(rule).made(text)


METHODS: list[tuple[Method, ModuleType]] = [
    ("luhn", luhn),
    ("verhoeff", verhoeff),
    ("mod97", mod_97_10),
    ("mod11_2", mod_11_2),
]


@pytest.mark.parametrize(("method", "reference"), METHODS)
def test_check_digits_agree_with_an_independent_library(
    method: Method, reference: ModuleType
) -> None:
    chance = Random(5)
    calculate = getattr(reference, "calc_check_digit", None) or reference.calc_check_digits
    for _ in range(1000):
        number = "".join(chance.choice("0123456789") for _ in range(chance.randint(3, 16)))
        assert has_check_digit(number, method) == bool(reference.is_valid(number)), number
        assert has_check_digit(number + calculate(number), method), number


def test_ean_agrees_with_an_independent_library() -> None:
    chance = Random(6)
    for length in (7, 11, 12, 13):
        for _ in range(200):
            number = "".join(chance.choice("0123456789") for _ in range(length))
            right = number + ean.calc_check_digit(number)
            assert has_check_digit(right, "ean")
            wrong = number + str((int(right[-1]) + 1) % 10)
            assert not has_check_digit(wrong, "ean")


@pytest.mark.parametrize(
    ("number", "method", "expected"),
    [
        ("0000000121032683", "mod11_2", True),
        ("000000012146438X", "mod11_2", True),
        ("000000012146438x", "mod11_2", False),
        ("X", "mod11_2", False),
        ("3214282912345698765432161182", "mod97", True),
        ("ABC00054", "mod97", False),
        ("79927398713", "luhn", True),
        ("7992739871A", "luhn", False),
        ("4006381333931", "ean", True),
        ("2363", "verhoeff", True),
        ("0", "luhn", False),
        ("", "verhoeff", False),
        ("anything", "none", True),
    ],
)
def test_check_digits_known_from_the_standards(number: str, method: Method, expected: bool) -> None:
    assert expected == has_check_digit(number, method)


BAD_PATTERNS = [
    ("(a", "The pattern opens a group that it does not close."),
    ("a)", "The pattern closes a group that it did not open."),
    ("[]", "The pattern has an empty or open [ ]."),
    ("[a", "The pattern has an empty or open [ ]."),
    ("a**", "The pattern is no regular expression: multiple repeat."),
    ("*", "The pattern is no regular expression: nothing to repeat."),
    ("[b-a]", "The pattern is no regular expression: bad character range b-a."),
    ("a{3,2}", "The pattern is no regular expression: min repeat greater than max repeat."),
    ("a{,3}", "A count in a pattern is {n}, {n,} or {n,m}; a plain '{' is '\\{'."),
    ("a]", "The pattern has a ']' of its own; write '\\]'."),
    ("a++", "The pattern has a possessive '+', which browsers do not know."),
    ("(?P<n>a)+", "A named group of a pattern cannot repeat; repeat what is inside it."),
    ("(?:(?P<n>a)|b){2}", "A named group of a pattern cannot repeat; repeat what is inside it."),
    ("(?P<n>a)(?<n>b)", "The pattern names the group 'n' twice."),
    ("[[:alpha:]]", "A '[' within [ ] of a pattern is written '\\['."),
    ("a\\", "The pattern ends in a lone '\\'."),
    *((f"{one}a", f"The pattern has '{one[:4]}', which Python and browsers do not read alike; "
       "groups are (…), (?:…) or (?P<name>…).") for one in ("(?i)", "(?=b)", "(?>b)", "(?P=n)")),
    *((one, f"The pattern has '{one}'; only \\d, \\D, \\w, \\W and escaped signs are read alike "
       "by Python and browsers.") for one in ("\\s", "\\b", "\\Z", "\\1", "\\x", "\\p")),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "expected"), BAD_PATTERNS)
def test_a_bad_pattern_is_refused_in_one_sentence(pattern: str, expected: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert expected == str(caught.value)
    with pytest.raises(ValidationError) as refused:
        SerialRule.model_validate({"pattern": pattern})
    assert [(("pattern",), expected)] == [
        (error["loc"], error["msg"]) for error in refused.value.errors()
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            {"check_over": ["yy", "zz"], "made": {"year": "y"}},
            "The pattern has no group 'zz'; it has yy, ww, run, digit. The pattern has no group "
            "'y'; it has yy, ww, run, digit.",
        ),
        ({"check": "none"}, "The key check_over needs a check other than none."),
        (
            {"example": "BR24-2100017-2"},
            "The example 'BR24-2100017-2' does not fit the check digit.",
        ),
        ({"example": "BR"}, "The example 'BR' does not fit the pattern."),
    ],
)
def test_a_rule_that_does_not_hang_together_is_refused(keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SerialRule.model_validate({**BRIO, **keys})
    assert [expected] == [error["msg"] for error in caught.value.errors()]


def test_every_field_is_described_with_an_example() -> None:
    schema = SerialRule.model_json_schema()
    for mapping in (schema, *schema["$defs"].values()):
        for name, field in mapping["properties"].items():
            assert field.get("description"), name
            assert field.get("examples"), name


def test_the_browser_gives_the_same_answers() -> None:
    chance = Random(8)
    texts = ["BR24-2100017-1", "V99é😀", "202653", "202553", "01", "000000012146438X", "a.", "١"]
    for _ in range(1500):
        signs = chance.choice(["0123456789", "BRV0123456789", "aX.-9 O\n\u2028😀_é"])
        texts.append("".join(chance.choice(signs) for _ in range(chance.randint(0, 12))))
    texts += [f"BR{chance.randint(10**9, 10**10 - 1)}" for _ in range(500)]
    texts += [f"{chance.randint(1890, 3010)}{chance.randint(0, 54):02}" for _ in range(500)]
    texts += ["9" * 64, "9" * 65, "😀" * 64]
    calls = []
    expected = []
    for text in texts:
        for keys in RULES:
            rule = read(keys)
            calls.append({"what": "serial", "rule": rule.for_browser(), "text": text})
            expected.append(stringify([rule.normalise(text), rule.check(text), rule.made(text)]))
    assert expected == run_twin(calls)
    assert len(set(expected)) > 1000


def test_the_browser_checks_digits_alike() -> None:
    chance = Random(9)
    asked: list[tuple[str, Method]] = [
        ("".join(chance.choice(signs) for _ in range(chance.randint(0, 16))), method)
        for method in ("luhn", "mod97", "mod11_2", "verhoeff", "ean", "none")
        for signs in ("0123456789", "0123456789X", "01AZ")
        for _ in range(300)
    ]
    calls = [{"what": "check_digit", "number": one, "method": method} for one, method in asked]
    expected = [stringify(has_check_digit(*one)) for one in asked]
    assert expected == run_twin(calls)
