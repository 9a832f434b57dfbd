"""How files are sent before their form: the names and figures that both sides know."""

from __future__ import annotations

from typing import Any

# In bytes: the most of one piece. It is held in memory, so that is what a sender can take of it.
PIECE = 1_048_576
PARTIAL = "application/octet-stream"
OFFSET, LENGTH, COMPLETE = "Upload-Offset", "Upload-Length", "Upload-Complete"
NEW_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["form", "field", "name", "size"],
    "properties": {
        "form": {"type": "string", "maxLength": 64},
        "field": {"type": "string", "maxLength": 64},
        "name": {"type": "string", "maxLength": 500},
        "size": {"type": "integer", "minimum": 0, "maximum": 1_000_000_000_000},
        "_lang": {"type": "string", "maxLength": 35},
        "_proof": {"type": "string", "maxLength": 4000},
    },
    "additionalProperties": False,
}
