"""Runs the migrations on the connection that ``database.migrate`` opened."""

from alembic import context

from central.adapters import tables_projection  # noqa: F401 - its tables join the metadata
from central.adapters.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
