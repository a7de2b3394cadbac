"""Saved scenarios."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of saved scenarios."""
    op.create_table(
        "scenarios",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("pack_hash", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
    )
    op.create_index("ix_scenarios_created", "scenarios", ["created"])


def downgrade() -> None:
    """Drop the table of saved scenarios."""
    op.drop_table("scenarios")
