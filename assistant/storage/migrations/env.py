"""Alembic's entry point; `assistant.storage.schema` hands over the connection, inside its transaction."""

from alembic import context

from assistant.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column by rebuilding its table.
    render_as_batch=True,
    # All steps and their stamp are one transaction: killed half-way, nothing has happened.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
