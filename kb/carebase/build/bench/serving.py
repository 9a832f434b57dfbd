"""How long it takes until `carebase serve` answers with a page that was saved."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from carebase.build.bench.case import edit
from carebase.errors import CarebaseError

_SERVED = re.compile(r"http://127\.0\.0\.1:\d+\S*/")
_PATIENCE = 60.0
# Seconds between two edits while a site is served: what follows an edit is then at different work.
_PAUSES = (2, 8, 4, 12)


def edits_served(root: Path, times: int) -> Iterator[float]:
    """Give the seconds from saving a page until `carebase serve` answers with it."""
    with _serving(root) as address:
        for number in range(times):
            known = _asked(address, "0", patience=False)["epoch"]
            text = f"Served {number} {time.time_ns()}."
            started = time.perf_counter()
            edit(root, text, place=number + 1)
            while _asked(address, known)["epoch"] == known:
                pass
            yield time.perf_counter() - started
            if number + 1 < times:
                time.sleep(_PAUSES[number % len(_PAUSES)])


def _asked(address: str, epoch: Any, patience: bool = True) -> dict[str, Any]:
    version = "?" if not patience else str(_asked(address, "0", False)["version"])
    query = f"?epoch={epoch}&version={version}"
    with urlopen(f"{address}_carebase/wait{query}", timeout=_PATIENCE) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


@contextmanager
def _serving(root: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-u", "-m", "carebase", "serve", "--port", str(port)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = process.stdout or io.StringIO()
    # All that it says of other people's pages would fill the pipe, and it would wait for us.
    rest = threading.Thread(target=deque, args=(said, 0), daemon=True)
    try:
        found = next((match[0] for line in said if (match := _SERVED.search(line))), None)
        if found is None:
            raise CarebaseError("`carebase serve` has ended before it served anything.")
        rest.start()
        yield found
    finally:
        process.terminate()
        process.wait()
        if rest.ident is not None:
            rest.join()
        said.close()
