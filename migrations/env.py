"""Alembic's entry: the connection comes from `service.catalog.schema.migrate`."""

from alembic import context

from service.catalog.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
