"""Alembic's entry: runs the revisions on the connection that the hall hands over."""

from alembic import context

from hotline.store.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
