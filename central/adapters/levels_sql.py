"""Reads the sums by level: grouped, ordered and paged by the database."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_levels as levels
from central.adapters.database import reading, store_errors
from central.adapters.rows import within
from central.domain.figures import Day
from central.domain.levels import (
    COUNTED,
    NO_COMMUNE,
    DosesOfDay,
    Fleet,
    HourCount,
    Level,
    Order,
    Place,
    Scope,
)
from central.domain.place_order import place_key

_places, _days, _hours, _states = (
    levels.site_places,
    levels.site_days,
    levels.site_hours,
    levels.site_states,
)
_STATES = ("discrepancies", "overdue", "devices", "silent", "troubled")
_SUMS: dict[str, sa.ColumnElement[Any]] = {
    "sites": sa.func.count(),
    "reporting": sa.func.count(_days.c.site),
    **{name: sa.func.coalesce(sa.func.sum(_days.c[name]), 0) for name in COUNTED},
    **{name: sa.func.coalesce(sa.func.sum(_states.c[name]), 0) for name in _STATES},
    "last_seen": sa.func.max(_states.c.last_seen),
}


class SqlLevels:
    """``ports.levels.LevelReader``."""

    def __init__(
        self, engine: sa.Engine, called: Callable[[Level, str], str] | None = None
    ) -> None:
        """Args: ``called`` returns the name of a place one level below; without it ids are names."""
        self._engine = engine
        self._called = called or (lambda _, place: place)

    def summed(self, day: Day) -> datetime | None:
        table = levels.figure_days
        query = sa.select(table.c.summed_at).where(table.c.day == day.date.isoformat())
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query)

    def changed(self) -> str:
        query = sa.select(
            sa.func.max(levels.figure_days.c.changed_at),
            *(
                sa.select(sa.func.coalesce(sa.func.sum(_states.c[name]), 0)).scalar_subquery()
                for name in _STATES
            ),
        )
        with store_errors(), reading(self._engine) as connection:
            return " ".join(str(part) for part in connection.execute(query).one())

    def whole(self, day: Day, scope: Scope) -> Place:
        columns = [column.label(name) for name, column in _SUMS.items()]
        query = _joined(sa.select(*columns), day).where(_inside(scope))
        with store_errors(), reading(self._engine) as connection:
            return _place(scope.site or scope.commune, connection.execute(query).one())

    def places(
        self, day: Day, scope: Scope, order: Order, limit: int, offset: int = 0
    ) -> tuple[Sequence[Place], int]:
        by = _places.c.commune if scope.level is Level.PROVINCE else _places.c.site
        columns = [column.label(name) for name, column in _SUMS.items()]
        inside = _joined(sa.select(by.label("name"), *columns), day).where(_inside(scope))
        query = inside.group_by(by)
        with store_errors(), reading(self._engine) as connection:
            ids = connection.scalars(sa.select(by).where(_inside(scope)).distinct()).all()
            if order is Order.NAME:
                # No database knows the names, nor the order in which people look for them.
                shown = self._by_name(scope.level, ids)[offset : offset + limit]
                rows = {row.name: row for row in connection.execute(query.where(by.in_(shown)))}
                found = [rows[one] for one in shown if one in rows]
            else:
                by_sum = query.order_by(_SUMS[order.value].desc(), by)
                found = [*connection.execute(by_sum.limit(limit).offset(offset))]
        return [_place(row.name or NO_COMMUNE, row) for row in found], len(ids)

    def _by_name(self, level: Level, ids: Sequence[str]) -> list[str]:
        return sorted(ids, key=lambda one: (place_key(self._called(level, one)), one))

    def hours(self, day: Day, scope: Scope) -> Sequence[HourCount]:
        sums = [sa.func.sum(_hours.c[name]) for name in ("arrivals", "queued", "ended")]
        query = (
            sa.select(_hours.c.hour, *sums)
            .join_from(_hours, _places, _places.c.site == _hours.c.site)
            .where(_hours.c.day == day.date.isoformat(), _inside(scope))
            .group_by(_hours.c.hour)
            .order_by(_hours.c.hour)
        )
        with store_errors(), reading(self._engine) as connection:
            return [HourCount(_hour(hour), *counts) for hour, *counts in connection.execute(query)]

    def days(self, first: str, last: str, scope: Scope) -> Sequence[DosesOfDay]:
        query = (
            sa.select(_days.c.day, sa.func.sum(_days.c.doses), sa.func.sum(_days.c.doses_matched))
            .join_from(_days, _places, _places.c.site == _days.c.site)
            .where(_days.c.day >= first, _days.c.day <= last, _inside(scope))
            .group_by(_days.c.day)
            .order_by(_days.c.day)
        )
        with store_errors(), reading(self._engine) as connection:
            return [DosesOfDay(*row) for row in connection.execute(query)]

    def commune_of(self, site: str) -> str | None:
        query = sa.select(_places.c.commune).where(_places.c.site == site)
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query)


def _joined(query: sa.Select[Any], day: Day) -> sa.Select[Any]:
    of_day = (_days.c.site == _places.c.site) & (_days.c.day == day.date.isoformat())
    return (
        query.select_from(_places)
        .join(_days, of_day, isouter=True)
        .join(_states, _states.c.site == _places.c.site, isouter=True)
    )


def _inside(scope: Scope) -> sa.ColumnElement[bool]:
    inside = [within(_places.c.site, scope.sites)]
    if scope.commune:
        commune = "" if scope.commune == NO_COMMUNE else scope.commune
        inside.append(_places.c.commune == commune)
    if scope.site:
        inside.append(_places.c.site == scope.site)
    return sa.and_(*inside)


def _place(name: str, row: sa.Row[Any]) -> Place:
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Place(
        name=name,
        sites=said["sites"],
        reporting=said["reporting"],
        counted={each: int(said[each]) for each in COUNTED},
        discrepancies=int(said["discrepancies"]),
        overdue=int(said["overdue"]),
        fleet=Fleet(
            int(said["devices"]), int(said["silent"]), int(said["troubled"]), said["last_seen"]
        ),
    )


def _hour(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)
