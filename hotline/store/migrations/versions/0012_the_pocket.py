"""What runners' phones reported, and the runners' talk with the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "runner_act",
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("act_id", sa.String(64), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("runner_id", "act_id"),
    )
    op.create_table(
        "runner_talk",
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("runner_id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("runner_talk")
    op.drop_table("runner_act")
