"""Whose updates they are: two bots may number theirs alike. And which recordings were put off.

The rows of earlier versions are of bot 0, until the first bot that starts takes them for its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, and let a number stand once for each bot."""
    # SQLite cannot change a constraint: the table is written anew, with all its rows.
    with op.batch_alter_table("inbox", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("source", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint("inbox_update_id_once", type_="unique")
        table.create_unique_constraint("inbox_source_update_id_once", ["source", "update_id"])
    op.drop_index("inbox_by_turn", "inbox")
    op.create_index(
        "inbox_by_turn", "inbox", ["state", "source", "id", "due_at", "chat", "person", "spoken", "late"]
    )
