"""What the customer of a submission is promised: what its form says, where that can be kept."""

from __future__ import annotations

from carebase.endpoint.service import Service
from carebase.store import Submission
from carebase.warranty.registration import flaw_of_registration


def promise_of(service: Service, submission: Submission, promised: str, language: str) -> str:
    """Give what a form promises, or say why a registration does not count as it stands."""
    checker = service.private.checker(submission.form, language)
    if checker is None:
        return promised
    latest = service.private.latest_today(submission.received_at)
    flaw = flaw_of_registration(
        checker.form, submission.values, service.private.catalog, latest, language
    )
    return flaw or promised
