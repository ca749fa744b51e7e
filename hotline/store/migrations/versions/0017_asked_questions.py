"""Which typical questions those ask who wait for a verification."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("verification_asker") as table:
        table.add_column(sa.Column("questions", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("verification_asker") as table:
        table.alter_column("questions", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("verification_asker") as table:
        table.drop_column("questions")
