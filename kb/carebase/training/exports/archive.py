"""Writing a zip that is the same byte for byte whenever it is made from the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The first day that a zip can name.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
# Pictures and such are small already.
_STORED = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4", ".webm", ".woff2", ".zip"))


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3
            info.external_attr = _MODE
            is_small = name[name.rfind(".") :].lower() in _STORED
            info.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    return buffer.getvalue()
