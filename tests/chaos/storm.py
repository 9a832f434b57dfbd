"""One loss test: clients send, processes are killed and started, and what is left is judged."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from carebase.forms.load import STANDARD
from tests.chaos.clients import FORM, Clients, post
from tests.chaos.house import Member
from tests.chaos.ledger import Ledger
from tests.chaos.receivers import Hook, Room, receivers
from tests.chaos.verdict import Verdict, judge
from tests.kb.databases import read, write
from tests.kb.endpoint_site import make_site
from tests.support.postgres import Server

CLIENTS = 6
# Posts a second: each makes two mails and a call, which a killed worker has to keep up with.
RATE = 20.0
# After so many kills both processes are down for a moment, and all leases end.
_LEASES_END_EVERY = 25
# In seconds, for everything to go out at the end.
_DRAINING = 240.0


@dataclass
class Blows:
    """What was done to the processes."""

    killed: dict[str, int] = field(default_factory=lambda: {"endpoint": 0, "worker": 0})
    stopped: int = 0
    database: int = 0

    @property
    def kills(self) -> int:
        """How many processes were killed by `kill -9`."""
        return sum(self.killed.values())


class Storm:
    """Kills at random moments, drawn from a seed; `server` is the PostgreSQL to be felled too."""

    def __init__(
        self,
        folder: Path,
        database: str,
        kills: int,
        seed: int,
        server: Server | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.blows = Blows()
        self._folder = folder
        self._database = database
        self._kills = kills
        self._seed = seed
        self._chance = random.Random(seed)
        self._server = server
        self._say = say
        self._over = threading.Event()

    def run(self) -> Verdict:
        """Run the test to its end and judge."""
        with receivers() as (room, hook), Ledger(self._folder / "ledger.jsonl") as ledger:
            settings = self._settings(room, hook)
            house = [Member(name, self._folder, settings) for name in ("endpoint", "worker")]
            for member in house if self._server else ():
                member.revived_from = 2
            clients = Clients(house[0].port, ledger, CLIENTS, RATE, self._seed)
            try:
                for member in house:
                    member.start()
                    member.wait_until_up(self._over)
                clients.start()
                self._strike(house)
                clients.stop()
                self._calm_down(house, ledger)
            finally:
                self._over.set()
                clients.stop()
                for member in house:
                    member.close()
            logs = "".join(member.log.read_text("utf-8") for member in house)
            return judge(self._database, ledger, room, hook, self.blows, logs)

    def _settings(self, room: Room, hook: Hook) -> dict[str, str]:
        form = (STANDARD / f"{FORM}.yml").read_text("utf-8")
        target = f"http://127.0.0.1:{hook.port}/hook"
        notify = f"notify: {{mail: care@fjellby.example, webhook: '{target}'}}\n"
        site = make_site(self._folder, sources={f"docs/forms/{FORM}.yml": form + notify})
        return {
            "CAREBASE_SITE": str(site),
            "CAREBASE_DATABASE_URL": self._database,
            "CAREBASE_SECRET": "chaos " * 8,
            "CAREBASE_RATE_LIMITS": "off",
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
            "CAREBASE_ALLOW_PRIVATE_WEBHOOKS": "1",
            "CAREBASE_DIGEST": "off",
        }

    def _strike(self, house: list[Member]) -> None:
        """Kill both by turns and at random until the number is reached."""
        chance = self._chance
        falls = {self._kills * turn // 5 for turn in range(1, 5)} if self._server else set()
        while self.blows.kills < self._kills:
            victim = chance.choice(house)
            # Often within its start, more often while it works.
            time.sleep(chance.choice((chance.uniform(0, 0.3), chance.uniform(0.3, 1.5))))
            if chance.random() < 0.1:
                victim.wait_until_up(self._over)
                # Before it listens to signals a process dies of this one, too.
                victim.end(signal.SIGTERM)
                self.blows.stopped += 1
            else:
                victim.end(signal.SIGKILL)
                self.blows.killed[victim.name] += 1
                self._tell()
                if self.blows.kills in falls:
                    self._fell_database()
                if self.blows.kills % _LEASES_END_EVERY == 0:
                    self._end_leases(house, victim)
            victim.start(sends=chance.random() < 0.5 or victim.name == "worker")
            if chance.random() < 0.8:
                victim.wait_until_up(self._over)

    def _end_leases(self, house: list[Member], dead: Member) -> None:
        """Let the time of all leases pass at once, while nobody holds one."""
        for member in house:
            if member is not dead:
                member.end(signal.SIGKILL)
                self.blows.killed[member.name] += 1
        write(self._database, "UPDATE outbox SET next_at = created_at WHERE state = 'waiting'")
        for member in house:
            if member is not dead:
                member.start()

    def _fell_database(self) -> None:
        """Have PostgreSQL fall down as after a power cut, and come back by itself."""
        assert self._server is not None
        self._server.stop(signal.SIGQUIT)
        time.sleep(self._chance.uniform(0, 1))
        self._server.start()
        self.blows.database += 1

    def _calm_down(self, house: list[Member], ledger: Ledger) -> None:
        """Let everybody send what is not acknowledged yet, and all letters go out."""
        endpoint = house[0]
        for member in house:
            member.end(signal.SIGTERM)
        write(self._database, "UPDATE outbox SET next_at = created_at WHERE state = 'waiting'")
        for member in house:
            member.start()
        endpoint.wait_until_up(self._over)
        for key in ledger.open_keys():
            assert post(endpoint.port, key, ledger), f"{key} is refused:\n{endpoint.said}"
        self._say(f"{len(ledger.sent)} submissions are sent; letters go out …")
        end = time.monotonic() + _DRAINING
        waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting'"
        while time.monotonic() < end and read(self._database, waiting) != [(0,)]:
            time.sleep(0.5)
        for member in house:
            assert 0 == member.end(signal.SIGTERM), member.said

    def _tell(self) -> None:
        if self.blows.kills % 20 == 0:
            self._say(f"{self.blows.kills} of {self._kills} kills")
