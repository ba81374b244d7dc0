"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context

from stadtfuehrer.database.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
