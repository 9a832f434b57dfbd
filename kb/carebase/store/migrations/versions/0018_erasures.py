"""That something was erased, without what it was."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("ref_hash", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("ref_hash", name="pk_erasures"),
    )
    op.create_index("ix_erasures_token_hash", "erasures", ["token_hash"])
