"""What learners answered in graded courses, and what they reached."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("course", sa.String(255), nullable=False),
        sa.Column("course_version", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.Column("possible", sa.Text(), nullable=False),
        sa.Column("passed_at", sa.String(32), nullable=True),
        sa.Column("submission_id", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.UniqueConstraint("token_hash", name="uq_attempts_token_hash"),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_attempts_submission_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_attempts_course_changed_at", "attempts", ["course", "changed_at"])
    op.create_index("ix_attempts_submission_id", "attempts", ["submission_id"])
    op.create_table(
        "attempt_answers",
        sa.Column("attempt_id", sa.String(36), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question", "number", name="pk_attempt_answers"),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempts.id"],
            name="fk_attempt_answers_attempt_id",
            ondelete="CASCADE",
        ),
    )
