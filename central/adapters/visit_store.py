"""The projection's tables in SQLAlchemy: reads raw events per journal, settles facts, moves cursors.

A journal's line is gap-free up to ``through``, so a cursor per line is all it takes; no event that
is committed late can be skipped.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as tables
from central.adapters import tables_site as at_site
from central.adapters.database import alarms, journals, raw_events, reading, store_errors
from central.adapters.dose_following import follow_doses, settle_standing
from central.adapters.leases_sql import fence
from central.adapters.reaction_store import follow_reactions
from central.adapters.rows import record_of, record_row, upsert
from central.domain import site_facts as site
from central.domain.facts import (
    Boot,
    CertificateCopy,
    DeviceSeen,
    KnownIdentity,
    Print,
    RefusedScan,
    Trouble,
    Visit,
    When,
)
from central.domain.projection import RULES, Fact, Rule, settle
from central.domain.records import follow
from central.domain.told import StoredEvent

_TABLES: Final[dict[type[Any], sa.Table]] = {
    Visit: tables.visits,
    KnownIdentity: tables.identities,
    Print: tables.prints,
    CertificateCopy: tables.certificate_copies,
    RefusedScan: tables.refused_scans,
    DeviceSeen: tables.devices_seen,
    Boot: tables.boots,
    site.Queued: at_site.queued,
    site.Call: at_site.calls,
    site.Finish: at_site.finishes,
    site.Departure: at_site.departures,
    site.Screening: at_site.screenings,
    site.Dose: at_site.doses,
    site.Observation: at_site.observations,
    site.Reaction: at_site.reactions,
    site.OpenedVial: at_site.vials,
    site.DiscardedDoses: at_site.discarded_doses,
    site.Complaint: at_site.complaints,
    site.StaffJoined: at_site.staff_joined,
    site.StaffGone: at_site.staff_gone,
    site.Paper: at_site.papers,
    site.Promotion: at_site.promotions,
    site.Opening: at_site.sessions_opened,
    site.Closing: at_site.sessions_closed,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Span:
    """The next events of one journal's line."""

    journal_id: int
    projected: int
    events: list[tuple[int, StoredEvent]]


LEASE: Final = "project"


class SqlProjection:
    """``ports.ProjectionStore`` on the centre's database."""

    def __init__(
        self, engine: sa.Engine, held: Callable[[], Mapping[str, int]] | None = None
    ) -> None:
        """Make a store.

        Args:
            held: Returns this worker's leases with their fencing tokens; None where no other runs.
        """
        self._engine = engine
        self._held = held

    def advance(self, project: Callable[[StoredEvent], list[Fact]], limit: int) -> int:
        with store_errors(), reading(self._engine) as connection:
            spans = _read(connection, limit)
        # Seals are opened before the database is locked: ingest must not wait for them.
        found = [(span, [(seq, project(event)) for seq, event in span.events]) for span in spans]
        if not found:
            return 0
        with store_errors(), self._engine.begin() as connection:
            if self._held is not None:
                fence(connection, {LEASE}, self._held())
            for span, facts_by_seq in found:
                _move_cursor(connection, span)
                _raise_alarms(connection, span, facts_by_seq)
            _store(connection, [fact for _, by_seq in found for _, of in by_seq for fact in of])
        return sum(len(span.events) for span in spans)

    def forget(self) -> None:
        with store_errors(), self._engine.begin() as connection:
            for table in (*tables.REBUILT, *at_site.REBUILT):
                connection.execute(sa.delete(table))


def _read(connection: sa.Connection, limit: int) -> list[_Span]:
    """Return up to ``limit`` events that are not projected yet, journal by journal."""
    cursors = tables.projection_cursors
    projected = sa.func.coalesce(cursors.c.projected, journals.c.base)
    grown = connection.execute(
        sa.select(journals, projected.label("projected"))
        .join_from(journals, cursors, cursors.c.journal_id == journals.c.id, isouter=True)
        .where(journals.c.through > projected)
        .order_by(journals.c.id)
        .limit(limit)
    ).all()
    spans: list[_Span] = []
    for journal in grown:
        if limit <= 0:
            break
        events = _events(connection, journal, limit)
        limit -= len(events)
        spans.append(_Span(journal.id, journal.projected, events))
    return spans


def _events(
    connection: sa.Connection, journal: sa.Row[Any], limit: int
) -> list[tuple[int, StoredEvent]]:
    rows = connection.execute(
        sa.select(raw_events)
        .where(
            raw_events.c.journal_id == journal.id,
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


def _move_cursor(connection: sa.Connection, span: _Span) -> None:
    row = {"journal_id": span.journal_id, "projected": span.events[-1][0]}
    upsert(connection, tables.projection_cursors, "journal_id", [row])


def _raise_alarms(
    connection: sa.Connection, span: _Span, facts_by_seq: Iterable[tuple[int, list[Fact]]]
) -> None:
    received = dict(span.events)
    for seq, facts in facts_by_seq:
        for trouble in facts:
            if isinstance(trouble, Trouble):
                _raise_alarm(connection, span.journal_id, seq, trouble, received[seq].received_at)


def _raise_alarm(
    connection: sa.Connection, journal_id: int, seq: int, trouble: Trouble, raised_at: datetime
) -> None:
    # The same trouble, found again by a rebuild, is not news.
    same = (
        (alarms.c.kind == trouble.kind)
        & (alarms.c.journal_id == journal_id)
        & (alarms.c.seq == seq)
    )
    if connection.execute(sa.select(alarms.c.id).where(same)).first() is None:
        connection.execute(
            sa.insert(alarms).values(
                kind=trouble.kind,
                device=trouble.device,
                journal_id=journal_id,
                seq=seq,
                detail=trouble.detail,
                raised_at=raised_at,
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
    visits = {fact.visit for fact in facts if isinstance(fact, Visit)}
    _follow_visits(connection, visits)
    settle_standing(connection, at_site.screenings, _of(site.Screening, facts))
    touched = settle_standing(connection, at_site.doses, _of(site.Dose, facts))
    follow_doses(connection, touched, visits)
    follow_reactions(connection, _of(site.Reaction, facts), visits)


def _of(kind: type[site.Screening | site.Dose | site.Reaction], facts: list[Fact]) -> set[str]:
    return {fact.event for fact in facts if isinstance(fact, kind)}


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
