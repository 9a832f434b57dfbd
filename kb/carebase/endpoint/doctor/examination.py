"""All that is looked at, in the order in which an operator sets an endpoint up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from carebase.endpoint.doctor.database import examine_database
from carebase.endpoint.doctor.finding import Finding, error
from carebase.endpoint.doctor.machine import examine_machine
from carebase.endpoint.doctor.mail import examine_mail
from carebase.endpoint.doctor.network import examine_network
from carebase.endpoint.doctor.pages import examine_pages
from carebase.endpoint.settings import Settings
from carebase.errors import CarebaseError

_PARTS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("site", examine_pages),
    ("database", examine_database),
    ("machine", examine_machine),
    ("mail", examine_mail),
    ("network", examine_network),
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that an endpoint with these settings needs; nothing is changed.

    What hinders one part from being looked at is a finding, and the others follow.
    """
    for subject, part in _PARTS:
        try:
            yield from part(settings)
        except CarebaseError as hindrance:
            yield error(subject, str(hindrance), "Everything else about it was not looked at.")
