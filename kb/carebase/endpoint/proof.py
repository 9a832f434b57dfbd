"""What is told to those from whom a proof of work is needed."""

from __future__ import annotations

from carebase.endpoint.problems import Refusal
from carebase.forms.errors import FieldError
from carebase.forms.schema import PROOF
from carebase.i18n import text
from carebase.inbox.reasons import REASONS
from carebase.store import Unproven


def unproven(told: Unproven, language: str) -> Refusal:
    """Give the refusal (403) of what needs a proof of work and has none that counts."""
    return Refusal(
        403,
        f"This form needs a proof of work: {REASONS[told.reason]}. Solve a new challenge of"
        " /v1/challenge and send it again.",
        [FieldError(PROOF, text(language, "error.proof"))],
    )
