"""The tables, for SQLite and PostgreSQL alike: texts, whole numbers and JSON only.

Times are UTC as ISO 8601 texts of one length, so that they sort as they should in both.
The days of units are whole numbers (`carebase.store.units.pack`): there are millions of them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
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

# That something was erased at somebody's wish, and nothing of what it was: by the hash of its
# reference number one tells whether it was, by that of its token what to answer its old address.
erasures = Table(
    "erasures",
    metadata,
    Column("ref_hash", String(64), primary_key=True),
    Column("token_hash", String(64), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    # By which way it was asked for: `page`, `mail` or `inbox`.
    Column("way", String(16), nullable=False),
)

# What a customer sent with a submission. The bytes are a file named `stored` in the folder of files
# (`carebase.files.folder`); `name` is what the customer's device called it, cleaned.
files = Table(
    "files",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("field", String(64), nullable=False),
    # Its place among those of the field, from 1.
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("stored", String(64), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
)

# Files on their way, and such as have come and whose form has not been sent yet. `token_hash` is
# that of the secret by which the sender names one, `client` is made anew each day and names nobody
# (`Secret.pseudonym`). The last four are known once the file has come whole.
uploads = Table(
    "uploads",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("form", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("announced", BigInteger, nullable=False),
    Column("client", String(64), nullable=False, index=True),
    Column("created_at", String(32), nullable=False),
    # Milliseconds since 1970.
    Column("until", BigInteger, nullable=False, index=True),
    Column("stored", String(64), nullable=False, unique=True),
    Column("type", String(64), nullable=True),
    Column("size", BigInteger, nullable=True),
    Column("sha256", String(64), nullable=True),
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

# Used challenges, kept until they expire: a proof counts once. They tell nothing about anyone.
challenges = Table(
    "challenges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
)

# Counters with nothing about anyone: what a search looked for, how a troubleshooter ended.
signals = Table(
    "signals",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("subject", String(400), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("value", String(35), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

# One way of one learner through a graded course. Nobody is named: `token_hash` is that of a secret
# in the learner's browser. Points are fractions, as `5/2`; `mark` is in per cent.
attempts = Table(
    "attempts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("course", String(255), nullable=False),
    Column("course_version", String(64), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("started_at", String(32), nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("mark", Integer, nullable=False),
    Column("reached", Text, nullable=False),
    Column("possible", Text, nullable=False),
    # Since when the points are enough.
    Column("passed_at", String(32), nullable=True),
    # What the learner sent to be named, where that was wanted; lost when it is deleted.
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="SET NULL"),
        nullable=True,
        index=True,
    ),
    Index("ix_attempts_course_changed_at", "course", "changed_at"),
)

# Each answer to a question; `number` counts those of one attempt to one question from 1.
attempt_answers = Table(
    "attempt_answers",
    metadata,
    Column(
        "attempt_id",
        String(36),
        ForeignKey("attempts.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("question", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    # The words that were answered (`Question.version`).
    Column("version", String(64), nullable=False),
    Column("given", JSON, nullable=False),
    Column("share", Text, nullable=False),
    Column("at", String(32), nullable=False),
    # What makes sending the same answers again harmless, and tells that they are the same.
    Column("key", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
)

# Serial numbers are compared sign by sign, whatever the language of the server.
_SERIAL = String(64).with_variant(String(64, collation="C"), "postgresql")

# Each model that has units, as a small number: its names would be in millions of rows. The model
# is empty where a customer did not say it.
unit_models = Table(
    "unit_models",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("product", String(64), nullable=False),
    Column("model", String(64), nullable=False),
    UniqueConstraint("product", "model", name="uq_unit_models_product_model"),
)

# What was sold; nothing about whom to. In SQLite the rows stand in the primary key itself, so
# that there is one tree and no index beside it.
units = Table(
    "units",
    metadata,
    Column("serial", _SERIAL, primary_key=True),
    Column(
        "model_id",
        SmallInteger,
        ForeignKey("unit_models.id"),
        primary_key=True,
    ),
    # 0 when the maker knows it, 1 when only a customer's registration does.
    Column("stated", SmallInteger, nullable=False),
    Column("policy", String(64), nullable=True),
    Column("made", Integer, nullable=True),
    Column("shipped", Integer, nullable=True),
    Column("purchased", Integer, nullable=True),
    Column("delivered", Integer, nullable=True),
    Column("country", String(6), nullable=True),
    sqlite_with_rowid=False,
)

# What happened to units: rows are added and never changed. `number` counts those of one unit.
unit_events = Table(
    "unit_events",
    metadata,
    Column("serial", _SERIAL, primary_key=True),
    Column("model_id", SmallInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    # The place in `carebase.warranty.events.KINDS`, from 1; 0 takes back the event whose number is
    # the value.
    Column("kind", SmallInteger, nullable=False),
    Column("on_day", Integer, nullable=False),
    # 0 when the maker says so, 1 when a customer did.
    Column("stated", SmallInteger, nullable=False),
    # The further keys of its kind, as JSON with sorted keys, so that equal events are equal texts.
    Column("data", Text, nullable=True),
    Column("value", Double, nullable=True),
    # Lost when the submission is deleted; the event stays and tells nothing of anyone.
    Column(
        "submission_id",
        String(36),
        ForeignKey("submissions.id", ondelete="SET NULL"),
        nullable=True,
    ),
    ForeignKeyConstraint(
        ["serial", "model_id"],
        ["units.serial", "units.model_id"],
        name="fk_unit_events_serial",
    ),
    Index(
        "ix_unit_events_submission_id",
        "submission_id",
        sqlite_where=text("submission_id IS NOT NULL"),
        postgresql_where=text("submission_id IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
