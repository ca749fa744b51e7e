"""Everything that an order says, cases of 12345, and runners' visits."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ticket",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("order_id")
    )
    op.create_table(
        "visit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("people", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key")
    )
    with op.batch_alter_table("visit") as table:
        table.create_index("visit_runner", ["runner_id", "at"])
    with op.batch_alter_table("errand_order") as table:
        table.add_column(sa.Column("contact_name", sa.String(length=64), server_default="", nullable=False))
        table.add_column(sa.Column("for_whom", sa.String(length=64), server_default="", nullable=False))
        table.add_column(sa.Column("more_items", sa.JSON(), nullable=True))
        table.add_column(sa.Column("level", sa.String(length=24), server_default="district", nullable=False))
        table.add_column(sa.Column("handling_place", sa.String(length=64), server_default="", nullable=False))
    with op.batch_alter_table("errand_order") as table:  # what was there before has its values now
        for column in ("contact_name", "for_whom", "level", "handling_place"):
            table.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("errand_order") as table:
        table.drop_column("handling_place")
        table.drop_column("level")
        table.drop_column("more_items")
        table.drop_column("for_whom")
        table.drop_column("contact_name")
    with op.batch_alter_table("visit") as table:
        table.drop_index("visit_runner")
    op.drop_table("visit")
    op.drop_table("ticket")
