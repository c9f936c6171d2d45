"""What several stores need of SQL: insert or replace, and a record as a row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from central.domain.accounts import Sites
from central.domain.records import PlatformReceipt, Record, RecordState


def upsert(
    connection: sa.Connection, table: sa.Table, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert ``rows``; a row that is there under the same ``key`` takes the new values.

    Args:
        key: Name of the column, or of several with spaces between.
    """
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = key.split()
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=values),
        [dict(row) for row in rows],
    )


def within(column: sa.ColumnElement[Any], sites: Sites) -> sa.ColumnElement[bool]:
    """Return the condition that a row is of one of these sites; None: of any."""
    return sa.true() if sites is None else column.in_(sites)


_RECORDS: Final = (
    ("dose", "immunization"),
    ("reaction", "adverse_event"),
    ("visit", "encounter"),
)


def record_of(row: sa.Row[Any]) -> Record:
    """Return the record in a row of ``records``, ``dose_records`` or ``reaction_records``."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    subject, place = next(names for names in _RECORDS if names[1] in values)
    resource = values[place]
    return Record(
        subject=values[subject],
        stamp=row.stamp,
        state=RecordState(row.state),
        opened_at=row.opened_at,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        reason=row.reason,
        receipt=PlatformReceipt(row.patient, resource) if resource else None,
        submitted_at=row.submitted_at,
        reconciled_at=row.reconciled_at,
    )


def record_row(record: Record) -> dict[str, Any]:
    """Return the row of ``records`` that holds a visit's record."""
    return {"visit": record.subject, "encounter": _resource(record), **_common(record)}


def dose_record_row(record: Record) -> dict[str, Any]:
    """Return the row of ``dose_records`` that holds a dose's record."""
    return {"dose": record.subject, "immunization": _resource(record), **_common(record)}


def reaction_record_row(record: Record) -> dict[str, Any]:
    """Return the row of ``reaction_records`` that holds a reaction's record."""
    return {"reaction": record.subject, "adverse_event": _resource(record), **_common(record)}


def _resource(record: Record) -> str | None:
    return record.receipt.resource if record.receipt else None


def _common(record: Record) -> dict[str, Any]:
    return {
        "stamp": record.stamp,
        "state": record.state.value,
        "opened_at": record.opened_at,
        "attempts": record.attempts,
        "next_try_at": record.next_try_at,
        "reason": record.reason,
        "patient": record.receipt.patient if record.receipt else None,
        "submitted_at": record.submitted_at,
        "reconciled_at": record.reconciled_at,
    }
