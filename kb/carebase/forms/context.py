"""What a page sends along with a form: how its reader came there, and what they were reading.

A troubleshooter fills it in. It is stored beside the answers under these names, which no field of
a form can have, and shown after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carebase.i18n import text

SYMPTOM = "_symptom"
OUTCOME = "_outcome"
PATH = "_path"
PRODUCT = "_product"
REVISION = "_revision"

# In characters. A path beyond it is cut by the page, at its beginning.
LONGEST_PATH = 10_000

CONTEXT_SCHEMAS: Mapping[str, dict[str, Any]] = {
    SYMPTOM: {
        "title": "What the customer chose first in a troubleshooter",
        "type": "string",
        "maxLength": 500,
    },
    OUTCOME: {
        "title": "The outcome of the troubleshooter from which the form was opened",
        "type": "string",
        "maxLength": 500,
    },
    PATH: {
        "title": "The path taken: a line for each answer, question and answer with a tab between",
        "type": "string",
        "maxLength": LONGEST_PATH,
    },
    PRODUCT: {
        "title": "The product that the page is about, of a form that does not ask for one",
        "type": "string",
        "maxLength": 64,
    },
    REVISION: {
        "title": "The revision of the page it was sent from, as git names its source",
        "type": "string",
        "maxLength": 64,
    },
}


def clean_context(name: str, value: str) -> str:
    """Give a text of the page as it is stored: on one line each, without stray white space."""
    lines = value.replace("\r\n", "\n").split("\n") if name == PATH else [value]
    parts = (line.split("\t") if name == PATH else [line] for line in lines)
    cleaned = ("\t".join(" ".join(part.split()) for part in row).strip() for row in parts)
    return "\n".join(line for line in cleaned if line)


def label_of(name: str, language: str) -> str:
    """Give the words for one of them, for those who read it."""
    return text(language, f"along.{name.removeprefix('_')}")


def show_path(path: str) -> str:
    """Give a path for people: `What is wrong? → It leaks`, a line for each answer."""
    return path.replace("\t", " → ")
