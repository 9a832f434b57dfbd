"""`python -m carebase.files.work`: cleans one file in a process of its own and ends.

What decodes bytes of strangers is the part most likely to have a fault, and the only one that takes
much memory. So it runs apart: without the database, the network settings and the secrets of the
endpoint, with limits of memory and time that the system enforces; all it has taken is given back
when it ends, and where it crashes one file is refused and nothing else happens.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from carebase.files.kinds import PDF, Refused, type_of

# In bytes and seconds: what the largest picture takes, with room to spare.
_MEMORY = 1 << 30
_SECONDS = 60


def main(source: str, draft: str, *allowed: str) -> None:
    """Clean `source` into `draft` and print what it is, or for what reason it is refused."""
    _limit()
    try:
        print(json.dumps(_clean(Path(source), Path(draft), allowed)))  # noqa: T201
    except Refused as told:
        print(json.dumps({"refused": told.reason}))  # noqa: T201
    except MemoryError:
        print(json.dumps({"refused": "pixels"}))  # noqa: T201


def _clean(source: Path, draft: Path, allowed: tuple[str, ...]) -> dict[str, str | int]:
    data = source.read_bytes()
    kind = type_of(data[:16])
    if not data:
        raise Refused("empty")
    if kind is None or kind not in allowed:
        raise Refused("kind")
    if kind == PDF:
        from carebase.files.pdf import check_pdf

        check_pdf(data)
    else:
        from carebase.files.picture import clean_picture

        data = clean_picture(data, kind)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return {"type": kind, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _limit() -> None:
    try:
        import resource
    except ImportError:
        # Systems without it have no such limits; the other protections stay.
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
