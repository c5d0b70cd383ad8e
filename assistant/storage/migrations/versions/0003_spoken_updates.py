"""Which updates must be listened to, so that what is typed does not wait behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, and let the index that chooses the next update cover it."""
    op.add_column("inbox", sa.Column("spoken", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("inbox_by_turn", "inbox")
    op.create_index("inbox_by_turn", "inbox", ["state", "id", "due_at", "chat", "person", "spoken"])
