"""Exporting and erasing in SQLAlchemy.

Raw events have no index by visit, which ingest would pay for at every event: an erasure, which is
rare, reads through the journals of the sites where the person was.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.audit_sql import add_act
from central.adapters.database import journals, raw_events, reading, store_errors
from central.adapters.erasing_certificates_sql import doses_at_platform
from central.adapters.erasing_sql import (
    complaints_of,
    discrepancies_of,
    doses_of,
    forget_complaints,
    forget_elsewhere,
    known,
    listed,
    redact,
    told_by_file,
)
from central.adapters.roster_sql import roster_people
from central.adapters.tables_complaints import centre_complaints, complaint_steps
from central.adapters.tables_doses import (
    dose_discrepancies,
    dose_records,
    platform_certificates,
    platform_doses,
    reaction_records,
)
from central.adapters.tables_levels import discrepancy_steps
from central.adapters.tables_platform_sheets import sheet_rows
from central.adapters.tables_requests import erasures
from central.adapters.tables_site import (
    complaints,
    departures,
    doses,
    observations,
    reactions,
    screenings,
)
from central.adapters.tables_verification import verification_lines
from central.domain.audit import Act
from central.domain.erasure import Erasure, erased, held_in, is_code, is_of, proof
from central.ports.requests import HeldPart

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

    def parts(self, visits: Collection[str]) -> list[HeldPart]:
        with store_errors(), reading(self._engine) as connection:
            who = known(connection, visits)
            ids = complaints_of(connection, complaints, who) | doses_of(connection, who)
            return [
                HeldPart(held, row.site, row.device, row.received_at)
                for row in _events_of(connection, visits, ids)
                if (held := held_in(row.data)) is not None
            ]

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
            given = doses_of(connection, who)
            events = _events_of(connection, visits, said | given)
            hashes = [redact(connection, row) for row in events]
            _forget(connection, visits, said | at_centre)
            copies = projection.certificate_copies
            connection.execute(sa.delete(copies).where(copies.c.dose.in_(given)))
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
    """Yield events of these visits, and of complaints and doses by their ids, that hold something.

    A certificate may have been printed where the person never checked in.
    """
    table, copies = projection.visits, projection.certificate_copies
    sites = connection.scalars(
        sa.union(
            sa.select(table.c.site).where(table.c.visit.in_(visits)),
            sa.select(complaints.c.site).where(complaints.c.event.in_(ids)),
            sa.select(copies.c.site).where(copies.c.dose.in_(ids)),
        )
    ).all()
    of = journals.c
    of_sites = connection.scalars(sa.select(of.id).where(of.site.in_(sites)).order_by(of.id)).all()
    for journal in of_sites:
        query = (
            sa.select(raw_events, of.site, of.device)
            .join(journals, of.id == raw_events.c.journal_id)
            .where(raw_events.c.journal_id == journal)
            .order_by(raw_events.c.seq)
        )
        rows = connection.execute(query, execution_options={"yield_per": 500})
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
    rows_of_lists = [one for ids in listed(connection, who).values() for one in ids]
    lines = verification_lines.c
    in_rounds = lines.number.in_(who.numbers) | lines.person.in_(rows_of_lists)
    words = {
        table.name: complaints_of(connection, table, who)
        for table in (complaints, centre_complaints)
    }
    of_steps = complaint_steps.c
    answered = of_steps.complaint.in_(set().union(*words.values())) & (of_steps.kind == "answered")
    said = {
        "complaints": sa.select(complaints).where(complaints.c.event.in_(words["complaints"])),
        "complaints_at_the_centre": sa.select(centre_complaints).where(
            centre_complaints.c.event.in_(words["centre_complaints"])
        ),
        "answers": sa.select(complaint_steps).where(answered),
    }
    entries = connection.scalars(told.with_only_columns(of.id)).all()
    steps, worklist = discrepancy_steps, discrepancies_of(connection, who, entries)
    issued = _certificates(doses_at_platform(connection, who.events, entries))
    queries = {
        "at_the_platform": told,
        "certificates_issued": issued,
        "in_platform_files": told_by_file(who),
        "for_platform_files": sa.select(sheet_rows).where(
            sheet_rows.c.event.in_(who.events | who.visits)
        ),
        "lists": sa.select(roster_people).where(roster_people.c.id.in_(rows_of_lists)),
        "rounds": sa.select(verification_lines).where(in_rounds),
        "discrepancies_of_visits": sa.select(projection.discrepancies).where(
            projection.discrepancies.c.id.in_(_numbers(worklist, "visit"))
        ),
        "discrepancies_of_doses": sa.select(dose_discrepancies).where(
            dose_discrepancies.c.id.in_(_numbers(worklist, "dose"))
        ),
        "notes": sa.select(steps).where(steps.c.discrepancy.in_(worklist), steps.c.note != ""),
        **said,
    }
    return {name: _rows(connection, query) for name, query in queries.items()}


def _certificates(ids: Collection[str]) -> sa.Select[Any]:
    """Return the query for what was issued of these doses of the Platform."""
    of = platform_certificates.c
    query = sa.select(of.dose.label("immunization"), of.state, of.changed_at, of.code)
    return query.where(of.dose.in_(ids)).order_by(of.dose, of.name)


def _numbers(worklist: Iterable[str], scope: str) -> list[int]:
    """Return the ids of those discrepancies whose key begins with a scope."""
    parted = (one.partition(":") for one in worklist)
    return [int(number) for kind, _, number in parted if kind == scope]


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
