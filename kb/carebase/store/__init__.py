"""What customers sent: tables, migrations, and one writer that never answers before a commit."""

from carebase.store.challenges import Proof, Unproven
from carebase.store.database import StoreError
from carebase.store.files import Full, UploadGone
from carebase.store.form_versions import FormVersion
from carebase.store.rates import Meter, Rate, TooMany
from carebase.store.store import Store
from carebase.store.submissions import Accepted, KeyReused, NewSubmission, Submission

__all__ = [
    "Accepted",
    "FormVersion",
    "Full",
    "KeyReused",
    "Meter",
    "NewSubmission",
    "Proof",
    "Rate",
    "Store",
    "StoreError",
    "Submission",
    "TooMany",
    "Unproven",
    "UploadGone",
]
