"""Several machines on one server: who works on an update, limits that they share, and whom backups forget.

From here on a step adds first and takes away a release later: an old and a new program may run side by side.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNSETTLED = sa.text("state IN ('waiting', 'running')")
_INDICES = {
    "inbox_by_turn": ["state", "source", "id", "due_at", "chat", "person", "spoken", "late"],
    "inbox_by_chat_state_id": ["chat", "state", "id"],
    "inbox_by_person_state_id": ["person", "state", "id"],
}


def upgrade() -> None:
    """Add them; on a server, the indices leave out what is settled."""
    is_server = op.get_bind().dialect.name == "postgresql"
    op.add_column("inbox", sa.Column("worker", sa.BigInteger()))
    op.create_table(
        "pace",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("person", _ID, autoincrement=False, nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "person", name="pace_pk"),
        # Written at every message, and worth nothing after a crash.
        prefixes=["UNLOGGED"] if is_server else [],
    )
    op.create_table(
        "erasures",
        sa.Column("person", _ID, autoincrement=False, nullable=False),
        sa.Column("questions_only", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("person", name="erasures_pk"),
    )
    if is_server:
        op.execute("CREATE SEQUENCE workers")
        for name, columns in _INDICES.items():
            op.drop_index(name, "inbox")
            op.create_index(name, "inbox", columns, postgresql_where=_UNSETTLED)
        for key in ("chat", "person"):
            op.create_index(
                f"inbox_one_runs_of_{key}",
                "inbox",
                [key],
                unique=True,
                postgresql_where=sa.text("state = 'running'"),
            )
