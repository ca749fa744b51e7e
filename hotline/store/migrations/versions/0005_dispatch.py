"""Dispatch: rounds of asking with their reasons, runners' hours and counts, one open offer a runner.

What offers kept of their ranking moves into rounds of their own.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'OPEN'")


def upgrade() -> None:
    op.create_table(
        "offer_round",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("town", sa.String(9), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("considered", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["errand_order.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("offer_round_town", "offer_round", ["town", "id"])
    op.create_index("ix_offer_round_order_id", "offer_round", ["order_id"])
    op.create_table(
        "avoidance",
        sa.Column("contact_phone", sa.String(20), nullable=False),
        sa.Column("runner_id", KEY, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("noted_by", sa.String(64), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["runner_id"], ["runner.id"]),
        sa.PrimaryKeyConstraint("contact_phone", "runner_id"),
    )
    with op.batch_alter_table("runner") as table:
        table.add_column(sa.Column("hours", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("duty_since", sa.DateTime()))
        for name in ("month", "month_seconds", "month_offers"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("runner") as table:
        for name in ("hours", "month", "month_seconds", "month_offers"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("errand_order") as table:
        table.add_column(sa.Column("wanted_runner_id", KEY))
        table.create_foreign_key("order_wanted_runner", "runner", ["wanted_runner_id"], ["id"])
        table.create_index("order_load", ["state", "runner_id"])
    op.create_index("ix_follow_up_order_id", "follow_up", ["order_id"])
    op.execute(
        "UPDATE offer SET state = 'WITHDRAWN' WHERE state = 'OPEN' AND id NOT IN "
        "(SELECT max(id) FROM offer WHERE state = 'OPEN' GROUP BY runner_id)"
    )
    with op.batch_alter_table("offer") as table:
        table.add_column(sa.Column("round_id", KEY))
        table.create_foreign_key("offer_round_of", "offer_round", ["round_id"], ["id"])
    _keep_rankings()
    with op.batch_alter_table("offer") as table:
        table.drop_column("ranking")
        table.create_index("offer_one_open", ["runner_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _keep_rankings() -> None:
    """Each old offer becomes a round of one; its reasons stay as the words that they were."""
    bind = op.get_bind()
    old = sa.text(
        "SELECT offer.id, offer.order_id, offer.offered_at, offer.ranking, runner.number, errand_order.place_code"
        " FROM offer JOIN runner ON runner.id = offer.runner_id JOIN errand_order ON errand_order.id = offer.order_id"
    ).columns(offered_at=sa.DateTime())
    rounds = sa.table(
        "offer_round", sa.column("id", KEY), sa.column("order_id", KEY), sa.column("at", sa.DateTime()),
        sa.column("town"), sa.column("asked", sa.JSON()), sa.column("considered", sa.JSON()),
    )
    for offer in bind.execute(old).all():
        told = json.loads(offer.ranking) if isinstance(offer.ranking, str) else offer.ranking or []
        bind.execute(rounds.insert().values(
            order_id=offer.order_id, at=offer.offered_at, town=offer.place_code[:9],
            asked=[offer.number], considered={"told": told},
        ))
        newest = bind.execute(sa.text("SELECT max(id) FROM offer_round")).scalar()
        bind.execute(sa.text("UPDATE offer SET round_id = :round WHERE id = :id"), {"round": newest, "id": offer.id})


def downgrade() -> None:
    with op.batch_alter_table("offer") as table:
        table.drop_index("offer_one_open")
        table.add_column(sa.Column("ranking", sa.JSON(), nullable=False, server_default="[]"))
        table.drop_constraint("offer_round_of", type_="foreignkey")
        table.drop_column("round_id")
    op.drop_index("ix_follow_up_order_id", "follow_up")
    with op.batch_alter_table("errand_order") as table:
        table.drop_index("order_load")
        table.drop_constraint("order_wanted_runner", type_="foreignkey")
        table.drop_column("wanted_runner_id")
    with op.batch_alter_table("runner") as table:
        for name in ("hours", "duty_since", "month", "month_seconds", "month_offers"):
            table.drop_column(name)
    op.drop_table("avoidance")
    op.drop_table("offer_round")
