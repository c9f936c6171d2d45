"""What follows from doses that came in: which writing stands, and what the Platform is to be told."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_doses, tables_projection
from central.adapters.rows import dose_record_row, record_of, upsert
from central.adapters.tables_site import doses
from central.domain.corrections import Writing, standing
from central.domain.records import GONE, Record, follow, withdraw

NO_CHECK_IN = "no_check_in"


def settle_standing(
    connection: sa.Connection, table: sa.Table, events: Collection[str]
) -> set[str]:
    """Mark which writings stand among those that ``events`` are linked with, and return them all."""
    if not events:
        return set()
    rows = _linked(connection, table, set(events))
    stands = standing(Writing(row.event, row.stamp, row.replaces) for row in rows)
    changed = [row.event for row in rows if row.standing != stands[row.event]]
    for value in (True, False):
        wanted = [event for event in changed if stands[event] is value]
        if wanted:
            connection.execute(
                sa.update(table).where(table.c.event.in_(wanted)).values(standing=value)
            )
    return set(stands)


def _linked(
    connection: sa.Connection, table: sa.Table, known: set[str]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Return every writing that is linked with one of ``known``, however far."""
    columns = (table.c.event, table.c.stamp, table.c.replaces, table.c.standing)
    while True:
        rows = connection.execute(
            sa.select(*columns).where(table.c.event.in_(known) | table.c.replaces.in_(known))
        ).all()
        met = {row.event for row in rows} | {row.replaces for row in rows if row.replaces}
        if met <= known:
            return rows
        known |= met


def follow_doses(
    connection: sa.Connection, events: Collection[str], visits: Collection[str]
) -> None:
    """Give each dose the record it needs: those of ``events``, and those of ``visits``."""
    if not events and not visits:
        return
    rows = _with_check_in(connection, events, visits)
    held = connection.execute(
        sa.select(tables_doses.dose_records).where(
            tables_doses.dose_records.c.dose.in_([row.event for row in rows])
        )
    )
    records = {row.dose: record_of(row) for row in held}
    changed = [_followed(records.get(row.event), row) for row in rows]
    wanted = [dose_record_row(record) for record in changed if record is not None]
    upsert(connection, tables_doses.dose_records, "dose", wanted)


def _with_check_in(
    connection: sa.Connection, events: Collection[str], visits: Collection[str]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    check_ins = tables_projection.visits
    return connection.execute(
        sa.select(
            doses.c.event,
            doses.c.stamp,
            doses.c.standing,
            doses.c.received_at,
            check_ins.c.stamp.label("check_in"),
            check_ins.c.identity_problem,
        )
        .join_from(doses, check_ins, check_ins.c.visit == doses.c.visit, isouter=True)
        .where(doses.c.event.in_(events) | doses.c.visit.in_(visits))
    ).all()


def _followed(record: Record | None, row: sa.Row[Any]) -> Record | None:
    # Another check-in that comes to stand is another person whom the dose was given to.
    both = f"{row.stamp} {row.check_in}"
    stamp = hashlib.sha256(both.encode()).hexdigest()[:32]
    if not row.standing:
        return withdraw(record, row.event, stamp, row.received_at)
    if record is not None and (row.check_in is None or record.state in GONE):
        # So it seems in the middle of a rebuild; what was agreed with the Platform stays.
        return None
    problem = NO_CHECK_IN if row.check_in is None else row.identity_problem
    return follow(record, row.event, stamp, row.received_at, problem)
