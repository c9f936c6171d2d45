"""Persons in SQLAlchemy: identities of the check-ins that stand, and merges."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as tables
from central.adapters.audit_sql import add_act
from central.adapters.database import reading, store_errors
from central.adapters.tables_persons import person_merges
from central.adapters.tables_site import doses
from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.persons import Identity, Merge
from central.ports.persons import PastVisit

_MOST: Final = 2_000


class SqlPersons:
    """``ports.persons.PersonStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, act: Act, now: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            add_act(connection, act, now)

    def by_number(self, number: str) -> list[Identity]:
        columns = tables.identities.c
        return self._identities((columns.number == number) | (columns.old_number == number))

    def by_birth(self, birth: str) -> list[Identity]:
        return self._identities(tables.identities.c.birth == birth)

    def by_visit(self, visits: Collection[str]) -> list[Identity]:
        return self._identities(tables.identities.c.visit.in_(visits))

    def merges_of(self, visits: Collection[str]) -> list[Merge]:
        columns = person_merges.c
        return self._merges(
            sa.select(person_merges)
            .where(columns.left_visit.in_(visits) | columns.right_visit.in_(visits))
            .order_by(columns.id)
        )

    def merges(self, limit: int, sites: Sites = None) -> list[Merge]:
        columns = person_merges.c
        query = sa.select(person_merges).order_by(columns.id.desc()).limit(limit)
        if sites is not None:
            there = sa.select(tables.visits.c.visit).where(tables.visits.c.site.in_(sites))
            query = query.where(columns.left_visit.in_(there) | columns.right_visit.in_(there))
        return self._merges(query)

    def merge_of(self, merge: int) -> Merge | None:
        found = self._merges(sa.select(person_merges).where(person_merges.c.id == merge))
        return found[0] if found else None

    def merge(self, left: str, right: str, reason: str, act: Act, now: datetime) -> int:
        row = {
            "left_visit": left, "right_visit": right, "reason": reason, "by": act.who, "at": now,
            "undone_by": "",
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            insert = sa.insert(person_merges).values(row).returning(person_merges.c.id)
            number: int = connection.execute(insert).scalar_one()
            add_act(connection, act, now)
        return number

    def undo(self, merge: int, act: Act, now: datetime) -> bool:
        standing = (person_merges.c.id == merge) & person_merges.c.undone_at.is_(None)
        with store_errors(), self._engine.begin() as connection:
            undone = connection.execute(
                sa.update(person_merges).where(standing).values(undone_by=act.who, undone_at=now)
            )
            if undone.rowcount:
                add_act(connection, act, now)
        return bool(undone.rowcount)

    def visits(self, visits: Collection[str]) -> list[PastVisit]:
        table, records = tables.visits, tables.records
        query = (
            sa.select(
                table.c.visit, table.c.site, table.c.ticket, table.c.occurred_at, records.c.state
            )
            .join_from(table, records, records.c.visit == table.c.visit, isouter=True)
            .where(table.c.visit.in_(visits))
            .order_by(table.c.occurred_at.desc(), table.c.visit)
        )
        given = sa.select(doses).where(doses.c.visit.in_(visits), doses.c.standing)
        with store_errors(), reading(self._engine) as connection:
            said: dict[str, list[str]] = {}
            for row in connection.execute(given.order_by(doses.c.occurred_at)):
                said.setdefault(row.visit, []).append(
                    f"{row.dose_number}: {row.vaccine} {row.lot} ({row.day})"
                )
            return [
                PastVisit(
                    row.visit, row.site, row.ticket, row.occurred_at, row.state or "",
                    tuple(said.get(row.visit, ())),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def _identities(self, which: sa.ColumnElement[bool]) -> list[Identity]:
        who, visits = tables.identities, tables.visits
        same_check_in = (who.c.visit == visits.c.visit) & (who.c.stamp == visits.c.stamp)
        query = (
            sa.select(who, visits.c.site, visits.c.occurred_at)
            .join_from(who, visits, same_check_in)
            .where(which)
            .order_by(visits.c.occurred_at, who.c.visit)
            .limit(_MOST)
        )
        with store_errors(), reading(self._engine) as connection:
            return [_identity(row) for row in connection.execute(query)]

    def _merges(self, query: sa.Select[Any]) -> list[Merge]:
        with store_errors(), reading(self._engine) as connection:
            return [
                Merge(
                    row.id, row.left_visit, row.right_visit, row.reason, row.by, row.at,
                    row.undone_by, row.undone_at,
                )
                for row in connection.execute(query)
            ]  # fmt: skip


def _identity(row: sa.Row[Any]) -> Identity:
    return Identity(
        visit=row.visit,
        site=row.site,
        at=row.occurred_at,
        document=row.document,
        number=row.number,
        old_number=row.old_number,
        name=row.name,
        birth=row.birth,
        sex=row.sex,
    )
