"""What leaves the hall, and what is due when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "deadline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("oversight", sa.String(length=24), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("deadline") as table:
        table.create_index("deadline_next", ["next_at"])
        table.create_index("deadline_order", ["order_id", "kind"])
    op.create_table(
        "outgoing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key")
    )
    with op.batch_alter_table("outgoing") as table:
        table.create_index("ix_outgoing_order_id", ["order_id"])
        table.create_index("outgoing_due", ["state", "next_attempt_at"])
        table.create_index("outgoing_provider", ["provider", "provider_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("outgoing") as table:
        table.drop_index("outgoing_provider")
        table.drop_index("outgoing_due")
        table.drop_index("ix_outgoing_order_id")
    op.drop_table("outgoing")
    with op.batch_alter_table("deadline") as table:
        table.drop_index("deadline_order")
        table.drop_index("deadline_next")
    op.drop_table("deadline")
