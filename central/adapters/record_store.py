"""Records and discrepancies in SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as tables
from central.adapters.database import reading, store_errors
from central.adapters.rows import record_of, record_row
from central.domain.comparison import Difference
from central.domain.records import OPEN_STATES, Record, RecordState, VisitRecord
from central.ports import Due

_LONGEST_VALUE = 300


class SqlRecords:
    """``ports.RecordStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, limit: int) -> list[Due[VisitRecord]]:
        records, visits, identities = tables.records, tables.visits, tables.identities
        of_same_check_in = (identities.c.visit == visits.c.visit) & (
            identities.c.stamp == visits.c.stamp
        )
        query = (
            sa.select(
                records,
                visits.c.site,
                visits.c.occurred_at,
                visits.c.estimated,
                identities.c.document,
                identities.c.number,
                identities.c.name,
                identities.c.birth,
                identities.c.sex,
                identities.c.nationality,
            )
            .join_from(records, visits, visits.c.visit == records.c.visit)
            .join(identities, of_same_check_in, isouter=True)
            .where(records.c.next_try_at <= now)
            .order_by(records.c.next_try_at)
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            return [Due(record_of(row), _told(row)) for row in connection.execute(query)]

    def save(self, record: Record, found: Sequence[Difference] | None, now: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            # Another check-in may have come to stand for the visit meanwhile: then this is stale.
            same = (tables.records.c.visit == record.subject) & (
                tables.records.c.stamp == record.stamp
            )
            saved = connection.execute(
                sa.update(tables.records).where(same).values(record_row(record))
            )
            if saved.rowcount and found is not None:
                _settle_discrepancies(connection, record.subject, found, now)

    def mark_overdue(self, opened_before: datetime) -> int:
        records = tables.records
        late = sa.and_(records.c.state.in_(OPEN_STATES), records.c.opened_at < opened_before)
        with store_errors():
            with reading(self._engine) as connection:
                if (
                    connection.execute(sa.select(records.c.visit).where(late).limit(1)).first()
                    is None
                ):
                    return 0
            with self._engine.begin() as connection:
                statement = sa.update(records).where(late).values(state=RecordState.OVERDUE.value)
                return connection.execute(statement).rowcount


def _told(row: sa.Row[Any]) -> VisitRecord | None:
    if row.number is None:
        return None
    return VisitRecord(
        visit=row.visit,
        site=row.site,
        checked_in_at=row.occurred_at.isoformat(timespec="milliseconds"),
        number=row.number,
        document=row.document,
        name=row.name,
        birth=row.birth,
        sex=row.sex,
        nationality=row.nationality,
        time_guessed=row.estimated,
    )


def _settle_discrepancies(
    connection: sa.Connection, visit: str, found: Sequence[Difference], now: datetime
) -> None:
    """Close what is no longer so, open what is new; what is still so keeps its age."""
    table = tables.discrepancies
    open_rows = connection.execute(
        sa.select(table).where(table.c.visit == visit, table.c.closed_at.is_(None))
    )
    rows = open_rows.all()
    standing = {(row.field, row.ours, row.theirs): row.id for row in rows}
    # Whoever has a field's discrepancy keeps it when the Platform comes to say something else.
    owners = {row.field: row.owner for row in rows}
    site = connection.scalar(sa.select(tables.visits.c.site).where(tables.visits.c.visit == visit))
    wanted = {
        (difference.field, difference.ours[:_LONGEST_VALUE], difference.theirs[:_LONGEST_VALUE])
        for difference in found
    }
    gone = [row_id for key, row_id in standing.items() if key not in wanted]
    if gone:
        connection.execute(sa.update(table).where(table.c.id.in_(gone)).values(closed_at=now))
    for field, ours, theirs in sorted(wanted - standing.keys()):
        connection.execute(
            sa.insert(table).values(
                visit=visit,
                field=field,
                ours=ours,
                theirs=theirs,
                opened_at=now,
                owner=owners.get(field, site or ""),
            )
        )
