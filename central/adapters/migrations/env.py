"""Runs the migrations on the connection that ``database.migrate`` opened."""

from alembic import context

from central.adapters import (  # noqa: F401 - their tables join the metadata
    leases_sql,
    lists_sql,
    roster_sql,
    sign_off_sql,
    tables_complaints,
    tables_doses,
    tables_levels,
    tables_people,
    tables_persons,
    tables_platform_sheets,
    tables_projection,
    tables_requests,
    tables_site,
    tables_verification,
)
from central.adapters.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
