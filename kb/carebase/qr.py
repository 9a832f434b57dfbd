"""QR codes of addresses (ISO/IEC 18004) as SVG, small enough to stand in every page."""

from __future__ import annotations

from functools import cache

from carebase.markup import Markup, element
from carebase.symbol import modules_of

# Modules of white around the code; scanners want them (ISO/IEC 18004, 9.1).
QUIET = 4
_BEGIN = 0x80


def qr_code(address: str, label: str) -> Markup:
    """Write the code of an address; `label` is read out in its place.

    One `path` in units of a module, black on white in every palette. A clean print needs little
    against errors, so that the code stays small; what fits into its size is added.
    """
    rows = modules_of(address)
    size = len(rows) + 2 * QUIET
    # A sign of its own stands for the beginning of each row.
    signs = " ".join([f"{chr(_BEGIN + y)} {row}" for y, row in enumerate(rows, QUIET)])
    runs = "".join(map(_run, signs.replace("10", "1 0").split(" ")))
    return element(
        "svg",
        {
            "class": "cb-code",
            "viewBox": f"0 0 {size} {size}",
            "shape-rendering": "crispEdges",
            "role": "img",
            "aria-label": label,
        },
        element("path", {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}),
        element("path", {"stroke": "#000", "d": runs}),
    )


@cache
def _run(run: str) -> str:
    """Write a run of light modules and the dark ones after it, or where a row begins.

    Each run of dark ones is a line through their middles; the pen only passes over light.
    """
    if run >= chr(_BEGIN):
        return f"M{QUIET} {ord(run) - _BEGIN}.5"
    dark = run.count("1")
    if not dark:
        return ""
    light = len(run) - dark
    return f"m{light} 0h{dark}" if light else f"h{dark}"
