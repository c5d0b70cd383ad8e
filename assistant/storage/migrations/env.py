"""Alembic's entry point; `assistant.storage.schema` hands over the connection, inside its transaction."""

from alembic import context

from assistant.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite changes a column by rebuilding its table.
    render_as_batch=connection.dialect.name == "sqlite",
    # All steps and their stamp are one transaction: killed half-way, nothing has happened.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
