"""How often something happened, by keys that name nobody and last a day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rates",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("paid_until", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rates"),
    )
