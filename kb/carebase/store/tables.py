"""The tables, for SQLite and PostgreSQL alike: texts, whole numbers and JSON only.

Times are UTC as ISO 8601 texts of one length, so that they sort as they should in both.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("ref", String(16), nullable=False, unique=True),
    Column("form", String(64), nullable=False),
    Column("form_version", String(64), nullable=False),
    Column("values", JSON, nullable=False),
    Column("state", String(32), nullable=False),
    # Only a hash of the token is kept: whoever reads the database cannot open a status page.
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("received_at", String(32), nullable=False),
    Column("language", String(35), nullable=False),
    Column("page", Text, nullable=False),
    Column("idempotency_key", String(255), nullable=True),
    Column("body_hash", String(64), nullable=False),
    UniqueConstraint("form", "idempotency_key", name="uq_submissions_form_idempotency_key"),
    Index("ix_submissions_form_received_at", "form", "received_at"),
)

# What was asked: each definition of a form once, so that old answers keep their questions.
form_versions = Table(
    "form_versions",
    metadata,
    Column("form", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("definition", JSON, nullable=False),
    Column("first_seen_at", String(32), nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("kind", String(32), nullable=False),
    Column("at", String(32), nullable=False),
    Column("data", JSON, nullable=False),
)
