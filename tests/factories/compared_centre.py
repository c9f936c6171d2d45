"""A centre's database with doses, beside what a Platform holds, for tests of the comparison."""

from datetime import timedelta

import sqlalchemy as sa
from factories.devices import AT
from factories.facts import Journal
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.tables_doses import dose_discrepancies, dose_records
from central.adapters.visit_store import SqlProjection
from central.domain.doses import DosePage
from central.services.projection import Projector
from protocol import events

NOW = AT + timedelta(hours=2)


class Centre:
    """A centre's database with doses, and a Platform's list to compare it with."""

    def __init__(self, engine):
        self.engine = engine
        self.journal = Journal(engine)
        self.mirror = SqlMirror(engine)

    def happen(self, *made, journal=None):
        (journal or self.journal).add(*made)
        Projector(SqlProjection(self.engine), CENTRE_SEAL).step()

    def told(self):
        return [due.told for due in SqlDoseRecords(self.engine).due(NOW, 100)]

    def platform(self, *held, gone=()):
        self.mirror.saw_page(DosePage(held, gone, "t"), NOW)

    def compare(self, size=2, now=NOW):
        return SqlComparison(self.engine, size).compare(now, 14)

    def states(self):
        with database.reading(self.engine) as connection:
            rows = connection.execute(sa.select(dose_records.c.dose, dose_records.c.state))
            return {dose: state for dose, state in rows}  # noqa: C416 - rows are no mapping

    def open(self):
        table = dose_discrepancies
        with database.reading(self.engine) as connection:
            rows = connection.execute(sa.select(table).where(table.c.closed_at.is_(None)))
            return sorted((row.scope, row.kind, row.field) for row in rows)


def subjects(centre):
    table = dose_discrepancies.c
    with database.reading(centre.engine) as connection:
        return set(connection.scalars(sa.select(table.subject).where(table.closed_at.is_(None))))


def person(number):
    return events.Identity(
        document="cccd_2021", number=f"058185{number:06d}", name=f"Kator Thị {number}"
    )
