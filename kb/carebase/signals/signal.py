"""One signal: a search that found nothing, how a path through a troubleshooter ended, or a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carebase.catalog.serial import SerialRule
from carebase.errors import nearest
from carebase.forms.errors import FieldError
from carebase.forms.schema import LANGUAGE
from carebase.i18n import FALLBACK
from carebase.signals.query import PERSONAL, looks_personal, normalise

SEARCH = "search"
OUTCOME = "outcome"
SUGGESTION = "suggestion"

SOLVED = "solved"
NOT_SOLVED = "not_solved"
ESCALATED = "escalated"
# How a form ended on which an article was opened that was offered there.
SENT = "sent"
LEFT = "left"
ENDS = (SENT, LEFT)
# What may be told of an outcome, by how its heading is marked.
RESULTS: Mapping[str, tuple[str, ...]] = {
    "solved": (SOLVED, NOT_SOLVED),
    "escalate": (ESCALATED,),
}

Troubleshooters = Mapping[str, Mapping[str, str]]
"""The outcomes of each page: by its address, and there by the heading's id, how it is marked."""

# In characters, of a query as it is sent; what is kept of it is shorter.
_LONGEST_QUERY = 200
_LONGEST_LANGUAGE = 35
_LANGUAGE = re.compile(LANGUAGE)
_SEARCH_KEYS = ("kind", "query", "lang")
_OUTCOME_KEYS = ("kind", "page", "node", "result")
_SUGGESTION_KEYS = ("kind", "form", "result")


@dataclass(frozen=True, slots=True)
class Signal:
    """What is counted.

    Of a search `subject` is the query, empty where its words are not kept, and `value` the
    language; of an outcome `subject` is the page, `part` the heading's id and `value` the result;
    of a form with suggestions `subject` is the form and `value` how it ended.
    """

    kind: str
    subject: str
    part: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class SignalChecker:
    """Reads what a page reports; only what the site really has is counted.

    `serials` are the rules of the products' serial numbers, `forms` the ids of the forms.
    """

    troubleshooters: Troubleshooters = field(default_factory=dict)
    serials: Sequence[SerialRule] = ()
    forms: Collection[str] = ()

    def schema(self) -> dict[str, Any]:
        """Give the JSON Schema of a signal."""
        return {"oneOf": [_SEARCH_SCHEMA, *self._outcome_schemas(), *self._suggestion_schemas()]}

    def read(self, given: object) -> Signal | tuple[FieldError, ...]:
        """Give the signal that a body tells, or what is wrong with it."""
        if not isinstance(given, dict):
            told = 'A signal is one JSON object, such as {"kind": "search", "query": "limescale"}.'
            return (FieldError("", told),)
        match given.get("kind"):
            case "search":
                return self._search(given)
            case "outcome":
                return self._outcome(given)
            case "suggestion":
                return self._suggestion(given)
        told = f"A signal is of the kind `{SEARCH}`, `{OUTCOME}` or `{SUGGESTION}`."
        return (FieldError("kind", told),)

    def _search(self, given: Mapping[str, Any]) -> Signal | tuple[FieldError, ...]:
        errors = list(_unknown(given, _SEARCH_KEYS))
        query = given.get("query")
        language = given.get("lang", FALLBACK)
        if not isinstance(query, str) or not 2 <= len(query) <= _LONGEST_QUERY:
            told = f"A query is a text of 2 to {_LONGEST_QUERY} characters."
            errors.append(FieldError("query", told))
        elif looks_personal(query):
            told = "This looks like a mail address or a number of somebody; it is not counted."
            errors.append(FieldError("query", told))
        if not (
            isinstance(language, str)
            and len(language) <= _LONGEST_LANGUAGE
            and _LANGUAGE.fullmatch(language)
        ):
            errors.append(FieldError("lang", "A language is a code such as `en` or `de-AT`."))
        if errors:
            return tuple(errors)
        return Signal(SEARCH, self._kept(str(query)), value=str(language).partition("-")[0])

    def _kept(self, query: str) -> str:
        """Give what is kept of a query: nothing where its usual spelling is personal after all."""
        words = normalise(query)
        tried = ("".join(words.split()), *words.split())
        is_serial = any(
            serial.check(one.upper()) is None for serial in self.serials for one in tried
        )
        return "" if is_serial or looks_personal(words) else words

    def _outcome(self, given: Mapping[str, Any]) -> Signal | tuple[FieldError, ...]:
        errors = list(_unknown(given, _OUTCOME_KEYS))
        page, node, result = (given.get(key) for key in _OUTCOME_KEYS[1:])
        nodes = self.troubleshooters.get(page) if isinstance(page, str) else None
        marked = nodes.get(node, "") if nodes and isinstance(node, str) else ""
        results = RESULTS.get(marked, ())
        if nodes is None:
            errors.append(FieldError("page", "There is no troubleshooter at this address."))
        elif not marked:
            errors.append(FieldError("node", "This page has no such outcome."))
        elif result not in results:
            told = f"Of this outcome only {' or '.join(f'`{one}`' for one in results)} is counted."
            errors.append(FieldError("result", told))
        if errors:
            return tuple(errors)
        return Signal(OUTCOME, str(page), str(node), str(result))

    def _suggestion(self, given: Mapping[str, Any]) -> Signal | tuple[FieldError, ...]:
        errors = list(_unknown(given, _SUGGESTION_KEYS))
        form, result = given.get("form"), given.get("result")
        if not isinstance(form, str) or form not in self.forms:
            errors.append(FieldError("form", "The site has no such form."))
        if result not in ENDS:
            told = f"Of a form only {' or '.join(f'`{one}`' for one in ENDS)} is counted."
            errors.append(FieldError("result", told))
        if errors:
            return tuple(errors)
        return Signal(SUGGESTION, str(form), value=str(result))

    def _suggestion_schemas(self) -> Iterator[dict[str, Any]]:
        if self.forms:
            yield {
                "type": "object",
                "properties": {
                    "kind": {"const": SUGGESTION},
                    "form": {"enum": sorted(self.forms)},
                    "result": {"enum": list(ENDS)},
                },
                "required": list(_SUGGESTION_KEYS),
                "additionalProperties": False,
            }

    def _outcome_schemas(self) -> Iterator[dict[str, Any]]:
        for page, nodes in self.troubleshooters.items():
            for mark, results in RESULTS.items():
                marked = [node for node, found in nodes.items() if found == mark]
                if marked:
                    yield {
                        "type": "object",
                        "properties": {
                            "kind": {"const": OUTCOME},
                            "page": {"const": page},
                            "node": {"enum": marked},
                            "result": {"enum": list(results)},
                        },
                        "required": list(_OUTCOME_KEYS),
                        "additionalProperties": False,
                    }


_SEARCH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"const": SEARCH},
        "query": {
            "type": "string",
            "minLength": 2,
            "maxLength": _LONGEST_QUERY,
            "not": {"pattern": PERSONAL},
        },
        "lang": {"type": "string", "pattern": LANGUAGE, "maxLength": _LONGEST_LANGUAGE},
    },
    "required": ["kind", "query"],
    "additionalProperties": False,
}


def _unknown(given: Mapping[str, Any], keys: Sequence[str]) -> Iterator[FieldError]:
    for name in given:
        if name not in keys:
            match = nearest(name, keys)
            hint = f" Did you mean `{match}`?" if match else ""
            yield FieldError(name, f"A signal of this kind has no such key.{hint}")
