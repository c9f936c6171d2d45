"""A site's day out of the projection, line by line, all of it as it was at one moment."""

from collections.abc import Callable, Iterator
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
    vials, doses, thrown = at_site.vials, at_site.doses, at_site.discarded_doses
    key = (site + "/" + doses.c.vial).label("vial")
    given = (
        sa.select(key, sa.func.count().label("doses"), sa.func.min(doses.c.lot).label("lot"))
        .where(doses.c.site == site, doses.c.standing, doses.c.vial != "", _within(doses, day))
        .group_by(doses.c.vial)
        .subquery()
    )
    discarded = (
        sa.select(thrown.c.vial, sa.func.sum(thrown.c.doses).label("doses"))
        .where(thrown.c.site == site, _within(thrown, day))
        .group_by(thrown.c.vial)
        .subquery()
    )
    opened_today = (vials.c.site == site) & _within(vials, day)
    touched = sa.union(
        sa.select(vials.c.vial).where(opened_today),
        sa.select(given.c.vial),
        sa.select(discarded.c.vial),
    ).subquery()
    query = (
        sa.select(
            touched.c.vial,
            vials.c.vial.label("known"),
            sa.func.coalesce(vials.c.lot, given.c.lot, "").label("lot"),
            sa.case((opened_today, vials.c.doses), else_=0).label("opened"),
            sa.func.coalesce(given.c.doses, 0).label("given"),
            sa.func.coalesce(discarded.c.doses, 0).label("discarded"),
        )
        .join_from(touched, vials, vials.c.vial == touched.c.vial, isouter=True)
        .join(given, given.c.vial == touched.c.vial, isouter=True)
        .join(discarded, discarded.c.vial == touched.c.vial, isouter=True)
        .order_by(touched.c.vial)
    )
    for row in _stream(connection, query):
        yield VialLine(
            vial=row.vial.removeprefix(f"{site}/"),
            lot=row.lot,
            opened=row.opened,
            given=row.given,
            discarded=row.discarded,
            known=row.known is not None,
        )


def _within(table: sa.Table, day: Day) -> sa.ColumnElement[bool]:
    return (table.c.occurred_at >= day.start) & (table.c.occurred_at < day.end)


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    yield from connection.execute(query, execution_options={"yield_per": _AT_A_TIME})
