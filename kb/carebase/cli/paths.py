"""Paths as people type them: counted from docs/, from the folder they are in, or in full."""

from __future__ import annotations

from pathlib import Path

from carebase.errors import UsageError


def below_docs(path: str, docs: Path) -> str:
    """Give a path below `docs/`; UsageError for one outside it. A `/` at its end stays."""
    written = Path(path)
    if written.is_absolute() and written.is_relative_to(docs):
        written = written.relative_to(docs)
    elif (Path.cwd() / written).is_relative_to(docs):
        written = (Path.cwd() / written).relative_to(docs)
    if written.is_absolute() or ".." in written.parts:
        raise UsageError(f"{path} lies outside {docs.name}/: name a path below it.")
    return written.as_posix() + ("/" if path.endswith("/") else "")
