"""`make chaos`: at least 200 kills on SQLite, then as many on PostgreSQL."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.load import database
from tests.chaos.storm import Storm
from tests.support.postgres import MISSING, find


def main(arguments: list[str]) -> int:
    """Run the storms that are asked for; 1 when anything was lost."""
    reader = argparse.ArgumentParser(prog='make chaos ARGS="…"')
    reader.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    reader.add_argument("--kills", type=int, default=200, help="on each database (200)")
    reader.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = reader.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    if "postgresql" in kinds and find() is None:
        print(MISSING, file=sys.stderr)
        return 1
    return max(_storm(kind, options.kills, options.seed) for kind in kinds)


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
