"""What the visits themselves show: people of a day that is over with no dose, and people at two sites."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.earlier_numbers import Earlier, all_of, fews
from central.adapters.ranges import Few, Range, looking, writing
from central.adapters.sql_time import vietnam_day
from central.adapters.tables_doses import dose_discrepancies as table
from central.adapters.tables_site import (
    departures,
    doses,
    screenings,
    sessions_closed,
    staff_joined,
)
from central.domain.dose_keys import VIETNAM, day_of_dose
from central.domain.figures import Arrival, day_on
from central.domain.findings import OF_VISIT, Finding, of_arrivals

DAYS_LOOKED_AT: Final = timedelta(days=30)
CLOSED_WITHIN: Final = timedelta(hours=48)
"""So long after its end a day counts as over where its site never closed it.

A hub that was cut off has told by then what was injected; as long as complaints may wait.
"""
_YEARS: Final = range(2000, 3000)
_VISITS, _PEOPLE = projection.visits, projection.identities


class PastDays:
    """Names who checked in on a day that is over, and was neither injected nor sent away.

    A day is over for a site that closed it, and for every site with desks once ``CLOSED_WITHIN`` has
    passed. Of earlier days the visits that are still open discrepancies are looked at again: what was mended late, from
    a USB stick, closes them however old they are. What first arrives that late is found as well: each
    comparison looks through one more of those days.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._reached = ""

    def compare(self, now: datetime) -> int:
        """Return how many are open. Not for two threads at once."""
        first = day_of_dose(now - DAYS_LOOKED_AT)
        with looking(self._engine) as connection:
            days = {*_closed_days(connection, now - DAYS_LOOKED_AT), *_over(first, now)}
            days |= self._one_more(connection, first)
            others = _open_on_other_days(connection, days)
        found = sum(_compare(self._engine, day, _of_day(day), now) for day in sorted(days))
        return found + sum(
            _compare(self._engine, day, _VISITS.c.visit.in_(few), now)
            for day, visits in others.items()
            for few in fews(visits)
        )

    def _one_more(self, connection: sa.Connection, first: str) -> set[str]:
        """Return the day of visits before the one that was returned last; at the end, the last again."""
        before = min(self._reached or first, first)
        day = _last_day(connection, before) or _last_day(connection, first)
        self._reached = day
        return {day} if day else set()


def people_at_two_sites(
    connection: sa.Connection, of: Range, earlier: Earlier
) -> Iterator[Finding]:
    """Yield who checked in at two sites on one day, among the people of a range."""
    moved = {*_elsewhere(connection, of), *all_of(earlier)}
    found = [
        Arrival(*row) for few in fews(moved) for row in connection.execute(_still_there(Few(few)))
    ]
    first = {number: now for now, others in earlier.items() for number in others}
    renewed = [
        dataclasses.replace(one, number=first[one.number]) for one in found if one.number in first
    ]
    yield from of_arrivals([*found, *renewed])


def _elsewhere(connection: sa.Connection, of: Range) -> Iterator[str]:
    """Yield the numbers that checked in at two sites on one day, however it ended there."""
    number, site = _PEOPLE.c.number, _VISITS.c.site
    # Nearly everybody came once: who came again is found by an index alone.
    again = sa.select(number).where(of.holds(number)).group_by(number).having(sa.func.count() > 1)
    for few in fews(connection.scalars(again)):
        yield from connection.scalars(
            _arrivals(number)
            .where(Few(few).holds(number))
            # Second doses are given elsewhere every day: only one day at two sites is looked at.
            .group_by(number, vietnam_day(_VISITS.c.occurred_at))
            .having(sa.func.min(site) != sa.func.max(site))
        )


def _arrivals(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).join_from(
        _PEOPLE,
        _VISITS,
        (_VISITS.c.visit == _PEOPLE.c.visit) & (_VISITS.c.stamp == _PEOPLE.c.stamp),
    )


def _still_there(who: Few) -> sa.Select[Any]:
    """Return the query for people's arrivals, without those that ended with no dose.

    Whoever was sent on, or went home, was rightly at the next site.
    """
    v = _VISITS.c
    return _arrivals(v.visit, _PEOPLE.c.number, v.ticket, v.site, v.occurred_at, v.estimated).where(
        who.holds(_PEOPLE.c.number), _injected() | ~_ended()
    )


def _injected() -> sa.ColumnElement[bool]:
    here = doses.c.visit == _VISITS.c.visit
    return sa.select(doses.c.event).where(here, doses.c.standing).correlate(_VISITS).exists()


def _ended() -> sa.ColumnElement[bool]:
    """Return the condition that a visit's person was sent away, or left before the end."""
    sent_away = sa.select(screenings.c.event).where(
        screenings.c.visit == _VISITS.c.visit,
        screenings.c.standing,
        screenings.c.conclusion != "eligible",
    )
    left = sa.select(departures.c.visit).where(
        departures.c.visit == _VISITS.c.visit, departures.c.reason != "completed"
    )
    return sent_away.correlate(_VISITS).exists() | left.correlate(_VISITS).exists()


def _of_day(day: str) -> sa.ColumnElement[bool]:
    span = day_on(date.fromisoformat(day), VIETNAM)
    return (_VISITS.c.occurred_at >= span.start) & (_VISITS.c.occurred_at < span.end)


def _closed_days(connection: sa.Connection, since: datetime) -> list[str]:
    """Return the days that a site closed since then."""
    day = sa.select(sessions_closed.c.day).distinct()
    rows = connection.scalars(day.where(sessions_closed.c.received_at >= since))
    return [one for one in rows if _is_day(one)]


def _over(first: str, now: datetime) -> Iterator[str]:
    """Yield the days from ``first`` on that are over for every site."""
    day = date.fromisoformat(first)
    while _is_over(day, now):
        yield day.isoformat()
        day += timedelta(days=1)


def _is_over(day: date, now: datetime) -> bool:
    return day_on(day, VIETNAM).end + CLOSED_WITHIN <= now


def _last_day(connection: sa.Connection, before: str) -> str:
    """Return the last day before another on which anybody checked in; empty for none."""
    end = day_on(date.fromisoformat(before), VIETNAM).start
    at = connection.scalar(
        sa.select(sa.func.max(_VISITS.c.occurred_at)).where(_VISITS.c.occurred_at < end)
    )
    return "" if at is None else day_of_dose(at)


def _open_on_other_days(connection: sa.Connection, days: Collection[str]) -> dict[str, list[str]]:
    """Return the visits without a dose that are still open, by their days; those of ``days`` are not."""
    rows = connection.execute(
        sa.select(table.c.subject, _VISITS.c.occurred_at)
        .join_from(table, _VISITS, _VISITS.c.visit == table.c.subject)
        .where(table.c.scope == "visit", table.c.kind.in_(OF_VISIT), table.c.closed_at.is_(None))
    )
    others: dict[str, list[str]] = defaultdict(list)
    for visit, occurred_at in rows:
        day = day_of_dose(occurred_at)
        if day not in days:
            others[day].append(visit)
    return others


def _compare(engine: sa.Engine, day: str, which: sa.ColumnElement[bool], now: datetime) -> int:
    closed = sa.select(sessions_closed.c.session).where(
        sessions_closed.c.session == _VISITS.c.site + "/" + day
    )
    over: sa.ColumnElement[bool] = closed.correlate(_VISITS).exists()
    if _is_over(date.fromisoformat(day), now):
        # Where nobody works at a desk, as with a kiosk alone, no dose is ever written down.
        over |= _VISITS.c.site.in_(sa.select(staff_joined.c.site))
    unsettled = sa.select(_VISITS.c.visit, _VISITS.c.site).where(
        which, over, ~_injected(), ~_ended()
    )
    with looking(engine) as connection:
        found = [
            Finding("visit", visit, "no_dose", site)
            for visit, site in connection.execute(unsettled)
        ]
    of_visits = table.c.subject.in_(sa.select(_VISITS.c.visit).where(which))
    with writing(engine) as connection:
        settle_findings(connection, (table.c.scope == "visit") & of_visits, OF_VISIT, found, now)
    return len(found)


def _is_day(said: str) -> bool:
    """Return whether a site named a day; one at the ends of the calendar has no beginning in UTC."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return False
    return day.isoformat() == said and day.year in _YEARS
