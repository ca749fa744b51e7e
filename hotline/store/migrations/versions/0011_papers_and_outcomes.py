"""Papers and who holds them, outcomes, photos and letters of authorisation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "handover",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("giver", sa.String(length=24), nullable=False),
        sa.Column("giver_name", sa.String(length=64), nullable=False),
        sa.Column("taker", sa.String(length=24), nullable=False),
        sa.Column("taker_name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("order_id", "position", name="handover_position")
    )
    op.create_table(
        "leg",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("from_place", sa.String(length=400), nullable=False),
        sa.Column("to_place", sa.String(length=400), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("leg") as table:
        table.create_index("leg_order", ["order_id"])
    op.create_table(
        "outcome",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("promised_at", sa.DateTime(), nullable=True),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("outcome") as table:
        table.create_index("ix_outcome_order_id", ["order_id"])
    op.create_table(
        "paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=24), nullable=False),
        sa.Column("holder_name", sa.String(length=64), nullable=False),
        sa.Column("runner_id", KEY, nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("paper") as table:
        table.create_index("ix_paper_runner_id", ["runner_id"])
        table.create_index("paper_holder", ["holder", "is_original"])
        table.create_index("paper_order", ["order_id"])
    op.create_table(
        "photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("photo") as table:
        table.create_index("photo_once", ["order_id", "digest", "purpose"], unique=True)
    op.create_table(
        "responsibility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("responsibility") as table:
        table.create_index("ix_responsibility_order_id", ["order_id"])
    op.create_table(
        "handover_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("handover_id", KEY, nullable=False),
        sa.Column("paper_id", KEY, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("handover_line") as table:
        table.create_index("ix_handover_line_handover_id", ["handover_id"])
    op.create_table(
        "letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("principal", sa.String(length=64), nullable=False),
        sa.Column("principal_id", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=255), nullable=False),
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("item", sa.String(length=400), nullable=False),
        sa.Column("scope", sa.String(length=400), nullable=False),
        sa.Column("begins_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("photo_id", KEY, nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("letter") as table:
        table.create_index("ix_letter_order_id", ["order_id"])
    op.create_table(
        "picture",
        sa.Column("photo_id", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"]),
        sa.PrimaryKeyConstraint("photo_id")
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("picture")
    with op.batch_alter_table("letter") as table:
        table.drop_index("ix_letter_order_id")
    op.drop_table("letter")
    with op.batch_alter_table("handover_line") as table:
        table.drop_index("ix_handover_line_handover_id")
    op.drop_table("handover_line")
    with op.batch_alter_table("responsibility") as table:
        table.drop_index("ix_responsibility_order_id")
    op.drop_table("responsibility")
    with op.batch_alter_table("photo") as table:
        table.drop_index("photo_once")
    op.drop_table("photo")
    with op.batch_alter_table("paper") as table:
        table.drop_index("paper_order")
        table.drop_index("paper_holder")
        table.drop_index("ix_paper_runner_id")
    op.drop_table("paper")
    with op.batch_alter_table("outcome") as table:
        table.drop_index("ix_outcome_order_id")
    op.drop_table("outcome")
    with op.batch_alter_table("leg") as table:
        table.drop_index("leg_order")
    op.drop_table("leg")
    op.drop_table("handover")
