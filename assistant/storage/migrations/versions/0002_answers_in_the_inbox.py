"""An update's answer beside it, so that after a crash it is sent and not worked out again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("inbox", sa.Column("answer", sa.JSON(none_as_null=True)))
