"""The staff desk: handoffs, presence, notes, callbacks' attempts, and who saw and changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("understood", sa.JSON(), nullable=True))
        table.add_column(sa.Column("settled", sa.JSON(), nullable=True))
        table.create_index("conversation_of_staff", ["staff_id", "updated_at"])
        table.create_index("conversation_recent", ["state", "updated_at"])
    op.create_table(
        "handoff",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(24), nullable=False),
        sa.Column("to_lead", sa.Boolean(), nullable=False),
        sa.Column("wanted_id", KEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("assigned_id", KEY, nullable=True),
        sa.Column("assigned_at", sa.DateTime(), nullable=True),
        sa.Column("returned_by", sa.JSON(), nullable=False),
        sa.Column("taken_id", KEY, nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended", sa.String(24), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        *(sa.ForeignKeyConstraint([column], ["staff.id"]) for column in ("wanted_id", "assigned_id", "taken_id")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "handoff_one_open", "handoff", ["conversation_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("handoff_queue", "handoff", ["asked_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("handoff_ended", "handoff", ["ended_at"])
    op.create_index("handoff_thread", "handoff", ["conversation_id", "id"])
    op.create_table(
        "presence",
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "desk_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_desk_note_conversation_id", "desk_note", ["conversation_id"])
    op.create_table(
        "follow_up_work",
        sa.Column("follow_up_id", KEY, nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("attempts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("follow_up_id"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(24), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_subject", "audit_entry", ["subject", "subject_id"])
    op.create_index("audit_at", "audit_entry", ["at"])


def downgrade() -> None:
    """Take back."""
    for table in ("audit_entry", "follow_up_work", "desk_note", "presence", "handoff"):
        op.drop_table(table)
    with op.batch_alter_table("conversation") as table:
        table.drop_index("conversation_recent")
        table.drop_index("conversation_of_staff")
        table.drop_column("settled")
        table.drop_column("understood")
