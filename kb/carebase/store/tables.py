"""The tables, for SQLite and PostgreSQL alike: texts, whole numbers and JSON only.

Times are UTC as ISO 8601 texts of one length, so that they sort as they should in both.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
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
    # Since when the customer waits again, having written once more.
    Column("reopened_at", String(32), nullable=True),
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

# What customer and house wrote to each other after the submission itself.
messages = Table(
    "messages",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("direction", String(8), nullable=False),
    Column("at", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("reasons", JSON, nullable=False),
    # To whom an answer goes by mail; empty for what a customer wrote.
    Column("target", Text, nullable=False),
    # The same for the same text sent once more from the same page.
    Column("key", String(64), nullable=False),
    UniqueConstraint("submission_id", "key", name="uq_messages_submission_id_key"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    # Digests belong to no submission.
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="CASCADE"),
        nullable=True,
        index=True,
    ),
    Column("kind", String(32), nullable=False),
    Column("target", Text, nullable=False),
    # The target without what makes two spellings of one mailbox differ.
    Column("target_key", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    # While a row is leased this is the end of the lease.
    Column("next_at", String(32), nullable=False),
    Column("lease", String(36), nullable=True),
    Column("done_at", String(32), nullable=True),
    Column("error", Text, nullable=False),
    Index("ix_outbox_kind_state_next_at", "kind", "state", "next_at"),
    Index("ix_outbox_kind_target_key", "kind", "target_key"),
)

# Keys are made anew each day from what is counted, which they do not tell. Both moments are
# milliseconds since 1970.
rates = Table(
    "rates",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("paid_until", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
