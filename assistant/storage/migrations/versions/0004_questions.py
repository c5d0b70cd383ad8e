"""What people asked, of those alone who agreed that it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "questions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(11), nullable=False),
        sa.Column("answer", sa.String()),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="questions_person_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="questions_pk"),
    )
    op.create_index("questions_by_person_id", "questions", ["person", "id"])
    op.create_index("questions_by_asked_at", "questions", ["asked_at"])
