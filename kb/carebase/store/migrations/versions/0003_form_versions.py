"""What forms asked, version by version."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "form_versions",
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("first_seen_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("form", "version", name="pk_form_versions"),
    )
