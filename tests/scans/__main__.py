"""`make security`: wapiti and sqlmap against the example and its endpoint, both on this machine.

Both scanners are first shown a server with holes: one that does not see them proves nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.load import database
from tests.kb.endpoint_site import Client, process
from tests.scans import leaky, sqlmap, wapiti
from tests.scans.sqlmap import Target
from tests.support.example import copy_example
from tests.support.postgres import MISSING, find
from tests.support.process import run_carebase

# With the names that sqlmap gives them.
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_JSON = ("Content-Type: application/json",)
_MESSAGE = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
_UNIT = {"product": "brio", "serial": "BR24100042", "bought": "2025-05-01", "country": "AT"}
# The handbook is like the pages of products, only more of them.
_WITHOUT = ("handbook/*", "courses/publish-a-course/*", "about/*")


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 when something was found, or a scanner is blind."""
    reader = argparse.ArgumentParser(prog='make security ARGS="…"')
    reader.add_argument("--programs", type=Path, required=True, help="where the scanners are")
    reader.add_argument("--only", choices=["wapiti", "sqlmap"], help="one of the two")
    reader.add_argument("--database", choices=[*_DATABASES], default="sqlite")
    reader.add_argument("--seconds", type=int, default=60, help="for each attack (60)")
    options = reader.parse_args(arguments)
    if options.database == "postgresql" and find() is None:
        print(MISSING, file=sys.stderr)
        return 1
    # The scanners work in a folder of their own.
    programs = options.programs.absolute()
    scanners = [options.only] if options.only else ["wapiti", "sqlmap"]
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="carebase-scan-") as name:
        folder = Path(name)
        for scanner in scanners:
            if blind := _blindness(scanner, programs, folder):
                print(blind, file=sys.stderr)
                return 1
        with example(folder, options.database) as client:
            for scanner in scanners:
                begun = time.monotonic()
                if scanner == "wapiti":
                    found += _wapiti(programs, client, folder, options.seconds)
                else:
                    found += _sqlmap(programs, client, folder, options)
                print(f"  {scanner} took {(time.monotonic() - begun) / 60:.1f} minutes", flush=True)
    for one in found:
        print(f"FOUND {one}")
    for name, why in wapiti.EXPLAINED.items():
        print(f'Not counted: "{name}", because {why}.')
    print("Something was found." if found else "Nothing was found.")
    return 1 if found else 0


def _blindness(scanner: str, programs: Path, folder: Path) -> str:
    """Say so when a scanner does not see the holes of a server that has them."""
    with leaky.leaking() as address:
        if scanner == "sqlmap":
            target = Target(f"{address}find?name=pump*")
            seen = sqlmap.attack(programs / "sqlmap", target, folder, dbms="SQLite")
            missing = [] if seen else ["SQL"]
        else:
            program = programs / "wapiti"
            holes = wapiti.scan(
                program, address, folder, starts=[], without=[], described=False, seconds=10
            )
            wanted = ("SQL Injection", "Reflected Cross Site Scripting", "Open Redirect")
            missing = [one for one in wanted if not any(one in hole for hole in holes)]
    print(f"{scanner} sees the holes of a server that has some", flush=True)
    return f"{scanner} is blind: it missed {', '.join(missing)}." if missing else ""


@contextmanager
def example(folder: Path, kind: str) -> Iterator[Client]:
    """Build the example and run its endpoint, without limits for one client."""
    root = folder / "example"
    root.mkdir()
    copy_example(root)
    done = run_carebase("build", "-d", root / "site", cwd=root)
    if done.returncode:
        raise RuntimeError(done.stderr)
    (folder / "data").mkdir()
    with database(kind, folder / "data") as (address, _):
        settings = {"CAREBASE_DATABASE_URL": address, "CAREBASE_SECRET": "s" * 40}
        with process(root / "site", settings=settings) as (_, client):
            yield client


def _token(client: Client) -> str:
    """Send a form and give the secret of its page."""
    sent = client.post_json("/v1/forms/support-request", _MESSAGE)
    return str(urlsplit(sent.json["status_url"]).path.split("/")[-1])


def _wapiti(programs: Path, client: Client, folder: Path, seconds: int) -> list[str]:
    address = client.address
    starts = [
        f"{address}{path}"
        for path in (
            "search?q=scale",
            "v1/search?q=scale&product=brio&kind=guide",
            "v1/challenge?form=support-request",
            "v1/reminders.ics?product=vela&bought=2025-05-01&lang=en",
            "01/09120000011019/21/BR24100042",
            f"requests/{_token(client)}",
        )
    ]
    without = [f"{address}{one}" for one in _WITHOUT]
    return wapiti.scan(
        programs / "wapiti", address, folder, starts=starts, without=without, seconds=seconds
    )


def _sqlmap(programs: Path, client: Client, folder: Path, options: argparse.Namespace) -> list[str]:
    program, dbms = programs / "sqlmap", _DATABASES[options.database]
    found: list[str] = []
    for target in targets(client.address, _token(client)):
        found += sqlmap.attack(program, target, folder, dbms=dbms, seconds=options.seconds)
        print(f"  sqlmap tried {target.address.removeprefix(client.address)}", flush=True)
    return found


def targets(address: str, token: str) -> Iterator[Target]:
    """Give each request of the endpoint that reaches the database or the index."""
    for path in (
        "search?q=scale*",
        "v1/search?q=scale*&product=brio*&kind=guide*",
        "v1/challenge?form=support-request*",
        "v1/reminders.ics?product=vela*&bought=2025-05-01*&lang=en*",
        "01/09120000011019*/21/BR24100042*",
        f"requests/{token}*",
        "v1/forms/support-request*",
    ):
        yield Target(f"{address}{path}")
    for path, content in (
        ("v1/forms/support-request", _MESSAGE),
        ("v1/warranty", _UNIT),
        ("v1/signals", {"kind": "search", "query": "pump"}),
    ):
        marked = json.dumps({name: f"{value}*" for name, value in content.items()})
        yield Target(f"{address}{path}", marked, _JSON)
    marked = "&".join(f"{name}={value}*" for name, value in _UNIT.items())
    yield Target(f"{address}v1/warranty", marked, ("Accept: text/html",))
    yield Target(f"{address}requests/{token}", "message=It+hums+on*")
    key = "Idempotency-Key: 0123456789abcdef*"
    yield Target(f"{address}v1/forms/support-request", json.dumps(_MESSAGE), (*_JSON, key))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
