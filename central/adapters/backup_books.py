"""Counts a database's books and names its schema, alike for both kinds of database."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from central.adapters.database import MIGRATIONS, journals, raw_events
from central.adapters.tables_people import audit
from central.domain.backups import Books


def books_of(connection: sa.Connection) -> Books:
    """Return what the database holds, as this connection sees it."""
    covered = sa.func.coalesce(sa.func.sum(journals.c.through - journals.c.base), 0)
    number, entries = connection.execute(
        sa.select(sa.func.count(), covered).select_from(journals)
    ).one()
    newest = connection.execute(
        sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return Books(
        journals=number,
        entries=int(entries),
        events=_rows(connection, raw_events),
        audit=_rows(connection, audit),
        head=newest or "",
    )


def revision_of(connection: sa.Connection) -> str:
    """Return the revision of the schema; empty where there is none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def known_revisions() -> frozenset[str]:
    """Return every revision that this release can bring up to date."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return frozenset(script.revision for script in scripts.walk_revisions())


def _rows(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
