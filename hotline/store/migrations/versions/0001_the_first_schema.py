"""The first schema."""

from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('runner',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('team', sa.String(length=24), nullable=False),
    sa.Column('township', sa.String(length=9), nullable=False),
    sa.Column('village', sa.String(length=12), nullable=False),
    sa.Column('zones', sa.JSON(), nullable=False),
    sa.Column('load_limit', sa.Integer(), nullable=False),
    sa.Column('on_duty', sa.Boolean(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=True),
    sa.Column('offered_at', sa.DateTime(), nullable=True),
    sa.Column('link_hash', sa.String(length=64), nullable=True),
    sa.Column('link_expires', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('link_hash'),
    sa.UniqueConstraint('number')
    )
    with op.batch_alter_table('runner', schema=None) as batch_op:
        batch_op.create_index('runner_duty', ['on_duty', 'township'], unique=False)

    op.create_table('staff',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login')
    )
    op.create_table('conversation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('owner', sa.String(length=24), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('waiting_since', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token')
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index('conversation_queue', ['state', 'waiting_since'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_updated_at'), ['updated_at'], unique=False)

    op.create_table('staff_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('csrf', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_table('errand_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=True),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('applicant_name', sa.String(length=64), nullable=False),
    sa.Column('contact_phone', sa.String(length=20), nullable=False),
    sa.Column('item_code', sa.String(length=24), nullable=True),
    sa.Column('item_name', sa.String(length=400), nullable=False),
    sa.Column('zone', sa.String(length=24), nullable=False),
    sa.Column('help', sa.String(length=24), nullable=False),
    sa.Column('place_code', sa.String(length=12), nullable=False),
    sa.Column('township', sa.String(length=32), nullable=False),
    sa.Column('place_text', sa.String(length=400), nullable=False),
    sa.Column('wish_from', sa.DateTime(), nullable=False),
    sa.Column('wish_to', sa.DateTime(), nullable=False),
    sa.Column('materials', sa.JSON(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('runner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('door_code', sa.String(length=6), nullable=False),
    sa.Column('case_number', sa.String(length=64), nullable=False),
    sa.Column('dispatch_at', sa.DateTime(), nullable=True),
    sa.Column('accept_by', sa.DateTime(), nullable=False),
    sa.Column('offers_made', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.ForeignKeyConstraint(['runner_id'], ['runner.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key'),
    sa.UniqueConstraint('number')
    )
    with op.batch_alter_table('errand_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_errand_order_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('order_accept_by', ['state', 'accept_by'], unique=False)
        batch_op.create_index('order_created', ['created_at'], unique=False)
        batch_op.create_index('order_dispatch', ['state', 'dispatch_at'], unique=False)
        batch_op.create_index('order_phone', ['contact_phone', 'state'], unique=False)
        batch_op.create_index('order_runner', ['runner_id', 'state'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.String(length=128), nullable=True),
    sa.Column('sender', sa.String(length=24), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=True),
    sa.Column('buttons', sa.JSON(), nullable=False),
    sa.Column('answers_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['answers_id'], ['message.id'], ),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation_id', 'client_id', name='message_once')
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('message_answers', ['answers_id'], unique=False)
        batch_op.create_index('message_thread', ['conversation_id', 'id'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=True),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.ForeignKeyConstraint(['order_id'], ['errand_order.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index('follow_up_open', ['done_at', 'due_at'], unique=False)

    op.create_table('offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('runner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('offered_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('ranking', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['errand_order.id'], ),
    sa.ForeignKeyConstraint(['runner_id'], ['runner.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index('offer_deadline', ['state', 'expires_at'], unique=False)
        batch_op.create_index('offer_order', ['order_id', 'state'], unique=False)
        batch_op.create_index('offer_runner', ['runner_id', 'state'], unique=False)

    op.create_table('order_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('from_state', sa.String(length=24), nullable=False),
    sa.Column('to_state', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['errand_order.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('order_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_event_order_id'), ['order_id'], unique=False)



def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table('order_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_event_order_id'))

    op.drop_table('order_event')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index('offer_runner')
        batch_op.drop_index('offer_order')
        batch_op.drop_index('offer_deadline')

    op.drop_table('offer')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index('follow_up_open')

    op.drop_table('follow_up')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('message_thread')
        batch_op.drop_index('message_answers')

    op.drop_table('message')
    with op.batch_alter_table('errand_order', schema=None) as batch_op:
        batch_op.drop_index('order_runner')
        batch_op.drop_index('order_phone')
        batch_op.drop_index('order_dispatch')
        batch_op.drop_index('order_created')
        batch_op.drop_index('order_accept_by')
        batch_op.drop_index(batch_op.f('ix_errand_order_conversation_id'))

    op.drop_table('errand_order')
    op.drop_table('staff_session')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_updated_at'))
        batch_op.drop_index('conversation_queue')

    op.drop_table('conversation')
    op.drop_table('staff')
    with op.batch_alter_table('runner', schema=None) as batch_op:
        batch_op.drop_index('runner_duty')

    op.drop_table('runner')
