"""Runs the steps on the connection and in the transaction that `migrate` opened."""

from alembic import context

from carebase.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can take back a CREATE TABLE; Alembic only believes it when told.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
