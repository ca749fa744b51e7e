"""Verification tasks of the zones' lead officers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lead_officer",
        sa.Column("zone", sa.String(24), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("zone"),
    )
    op.create_table(
        "verification",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_code", sa.String(24), nullable=False),
        sa.Column("item_name", sa.String(400), nullable=False),
        sa.Column("zone", sa.String(24), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, column, unique in (("one_open", "item_code", True), ("due", "due_at", False)):
        op.create_index(
            f"verification_{name}", "verification", [column], unique=unique, sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_table(
        "verification_asker",
        sa.Column("id", KEY, nullable=False),
        sa.Column("verification_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("verification_id", "conversation_id", name="asker_once"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("verification_asker")
    op.drop_table("verification")
    op.drop_table("lead_officer")
