"""How the centre stands, counted in the database; a handful of short queries."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as tables
from central.adapters.complaints_sql import unanswered
from central.adapters.database import (
    alarms,
    device_states,
    journals,
    quarantine,
    raw_events,
    reading,
    store_errors,
)
from central.adapters.leases_sql import SqlLeases
from central.adapters.lists_sql import certificate_lists
from central.adapters.tables_doses import dose_discrepancies, dose_records, reaction_records
from central.adapters.tables_verification import verification_rounds
from central.domain.complaints import WITHIN
from central.domain.erasure import ERASED
from central.domain.records import OPEN_STATES, RecordState
from central.domain.standing import DeviceHeard, Standing, fleet_of
from central.domain.verification import DUE_AFTER, RUNNING
from central.ports.leases import LeaseRow

_SHARD = re.compile(r"s\d\d\Z")
_RECORDS = {"visit": tables.records, "dose": dose_records, "reaction": reaction_records}
_WAITING = [state.value for state in (*OPEN_STATES, RecordState.OVERDUE)]


class SqlStanding:
    """``ports.standing.StandingReader`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._leases = SqlLeases(engine)

    def read(self, now: datetime) -> Standing:
        ownerless = _ownerless(self._leases.rows())
        with store_errors(), reading(self._engine) as connection:
            behind, behind_since = _behind(connection)
            unanswered_ones = unanswered(connection, now - WITHIN)
            rounds = _rounds(connection, now)
            return Standing(
                behind=behind,
                behind_since=behind_since,
                records=_records(connection),
                waiting_since=_waiting_since(connection),
                discrepancies=_discrepancies(connection),
                alarms=_by(connection, alarms.c.kind, alarms.c.cleared_at.is_(None)),
                set_aside=_count(connection, quarantine),
                complaints_open=unanswered_ones[0],
                complaints_overdue=unanswered_ones[1],
                rounds_open=rounds[0],
                rounds_overdue=rounds[1],
                fleet=fleet_of(_devices(connection)),
                lists_as_of=_lists(connection),
                ownerless=ownerless,
            )


def _behind(connection: sa.Connection) -> tuple[int, datetime | None]:
    """Return how many events are not projected, and when the oldest of them came."""
    cursors = tables.projection_cursors
    projected = sa.func.coalesce(cursors.c.projected, journals.c.base)
    of_all = journals.outerjoin(cursors, cursors.c.journal_id == journals.c.id)
    late = journals.c.through > projected
    number = sa.func.coalesce(sa.func.sum(journals.c.through - projected), 0)
    count = connection.scalar(sa.select(number).select_from(of_all).where(late))
    if not count:
        return 0, None
    # The next one of each journal is its oldest: one look-up by key each.
    next_one = (raw_events.c.journal_id == journals.c.id) & (raw_events.c.seq == projected + 1)
    oldest = sa.select(sa.func.min(raw_events.c.received_at)).select_from(
        of_all.join(raw_events, next_one)
    )
    return int(count), connection.scalar(oldest.where(late))


def _records(connection: sa.Connection) -> dict[tuple[str, str], int]:
    counts = {(kind, state.value): 0 for kind in _RECORDS for state in RecordState}
    for kind, table in _RECORDS.items():
        for state, number in _by(connection, table.c.state, sa.true()).items():
            counts[kind, state] = number
        # What was never told of somebody who was erased rests, and nobody can mend it.
        refused = RecordState.REFUSED.value
        of_erased = (table.c.state == refused) & (table.c.reason == ERASED)
        counts[kind, refused] -= _count(connection, table, of_erased)
    return counts


def _waiting_since(connection: sa.Connection) -> dict[str, datetime]:
    oldest = {
        kind: connection.scalar(
            sa.select(sa.func.min(table.c.opened_at)).where(table.c.state.in_(_WAITING))
        )
        for kind, table in _RECORDS.items()
    }
    return {kind: since for kind, since in oldest.items() if since is not None}


def _discrepancies(connection: sa.Connection) -> dict[str, int]:
    doses = dose_discrepancies.c
    visits = tables.discrepancies
    of_visits = _count(connection, visits, visits.c.closed_at.is_(None))
    return {"visit": of_visits} | _by(connection, doses.kind, doses.closed_at.is_(None))


def _rounds(connection: sa.Connection, now: datetime) -> tuple[int, int]:
    rounds = verification_rounds
    running = rounds.c.state.in_([state.value for state in RUNNING])
    overdue = running & (rounds.c.made_at < now - DUE_AFTER)
    return _count(connection, rounds, running), _count(connection, rounds, overdue)


def _devices(connection: sa.Connection) -> Iterator[DeviceHeard]:
    heard = (
        sa.select(
            journals.c.device,
            sa.func.max(journals.c.last_seen).label("sent_at"),
            sa.func.max(sa.cast(journals.c.quarantined, sa.Integer)).label("quarantined"),
        )
        .group_by(journals.c.device)
        .subquery()
    )
    states = device_states
    rows = connection.execute(
        sa.select(
            heard.c.sent_at, states.c.data, states.c.received_at, heard.c.quarantined
        ).join_from(heard, states, states.c.device == heard.c.device, isouter=True)
    )
    for sent_at, said, said_at, quarantined in rows:
        yield DeviceHeard(max(sent_at, said_at or sent_at), said, bool(quarantined))


def _ownerless(rows: Iterable[LeaseRow]) -> dict[str, int]:
    """Return how many leases nobody keeps, by what they are for; shards are one kind of work."""
    found: Counter[str] = Counter()
    for row in rows:
        found["ingest" if _SHARD.match(row.name) else row.name] += row.seconds_left < 0
    return dict(found)


def _lists(connection: sa.Connection) -> dict[str, datetime]:
    table = certificate_lists
    return {kind: at for kind, at in connection.execute(sa.select(table.c.kind, table.c.as_of))}  # noqa: C416 - rows are no mapping


def _by(
    connection: sa.Connection, column: sa.Column[Any], which: sa.ColumnElement[bool]
) -> dict[str, int]:
    rows = connection.execute(
        sa.select(column, sa.func.count()).where(which).group_by(column).order_by(column)
    )
    return {name: number for name, number in rows}  # noqa: C416 - rows are no mapping


def _count(
    connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool] | None = None
) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return int(connection.scalar(query if which is None else query.where(which)) or 0)
