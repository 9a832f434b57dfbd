"""The units that were sold, and what happened to each."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_SERIAL = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "unit_models",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_models"),
        sa.UniqueConstraint("product", "model", name="uq_unit_models_product_model"),
    )
    op.create_table(
        "units",
        sa.Column("serial", _SERIAL, nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("stated", sa.SmallInteger(), nullable=False),
        sa.Column("policy", sa.String(64), nullable=True),
        sa.Column("made", sa.Integer(), nullable=True),
        sa.Column("shipped", sa.Integer(), nullable=True),
        sa.Column("purchased", sa.Integer(), nullable=True),
        sa.Column("delivered", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(6), nullable=True),
        sa.PrimaryKeyConstraint("serial", "model_id", name="pk_units"),
        sa.ForeignKeyConstraint(["model_id"], ["unit_models.id"], name="fk_units_model_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_events",
        sa.Column("serial", _SERIAL, nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("stated", sa.SmallInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("submission_id", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("serial", "model_id", "number", name="pk_unit_events"),
        sa.ForeignKeyConstraint(
            ["serial", "model_id"],
            ["units.serial", "units.model_id"],
            name="fk_unit_events_serial",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_unit_events_submission_id",
            ondelete="SET NULL",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_unit_events_submission_id",
        "unit_events",
        ["submission_id"],
        sqlite_where=sa.text("submission_id IS NOT NULL"),
        postgresql_where=sa.text("submission_id IS NOT NULL"),
    )
