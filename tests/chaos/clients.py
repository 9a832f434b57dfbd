"""Bounded clients: each sends a submission, and sends it again until it is acknowledged."""

from __future__ import annotations

import json
import random
import threading
import time
from http.client import HTTPConnection, HTTPException

from tests.chaos.ledger import Ledger

FORM = "support-request"
# In seconds, for one answer: more than the endpoint needs to find its database gone.
_PATIENCE = 15.0


def address_of(key: str) -> str:
    """Give the mail address of the customer who sends with this key."""
    return f"{key}@example.com"


def post(port: int, key: str, ledger: Ledger) -> bool:
    """Send the submission of a key, noted before and after; tell whether it is acknowledged."""
    body = {
        "topic": "fault",
        "product": "brio",
        "message": f"It hums, but no water comes. This is what {key} has to say about it.",
        "name": "Ana Lind",
        "email": address_of(key),
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    ledger.send(key)
    try:
        connection.request("POST", f"/v1/forms/{FORM}", json.dumps(body), headers)
        answer = connection.getresponse()
        data = answer.read()
    except (OSError, HTTPException) as error:
        ledger.refuse(key, type(error).__name__)
        return False
    finally:
        connection.close()
    if answer.status != 201:
        ledger.refuse(key, f"status {answer.status}")
        return False
    ledger.acknowledge(key, json.loads(data)["ref"])
    return True


class Clients:
    """So many threads, so many posts a second in all, until they are stopped."""

    def __init__(self, port: int, ledger: Ledger, number: int, rate: float, seed: int) -> None:
        self._port = port
        self._ledger = ledger
        self._pause = number / rate
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(random.Random(f"{seed} {one}"), one))
            for one in range(number)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)

    def _run(self, chance: random.Random, one: int) -> None:
        mine: list[str] = []
        waiting: list[str] = []
        while not self._stopping.is_set():
            begun = time.monotonic()
            if waiting:
                key = waiting.pop(0)
            elif mine and chance.random() < 0.1:
                # A page that was not sure, a second tab: the same once more.
                key = chance.choice(mine)
            else:
                key = f"c{one}-{len(mine)}-{chance.getrandbits(48):012x}"
                mine.append(key)
            if chance.random() < 0.05:
                self._at_once(key)
            elif not post(self._port, key, self._ledger):
                waiting.append(key)
            pause = chance.uniform(0.5, 1.5) * self._pause - (time.monotonic() - begun)
            self._stopping.wait(max(pause, 0.01))

    def _at_once(self, key: str) -> None:
        """Send the same twice at the same time; what is not acknowledged is sent at the end."""
        twins = [
            threading.Thread(target=post, args=(self._port, key, self._ledger)) for _ in range(2)
        ]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.join(_PATIENCE * 2)
