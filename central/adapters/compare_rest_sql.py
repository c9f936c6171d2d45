"""What comparing doses one by one does not show: entries without a dose, and people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.compare_visits_sql import people_at_two_sites
from central.adapters.database import journals
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.earlier_numbers import (
    Earlier,
    all_of,
    fews,
)
from central.adapters.linking_sql import is_typed
from central.adapters.ranges import Few, Keys, Range, looking, writing
from central.adapters.tables_doses import dose_discrepancies as table
from central.adapters.tables_doses import dose_records, platform_doses
from central.adapters.tables_site import doses
from central.domain.dose_keys import day_of_dose
from central.domain.findings import (
    OF_ENTRY,
    OF_PERSON,
    Finding,
    GivenDose,
    Kind,
    of_person,
)
from central.domain.one_person import OnePerson
from central.domain.records import GONE

_GONE = [state.value for state in GONE]
_VISITS, _PEOPLE = projection.visits, projection.identities


def compare_entries(engine: sa.Engine, of: Range, now: datetime) -> int:
    """Name the entries of the Platform that no dose of ours stands behind."""
    with looking(engine) as connection:
        found = [*_of_no_record(connection, of), *_of_nobody(connection, of)]
    _settle(engine, "entry", of.holds(table.c.subject), OF_ENTRY, found, now)
    return len(found)


def compare_people(
    engine: sa.Engine, of: Range, who: OnePerson, earlier: Earlier, least_days: int, now: datetime
) -> int:
    """Name what cannot be among all the doses and all the arrivals of each person.

    Args:
        earlier: The people of this range who have other numbers, too.
    """
    found: list[Finding] = []
    with looking(engine) as connection:
        for number, given in _doses_of_people(connection, of, earlier).items():
            found += of_person(number, given, least_days)
        found += people_at_two_sites(connection, of, earlier)
    # What is found of one of several numbers is told of the person's first, by the range of that.
    found = [one for one in found if not who.is_other(one.subject)]
    _settle(engine, "person", of.holds(table.c.subject), OF_PERSON, found, now)
    return len(found)


def _doses_of_people(
    connection: sa.Connection, of: Range, earlier: Earlier
) -> dict[str, list[GivenDose]]:
    # Nearly everybody has one dose: who has more is found by numbers alone.
    several = {*connection.scalars(_with_several_doses(of)), *all_of(earlier)}
    given: dict[str, list[GivenDose]] = defaultdict(list)
    for few in fews(several):
        for number, *dose in connection.execute(_given(Few(few))):
            given[number].append(GivenDose(*dose))
    return given | {
        now: [dose for number in (now, *before) for dose in given.get(number, ())]
        for now, before in earlier.items()
    }


def _of_no_record(connection: sa.Connection, of: Range) -> list[Finding]:
    """Return the entries that bear an id of ours and that no dose of ours stands behind."""
    rows = connection.execute(
        sa.select(platform_doses.c.id, platform_doses.c.site, dose_records.c.state)
        .join_from(
            platform_doses,
            dose_records,
            dose_records.c.dose == platform_doses.c.event,
            isouter=True,
        )
        .where(
            of.holds(platform_doses.c.id),
            platform_doses.c.event != "",
            dose_records.c.dose.is_(None) | (dose_records.c.state == _GONE[1]),
        )
    )
    return [
        Finding("entry", entry, "unknown_dose" if state is None else "withdrawn_stays", site)
        for entry, site, state in rows
    ]


def _of_nobody(connection: sa.Connection, of: Range) -> list[Finding]:
    """Return the typed entries of our sites and our time that no dose of ours was linked with."""
    first = connection.scalar(sa.select(sa.func.min(_VISITS.c.occurred_at)))
    if first is None:
        return []
    linked = sa.select(dose_records.c.dose).where(
        dose_records.c.immunization == platform_doses.c.id
    )
    ours = platform_doses.c.site.in_(sa.select(journals.c.site))
    rows = connection.execute(
        sa.select(
            platform_doses.c.id,
            platform_doses.c.site,
            platform_doses.c.day,
            platform_doses.c.vaccine,
            _VISITS.c.occurred_at,
            _VISITS.c.site.label("visited"),
        )
        .join_from(
            platform_doses, _PEOPLE, _PEOPLE.c.number == platform_doses.c.number, isouter=True
        )
        .join(_VISITS, _VISITS.c.visit == _PEOPLE.c.visit, isouter=True)
        .where(
            of.holds(platform_doses.c.id),
            _typed_entry(),
            # What was injected before we began, or elsewhere, is no check-in of ours.
            platform_doses.c.day >= day_of_dose(first),
            (platform_doses.c.site == "") | ours,
            ~linked.exists(),
            ~_a_double().exists(),
        )
    )
    return list(_by_entry(rows).values())


def _by_entry(rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for row in rows:
        was_here = row.occurred_at is not None and day_of_dose(row.occurred_at) == row.day
        kind: Kind = "unknown_dose" if was_here else "no_check_in"
        site = row.site or (row.visited if was_here else "")
        if was_here or row.id not in found:
            found[row.id] = Finding("entry", row.id, kind, site, "", "", f"{row.day} {row.vaccine}")
    return found


def _with_several_doses(of: Range) -> sa.Select[Any]:
    """Return the query for the numbers of those people who have more than one dose."""
    given = _given(of).subquery()
    number = given.c.number
    return sa.select(number).group_by(number).having(sa.func.count() > 1)


def _given(of: Keys) -> sa.CompoundSelect[Any]:
    """Return the query for all doses of people: ours, and those of the Platform that are not ours."""
    ours = (
        sa.select(_PEOPLE.c.number, doses.c.day, doses.c.dose_number, doses.c.site)
        .join_from(_PEOPLE, doses, doses.c.visit == _PEOPLE.c.visit)
        .where(of.holds(_PEOPLE.c.number), doses.c.standing)
    )
    linked = sa.select(dose_records.c.dose).where(
        dose_records.c.immunization == platform_doses.c.id
    )
    told = sa.select(dose_records.c.dose).where(dose_records.c.dose == platform_doses.c.event)
    theirs = sa.select(
        platform_doses.c.number,
        platform_doses.c.day,
        platform_doses.c.dose_number,
        platform_doses.c.site,
    ).where(of.holds(platform_doses.c.number), ~linked.exists())
    typed = _typed_entry()
    return sa.union_all(
        ours, theirs.where(typed, ~_a_double().exists()), theirs.where(~typed, ~told.exists())
    )


def _typed_entry() -> sa.ColumnElement[bool]:
    """Return the condition that staff typed an entry.

    Not by the index of events, which would find all that were ever typed for each range.
    """
    return platform_doses.c.event.concat("") == ""


def _a_double() -> sa.Select[Any]:
    """Return the doses of ours that a typed entry doubles: named as such, it is no dose of its own."""
    person = _PEOPLE.alias("person_of_entry")
    return (
        sa.select(doses.c.event)
        .join_from(person, doses, doses.c.visit == person.c.visit)
        .where(person.c.number == platform_doses.c.number, doses.c.standing, is_typed())
        .correlate(platform_doses)
    )


def _settle(
    engine: sa.Engine,
    scope: str,
    within: sa.ColumnElement[bool],
    kinds: tuple[str, ...],
    found: list[Finding],
    now: datetime,
) -> None:
    with writing(engine) as connection:
        settle_findings(connection, (table.c.scope == scope) & within, kinds, found, now)
