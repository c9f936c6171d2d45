"""Sums of the projection by site: counted in the database in bulk, only what changed is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from central.adapters import tables_levels as levels
from central.adapters.database import journals, reading, store_errors
from central.adapters.figures_counted import Rows, days_of_sites, hours_of_day, states_of_sites
from central.adapters.rows import upsert
from central.domain.figures import Day


class SqlFigures:
    """``ports.levels.FigureStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def places(self, communes: Mapping[str, Sequence[str]]) -> None:
        wanted = {site: name for name in reversed(list(communes)) for site in communes[name]}
        with store_errors():
            with reading(self._engine) as connection:
                known = connection.scalars(sa.select(journals.c.site).distinct())
                new: Rows = {
                    (site,): {"site": site, "commune": wanted.get(site, "")}
                    for site in (*known, *wanted)
                }
                old = _rows(connection, levels.site_places, sa.true(), 1)
            _replace(self._engine, levels.site_places, old, new)

    def sum_day(self, day: Day, now: datetime) -> bool:
        on = day.date.isoformat()
        with store_errors():
            with reading(self._engine) as connection:
                hours = hours_of_day(connection, day, on)
                days = days_of_sites(connection, day, on, hours)
                old_hours = _rows(connection, levels.site_hours, levels.site_hours.c.day == on, 3)
                old_days = _rows(connection, levels.site_days, levels.site_days.c.day == on, 2)
            changed = _replace(self._engine, levels.site_hours, old_hours, hours)
            changed |= _replace(self._engine, levels.site_days, old_days, days)
            self._note(on, now, changed=changed)
        return changed

    def sum_states(self, now: datetime, overdue_before: datetime) -> bool:
        with store_errors():
            with reading(self._engine) as connection:
                new = states_of_sites(connection, now, overdue_before)
                old = _rows(connection, levels.site_states, sa.true(), 1)
            return _replace(self._engine, levels.site_states, old, new)

    def _note(self, on: str, now: datetime, *, changed: bool) -> None:
        table = levels.figure_days
        with self._engine.begin() as connection:
            before = connection.scalar(sa.select(table.c.changed_at).where(table.c.day == on))
            row = {"day": on, "summed_at": now, "changed_at": now if changed else before or now}
            upsert(connection, table, "day", [row])


def _rows(
    connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool], key: int
) -> Rows:
    """Return the rows of a table by its key, which is its first ``key`` columns."""
    rows = connection.execute(sa.select(table).where(which))
    return {tuple(row[:key]): dict(row._mapping) for row in rows}  # noqa: SLF001 - public in SQLAlchemy


def _replace(engine: sa.Engine, table: sa.Table, old: Rows, new: Rows) -> bool:
    """Write the rows that are other than before; return whether there are any."""
    gone = [key for key in old if key not in new]
    made = [row for key, row in new.items() if old.get(key) != row]
    if not gone and not made:
        return False
    columns = list(table.primary_key.columns)
    this = sa.and_(*(column == sa.bindparam(f"k{n}") for n, column in enumerate(columns)))
    with engine.begin() as connection:
        if gone:
            keys = [{f"k{n}": part for n, part in enumerate(key)} for key in gone]
            connection.execute(sa.delete(table).where(this), keys)
        if made:
            # Another process may sum the same day.
            upsert(connection, table, " ".join(column.name for column in columns), made)
    return True
