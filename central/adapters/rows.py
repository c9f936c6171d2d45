"""What several stores need of SQL: insert or replace, and a record as a row."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from central.domain.records import PlatformReceipt, Record, RecordState


def upsert(
    connection: sa.Connection, table: sa.Table, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert ``rows``; a row that is there under the same ``key`` takes the new values."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    values = {name: statement.excluded[name] for name in rows[0] if name != key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[key], set_=values),
        [dict(row) for row in rows],
    )


def record_of(row: sa.Row[Any]) -> Record:
    """Return the record in a row of ``records``."""
    return Record(
        visit=row.visit,
        stamp=row.stamp,
        state=RecordState(row.state),
        opened_at=row.opened_at,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        reason=row.reason,
        receipt=PlatformReceipt(row.patient, row.encounter) if row.encounter else None,
        submitted_at=row.submitted_at,
        reconciled_at=row.reconciled_at,
    )


def record_row(record: Record) -> dict[str, Any]:
    """Return the row of ``records`` that holds a record."""
    return {
        "visit": record.visit,
        "stamp": record.stamp,
        "state": record.state.value,
        "opened_at": record.opened_at,
        "attempts": record.attempts,
        "next_try_at": record.next_try_at,
        "reason": record.reason,
        "patient": record.receipt.patient if record.receipt else None,
        "encounter": record.receipt.encounter if record.receipt else None,
        "submitted_at": record.submitted_at,
        "reconciled_at": record.reconciled_at,
    }
