"""`make bots`: 10,000 posts of programs and 500 like those of people, all over loopback.

The endpoint runs as a process with its settings as they come, behind a proxy that tells the
addresses of its clients. Whatever it acknowledges must be stored and listed by `carebase inbox`;
no person may be turned away.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import altcha

from carebase.inbox.reasons import REASONS
from carebase.store import Store
from tests.kb.endpoint_site import Answer, Client, clean_environment, make_site, process

FORM = "support-request"
PATH = f"/v1/forms/{FORM}"
_REF = re.compile(r"CB-[0-9A-Z]{4}-[0-9A-Z]{4}")
_WORDS = (
    "pump water hums kettle lid leaks since Monday lamp blinks red twice then stops cold brews"
    " slowly filter new descaled manual says button stuck hose loose steam noise morning"
)

# Kinds of programs, and how many of a hundred are of each.
PROGRAMS = {
    "plain form, no proof": 30,
    "JSON, no proof": 20,
    "fills in the hidden field": 15,
    "many links": 10,
    "one proof many times": 10,
    "made-up proof": 8,
    "nonsense": 5,
    "solves, in half a second": 1,
    "solves, and takes its time": 1,
}
PEOPLE = {"person": 80, "person, without JavaScript": 15, "person, no challenge came": 5}


@dataclass
class Outcome:
    """What became of the posts of one kind."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    refs: list[str] = field(default_factory=list)


@dataclass
class Run:
    """A run: the table of what happened, and what must not have."""

    outcomes: dict[str, Outcome]
    states: dict[str, str]
    listed: set[str]
    reasons: Mapping[str, int]

    def count(self, kind: str, state: str) -> int:
        """Count the posts of a kind that are stored in a state."""
        return sum(self.states.get(ref) == state for ref in self.outcomes[kind].refs)

    def faults(self) -> Iterator[str]:
        """Give what must not happen, one sentence each."""
        for kind, outcome in self.outcomes.items():
            statuses = outcome.statuses
            acknowledged = statuses[201] + statuses[303]
            refused = sum(number for status, number in statuses.items() if 400 <= status < 500)
            if acknowledged != len(outcome.refs) or len(set(outcome.refs)) != acknowledged:
                yield f"{kind}: {acknowledged} were acknowledged, {len(outcome.refs)} have a number"
            if acknowledged + refused != outcome.sent:
                yield f"{kind}: {outcome.sent - acknowledged - refused} had no honest answer"
            for ref in outcome.refs:
                if ref not in self.listed or ref not in self.states:
                    yield f"{kind}: {ref} was acknowledged and is not listed"
            if kind in PEOPLE and refused:
                yield f"{kind}: {refused} were turned away"
        if sum(len(outcome.refs) for outcome in self.outcomes.values()) != len(self.states):
            yield "There is something in the database that was not acknowledged"

    def table(self) -> Iterator[str]:
        """Give the lines of the table."""
        yield f"{'':30}{'sent':>7}{'received':>10}{'quarantine':>12}{'429':>7}{'other 4xx':>11}"
        for group in (PROGRAMS, PEOPLE):
            for kind in group:
                yield self._row(kind, [kind])
            yield self._row("all programs" if group is PROGRAMS else "all people", list(group))
            yield ""
        yield from (f"{REASONS[name]:60}{count:>7}" for name, count in self.reasons.items())

    def share(self, kinds: dict[str, int], *states: str) -> float:
        """Give which share of these is in one of the states; of those that were not refused."""
        refs = [ref for kind in kinds for ref in self.outcomes[kind].refs]
        return sum(self.states[ref] in states for ref in refs) / max(len(refs), 1)

    def _row(self, title: str, kinds: list[str]) -> str:
        outcomes = [self.outcomes[kind] for kind in kinds]
        statuses = sum((outcome.statuses for outcome in outcomes), Counter[int]())
        other = sum(n for status, n in statuses.items() if 400 <= status < 500 and status != 429)
        received = sum(self.count(kind, "received") for kind in kinds)
        quarantined = sum(self.count(kind, "quarantined") for kind in kinds)
        sent = sum(outcome.sent for outcome in outcomes)
        return f"{title:30}{sent:>7}{received:>10}{quarantined:>12}{statuses[429]:>7}{other:>11}"


class Crowd:
    """Sends the posts of programs and of people, in any order."""

    def __init__(self, client: Client, programs: int, people: int, seed: int) -> None:
        self._client = client
        self._chance = random.Random(seed)
        self._replayed = self._solve()
        kinds = _share_out(PROGRAMS, programs) + _share_out(PEOPLE, people)
        self._chance.shuffle(kinds)
        # As many programs a network of machines as its owner could rent; each person at home.
        self._posts = [
            (kind, self._body(kind, number), self._address(kind, number, programs))
            for number, kind in enumerate(kinds)
        ]

    def send(self) -> dict[str, Outcome]:
        """Send all posts, eight at a time."""
        outcomes = {kind: Outcome() for kind in (*PROGRAMS, *PEOPLE)}
        with ThreadPoolExecutor(8) as pool:
            for kind, status, ref in pool.map(lambda post: self._send(*post), self._posts):
                outcomes[kind].sent += 1
                outcomes[kind].statuses[status] += 1
                outcomes[kind].refs += [ref] if ref else []
        return outcomes

    def _send(self, kind: str, body: dict[str, Any], address: str) -> tuple[str, int, str]:
        headers = {"X-Forwarded-For": address}
        if "solves" in kind or kind == "person":
            body = body | {"_proof": self._solve()}
        if kind in ("plain form, no proof", "person, without JavaScript"):
            answer = self._client.post_form(PATH, body, headers)
            return kind, answer.status, self._ref_on_page(answer)
        answer = self._client.post_json(PATH, body, headers=headers)
        return kind, answer.status, answer.json["ref"] if answer.status == 201 else ""

    def _ref_on_page(self, answer: Answer) -> str:
        if answer.status != 303:
            return ""
        found = _REF.search(self._client.get(answer.headers["location"]).words)
        return found.group() if found else ""

    def _body(self, kind: str, number: int) -> dict[str, Any]:
        words = _WORDS.split()
        body: dict[str, Any] = {
            "topic": "fault",
            "message": " ".join(self._chance.choices(words, k=12)) + f", {number}.",
            "name": f"Sender {number}",
            "email": f"sender{number}@example.com",
        }
        if kind in ("person", "person, no challenge came", "solves, and takes its time"):
            body["_seconds"] = round(self._chance.uniform(20, 240), 1)
        match kind:
            case "fills in the hidden field":
                body["_website"] = "https://example.com/"
            case "many links":
                body["message"] += " https://example.com/" * 5
            case "one proof many times":
                body["_proof"] = self._replayed
            case "made-up proof":
                body["_proof"] = self._replayed[::-1]
            case "solves, in half a second":
                body["_seconds"] = 0.5
            case "nonsense":
                body["email"] = "buy now"
        return body

    def _address(self, kind: str, number: int, programs: int) -> str:
        if kind in PEOPLE:
            return f"10.1.{number // 250 % 250}.{number % 250}"
        machine = number % max(programs // 25, 1)
        return f"10.2.{machine // 250}.{machine % 250}"

    def _solve(self) -> str:
        asked = altcha.Challenge.from_dict(self._client.get(f"/v1/challenge?form={FORM}").json)
        solution = altcha.solve_challenge(asked)
        assert solution is not None
        return altcha.Payload(asked, solution).to_base64()


def run(folder: Path, programs: int, people: int, seed: int) -> Run:
    """Start an endpoint, send everything, and read what became of it."""
    settings = {
        "CAREBASE_CHALLENGE": "",
        "CAREBASE_RATE_LIMITS": "",
        "CAREBASE_TRUSTED_PROXIES": "127.0.0.1",
    }
    with process(make_site(folder), settings=settings) as (_, client):
        outcomes = Crowd(client, programs, people, seed).send()
    listed = subprocess.run(
        [sys.executable, "-m", "carebase", "inbox", "--refs"],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    states = {row["ref"]: row["state"] for row in client.rows()}
    with Store(f"sqlite:///{client.database}") as store:
        reasons = store.count_quarantine([FORM]).by_reason
    return Run(outcomes, states, set(listed.stdout.split()), reasons)


def _share_out(kinds: dict[str, int], number: int) -> list[str]:
    """Give so many kinds in their shares, at least one of each."""
    counts = {kind: max(1, number * share // 100) for kind, share in kinds.items()}
    first = next(iter(kinds))
    counts[first] += number - sum(counts.values())
    return [kind for kind, count in counts.items() for _ in range(count)]


def main(arguments: list[str]) -> int:
    """Run it and print the table; 1 when something happened that must not."""
    reader = argparse.ArgumentParser(prog='make bots ARGS="…"')
    reader.add_argument("--programs", type=int, default=10_000)
    reader.add_argument("--people", type=int, default=500)
    reader.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = reader.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="carebase-bots-") as folder:
        done = run(Path(folder), options.programs, options.people, options.seed)
    for line in done.table():
        print(line)
    print(
        f"\nPeople received at once: {done.share(PEOPLE, 'received'):.1%}, received or in"
        f" quarantine: {done.share(PEOPLE, 'received', 'quarantined'):.1%}."
        f"\nPrograms received: {done.share(PROGRAMS, 'received'):.2%} of what was stored of them."
        f"\nSeed {options.seed}, {time.monotonic() - began:.0f} s."
    )
    faults = list(done.faults())
    print(json.dumps(faults[:20], indent=1) if faults else "Nothing was dropped.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
