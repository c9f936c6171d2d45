"""A site's day out of the projection, line by line, all of it as it was at one moment."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_site as at_site
from central.adapters.database import reading, store_errors
from central.adapters.tables_doses import dose_records
from central.adapters.tables_projection import visits
from central.domain.closing import DayLines, DoseLine, DosePlace, VialLine, VisitLine
from central.domain.figures import Day
from central.domain.records import RecordState
from central.ports.closing import Read

_AT_A_TIME: Final = 1000


class SqlDays:
    """``ports.closing.DayReader`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def read(self, site: str, day: Day, make: Callable[[DayLines], Read]) -> Read:
        # One transaction: what a signature will stand for must not be half before and half after
        # an event. SQLite reads from the snapshot of its WAL.
        connection = reading(self._engine)
        if self._engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with store_errors(), connection, connection.begin():
            return make(
                DayLines(
                    _visit_lines(connection, site, day),
                    _dose_lines(connection, site, day),
                    _vial_lines(connection, site, day),
                )
            )

    def sites(self, day: Day) -> list[str]:
        of_day = [
            sa.select(table.c.site).where(_within(table, day))
            for table in (visits, at_site.screenings, at_site.doses, at_site.vials)
        ]
        query = sa.union(*of_day)
        with store_errors(), reading(self._engine) as connection:
            return sorted(connection.scalars(query))

    def without_certificate(self, site: str, day: Day) -> Mapping[str, int]:
        left, count = at_site.departures, sa.func.count()
        query = (
            sa.select(left.c.certificate_why, count)
            .where(left.c.site == site, _within(left, day), left.c.certificate_why != "")
            .group_by(left.c.certificate_why)
            .order_by(count.desc(), left.c.certificate_why)
        )
        with store_errors(), reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _visit_lines(connection: sa.Connection, site: str, day: Day) -> Iterator[VisitLine]:
    here = (visits.c.site == site) & _within(visits, day)
    screened, left = at_site.screenings, at_site.departures
    # Whoever was screened or left here today, and checked in nowhere or elsewhere or another day,
    # is a line too; a check-in of the day before is none: that day has it.
    without = [
        sa.select(table.c.visit)
        .join_from(table, visits, visits.c.visit == table.c.visit, isouter=True)
        .where(table.c.site == site, _within(table, day))
        .where(visits.c.visit.is_(None) | (visits.c.site != site))
        for table in (screened, left)
    ]
    of_day = sa.union(sa.select(visits.c.visit).where(here), *without).subquery()
    standing = screened.c.standing & (screened.c.visit == of_day.c.visit)
    conclusions = sa.select(screened.c.conclusion).where(standing)
    given = (at_site.doses.c.visit == of_day.c.visit) & at_site.doses.c.standing
    query = (
        sa.select(
            of_day.c.visit,
            visits.c.ticket,
            sa.func.coalesce(here, sa.false()).label("checked_in"),
            conclusions.order_by(screened.c.stamp.desc()).limit(1).scalar_subquery().label("last"),
            sa.select(sa.func.count(screened.c.conclusion.distinct()))
            .where(standing)
            .scalar_subquery()
            .label("conclusions"),
            left.c.reason,
            sa.select(sa.func.count())
            .select_from(at_site.doses)
            .where(given)
            .scalar_subquery()
            .label("doses"),
        )
        .join_from(of_day, visits, visits.c.visit == of_day.c.visit, isouter=True)
        .join(left, left.c.visit == of_day.c.visit, isouter=True)
        .order_by(visits.c.ticket, of_day.c.visit)
    )
    for row in _stream(connection, query):
        yield VisitLine(
            visit=row.visit,
            ticket=row.ticket or "",
            checked_in=bool(row.checked_in),
            conclusion=row.last or "",
            conclusions=row.conclusions,
            # Who left before a reason was asked for has left all the same.
            left="" if row.reason is None else row.reason or "unknown",
            doses=row.doses,
        )


def _dose_lines(connection: sa.Connection, site: str, day: Day) -> Iterator[DoseLine]:
    doses, screened = at_site.doses, at_site.screenings
    last = (
        sa.select(screened.c.conclusion)
        .where(screened.c.visit == doses.c.visit, screened.c.standing)
        .order_by(screened.c.stamp.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(
            doses,
            visits.c.ticket,
            visits.c.stamp.label("visit_stamp"),
            dose_records.c.state,
            dose_records.c.immunization,
            last.label("conclusion"),
        )
        .join_from(doses, visits, visits.c.visit == doses.c.visit, isouter=True)
        .join(dose_records, dose_records.c.dose == doses.c.event, isouter=True)
        .where(doses.c.site == site, doses.c.standing, _within(doses, day))
        .order_by(doses.c.event)
    )
    for row in _stream(connection, query):
        yield DoseLine(
            dose=row.event,
            visit=row.visit,
            ticket=row.ticket or "",
            occurred_at=row.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            vaccine=row.vaccine,
            lot=row.lot,
            dose_number=row.dose_number,
            injector=row.injector,
            vial=row.vial,
            place=_place(row),
            entry=row.immunization or "",
            stamp=row.stamp,
            visit_stamp=row.visit_stamp or "",
            conclusion=row.conclusion or "",
        )


def _place(row: sa.Row[Any]) -> DosePlace:
    if row.state == RecordState.REFUSED.value:
        return DosePlace.REFUSED
    if row.immunization is None:
        return DosePlace.OPEN
    return DosePlace.DIFFERS if row.state == RecordState.DIFFERS.value else DosePlace.ACCEPTED


def _vial_lines(connection: sa.Connection, site: str, day: Day) -> Iterator[VialLine]:
    doses, thrown = at_site.doses, at_site.discarded_doses
    opened = _opened(site, day)
    given = (
        sa.select(
            doses.c.vial.label("number"),
            sa.func.count().label("doses"),
            sa.func.min(doses.c.lot).label("lot"),
        )
        .where(doses.c.site == site, doses.c.standing, doses.c.vial != "", _within(doses, day))
        .group_by(doses.c.vial)
        .subquery()
    )
    of_site = sa.func.substr(thrown.c.vial, len(site) + 2)  # After "site/".
    discarded = (
        sa.select(of_site.label("number"), sa.func.sum(thrown.c.doses).label("doses"))
        .where(thrown.c.site == site, _within(thrown, day))
        .group_by(of_site)
        .subquery()
    )
    touched = sa.union(
        *(sa.select(each.c.number) for each in (opened, given, discarded))
    ).subquery()
    known_lot = _newest_lot(site, day, touched.c.number)
    query = (
        sa.select(
            touched.c.number,
            known_lot.label("known"),
            sa.func.coalesce(opened.c.lot, given.c.lot, known_lot, "").label("lot"),
            sa.func.coalesce(opened.c.doses, 0).label("opened"),
            sa.func.coalesce(given.c.doses, 0).label("given"),
            sa.func.coalesce(discarded.c.doses, 0).label("discarded"),
        )
        .select_from(touched)
        .outerjoin(opened, opened.c.number == touched.c.number)
        .outerjoin(given, given.c.number == touched.c.number)
        .outerjoin(discarded, discarded.c.number == touched.c.number)
        .order_by(touched.c.number)
    )
    for row in _stream(connection, query):
        yield VialLine(
            vial=row.number,
            lot=row.lot,
            opened=row.opened,
            given=row.given,
            discarded=row.discarded,
            known=row.known is not None,
        )


def _opened(site: str, day: Day) -> sa.Subquery:
    """Return the vials of a day; one that was written down at two hubs is one."""
    vials = at_site.vials
    return (
        sa.select(
            vials.c.number,
            sa.func.max(vials.c.doses).label("doses"),
            sa.func.min(vials.c.lot).label("lot"),
        )
        .where(vials.c.site == site, _within(vials, day))
        .group_by(vials.c.number)
        .subquery()
    )


def _newest_lot(site: str, day: Day, number: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
    """Return the lot of the vial that had a number last: tables count theirs anew each day."""
    vials = at_site.vials
    return (
        sa.select(vials.c.lot)
        .where(vials.c.site == site, vials.c.number == number, vials.c.occurred_at < day.end)
        .order_by(vials.c.occurred_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _within(table: sa.Table, day: Day) -> sa.ColumnElement[bool]:
    return (table.c.occurred_at >= day.start) & (table.c.occurred_at < day.end)


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    yield from connection.execute(query, execution_options={"yield_per": _AT_A_TIME})
