"""`make chaos`: 200 kills on SQLite, as many on PostgreSQL, and those of one of three instances."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.load import database
from tests.chaos.instances import kill_one_by_one
from tests.chaos.storm import Storm
from tests.support.postgres import MISSING, find


def main(arguments: list[str]) -> int:
    """Run the storms that are asked for; 1 when anything was lost."""
    reader = argparse.ArgumentParser(prog='make chaos ARGS="…"')
    reader.add_argument(
        "--database", choices=["sqlite", "postgresql", "both", "none"], default="both"
    )
    reader.add_argument("--kills", type=int, default=200, help="on each database (200)")
    reader.add_argument(
        "--instances", type=int, default=60, help="kills of one of three behind nginx (60)"
    )
    reader.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = reader.parse_args(arguments)
    named = {"both": ["sqlite", "postgresql"], "none": []}
    kinds = named.get(options.database, [options.database])
    if ("postgresql" in kinds or options.instances) and find() is None:
        print(MISSING, file=sys.stderr)
        return 1
    ends = [_storm(kind, options.kills, options.seed) for kind in kinds]
    if options.instances:
        ends.append(_instances(options.instances, options.seed))
    return max(ends, default=0)


def _instances(kills: int, seed: int) -> int:
    print(f"\nthree endpoints behind nginx: {kills} kills, one every 5 s, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="carebase-chaos-") as name:
        outcome = kill_one_by_one(Path(name), kills, 5.0, seed, _say)
    print(f"{'acknowledged':32}{len(outcome.refs)}")
    print(f"{'answers by status':32}{dict(outcome.statuses)}")
    print(f"{'lines that broke':32}{dict(outcome.broken)}")
    faults = list(outcome.faults())
    for fault in faults:
        print(f"FAULT {fault}")
    print("No 5xx, nothing lost." if not faults else "Clients saw it.", flush=True)
    return 1 if faults else 0


def _storm(kind: str, kills: int, seed: int) -> int:
    print(f"\n{kind}: {kills} kills, seed {seed}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="carebase-chaos-") as name:
        folder = Path(name)
        with database(kind, folder) as (address, server):
            verdict = Storm(folder, address, kills, seed, server, _say).run()
    for what, figure in verdict.figures.items():
        print(f"{what:32}{figure}")
    print(f"{'minutes':32}{(time.monotonic() - begun) / 60:.1f}")
    for fault in verdict.faults:
        print(f"FAULT {fault}")
    print("Something was lost." if verdict.faults else "Nothing was lost.", flush=True)
    return 1 if verdict.faults else 0


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
