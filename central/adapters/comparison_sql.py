"""One comparison of everything: every dose, every entry, every person, every closed day."""

from datetime import datetime

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.compare_doses_sql import compare_doses
from central.adapters.compare_rest_sql import (
    compare_closed_days,
    compare_entries,
    compare_people,
)
from central.adapters.database import store_errors
from central.adapters.ranges import ranges
from central.adapters.tables_doses import dose_records, platform_doses
from central.domain.findings import Compared


class SqlComparison:
    """``ports.DoseComparison`` on the centre's database; ranges of ``size`` rows at a time."""

    def __init__(self, engine: sa.Engine, size: int = 10_000) -> None:
        self._engine = engine
        self._size = size

    def compare(self, now: datetime, least_days: int) -> Compared:
        engine, size = self._engine, self._size
        with store_errors():
            return Compared(
                doses=sum(
                    compare_doses(engine, of, now)
                    for of in ranges(engine, dose_records.c.dose, size)
                ),
                entries=sum(
                    compare_entries(engine, of, now)
                    for of in ranges(engine, platform_doses.c.id, size)
                ),
                people=sum(
                    compare_people(engine, of, least_days, now)
                    for of in ranges(engine, projection.identities.c.number, size)
                ),
                visits=compare_closed_days(engine, now),
            )
