"""A warranty check among five million units: importing them, and asking for them one by one.

`make bench ARGS=units` measures SQLite and PostgreSQL; `make bench ARGS="units sqlite 200000"` one
of them with fewer units. Times are of one client that asks the endpoint, as a process, over one
connection after another; with limits on, each question comes from another address, as customers'
do, and costs a synced write. The load of the machine stands beside each figure.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from carebase.store.maintenance import upgrade
from tests.kb.endpoint_site import clean_environment, make_site, process, wait_until
from tests.support.postgres import running

UNITS = 5_000_000
QUESTIONS = 1500
_PRODUCT = """\
id: pip
name: Pip
models: [{id: pip-r1, name: Pip R1}, {id: pip-r2, name: Pip R2}]
policy: brio@1
serial:
  pattern: "PP(?P<year>\\\\d{2})(?P<week>\\\\d{2})(?P<number>\\\\d{7})(?P<digit>\\\\d)"
  normalise: {swap: {O: "0", I: "1"}}
  check: luhn
  check_over: [number, digit]
  made: {year: year, week: week}
"""
_POLICY = (
    "{id: brio, version: 1, start: [delivered, purchased, {of: shipped, plus_days: 14}],"
    " coverages: [{id: body, months: 24, on_registration: {within_days: 60, months: 36}},"
    " {id: pump, months: 36, pause_in_repair: true}]}\n"
)


def serial_of(number: int) -> str:
    """Give the serial number of the n-th unit, with its Luhn digit; they come in no order."""
    mixed = number * 7_919_993 % 10_000_000
    digits = [int(sign) for sign in f"{mixed:07}"]
    total = sum(
        (digit * 2 - 9 if digit > 4 else digit * 2) if place % 2 == 0 else digit
        for place, digit in enumerate(reversed(digits))
    )
    return f"PP{22 + number % 4}{1 + number % 52:02}{mixed:07}{-total % 10}"


def write_units(path: Path, count: int) -> None:
    """Write a file of units as a maker exports it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("serial,model,shipped,delivered,country\n")
        for number in range(count):
            month, day = 1 + number % 12, 1 + number % 28
            year = 2022 + number % 4
            delivered = f"{year}-{month:02}-{day:02}" if number % 3 else ""
            file.write(
                f"{serial_of(number)},pip-r{1 + number % 2},{year}-{month:02}-{day:02},"
                f"{delivered},AT\n"
            )


def write_events(path: Path, count: int) -> None:
    """Write a registration for every hundredth unit, and two days in repair for some."""
    with path.open("w", encoding="utf-8") as file:
        file.write("serial,product,kind,on\n")
        for number in range(0, count, 100):
            file.write(f"{serial_of(number)},pip,registered,2024-01-15\n")
            if number % 300 == 0:
                file.write(f"{serial_of(number)},pip,repair_in,2025-03-01\n")
                file.write(f"{serial_of(number)},pip,repair_out,2025-03-09\n")


def take_in(site: Path, address: str, file: Path, *options: str) -> tuple[float, float, float]:
    """Import a file as a process; give seconds, those of the processor, and the most MB held."""
    before = time.perf_counter()
    started = subprocess.Popen(
        [sys.executable, "-m", "carebase", "units", "import", str(file), *options],
        env={**clean_environment(), "CAREBASE_SITE": str(site), "CAREBASE_DATABASE_URL": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert started.stdout is not None
    said = started.stdout.read().decode()
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        sys.exit(f"The import failed:\n{said[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - before, cpu, usage.ru_maxrss / 1024


def ask(address: str, count: int, limits: bool) -> list[float]:
    """Ask for units, known and unknown ones in turn; give the seconds of each answer."""
    parts = urlsplit(address)
    chosen = random.Random(7)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
    seconds = []
    for turn in range(QUESTIONS + 100):
        number = chosen.randrange(count) if turn % 10 else count + chosen.randrange(1000)
        body = json.dumps({"product": "pip", "serial": serial_of(number), "country": "AT"})
        headers = {"Content-Type": "application/json"}
        if limits:
            headers["X-Forwarded-For"] = f"10.{turn >> 16}.{turn >> 8 & 255}.{turn & 255}"
        start = time.perf_counter()
        connection.request("POST", "/v1/warranty", body, headers)
        answer = connection.getresponse()
        answer.read()
        if turn >= 100:
            seconds.append(time.perf_counter() - start)
        assert 200 == answer.status, answer.status
    connection.close()
    return seconds


def measure(kind: str, address: str, folder: Path, count: int) -> None:
    """Measure one kind of database and print its lines."""
    site = folder / "site"
    for name, writing, options in (
        ("units", write_units, ()),
        ("events", write_events, ("--events",)),
    ):
        file = folder / f"{name}.csv"
        writing(file, count)
        seconds, cpu, memory = take_in(site, address, file, *options)
        file.unlink()
        print(
            f"{kind:11} {name} of {count:,}: imported in {seconds:.0f} s"
            f" ({cpu:.0f} s of processor), {memory:.0f} MB at most{_load()}",
            flush=True,
        )
    for limits in (True, False):
        settings = {
            "CAREBASE_DATABASE_URL": address,
            "CAREBASE_SECRET": "s" * 32,
            "CAREBASE_TRUSTED_PROXIES": "127.0.0.1",
            "CAREBASE_RATE_LIMITS": "on" if limits else "off",
        }
        with process(site, settings=settings) as (_, client):
            wait_until(lambda client=client: 200 == client.get("/healthz").status)
            found = sorted(ask(client.address, count, limits))
        middle = statistics.median(found) * 1000
        print(
            f"{kind:11} check with limits {'on ' if limits else 'off'}: median {middle:.1f} ms,"
            f" p99 {found[int(len(found) * 0.99)] * 1000:.1f} ms{_load()}",
            flush=True,
        )


def _load() -> str:
    return f" (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    with running() as server:
        address = server.new_database()
        upgrade(address)
        yield address


def main(arguments: list[str]) -> int:
    """Measure the kinds that are named, or both, with as many units as are named."""
    count = next((int(word) for word in arguments if word.isdigit()), UNITS)
    kinds = [word for word in arguments if not word.isdigit()] or ["sqlite", "postgresql"]
    unknown = set(kinds) - {"sqlite", "postgresql"}
    if unknown:
        sys.exit(f"Not known: {', '.join(sorted(unknown))}. There are: sqlite, postgresql.")
    for kind in kinds:
        with tempfile.TemporaryDirectory() as name, database(kind, Path(name)) as address:
            sources = {
                "docs/products/pip/product.yml": _PRODUCT,
                "docs/warranty/policies/brio@1.yml": _POLICY,
            }
            make_site(Path(name), sources=sources)
            measure(kind, address, Path(name), count)
            if kind == "sqlite":
                size = (Path(name) / "bench.db").stat().st_size / 1e6
                print(f"{kind:11} database: {size:.0f} MB", flush=True)
    return 0
