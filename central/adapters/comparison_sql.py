"""One comparison of everything: every dose, every entry, every person, every day that is over."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.compare_doses_sql import compare_doses
from central.adapters.compare_rest_sql import compare_entries, compare_people
from central.adapters.compare_visits_sql import PastDays
from central.adapters.database import store_errors
from central.adapters.earlier_numbers import joined_numbers, joined_of, renewed_numbers
from central.adapters.ranges import Range, looking, ranges
from central.adapters.tables_doses import dose_records, platform_doses
from central.domain.findings import Compared
from central.domain.one_person import OnePerson, Pair

_THREADS: Final = 3


class SqlComparison:
    """``ports.DoseComparison`` on the centre's database; ranges of ``size`` rows at a time."""

    def __init__(self, engine: sa.Engine, size: int = 10_000) -> None:
        self._engine = engine
        self._size = size
        self._past_days = PastDays(engine)

    def compare(self, now: datetime, least_days: int) -> Compared:
        engine = self._engine
        with store_errors(), ThreadPoolExecutor(_THREADS, "compare") as threads:
            # Doses first: the others ask which entries were linked.
            of_range = partial(compare_doses, engine, now=now)
            doses = sum(threads.map(of_range, self._all(dose_records.c.dose)))
            entries = threads.submit(self._entries, now)
            people = threads.submit(self._people, now, least_days)
            visits = self._past_days.compare(now)
            return Compared(doses, entries.result(), people.result(), visits)

    def _entries(self, now: datetime) -> int:
        every = self._all(platform_doses.c.id)
        return sum(compare_entries(self._engine, of, now) for of in every)

    def _people(self, now: datetime, least_days: int) -> int:
        every = list(self._all(projection.identities.c.number))
        renewed, known = list[Pair](), list[set[str]]()
        with looking(self._engine) as connection:
            for of in every:
                pairs = renewed_numbers(connection, of)
                renewed += pairs
                known.append({one for one, _ in pairs} | joined_of(connection, of))
            who = OnePerson(renewed, joined_numbers(connection))
        return sum(
            compare_people(self._engine, of, who, who.others(here), least_days, now)
            for of, here in zip(every, known, strict=True)
        )

    def _all(self, key: sa.ColumnElement[str]) -> Iterator[Range]:
        return ranges(self._engine, key, self._size)
