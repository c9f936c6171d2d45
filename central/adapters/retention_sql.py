"""Erasing what was kept long enough, in SQLAlchemy: one batch, one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.audit_sql import add_act
from central.adapters.database import quarantine, reading, store_errors
from central.adapters.erasing_sql import PSEUDONYM, pseudonym, stripped
from central.adapters.retention_events import old_complaints, old_forms
from central.adapters.retention_lists import old_rosters, old_rounds
from central.adapters.tables_people import journeys, web_sessions
from central.adapters.tables_platform_sheets import sheet_entries
from central.adapters.tables_requests import retention_runs
from central.domain.retention import Kind, Run, act_of
from central.ports.retention import Batch

_Erase = Callable[[sa.Connection, datetime, int, datetime], Batch]


class SqlRetention:
    """``ports.retention.RetentionStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def sweep(self, kind: Kind, before: datetime, limit: int, run_at: datetime) -> Batch:
        with store_errors(), self._engine.begin() as connection:
            run = _held(connection, kind, run_at)
            batch = _OF[kind](connection, before, limit, run_at)
            number = batch.erased + (run.number if run.began_at == run_at else 0)
            total = run.total + batch.erased
            _mark(connection, kind, began_at=run_at, number=number, total=total)
        return batch

    def ended(self, kind: Kind, run_at: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            run = _held(connection, kind, run_at)
            _mark(connection, kind, ended_at=run_at, failed_at=None, told=run.total)
            # Of all since the last row, also of runs that were cut short.
            if untold := run.total - run.told:
                # After the rows that are changed, as all do: the other way round two wait for each other.
                add_act(connection, act_of(kind, untold), run_at)

    def failed(self, kind: Kind, at: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            _held(connection, kind, at)
            _mark(connection, kind, failed_at=at)

    def runs(self) -> Mapping[Kind, Run]:
        with store_errors(), reading(self._engine) as connection:
            rows = connection.execute(sa.select(retention_runs)).all()
        return {
            Kind(row.kind): Run(row.ended_at, row.number, row.total, row.failed_at) for row in rows
        }


def _held(connection: sa.Connection, kind: Kind, now: datetime) -> sa.Row[Any]:
    """Return the row of a kind, locked: of two processes the later one sees what the first one did."""
    query = sa.select(retention_runs).where(retention_runs.c.kind == kind.value).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        first = {"kind": kind.value, "began_at": now, "number": 0, "total": 0, "told": 0}
        connection.execute(sa.insert(retention_runs).values(first))
        row = connection.execute(query).one()
    return row


def _mark(connection: sa.Connection, kind: Kind, **values: datetime | int | None) -> None:
    same = retention_runs.c.kind == kind.value
    connection.execute(sa.update(retention_runs).where(same).values(values))


def _old_messages(
    connection: sa.Connection, before: datetime, limit: int, _run_at: datetime
) -> Batch:
    # The bytes and the topic may hold anything; a message that comes again is set aside again.
    old = quarantine.c.received_at < before
    ids = sa.select(quarantine.c.id).where(old).order_by(quarantine.c.id).limit(limit)
    gone = connection.execute(sa.delete(quarantine).where(quarantine.c.id.in_(ids), old)).rowcount
    return Batch(gone, gone >= limit)


def _old_entries(
    connection: sa.Connection, before: datetime, limit: int, _run_at: datetime
) -> Batch:
    """Take the person out of entries that the Platform withdrew; that there was one stays."""
    of = sheet_entries.c
    old = (of.state == "gone") & (of.taken_at < before) & of.number.not_like(f"{PSEUDONYM}%")
    rows = connection.execute(sa.select(sheet_entries).where(old).order_by(of.key).limit(limit))
    found = rows.all()
    for row in found:
        values = {"content": stripped(row.content, row.id), "number": pseudonym(row.id)}
        connection.execute(sa.update(sheet_entries).where(of.key == row.key, old).values(values))
    return Batch(len(found), len(found) >= limit)


def _old_sessions(
    connection: sa.Connection, before: datetime, limit: int, _run_at: datetime
) -> Batch:
    # Wrong passwords are counted in memory alone; of ways to an organisation's log-in a digest is left.
    of = web_sessions.c
    keys = sa.select(of.key).where(of.seen_at < before).order_by(of.key).limit(limit)
    # Whoever used it since is not shut out.
    ended = sa.delete(web_sessions).where(of.key.in_(keys), of.seen_at < before)
    gone = connection.execute(ended).rowcount
    connection.execute(sa.delete(journeys).where(journeys.c.spent_at < before))
    return Batch(gone, gone >= limit)


_OF: Final[Mapping[Kind, _Erase]] = {
    Kind.FORMS: old_forms,
    Kind.ROSTERS: old_rosters,
    Kind.ROUNDS: old_rounds,
    Kind.COMPLAINTS: old_complaints,
    Kind.SET_ASIDE: _old_messages,
    Kind.SHEETS: _old_entries,
    Kind.SESSIONS: _old_sessions,
}
