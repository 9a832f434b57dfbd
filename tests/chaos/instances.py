"""Three endpoints behind nginx on PostgreSQL, of which one is killed again and again.

nginx runs with the handbook's file. Clients do as the form in a page does: what was not
acknowledged they send again, under the same key. No answer may be a 5xx, nothing may be lost,
and nothing may be there twice.
"""

from __future__ import annotations

import json
import random
import signal
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.load import database
from tests.chaos.house import Member
from tests.kb.databases import read
from tests.kb.endpoint_site import make_site
from tests.kb.mail_server import CERTIFICATE
from tests.support.own_server import Care, changed, run_nginx, written
from tests.support.process import free_port

FORM = "support-request"
INSTANCES = 3
_CLIENTS = 6
# In seconds, between two posts of a client, and before it sends the same again.
_PAUSE = 0.1
_AGAIN = 0.5


@dataclass
class Outcome:
    """What clients saw: answers by status, lines that broke, and the references of each key."""

    statuses: Counter[int] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    refs: dict[str, set[str]] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    kills: int = 0
    rows: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def faults(self) -> Iterator[str]:
        """Give what must not happen, one sentence each."""
        bad = {status: number for status, number in self.statuses.items() if status >= 500}
        if bad:
            yield f"clients saw {bad}"
        if lost := self.sent - self.refs.keys():
            yield f"{len(lost)} were never acknowledged"
        if several := [key for key, refs in self.refs.items() if len(refs) != 1]:
            yield f"{len(several)} have more than one reference number"
        stored = Counter(key for key, _ in self.rows)
        if twice := [key for key, number in stored.items() if number > 1]:
            yield f"{len(twice)} are stored more than once"
        told = {(key, ref) for key, refs in self.refs.items() for ref in refs}
        if missing := told - set(self.rows):
            yield f"{len(missing)} were acknowledged and are not stored"


class Customers:
    """Threads that send one form after the other through nginx."""

    def __init__(self, address: str, outcome: Outcome, seed: int) -> None:
        self._parts = urlsplit(address)
        self._outcome = outcome
        self._ending = threading.Event()
        self._context = ssl.create_default_context(cafile=str(CERTIFICATE))
        self._threads = [
            threading.Thread(target=self._run, args=(random.Random(f"{seed} {one}"), one))
            for one in range(_CLIENTS)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have each end with what it sends, and wait for that."""
        self._ending.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive()

    def _run(self, chance: random.Random, one: int) -> None:
        number = 0
        while not self._ending.is_set():
            key = f"i{one}-{number}-{chance.getrandbits(48):012x}"
            number += 1
            with self._outcome.lock:
                self._outcome.sent.add(key)
            end = time.monotonic() + 60
            while not self._send(key) and time.monotonic() < end:
                time.sleep(_AGAIN)
            time.sleep(_PAUSE * chance.uniform(0.5, 1.5))

    def _send(self, key: str) -> bool:
        body = {"topic": "fault", "message": f"It hums, says {key}.", "name": "Ana Lind"}
        body["email"] = f"{key}@example.com"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        line = HTTPSConnection(
            self._parts.hostname or "", self._parts.port, timeout=30, context=self._context
        )
        outcome = self._outcome
        try:
            line.request("POST", f"/v1/forms/{FORM}", json.dumps(body), headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            with outcome.lock:
                outcome.broken[type(error).__name__] += 1
            return False
        finally:
            line.close()
        with outcome.lock:
            outcome.statuses[answer.status] += 1
            if answer.status == 201:
                outcome.refs.setdefault(key, set()).add(json.loads(content)["ref"])
        return answer.status == 201


@contextmanager
def behind_nginx(site: Path, folder: Path, ports: list[int]) -> Iterator[Care]:
    """Run nginx with the handbook's file, and the handbook's lines for several endpoints."""
    plain, safe = free_port(), free_port()
    several = written("upstream of three endpoints")
    machines = [f"10.0.0.{11 + number}:8000" for number in range(INSTANCES)]
    several = changed(
        several,
        {there: f"127.0.0.1:{port}" for there, port in zip(machines, ports, strict=True)},
    )
    text = written("/etc/nginx/sites-available/care")
    before, _, rest = text.partition("upstream carebase {")
    text = before + several + rest.partition("}\n")[2]
    text = changed(
        text,
        {
            "/srv/care/": f"{site.parent}/",
            "care.example.com;": "localhost;",
            "/etc/letsencrypt/live/care.example.com/fullchain.pem": str(CERTIFICATE),
            "/etc/letsencrypt/live/care.example.com/privkey.pem": str(CERTIFICATE),
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ": f"listen 127.0.0.1:{safe} ",
        },
    )
    care = Care(f"https://localhost:{safe}/", site)
    with run_nginx(text, folder, care):
        yield care


def kill_one_by_one(
    folder: Path, kills: int, every: float, seed: int, say: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Run it all for so many kills, one `every` so many seconds, and give what clients saw."""
    outcome = Outcome()
    (folder / "nginx").mkdir()
    site = make_site(folder)
    for name in ("nginx-http.conf", "nginx-server.conf"):
        (folder / "site.private" / name).touch()
    with database("postgresql", folder) as (address, _), ExitStack() as stack:
        settings = {
            "CAREBASE_SITE": str(site),
            "CAREBASE_DATABASE_URL": address,
            "CAREBASE_SECRET": "instances" * 4,
            "CAREBASE_TRUSTED_PROXIES": "127.0.0.1",
            "CAREBASE_RATE_LIMITS": "off",
            "CAREBASE_CHALLENGE": "off",
        }
        members = []
        for number in range(INSTANCES):
            (folder / str(number)).mkdir()
            members.append(Member("endpoint", folder / str(number), settings))
            stack.callback(members[-1].close)
            members[-1].start()
        never = threading.Event()
        for member in members:
            member.wait_until_up(never)
        care = stack.enter_context(
            behind_nginx(site, folder / "nginx", [member.port for member in members])
        )
        customers = Customers(care.address, outcome, seed)
        customers.start()
        try:
            _kill(members, kills, every, random.Random(seed), outcome, say)
        finally:
            customers.stop()
        query = "SELECT idempotency_key, ref FROM submissions"
        outcome.rows = [(str(key), str(ref)) for key, ref in read(address, query)]
    return outcome


def _kill(
    members: list[Member],
    kills: int,
    every: float,
    chance: random.Random,
    outcome: Outcome,
    say: Callable[[str], None],
) -> None:
    never = threading.Event()
    for number in range(kills):
        begun = time.monotonic()
        member = chance.choice(members)
        member.end(signal.SIGKILL)
        outcome.kills += 1
        member.start()
        # On a slow machine the next is killed later: two are up at any time.
        member.wait_until_up(never)
        time.sleep(max(every - (time.monotonic() - begun), 0.0))
        if (number + 1) % 10 == 0:
            say(f"{number + 1} kills, {sum(outcome.statuses.values())} answers")
