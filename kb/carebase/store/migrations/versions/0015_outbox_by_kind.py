"""Find the next letter of a kind, however many of the others wait."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("ix_outbox_kind_state_next_at", "outbox", ["kind", "state", "next_at"])
    op.drop_index("ix_outbox_state_next_at", "outbox")
