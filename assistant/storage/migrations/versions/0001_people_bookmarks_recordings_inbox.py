"""The first tables: people, bookmarks, recordings and the inbox.

A migration repeats what the tables were then; it never imports today's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "people",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(none_as_null=True)),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="people_pk"),
    )
    op.create_table(
        "bookmarks",
        sa.Column("person", _ID, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="bookmarks_person_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "topic", "entry", name="bookmarks_pk"),
    )
    op.create_index("bookmarks_by_person_saved_at", "bookmarks", ["person", "saved_at"])
    op.create_table(
        "recordings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "kind", name="recordings_pk"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger()),
        sa.Column("person", sa.BigInteger()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="inbox_pk"),
        sa.UniqueConstraint("update_id", name="inbox_update_id_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_by_turn", "inbox", ["state", "id", "due_at", "chat", "person"])
    op.create_index("inbox_by_chat_state_id", "inbox", ["chat", "state", "id"])
    op.create_index("inbox_by_person_state_id", "inbox", ["person", "state", "id"])
    op.create_index("inbox_by_settled_at", "inbox", ["settled_at"])
