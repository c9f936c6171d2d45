"""Exporting and erasing in SQLAlchemy.

Raw events have no index by visit, which ingest would pay for at every event: an erasure, which is
rare, reads through the journals of the sites where the person was.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.audit_sql import add_act
from central.adapters.database import journals, raw_events, reading, store_errors
from central.adapters.erasing_sql import (
    complaints_of,
    discrepancies_of,
    forget_complaints,
    forget_elsewhere,
    known,
    redact,
)
from central.adapters.roster_sql import roster_people
from central.adapters.tables_complaints import centre_complaints
from central.adapters.tables_doses import dose_records, platform_doses, reaction_records
from central.adapters.tables_levels import discrepancy_steps
from central.adapters.tables_requests import erasures
from central.adapters.tables_site import (
    complaints,
    departures,
    doses,
    observations,
    reactions,
    screenings,
)
from central.domain.audit import Act
from central.domain.erasure import Erasure, erased, is_code, is_of, proof

_OF_VISIT: Final = {
    "visits": projection.visits,
    "identities": projection.identities,
    "doses": doses,
    "screenings": screenings,
    "observations": observations,
    "reactions": reactions,
    "departures": departures,
}


class SqlRequests:
    """``ports.requests.RequestStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def held(self, visits: Collection[str], act: Act, now: datetime) -> dict[str, Any]:
        with store_errors(), self._engine.begin() as connection:
            add_act(connection, act, now)
            found = {
                name: _rows(connection, sa.select(table).where(table.c.visit.in_(visits)))
                for name, table in _OF_VISIT.items()
            }
            found |= _beside(connection, visits)
        return found

    def open_doses(self, visits: Collection[str]) -> int:
        query = (
            sa.select(sa.func.count())
            .select_from(doses)
            .join(dose_records, dose_records.c.dose == doses.c.event, isouter=True)
            .where(
                doses.c.visit.in_(visits), doses.c.standing, dose_records.c.immunization.is_(None)
            )
        )
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def untold_reactions(self, visits: Collection[str]) -> int:
        query = (
            sa.select(sa.func.count())
            .select_from(reactions)
            .join(reaction_records, reaction_records.c.reaction == reactions.c.event, isouter=True)
            .where(reactions.c.visit.in_(visits), reaction_records.c.adverse_event.is_(None))
        )
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def erase(self, visits: Collection[str], reference: str, act: Act, now: datetime) -> Erasure:
        with store_errors(), self._engine.begin() as connection:
            who = known(connection, visits)
            said = complaints_of(connection, complaints, who)
            at_centre = complaints_of(connection, centre_complaints, who)
            hashes = [redact(connection, row) for row in _events_of(connection, visits, said)]
            _forget(connection, visits, said | at_centre)
            row: dict[str, Any] = {
                "at": now, "by": act.who, "reference": reference, "visits": len(visits),
                "events": len(hashes), "digest": proof(hashes),
            }  # fmt: skip
            insert = sa.insert(erasures).values(row).returning(erasures.c.id)
            number: int = connection.execute(insert).scalar_one()
            beside = asdict(forget_elsewhere(connection, who, said | at_centre, number, now))
            # After the rows that are changed, as all do: the other way round two wait for each other.
            add_act(connection, act, now)
            beside["kept"] += 1  # The erasing itself.
            connection.execute(sa.update(erasures).where(erasures.c.id == number).values(beside))
        return Erasure(id=number, **(row | beside))

    def erasures(self, limit: int) -> list[Erasure]:
        query = sa.select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        with store_errors(), reading(self._engine) as connection:
            return [Erasure(**row) for row in connection.execute(query).mappings()]


def _events_of(
    connection: sa.Connection, visits: Collection[str], ids: Collection[str]
) -> Iterator[sa.Row[Any]]:
    table = projection.visits
    sites = connection.scalars(
        sa.union(
            sa.select(table.c.site).where(table.c.visit.in_(visits)),
            sa.select(complaints.c.site).where(complaints.c.event.in_(ids)),
        )
    ).all()
    of_sites = connection.scalars(
        sa.select(journals.c.id).where(journals.c.site.in_(sites)).order_by(journals.c.id)
    ).all()
    for journal in of_sites:
        rows = connection.execute(sa.select(raw_events).where(raw_events.c.journal_id == journal))
        found = [row for row in rows if is_of(row.data, visits, ids)]
        yield from (row for row in found if erased(row.data) is not None)


def _forget(connection: sa.Connection, visits: Collection[str], said: Collection[str]) -> None:
    who, arrivals = projection.identities, projection.visits
    connection.execute(sa.delete(who).where(who.c.visit.in_(visits)))
    connection.execute(
        sa.update(arrivals).where(arrivals.c.visit.in_(visits)).values(identity_problem="erased")
    )
    for left in connection.execute(
        sa.select(departures.c.visit, departures.c.reason).where(departures.c.visit.in_(visits))
    ).all():
        if not is_code(left.reason):
            blank = sa.update(departures).where(departures.c.visit == left.visit)
            connection.execute(blank.values(reason=""))
    forget_complaints(connection, said)


def _beside(connection: sa.Connection, visits: Collection[str]) -> dict[str, Any]:
    who = known(connection, visits)
    of = platform_doses.c
    told = sa.select(platform_doses).where(of.number.in_(who.numbers) | of.event.in_(who.events))
    told = told.order_by(of.id)
    listed = sa.select(roster_people).where(roster_people.c.number.in_(who.numbers))
    said = {
        name: sa.select(table).where(table.c.event.in_(complaints_of(connection, table, who)))
        for name, table in (
            ("complaints", complaints), ("complaints_at_the_centre", centre_complaints),
        )
    }  # fmt: skip
    entries = connection.scalars(told.with_only_columns(of.id)).all()
    steps, worklist = discrepancy_steps, discrepancies_of(connection, who, entries)
    typed = sa.select(steps).where(steps.c.discrepancy.in_(worklist), steps.c.note != "")
    queries = {"at_the_platform": told, "lists": listed, "notes": typed, **said}
    return {name: _rows(connection, query) for name, query in queries.items()}


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
