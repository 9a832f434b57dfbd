"""The endpoint under load: durable posts at a steady rate, as processes on one machine.

`make bench ARGS=load` posts 500 support requests a second for two minutes to SQLite, with the
settings of an operator who has mail: `CAREBASE_WORKER=on`, a notification to the people who answer
and an acknowledgement to the customer for each post, taken by a real mail server on loopback.
Only the limits of one client are off, because all posts come from one address. Endpoint, mail
server and generator share the processors. At the end each acknowledged reference must be a row.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from carebase.forms.load import STANDARD
from tests.bench.generator import Outcome, generate, schedule
from tests.kb.databases import read
from tests.kb.endpoint_site import make_site
from tests.support import postgres
from tests.support.process import CAREBASE, Running, run_carebase, start, start_carebase

_TICK = os.sysconf("SC_CLK_TCK")
_GOAL = "500 a second for 120 s, p99 below 50 ms, memory below 150 MB, nothing lost"

FORM = "support-request"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used: processor seconds, and its largest memory in MB."""

    cpu: float
    peak: float


def usage_of(pid: int) -> Usage:
    """Read what the kernel tells of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return Usage((int(fields[11]) + int(fields[12])) / _TICK, int(peak.split()[1]) / 1000)


def write_site(folder: Path) -> Path:
    """Make a site whose form tells the people who answer of each submission."""
    form = (STANDARD / f"{FORM}.yml").read_text("utf-8")
    notify = "notify: {mail: care@fjellby.example}\n"
    return make_site(folder, sources={f"docs/forms/{FORM}.yml": form + notify})


def request_of(host: str, number: int) -> bytes:
    """Write one post as the form in a page sends it; each is of another customer."""
    body = json.dumps(
        {
            "topic": "fault",
            "product": "brio",
            "message": f"It hums, but no water comes, since day {number}. I have descaled it.",
            "name": "Ana Lind",
            "email": f"ana.lind.{number}@example.com",
            "_page": "/support/",
            "_lang": "en",
            "_seconds": 41.5,
        }
    ).encode()
    head = (
        f"POST /v1/forms/{FORM} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        f"Accept: application/json\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: 7d1f0c9e-44a1-4cd2-8f0e-{number:012x}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, postgres.Server | None]]:
    """Give the address of an empty database that syncs to the disk as in earnest."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'carebase.db'}", None
        return
    with postgres.running(durable=True) as server:
        address = server.new_database()
        done = run_carebase("db", "upgrade", env={"CAREBASE_DATABASE_URL": address})
        assert 0 == done.returncode, done.stderr
        yield address, server


@contextmanager
def mail_server() -> Iterator[tuple[Running, int]]:
    """Run a mail server as a process of its own, and give its port."""
    with start((sys.executable, "-m", "tests.bench.mail_sink")) as running:
        yield running, int(running.wait_for(r"\d+"))


def main(arguments: list[str]) -> int:
    """Run once and print the figures; gives 1 when something was lost or an error was answered."""
    options = _read(arguments)
    with tempfile.TemporaryDirectory(prefix="carebase-load-") as name:
        folder = Path(name)
        site = write_site(folder)
        with database(options.database, folder) as (address, _), mail_server() as (sink, port):
            environment = {
                "CAREBASE_SITE": str(site),
                "CAREBASE_DATABASE_URL": address,
                "CAREBASE_SECRET": "load " * 8,
                "CAREBASE_RATE_LIMITS": "off",
                "CAREBASE_CHALLENGE": "off",
                "CAREBASE_WORKER": "on" if options.worker == "inside" else "off",
                "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{port}",
                "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
                "CAREBASE_DIGEST": "off",
            }
            return _measure(options, folder, environment, sink)


def _read(arguments: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog='make bench ARGS="load …"', description=f"The goal: {_GOAL}."
    )
    reader.add_argument("--rate", type=float, default=500, help="posts a second (500)")
    reader.add_argument("--seconds", type=float, default=120, help="for how long (120)")
    reader.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    reader.add_argument(
        "--worker",
        choices=["inside", "apart", "none"],
        default="inside",
        help="who sends the mails: the endpoint, `carebase worker`, nobody (inside)",
    )
    reader.add_argument("--seed", type=int, default=1, help="of the moments of arrival (1)")
    return reader.parse_args(arguments)


def _measure(
    options: argparse.Namespace, folder: Path, environment: dict[str, str], sink: Running
) -> int:
    print(f"{options.rate:g} posts a second for {options.seconds:g} s on {options.database},")
    print(f"worker: {options.worker}; load of the machine before: {_load()}", flush=True)
    with start_carebase("endpoint", "--port", "0", cwd=folder, env=environment) as running:
        address = urlsplit(running.address())
        host, port = address.hostname or "", address.port or 0
        named = f"{host}:{port}"
        # The first requests of a process pay for what is made once.
        _post(host, port, named, 10, 1.0, options.seed, first=10_000_000)
        command = (*CAREBASE, "worker")
        worker = None
        if options.worker == "apart":
            worker = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
            )
        pid = running.process.pid
        before, began = usage_of(pid), time.process_time()
        mail_before = usage_of(sink.process.pid)
        try:
            outcome = _post(host, port, named, options.rate, options.seconds, options.seed)
            after, own = usage_of(pid), time.process_time() - began
            mail = usage_of(sink.process.pid).cpu - mail_before.cpu
        finally:
            if worker:
                worker.send_signal(signal.SIGTERM)
                worker.wait(30)
        print(f"load of the machine after: {_load()}")
        running.stop(timeout=60)
        said = running.output.partition("\n")[2]
    _print(outcome, before, after, own, mail, environment["CAREBASE_DATABASE_URL"])
    lost = _lost(outcome, environment["CAREBASE_DATABASE_URL"])
    print(f"{'said by the endpoint':28}{said.strip() or 'nothing'}")
    return 1 if lost or outcome.errors or "locked" in said else 0


def _post(
    host: str, port: int, named: str, rate: float, seconds: float, seed: int, first: int = 0
) -> Outcome:
    moments = schedule(rate, seconds, seed)
    return generate(host, port, moments, lambda number: request_of(named, first + number))


def _print(
    outcome: Outcome, before: Usage, after: Usage, own: float, mail: float, address: str
) -> None:
    cpu = after.cpu - before.cpu
    errors = ", ".join(f"{what}: {number}" for what, number in outcome.errors.items()) or "none"
    rows = {
        "rate reached, 1/s": f"{outcome.answered / outcome.seconds:.1f}",
        "p50, p99, p99.9, max, ms": ", ".join(
            f"{outcome.percentile(share):.1f}" for share in (0.5, 0.99, 0.999, 1.0)
        ),
        "generator late at most, ms": f"{outcome.late * 1000:.1f}",
        "errors": errors,
        "endpoint CPU per post, ms": f"{cpu / max(outcome.answered, 1) * 1000:.3f}",
        "CPU of endpoint, s": f"{cpu:.1f} ({cpu / outcome.seconds:.0%} of one core)",
        "CPU of generator, s": f"{own:.1f}",
        "CPU of mail server, s": f"{mail:.1f}",
        "endpoint memory at most, MB": f"{after.peak:.0f}",
    }
    for name, value in rows.items():
        print(f"{name:28}{value}")
    mails = read(address, "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
    print(f"{'letters':28}{', '.join(f'{number} {state}' for state, number in mails)}")


def _lost(outcome: Outcome, address: str) -> int:
    """Compare what was acknowledged with the rows, each by its key."""
    stored: dict[str, str] = dict(read(address, "SELECT idempotency_key, ref FROM submissions"))
    lost = sum(
        1
        for number, body in outcome.answers.items()
        if stored.get(f"7d1f0c9e-44a1-4cd2-8f0e-{number:012x}") != json.loads(body)["ref"]
    )
    print(f"{'acknowledged, lost':28}{outcome.answered}, {lost}")
    return lost


def _load() -> str:
    return Path("/proc/loadavg").read_text().partition("/")[0].rpartition(" ")[0]
