"""Telephone calls, the number and question of a conversation, and where staff are rung."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("contact", sa.String(20), nullable=False, server_default=""))
        table.add_column(sa.Column("expects", sa.String(32), nullable=False, server_default=""))
        table.create_index("ix_conversation_contact", ["contact"])
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("phone", sa.String(20), nullable=False, server_default=""))
        table.add_column(sa.Column("takes_calls", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table_name, columns in {"conversation": ("contact", "expects"), "staff": ("phone", "takes_calls")}.items():
        with op.batch_alter_table(table_name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)
    op.create_table(
        "phone_call",
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("conversation_id", KEY, nullable=True),
        sa.Column("offer_id", KEY, nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("troubles", sa.Integer(), nullable=False),
        sa.Column("slow", sa.Boolean(), nullable=False),
        sa.Column("wanted_person", sa.Boolean(), nullable=False),
        sa.Column("rest", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("provider_id"),
    )
    op.create_index("phone_call_number", "phone_call", ["number", "started_at"])
    op.create_index("phone_call_state", "phone_call", ["state"])
    op.create_index("ix_phone_call_conversation_id", "phone_call", ["conversation_id"])
    op.create_index("ix_phone_call_offer_id", "phone_call", ["offer_id"])
    op.create_table(
        "call_turn",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("step", sa.JSON(), nullable=False),
        sa.Column("heard_until", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", "turn", name="call_turn_once"),
    )
    op.create_table(
        "call_forward",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("runner_id", KEY, nullable=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", "attempt", name="call_forward_once"),
    )
    op.create_index("ix_call_forward_state", "call_forward", ["state"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("call_forward")
    op.drop_table("call_turn")
    op.drop_table("phone_call")
    with op.batch_alter_table("staff") as table:
        table.drop_column("takes_calls")
        table.drop_column("phone")
    with op.batch_alter_table("conversation") as table:
        table.drop_index("ix_conversation_contact")
        table.drop_column("expects")
        table.drop_column("contact")
