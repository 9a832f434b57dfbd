"""Browsers that forbid to keep anything, and the scripts of Material, which end there at once.

A dark device would then show light pages, and the switch of colours would be missing.
"""

from __future__ import annotations

# How Material's first script begins, which reads and keeps for all others.
_FIRST = "<script>__md_scope="
_END = "</script>"
_NOTHING_KEPT = "<script>try{localStorage}catch{__md_get=()=>null,__md_set=()=>{}}</script>"


def do_without_storage(html: str) -> str:
    """Have the scripts of Material take nothing for kept where the browser keeps nothing."""
    start = html.find(_FIRST)
    end = html.find(_END, start) + len(_END)
    return html if start < 0 else html[:end] + _NOTHING_KEPT + html[end:]
