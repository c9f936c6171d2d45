"""The dashboard's figures in SQLAlchemy: counted in the database, one short read a look."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import liability_sql
from central.adapters import tables_projection as tables
from central.adapters.database import (
    alarms,
    device_states,
    journals,
    quarantine,
    reading,
    store_errors,
)
from central.adapters.rows import within
from central.domain.accounts import Sites
from central.domain.erasure import ERASED
from central.domain.figures import (
    AlarmRow,
    Arrival,
    Day,
    DeviceRow,
    DiscrepancyRow,
    Overview,
    RepeatRow,
    SiteFigures,
    VisitRow,
    faults_said,
    repeats_of,
)
from central.domain.records import GONE, RecordState
from protocol.documents.names import masked_name

_LISTED = 50
_DEVICES_LISTED = 500
_MOST_REPEATED = 2_000


class SqlOverview:
    """``ports.OverviewReader`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def overview(self, day: Day, now: datetime, sites: Sites = None) -> Overview:
        with store_errors(), reading(self._engine) as connection:
            open_ones = tables.discrepancies.c.closed_at.is_(None) & _of_visits(
                tables.discrepancies, sites
            )
            uncleared = alarms.c.cleared_at.is_(None) & _of_devices(sites)
            devices, device_count = _devices(connection, sites)
            repeats, repeat_count = _repeats(connection, day, sites)
            liabilities = liability_sql.liabilities(connection, sites)
            of_doses = liability_sql.dose_discrepancies(connection, sites)
            return Overview(
                day=day,
                made_at=now,
                newest_at=connection.scalar(
                    sa.select(sa.func.max(tables.devices_seen.c.received_at))
                ),
                unprojected=_unprojected(connection),
                sites=_sites(connection, day, sites),
                states=_states(connection, sites),
                discrepancies=_discrepancies(connection, sites),
                discrepancy_count=_count(connection, tables.discrepancies, open_ones),
                alarms=_alarms(connection, sites),
                alarm_count=_count(connection, alarms, uncleared),
                devices=devices,
                device_count=device_count,
                # Whose such a message is, nobody can say.
                quarantined_messages=_count(connection, quarantine, sa.literal(sites is None)),
                repeats=repeats,
                repeat_count=repeat_count,
                dose_states=liability_sql.dose_states(connection, sites),
                liabilities=liabilities[0],
                liability_count=liabilities[1],
                liability_doses=liabilities[2],
                dose_discrepancies=of_doses[0],
                dose_discrepancy_count=of_doses[1],
                dose_discrepancy_number=of_doses[2],
            )

    def visits(self, day: Day, limit: int, sites: Sites = None) -> list[VisitRow]:
        visits, records, identities = tables.visits, tables.records, tables.identities
        same_check_in = (identities.c.visit == visits.c.visit) & (
            identities.c.stamp == visits.c.stamp
        )
        query = (
            sa.select(
                visits,
                records.c.state,
                records.c.reason,
                identities.c.name,
                _printed(visits).label("printed"),
            )
            .join_from(visits, records, records.c.visit == visits.c.visit)
            .join(identities, same_check_in, isouter=True)
            .where(visits.c.occurred_at >= day.start, visits.c.occurred_at < day.end)
            .where(within(visits.c.site, sites))
            .order_by(visits.c.occurred_at.desc(), visits.c.visit)
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            return [_visit(row) for row in connection.execute(query)]


def _printed(visits: sa.Table) -> sa.ScalarSelect[Any]:
    """Return the outcome of a visit's latest print job."""
    prints = tables.prints
    return (
        sa.select(prints.c.outcome)
        .where(prints.c.visit == visits.c.visit)
        .order_by(prints.c.stamp.desc())
        .limit(1)
        .correlate(visits)
        .scalar_subquery()
    )


def _visit(row: sa.Row[Any]) -> VisitRow:
    return VisitRow(
        visit=row.visit,
        site=row.site,
        device=row.device,
        ticket=row.ticket,
        occurred_at=row.occurred_at,
        estimated=row.estimated,
        received_at=row.received_at,
        document=row.document,
        warnings=tuple(row.warnings),
        identity=masked_name(row.name),
        identity_problem=row.identity_problem,
        conflict=row.conflict,
        printed=row.printed,
        state=row.state,
        # The Platform's words may quote the person: only our own codes leave this list.
        reason=None if row.state == RecordState.REFUSED else row.reason,
    )


def _of_visits(table: sa.Table, sites: Sites) -> sa.ColumnElement[bool]:
    """Return the condition that a row's visit was at one of these sites."""
    if sites is None:
        return sa.true()
    visits = tables.visits
    return table.c.visit.in_(sa.select(visits.c.visit).where(visits.c.site.in_(sites)))


def _of_devices(sites: Sites) -> sa.ColumnElement[bool]:
    """Return the condition that an alarm's device belongs to one of these sites."""
    if sites is None:
        return sa.true()
    devices = sa.select(journals.c.device).where(journals.c.site.in_(sites))
    # An overdue complaint is the alarm of its site.
    return alarms.c.device.in_(devices) | alarms.c.device.in_(sites)


def _sites(connection: sa.Connection, day: Day, sites: Sites) -> tuple[SiteFigures, ...]:
    refused, printed = tables.refused_scans, tables.prints
    arrivals = _by_site_and_state(connection, day, sites)
    scans = _by_site(connection, refused, day, within(refused.c.site, sites))
    failed = (printed.c.outcome == "failed") & within(printed.c.site, sites)
    prints = _by_site(connection, printed, day, failed)
    return tuple(
        SiteFigures(
            site=site,
            arrivals=sum(arrivals[site].values()),
            reconciled=arrivals[site][RecordState.RECONCILED.value],
            states=dict(arrivals[site]),
            refused_scans=scans[site],
            failed_prints=prints[site],
        )
        for site in sorted({*arrivals, *scans, *prints, *_known_sites(connection)})
        if sites is None or site in sites
    )


def _by_site_and_state(
    connection: sa.Connection, day: Day, sites: Sites
) -> dict[str, Counter[str]]:
    visits, records = tables.visits, tables.records
    rows = connection.execute(
        sa.select(visits.c.site, records.c.state, sa.func.count())
        .join_from(visits, records, records.c.visit == visits.c.visit)
        .where(visits.c.occurred_at >= day.start, visits.c.occurred_at < day.end)
        .where(within(visits.c.site, sites))
        .group_by(visits.c.site, records.c.state)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for site, state, number in rows:
        counts[site][state] = number
    return counts


def _by_site(
    connection: sa.Connection, table: sa.Table, day: Day, which: sa.ColumnElement[bool]
) -> Counter[str]:
    rows = connection.execute(
        sa.select(table.c.site, sa.func.count())
        .where(table.c.occurred_at >= day.start, table.c.occurred_at < day.end, which)
        .group_by(table.c.site)
    )
    return Counter({site: number for site, number in rows})  # noqa: C416 - rows are no mapping


def _known_sites(connection: sa.Connection) -> list[str]:
    return list(connection.scalars(sa.select(journals.c.site).distinct()))


def _states(connection: sa.Connection, sites: Sites) -> dict[str, int]:
    records = tables.records
    rows = connection.execute(
        sa.select(records.c.state, sa.func.count())
        .where(_of_visits(records, sites))
        .group_by(records.c.state)
    )
    counted = {state: number for state, number in rows}  # noqa: C416 - rows are no mapping
    # Nobody refused whoever was erased before they were told of; of these few are asked apart.
    refused = RecordState.REFUSED.value
    of_erased = (records.c.state == refused) & (records.c.reason == ERASED)
    erased = _count(connection, records, of_erased & _of_visits(records, sites))
    counted[refused] = counted.get(refused, 0) - erased
    # Only the writing of a dose can be replaced, never a check-in.
    return {state.value: counted.get(state.value, 0) for state in RecordState if state not in GONE}


def _discrepancies(connection: sa.Connection, sites: Sites) -> tuple[DiscrepancyRow, ...]:
    table, visits = tables.discrepancies, tables.visits
    rows = connection.execute(
        sa.select(table.c.visit, visits.c.site, visits.c.ticket, table.c.field, table.c.opened_at)
        .join_from(table, visits, visits.c.visit == table.c.visit)
        .where(table.c.closed_at.is_(None), within(visits.c.site, sites))
        .order_by(table.c.opened_at, table.c.id)
        .limit(_LISTED)
    )
    return tuple(DiscrepancyRow(*row) for row in rows)


def _alarms(connection: sa.Connection, sites: Sites) -> tuple[AlarmRow, ...]:
    rows = connection.execute(
        sa.select(alarms.c.kind, alarms.c.device, alarms.c.detail, alarms.c.raised_at)
        .where(alarms.c.cleared_at.is_(None), _of_devices(sites))
        .order_by(alarms.c.raised_at.desc(), alarms.c.id.desc())
        .limit(_LISTED)
    )
    return tuple(AlarmRow(*row) for row in rows)


def _devices(connection: sa.Connection, sites: Sites) -> tuple[tuple[DeviceRow, ...], int]:
    """Return the devices heard of last, and how many there are."""
    seen, boots = tables.devices_seen, tables.boots
    last_seen = sa.func.max(journals.c.last_seen)
    rows = connection.execute(
        sa.select(
            journals.c.device,
            sa.func.max(journals.c.site),
            last_seen,
            sa.func.max(boots.c.software),
            sa.func.min(sa.cast(seen.c.clock_ok, sa.Integer)),
            sa.func.max(sa.cast(journals.c.quarantined, sa.Integer)),
            _state_said(),
            sa.func.count().over(),
        )
        .join_from(journals, boots, boots.c.device == journals.c.device, isouter=True)
        .join(seen, seen.c.device == journals.c.device, isouter=True)
        .where(within(journals.c.site, sites))
        .group_by(journals.c.device)
        .order_by(last_seen.desc())
        .limit(_DEVICES_LISTED)
    ).all()
    shown = tuple(
        DeviceRow(device, site, at, software, clock_ok != 0, bool(quarantined), faults_said(state))
        for device, site, at, software, clock_ok, quarantined, state, _ in rows
    )
    return shown, rows[0][-1] if rows else 0


def _state_said() -> sa.ScalarSelect[bytes]:
    """Return the last thing that the row's device said of itself."""
    states = device_states
    return sa.select(states.c.data).where(states.c.device == journals.c.device).scalar_subquery()


def _repeats(
    connection: sa.Connection, day: Day, sites: Sites
) -> tuple[tuple[RepeatRow, ...], int]:
    """Return the gravest repeats, and how many there are among those that were looked at."""
    visits, identities = tables.visits, tables.identities
    known = (
        sa.select(visits, identities.c.number, identities.c.name)
        .join_from(
            visits,
            identities,
            (identities.c.visit == visits.c.visit) & (identities.c.stamp == visits.c.stamp),
        )
        .where(
            visits.c.occurred_at >= day.start,
            visits.c.occurred_at < day.end,
            identities.c.number.is_not(None),
            within(visits.c.site, sites),
        )
    ).subquery()
    several = sa.select(known.c.number).group_by(known.c.number).having(sa.func.count() > 1)
    rows = connection.execute(
        sa.select(known)
        .where(known.c.number.in_(several))
        .order_by(known.c.number, known.c.occurred_at)
        .limit(_MOST_REPEATED)
    ).all()
    names = {row.visit: masked_name(row.name) for row in rows}
    arrivals = [
        Arrival(row.visit, row.number, row.ticket, row.site, row.occurred_at, row.estimated)
        for row in rows
    ]
    found = repeats_of(arrivals)
    shown = tuple(
        RepeatRow(
            repeat.kind,
            names[repeat.arrivals[0].visit],
            tuple((one.ticket, one.site, one.at) for one in repeat.arrivals),
        )
        for repeat in found[:_LISTED]
    )
    return shown, len(found)


def _unprojected(connection: sa.Connection) -> int:
    cursors = tables.projection_cursors
    projected = sa.func.coalesce(cursors.c.projected, journals.c.base)
    behind = sa.func.coalesce(sa.func.sum(journals.c.through - projected), 0)
    query = sa.select(behind).join_from(
        journals, cursors, cursors.c.journal_id == journals.c.id, isouter=True
    )
    return int(connection.scalar(query) or 0)


def _count(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(which)) or 0
