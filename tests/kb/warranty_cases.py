"""Makes policies, statutes, notices and cases by chance, crowded around the days that matter."""

from datetime import date, timedelta
from random import Random
from typing import Any

BASE = date(2024, 1, 31)
OFFSETS = [0, 1, 2, 5, 9, 10, 14, 15, 28, 29, 30, 31, 60, 90, 91, 180, 365, 366, 367, 730, 731]
IDS = ["body", "motor", "seals"]
LENGTHS: list[dict[str, Any]] = [
    {"days": 1},
    {"days": 30},
    {"weeks": 4},
    {"months": 1},
    {"months": 12},
    {"months": 13},
    {"years": 1},
    {"years": 2},
    {"until": "2024-12-31"},
    {"lifetime": "first_owner"},
    {"lifetime": "unlimited"},
]
PERIODS: list[dict[str, Any]] = [{"months": 1}, {"months": 24}, {"days": 30}, {"months": None}]
STARTS = ["made", "shipped", "purchased", "delivered", "registered"]
KINDS = [
    *(*STARTS, "purchased", "delivered", "transferred", "transfer_notified", "repair_in"),
    *("repair_in", "repair_out", "repair_out", "replaced", "claim", "claim", "void", "usage"),
]


def make_day(chance: Random) -> date:
    return BASE + timedelta(days=chance.choice(OFFSETS) + chance.choice([-31, -1, 0, 0, 1, 30]))


def make_policy(chance: Random) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "id": "brio",
        "version": chance.randint(1, 9),
        "start": [make_start(chance) for _ in range(chance.randint(1, 4))],
        "coverages": [make_coverage(chance, name) for name in IDS[: chance.randint(1, 3)]],
        "exclusions": [{"id": "wear", "clause": "terms.md#wear"}, {"id": "opened"}],
    }
    if chance.random() < 0.2:
        policy["valid_for"] = chance.choice(["consumer", "business", "both"])
    if chance.random() < 0.4:
        policy["count_first_day"] = chance.random() < 0.7
    if chance.random() < 0.6:
        rule = chance.choice(["inherit", "max_remainder", "restart"])
        policy["replacement"] = {"rule": rule}
        if rule == "max_remainder":
            policy["replacement"]["days"] = chance.choice([0, 30, 400])
    if chance.random() < 0.6:
        policy["repair"] = {"own_cover_days": chance.choice([0, 1, 90, 400])}
    if chance.random() < 0.4:
        names = [coverage["id"] for coverage in policy["coverages"]]
        policy["claims"] = {"max": chance.randint(1, 2), "coverage": chance.choice(names)}
    return policy


def make_start(chance: Random) -> Any:
    kind = chance.choice(STARTS)
    if chance.random() < 0.3:
        return {"of": kind, "plus_days": chance.choice([0, 1, 14, 90])}
    return kind


def make_coverage(chance: Random, name: str) -> dict[str, Any]:
    coverage: dict[str, Any] = {"id": name, **chance.choice(LENGTHS)}
    if chance.random() < 0.3:
        within = {"within_days": chance.choice([0, 1, 30, 60])}
        coverage["on_registration"] = {**within, **chance.choice(LENGTHS)}
    if chance.random() < 0.5:
        coverage["pause_in_repair"] = chance.random() < 0.8
    if chance.random() < 0.6:
        notice = {"notify_within_days": chance.choice([0, 1, 30, 90])}
        coverage["transfer"] = chance.choice([True, False, notice, notice])
    if chance.random() < 0.3:
        coverage["usage"] = {"cycles": 500, "hours": 0.5}
        if chance.random() < 0.5:
            del coverage["usage"]["hours"]
    if chance.random() < 0.5:
        coverage["clause"] = f"terms.md#{name}"
    return coverage


def make_statutes(chance: Random) -> list[dict[str, Any]]:
    rows = []
    for number in range(chance.randint(0, 3)):
        row: dict[str, Any] = {
            "id": f"{chance.choice('zab')}-{number}",
            "countries": chance.choice([["ES"], ["ES", "GB"], ["GB"], ["GB-SCT"]]),
            "who": "seller",
            "source": 'https://example.org/§ \u2028 "law"\\',
            **chance.choice(PERIODS),
        }
        if row.get("months") and chance.random() < 0.6:
            row["after_repair"] = {"months": chance.choice([1, 12])}
            if chance.random() < 0.5:
                row["after_repair"]["contract_from"] = make_day(chance).isoformat()
        choices: dict[str, list[str | int]] = {
            "buyer": ["consumer", "business", "any"],
            "goods": ["new", "used", "any"],
            "burden_months": [1, 12],
            "note": ["Ask the shop.", "Frag nach — 😀\t\u007f"],
        }
        for key, values in choices.items():
            if chance.random() < 0.3:
                row[key] = chance.choice(values)
        first, last = sorted([make_day(chance).isoformat(), make_day(chance).isoformat()])
        if chance.random() < 0.2:
            row["contract_from"] = first
        if chance.random() < 0.2:
            row["contract_to"] = last
        rows.append(row)
    return rows


def make_notices(chance: Random) -> list[dict[str, Any]]:
    notices = []
    for number in range(chance.randint(0, 2)):
        notice: dict[str, Any] = {
            "id": f"{chance.choice('zab')}-{number}",
            "programme": chance.choice(["recall", "free_repair"]),
        }
        first, last = sorted([make_day(chance).isoformat(), make_day(chance).isoformat()])
        for key, value in {
            "models": ["Brio x1", "Brio-X2"],
            "serials": [{"from": "BR-100", "to": "BR 199"}, {"from": "C1", "to": "c9"}],
            "made": chance.choice([{"from": first, "to": last}, {"from": first}, {"to": last}]),
            "from": first,
            "until": last,
            "source": "https://example.org/recall",
            "note": "Stop using the unit.",
        }.items():
            if chance.random() < 0.4:
                notice[key] = value
        notices.append(notice)
    return notices


def make_event(chance: Random, policy: dict[str, Any]) -> dict[str, Any]:
    kind = chance.choice(KINDS)
    on = make_day(chance).isoformat()
    if kind in STARTS[:4] and chance.random() < 0.3:
        on = on[: chance.choice([4, 7])]
    event: dict[str, Any] = {"kind": kind, "on": on}
    names = [coverage["id"] for coverage in policy["coverages"]]
    if kind == "purchased" and chance.random() < 0.3:
        event["used"] = chance.random() < 0.8
    if kind.startswith("repair") and chance.random() < 0.7:
        event["component"] = chance.choice([*names, "door"])
    if kind == "claim":
        event["coverage"] = chance.choice(names)
    if kind == "void":
        event["reason"] = chance.choice(["wear", "opened"])
        if chance.random() < 0.5:
            event["coverage"] = chance.choice(names)
    if kind == "usage":
        event["unit"] = chance.choice(["cycles", "hours", "km"])
        event["value"] = chance.choice(
            [0, 0.25, 0.5, 0.75, 499, 500, 500.5, 1e300, 12345678901234567]
        )
    return event


def make_call(chance: Random) -> dict[str, Any]:
    """Make the arguments of one verdict, as JSON values."""
    policy = make_policy(chance)
    voids = chance.random() < 0.3
    events = [make_event(chance, policy) for _ in range(chance.randint(0, 9))]
    case: dict[str, Any] = {
        "policy": f"brio@{policy['version']}",
        "as_of": make_day(chance).isoformat(),
        "events": [event for event in events if voids or event["kind"] != "void"],
    }
    choices: dict[str, list[str | bool]] = {
        "country": ["ES", "GB", "GB-SCT", "US-CA", "FR"],
        "consumer": [True, False],
        "serial": ["br100", "BR 150", "BR1-99", "C5", "C55", "", "BR1é0", "BR1😀"],
        "model": ["brio X1", "BRIO X2", "Vela", ""],
    }
    for key, values in choices.items():
        if chance.random() < 0.6:
            case[key] = chance.choice(values)
    return {
        "what": "coverage",
        "policy": policy,
        "case": case,
        "statutes": make_statutes(chance),
        "notices": make_notices(chance),
    }
