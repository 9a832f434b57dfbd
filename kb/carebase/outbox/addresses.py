"""Mail addresses: which are sound, which must not be answered, how they go over the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Stricter than RFC 5321: no quoted local parts, no address literals, nothing that a header or a
# mail server could read as more than one address. `=?` begins an encoded word, which Python's own
# mail package decodes even in an address, line ends and all.
_SOUND = re.compile(
    r"(?!.*=\?)[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*"
    r"[^\W_](?:[\w-]{0,61}[^\W_])?"
)
_LONGEST = 254
_MAILBOX = re.compile(r'(?:"?(?P<name>[^"<>\r\n]*?)"?\s*)<(?P<address>[^<>]+)>|(?P<bare>\S+)')

# Programs, lists and bounces: an answer to one of them may be answered in turn, without end
# (RFC 3834, section 2; RFC 2142 for the names of roles).
_MACHINES = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|(?:no|not|do[-_.]?not)[-_.]?reply|bounces?|listserv"
    r"|majordomo|mailman|auto[-_.]?(?:reply|responder)|null|devnull)(?:[-_.=].*)?"
    r"|owner-.*|.*[-_.](?:request|owner|bounces?|(?:no|not|donot)[-_.]?reply)"
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address with the name that people see."""

    address: str
    name: str = ""


def read_mailbox(text: str) -> Mailbox | None:
    """Read `Fjellby Care <care@fjellby.example>` or the address alone; nothing when unsound."""
    found = _MAILBOX.fullmatch(text.strip())
    if found is None:
        return None
    address = to_wire(found["address"] or found["bare"])
    return Mailbox(address, (found["name"] or "").strip()) if address else None


def to_wire(address: str) -> str:
    """Give an address with its domain as mail servers know it (IDNA); empty when it is unsound."""
    if len(address) > _LONGEST or not _SOUND.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""


def is_answerable(address: str) -> bool:
    """Tell whether a person may be behind an address, so that an automatic answer is in order."""
    local = address.rpartition("@")[0].partition("+")[0].lower()
    return bool(to_wire(address)) and not _MACHINES.fullmatch(local)
