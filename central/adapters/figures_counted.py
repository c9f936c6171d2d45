"""What is counted of each site's day and how it stands: one statement for all sites together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters import tables_site as at_site
from central.adapters.database import device_states, journals
from central.adapters.sql_time import seconds_between, utc_hour
from central.adapters.tables_doses import dose_discrepancies, dose_records
from central.domain.erasure import ERASED
from central.domain.figures import Day, faults_said
from central.domain.levels import COUNTED, SILENT_AFTER
from central.domain.records import RecordState

Rows = dict[tuple[str, ...], dict[str, Any]]
"""Rows of a table by its key."""
_BAD: Final = [
    state.value for state in (RecordState.REFUSED, RecordState.DIFFERS, RecordState.OVERDUE)
]
_TIMELY_SECONDS: Final = 3600


def hours_of_day(connection: sa.Connection, day: Day, on: str) -> Rows:
    """Return arrivals, and who came into and out of the queue, by site and hour."""
    visits = projection.visits
    hour = utc_hour(visits.c.occurred_at)
    arrivals = connection.execute(
        sa.select(visits.c.site, hour, sa.func.count())
        .where(_of(visits, day))
        .group_by(visits.c.site, hour)
    ).all()
    ended = _ended(connection, day)
    with_hub = {site for site, _, _ in ended} | _sites_with_hub(connection, day, on)
    # Where no hub tells who is done, all who came would seem to wait.
    queued = [row for row in arrivals if row[0] in with_hub]
    rows: Rows = {}
    for name, counts in (("arrivals", arrivals), ("queued", queued), ("ended", ended)):
        for site, at, number in counts:
            empty = {"day": on, "site": site, "hour": at, "arrivals": 0, "queued": 0, "ended": 0}
            rows.setdefault((on, site, at), empty)[name] = number
    return rows


def _sites_with_hub(connection: sa.Connection, day: Day, on: str) -> set[str]:
    opened, queued = at_site.sessions_opened, at_site.queued
    told = sa.union(
        sa.select(opened.c.site).where(opened.c.day == on),
        sa.select(queued.c.site).where(_of(queued, day)),
    )
    return set(connection.scalars(told))


def _ended(connection: sa.Connection, day: Day) -> Sequence[Any]:
    """Return how many who came were done in which hour: injected, sent away, or gone."""
    doses, screened, left = at_site.doses, at_site.screenings, at_site.departures
    ends = sa.union_all(
        sa.select(left.c.visit, left.c.occurred_at.label("at")).where(_of(left, day)),
        sa.select(doses.c.visit, doses.c.occurred_at).where(_of(doses, day), doses.c.standing),
        sa.select(screened.c.visit, screened.c.occurred_at).where(
            _of(screened, day), screened.c.standing, screened.c.conclusion != "eligible"
        ),
    ).subquery("ends")
    first = (
        sa.select(ends.c.visit, sa.func.min(ends.c.at).label("at"))
        .group_by(ends.c.visit)
        .subquery("first")
    )
    visits = projection.visits
    hour = utc_hour(first.c.at)
    return connection.execute(
        sa.select(visits.c.site, hour, sa.func.count())
        .join_from(first, visits, visits.c.visit == first.c.visit)
        .where(_of(visits, day))
        .group_by(visits.c.site, hour)
    ).all()


def days_of_sites(connection: sa.Connection, day: Day, on: str, hours: Rows) -> Rows:
    """Return everything that is counted of a day, by site."""
    rows: Rows = {}

    def row(site: str) -> dict[str, Any]:
        return rows.setdefault((on, site), {"day": on, "site": site, **dict.fromkeys(COUNTED, 0)})

    for one in hours.values():
        for name in ("queued", "ended"):
            row(one["site"])[name] += one[name]
    for query in (_visits_of(day), _doses_of(day)):
        for counted in connection.execute(query):
            said = counted._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
            row(counted.site).update({k: int(v) for k, v in said.items() if k != "site"})
    return rows


def _visits_of(day: Day) -> sa.Select[Any]:
    visits, records = projection.visits, projection.records
    known = visits.c.identity_problem.is_(None) & visits.c.exception.is_(None)
    late = seconds_between(visits.c.occurred_at, visits.c.received_at)
    return (
        sa.select(
            visits.c.site,
            sa.func.count().label("arrivals"),
            _sum(known).label("identified"),
            _sum(~visits.c.estimated).label("clocked"),
            _sum(~visits.c.estimated & (late <= _TIMELY_SECONDS)).label("timely"),
            _sum(records.c.state == RecordState.RECONCILED.value).label("visits_matched"),
            _sum(records.c.state.in_(_BAD) & records.c.reason.is_distinct_from(ERASED)).label(
                "visits_bad"
            ),
        )
        .join_from(visits, records, records.c.visit == visits.c.visit, isouter=True)
        .where(_of(visits, day))
        .group_by(visits.c.site)
    )


def _doses_of(day: Day) -> sa.Select[Any]:
    doses, visits = at_site.doses, projection.visits
    return (
        sa.select(
            doses.c.site,
            sa.func.count().label("doses"),
            _sum((doses.c.vial != "") & visits.c.visit.is_not(None)).label("doses_traced"),
            _sum(dose_records.c.state == RecordState.RECONCILED.value).label("doses_matched"),
            _sum(dose_records.c.state.in_(_BAD)).label("doses_bad"),
        )
        .join_from(doses, dose_records, dose_records.c.dose == doses.c.event, isouter=True)
        .join(visits, visits.c.visit == doses.c.visit, isouter=True)
        .where(_of(doses, day), doses.c.standing)
        .group_by(doses.c.site)
    )


def states_of_sites(connection: sa.Connection, now: datetime, overdue_before: datetime) -> Rows:
    """Return open discrepancies and machines, by site."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(
        lambda: {
            "discrepancies": 0,
            "overdue": 0,
            "devices": 0,
            "silent": 0,
            "troubled": 0,
            "last_seen": None,
        }
    )
    for query in _open_discrepancies(overdue_before):
        for site, number, overdue in connection.execute(query).all():
            found[site]["discrepancies"] += number
            found[site]["overdue"] += int(overdue)
    for device in _devices(connection):
        state = found[device.site]
        silent = now - device.last_seen > SILENT_AFTER
        state["devices"] += 1
        state["silent"] += silent
        state["troubled"] += not silent and _in_trouble(device)
        state["last_seen"] = max(state["last_seen"] or device.last_seen, device.last_seen)
    return {(site,): {"site": site, **state} for site, state in found.items()}


def _open_discrepancies(overdue_before: datetime) -> tuple[sa.Select[Any], ...]:
    of_doses, of_visits, visits = dose_discrepancies, projection.discrepancies, projection.visits
    return (
        sa.select(of_doses.c.site, sa.func.count(), _sum(of_doses.c.opened_at < overdue_before))
        .where(of_doses.c.closed_at.is_(None))
        .group_by(of_doses.c.site),
        sa.select(visits.c.site, sa.func.count(), _sum(of_visits.c.opened_at < overdue_before))
        .join_from(of_visits, visits, visits.c.visit == of_visits.c.visit)
        .where(of_visits.c.closed_at.is_(None))
        .group_by(visits.c.site),
    )


def _devices(connection: sa.Connection) -> Iterable[Any]:
    seen = projection.devices_seen
    last_seen = sa.func.max(journals.c.last_seen).label("last_seen")
    return connection.execute(
        sa.select(
            journals.c.device,
            sa.func.max(journals.c.site).label("site"),
            last_seen,
            sa.func.max(sa.cast(journals.c.quarantined, sa.Integer)).label("quarantined"),
            sa.func.min(sa.cast(seen.c.clock_ok, sa.Integer)).label("clock_ok"),
            sa.select(device_states.c.data)
            .where(device_states.c.device == journals.c.device)
            .scalar_subquery()
            .label("said"),
        )
        .join_from(journals, seen, seen.c.device == journals.c.device, isouter=True)
        .group_by(journals.c.device)
    )


def _in_trouble(device: sa.Row[Any]) -> bool:
    return bool(device.quarantined) or device.clock_ok == 0 or bool(faults_said(device.said))


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _of(table: sa.Table, day: Day) -> sa.ColumnElement[bool]:
    return (table.c.occurred_at >= day.start) & (table.c.occurred_at < day.end)
