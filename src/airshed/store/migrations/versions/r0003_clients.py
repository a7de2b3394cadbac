"""Who saved a scenario, so that the places can be shared out, and a digest that tells damage."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the address that saved a scenario and its digest, empty for those that were saved before."""
    op.add_column("scenarios", sa.Column("client", sa.String(64), nullable=False, server_default=""))
    op.add_column("scenarios", sa.Column("digest", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the address that saved a scenario and its digest."""
    op.drop_column("scenarios", "digest")
    op.drop_column("scenarios", "client")
