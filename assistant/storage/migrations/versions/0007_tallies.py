"""How often things happened, week by week, of everybody together."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tallies",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(11), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "kind", "answer", "version", name="tallies_pk"),
    )
