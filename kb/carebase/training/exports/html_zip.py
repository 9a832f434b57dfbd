"""A zip that is unpacked anywhere and opened in a browser, without a server."""

from __future__ import annotations

from carebase.training.exports.archive import write_zip
from carebase.training.exports.player import write_player
from carebase.training.exports.source import Export, Source

_ENTRY = "package/html.js"


def export(source: Source) -> Export:
    """Write a course as a folder to be opened in a browser, packed."""
    contents, notes = write_player(source, _ENTRY, lms=False)
    files = contents.files
    return Export(write_zip(files), notes, {name: len(data) for name, data in files.items()})
