"""The projection's tables in SQLAlchemy: reads raw events per journal, settles facts, moves cursors.

A journal's line is gap-free up to ``through``, so a cursor per line is all it takes; no event that
is committed late can be skipped.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as tables
from central.adapters.database import alarms, journals, raw_events, reading, store_errors
from central.adapters.rows import record_of, record_row, upsert
from central.domain.facts import (
    Boot,
    DeviceSeen,
    Fact,
    KnownIdentity,
    Print,
    RefusedScan,
    Trouble,
    Visit,
    When,
)
from central.domain.projection import RULES, Rule, StoredEvent, settle
from central.domain.records import follow

_TABLES: Final[dict[type[Any], sa.Table]] = {
    Visit: tables.visits,
    KnownIdentity: tables.identities,
    Print: tables.prints,
    RefusedScan: tables.refused_scans,
    DeviceSeen: tables.devices_seen,
    Boot: tables.boots,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Grown:
    """A journal with events that are not projected yet."""

    journal_id: int
    device: str
    site: str
    projected: int
    through: int


class SqlProjection:
    """``ports.ProjectionStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def advance(self, project: Callable[[StoredEvent], list[Fact]], limit: int) -> int:
        with store_errors():
            # Looking costs the writers nothing; only when there is work is the database locked.
            with reading(self._engine) as connection:
                if not _grown(connection):
                    return 0
            with self._engine.begin() as connection:
                return _advance(connection, project, limit)

    def forget(self) -> None:
        with store_errors(), self._engine.begin() as connection:
            for table in tables.REBUILT:
                connection.execute(sa.delete(table))


def _advance(
    connection: sa.Connection, project: Callable[[StoredEvent], list[Fact]], limit: int
) -> int:
    facts: list[Fact] = []
    done = 0
    for journal in _grown(connection):
        events = _events(connection, journal, limit - done)
        for seq, event in events:
            found = project(event)
            facts.extend(found)
            _raise_alarms(connection, journal, seq, found, event)
        done += len(events)
        if events:
            _move_cursor(connection, journal, events[-1][0])
        if done >= limit:
            break
    _store(connection, facts)
    return done


def _grown(connection: sa.Connection) -> list[_Grown]:
    cursors = tables.projection_cursors
    projected = sa.func.coalesce(cursors.c.projected, journals.c.base)
    rows = connection.execute(
        sa.select(journals.c.id, journals.c.device, journals.c.site, projected, journals.c.through)
        .join_from(journals, cursors, cursors.c.journal_id == journals.c.id, isouter=True)
        .where(journals.c.through > projected)
        .order_by(journals.c.id)
    )
    return [_Grown(*row) for row in rows]


def _events(
    connection: sa.Connection, journal: _Grown, limit: int
) -> list[tuple[int, StoredEvent]]:
    rows = connection.execute(
        sa.select(raw_events)
        .where(
            raw_events.c.journal_id == journal.journal_id,
            raw_events.c.seq > journal.projected,
            raw_events.c.seq <= min(journal.through, journal.projected + limit),
        )
        .order_by(raw_events.c.seq)
    )
    return [
        (
            row.seq,
            StoredEvent(journal.device, journal.site, row.seq, row.hash, row.data, row.received_at),
        )
        for row in rows
    ]


def _move_cursor(connection: sa.Connection, journal: _Grown, projected: int) -> None:
    row = {"journal_id": journal.journal_id, "projected": projected}
    upsert(connection, tables.projection_cursors, "journal_id", [row])


def _raise_alarms(
    connection: sa.Connection, journal: _Grown, seq: int, facts: Iterable[Fact], event: StoredEvent
) -> None:
    for trouble in facts:
        if isinstance(trouble, Trouble):
            # The same trouble, found again by a rebuild, is not news.
            same = (
                (alarms.c.kind == trouble.kind)
                & (alarms.c.journal_id == journal.journal_id)
                & (alarms.c.seq == seq)
            )
            if connection.execute(sa.select(alarms.c.id).where(same)).first() is None:
                connection.execute(
                    sa.insert(alarms).values(
                        kind=trouble.kind,
                        device=trouble.device,
                        journal_id=journal.journal_id,
                        seq=seq,
                        detail=trouble.detail,
                        raised_at=event.received_at,
                    )
                )


def _store(connection: sa.Connection, facts: list[Fact]) -> None:
    for rule in RULES:
        keys = {getattr(fact, rule.key) for fact in facts if isinstance(fact, rule.fact)}
        if keys:
            table = _TABLES[rule.fact]
            held = _held(connection, rule, table, keys)
            settled = settle(rule, held, facts)
            upsert(connection, table, rule.key, [_row(fact) for fact in settled.values()])
    _follow_visits(connection, {fact.visit for fact in facts if isinstance(fact, Visit)})


def _held(connection: sa.Connection, rule: Rule, table: sa.Table, keys: set[str]) -> dict[str, Any]:
    rows = connection.execute(sa.select(table).where(table.c[rule.key].in_(keys)))
    return {getattr(fact, rule.key): fact for fact in (_fact(rule.fact, row) for row in rows)}


def _follow_visits(connection: sa.Connection, touched: Collection[str]) -> None:
    """Give each visit that has none a record, and let go what was held for an identity."""
    if not touched:
        return
    held = connection.execute(sa.select(tables.records).where(tables.records.c.visit.in_(touched)))
    records = {row.visit: record_of(row) for row in held}
    visits = connection.execute(sa.select(tables.visits).where(tables.visits.c.visit.in_(touched)))
    changed = [
        follow(records.get(row.visit), row.visit, row.stamp, row.received_at, row.identity_problem)
        for row in visits
    ]
    rows = [record_row(record) for record in changed if record is not None]
    upsert(connection, tables.records, "visit", rows)


def _row(fact: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the kinds above
    values = {field.name: getattr(fact, field.name) for field in dataclasses.fields(fact)}
    time = values.pop("when", None)
    if time is not None:
        values |= dataclasses.asdict(time)
    if "warnings" in values:
        values["warnings"] = list(values["warnings"])
    return values


def _fact(kind: type[Any], row: sa.Row[Any]) -> Any:  # noqa: ANN401 - any of the kinds above
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    if "occurred_at" in values:
        names = [field.name for field in dataclasses.fields(When)]
        values["when"] = When(**{name: values.pop(name) for name in names})
    if "warnings" in values:
        values["warnings"] = tuple(values["warnings"])
    return kind(**values)
