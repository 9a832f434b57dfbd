"""What a certificate says: an OpenBadgeCredential (1EdTech Open Badges 3.0, appendix B.1)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from carebase.badges.published import PublicKey

TYPES = ("VerifiableCredential", "OpenBadgeCredential")
_CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
# Where the site tells who it is and with which keys it signs, below its own address.
ISSUER = "certificates/issuer.json"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives certificates: the name and whole address of a site."""

    name: str
    url: str

    @property
    def id(self) -> str:
        """The address of the issuer's document."""
        return self.url + ISSUER

    def method(self, key: str) -> str:
        """Give the address of one of the issuer's public keys, a Multikey."""
        return f"{self.id}#{key}"

    def document(self, keys: Sequence[PublicKey]) -> dict[str, Any]:
        """Write the document (W3C Controlled Identifiers 1.0) with all keys, old ones included."""
        methods = [
            {
                "id": self.method(one.key),
                "type": "Multikey",
                "controller": self.id,
                "publicKeyMultibase": one.key,
                **({"expires": f"{one.until.isoformat()}T23:59:59Z"} if one.until else {}),
            }
            for one in keys
        ]
        return {
            "@context": ["https://www.w3.org/ns/cid/v1", *_CONTEXT[1:]],
            "id": self.id,
            "type": ["Profile"],
            "name": self.name,
            "url": self.url,
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
        }


@dataclass(frozen=True, slots=True)
class Taught:
    """The course that was passed; `address` is that of its page, `months` how long it holds."""

    title: str
    summary: str
    version: str
    address: str
    mark: int
    months: int | None = None


def write_time(moment: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_credential(
    issuer: Issuer, course: Taught, *, uuid: str, name: str, percent: str, passed: datetime
) -> dict[str, Any]:
    """Write the certificate of one learner, without its proof.

    `uuid` names the certificate, `percent` is the score as `87.5`, `passed` when the attempt was
    graded.
    """
    achievement = {
        "id": course.address,
        "type": ["Achievement"],
        "name": course.title,
        "description": course.summary or course.title,
        "criteria": {"narrative": f"{course.title}: {course.mark} %"},
        "achievementType": "CertificateOfCompletion",
        "version": course.version,
        "resultDescription": [
            {
                "id": f"{course.address}#result",
                "type": ["ResultDescription"],
                "name": "Score",
                "resultType": "Percent",
                "requiredValue": str(course.mark),
                "valueMin": "0",
                "valueMax": "100",
            }
        ],
    }
    whom = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": name,
        "identityType": "name",
    }
    result = {
        "type": ["Result"],
        "resultDescription": f"{course.address}#result",
        "value": percent,
    }
    until = {}
    if course.months:
        until["validUntil"] = write_time(_later(passed, course.months))
    return {
        "@context": list(_CONTEXT),
        "id": f"urn:uuid:{uuid}",
        "type": list(TYPES),
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": write_time(passed),
        **until,
        "name": course.title,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [whom],
            "achievement": achievement,
            "result": [result],
        },
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _later(moment: datetime, months: int) -> datetime:
    """Give the end of the day some months later, or of the last day of a shorter month."""
    number = moment.year * 12 + moment.month - 1 + months
    year, month = number // 12, number % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day, hour=23, minute=59, second=59)


def summary_of(document: Any) -> dict[str, str]:
    """Give what a certificate tells a reader: name, course, version, score, issuer and days."""
    subject = _inside(document, "credentialSubject")
    achievement = _inside(subject, "achievement")
    return {
        "name": _text(_inside(subject, "identifier"), "identityHash"),
        "course": _text(achievement, "name"),
        "version": _text(achievement, "version"),
        "score": _text(_inside(subject, "result"), "value"),
        "issuer": _text(_inside(document, "issuer"), "name"),
        "passed": _text(document, "validFrom")[:10],
        "until": _text(document, "validUntil")[:10],
    }


def _inside(thing: Any, name: str) -> Any:
    found = thing.get(name) if isinstance(thing, dict) else None
    return found[0] if isinstance(found, list) and found else found


def _text(thing: Any, name: str) -> str:
    found = thing.get(name) if isinstance(thing, dict) else None
    return found if isinstance(found, str) else ""
