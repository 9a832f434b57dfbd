"""QR codes of addresses (ISO/IEC 18004) as SVG, small enough to stand in every page."""

from __future__ import annotations

import segno

from carebase.markup import Markup, element

# Modules of white around the code; scanners want them (ISO/IEC 18004, 9.1).
QUIET = 4
# Trying out all eight masks takes four times as long; each can be read.
_MASK = 2


def qr_code(address: str, label: str) -> Markup:
    """Write the code of an address; `label` is read out in its place.

    One `path` in units of a module, black on white in every palette.
    """
    code = segno.make_qr(address, error="m", mask=_MASK, boost_error=False)
    size = len(code.matrix) + 2 * QUIET
    runs = "".join(_row(row, y) for y, row in enumerate(code.matrix, QUIET))
    return element(
        "svg",
        {"class": "cb-code", "viewBox": f"0 0 {size} {size}", "role": "img", "aria-label": label},
        element("path", {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}),
        element("path", {"d": runs}),
    )


def _row(row: bytearray, y: int) -> str:
    """Write the dark modules of a row, each run of them as one rectangle."""
    written, at, end = [], 0, len(row)
    while (begin := row.find(1, at)) >= 0:
        at = row.find(0, begin)
        at = end if at < 0 else at
        length = at - begin
        written.append(f"M{begin + QUIET} {y}h{length}v1h-{length}z")
    return "".join(written)
