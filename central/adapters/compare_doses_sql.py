"""Our doses against the Platform's, in sets: linked, compared, and each told where it stands.

Written so that neither a dose nor a field is asked for by itself: a range of doses is joined with
what the Platform holds, and only what differs leaves the database.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.database import reading
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.dose_store import told_doses, told_of
from central.adapters.ranges import Range
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.tables_site import doses
from central.domain.comparison import Difference
from central.domain.doses import HeldDose, differences
from central.domain.findings import OF_DOSE, Finding, of_comparison
from central.domain.records import GONE, RecordState

_PEOPLE = projection.identities
_OTHERS = dose_records.alias("other_records")
_SETTLED = (*(state.value for state in GONE), RecordState.RECONCILED.value)
_IN_PLAY = dose_records.c.state.not_in([state.value for state in GONE])


def compare_doses(engine: sa.Engine, of: Range, now: datetime, threads: Executor) -> int:
    """Bring the records and the discrepancies of a range of doses to what the Platform holds now.

    Returns how many discrepancies are open among them.

    Args:
        threads: For the looks, which only read; the database works while Python waits.
    """
    with engine.begin() as connection:
        _link_told(connection, of)
    with reading(engine) as connection:
        typed = _typed(connection, of)
    if typed:
        with engine.begin() as connection:
            connection.execute(_linking(), typed)
    looks = [threads.submit(_look, engine, of, at) for at in (_differing, _doubled, _missing)]
    found = [finding for look in looks for finding in look.result()]
    with engine.begin() as connection:
        _tell(connection, of, found, now)
        within = (dose_discrepancies.c.scope == "dose") & of.holds(dose_discrepancies.c.subject)
        settle_findings(connection, within, OF_DOSE, found, now)
    return len(found)


def _look(
    engine: sa.Engine, of: Range, at: Callable[[sa.Connection, Range], list[Finding]]
) -> list[Finding]:
    with reading(engine) as connection:
        return at(connection, of)


def _link_told(connection: sa.Connection, of: Range) -> None:
    """Link each record with the Platform's entry of its event; of several, the first."""
    entries = (
        sa.select(
            platform_doses.c.event,
            sa.func.min(platform_doses.c.id).label("id"),
            sa.func.min(platform_doses.c.patient).label("patient"),
        )
        .where(of.holds(platform_doses.c.event))
        .group_by(platform_doses.c.event)
    ).subquery()
    connection.execute(
        sa.update(dose_records)
        .where(
            dose_records.c.dose == entries.c.event,
            of.holds(dose_records.c.dose),
            dose_records.c.immunization.is_(None),
            _IN_PLAY,
        )
        .values(immunization=entries.c.id, patient=entries.c.patient)
    )


def _typed(connection: sa.Connection, of: Range) -> list[dict[str, Any]]:
    """Return links of doses that nobody told with entries that staff typed into the Platform."""
    taken = _OTHERS.select().where(_OTHERS.c.immunization == platform_doses.c.id)
    rows = connection.execute(
        sa.select(dose_records.c.dose, platform_doses.c.id, platform_doses.c.patient)
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(_PEOPLE, _PEOPLE.c.visit == doses.c.visit)
        .join(platform_doses, platform_doses.c.number == _PEOPLE.c.number)
        .where(
            of.holds(dose_records.c.dose),
            dose_records.c.immunization.is_(None),
            _IN_PLAY,
            # Of a held one it is not known whose it is.
            dose_records.c.state != RecordState.HELD.value,
            is_typed(),
            ~taken.exists(),
        )
        .order_by(dose_records.c.dose, platform_doses.c.id)
    )
    links: dict[str, dict[str, Any]] = {}
    entries: set[str] = set()
    for row in rows:
        if row.dose not in links and row.id not in entries:
            entries.add(row.id)
            links[row.dose] = {"of": row.dose, "entry": row.id, "person": row.patient}
    return list(links.values())


def _linking() -> sa.Update:
    return (
        sa.update(dose_records)
        .where(dose_records.c.dose == sa.bindparam("of"), dose_records.c.immunization.is_(None))
        .values(immunization=sa.bindparam("entry"), patient=sa.bindparam("person"))
    )


def is_typed() -> sa.ColumnElement[bool]:
    """Return the condition that an entry of the same person is the dose: ``doses.chosen`` in SQL."""
    vaccine = platform_doses.c.vaccine_key == doses.c.vaccine_key
    number = platform_doses.c.dose_number == doses.c.dose_number
    day = platform_doses.c.day == doses.c.day
    two = (vaccine & number) | (vaccine & day) | (number & day)
    return typed_entry() & two


def typed_entry() -> sa.ColumnElement[bool]:
    """Return the condition that staff typed an entry.

    Not by the index of events, which would find all the typed entries there are for each dose.
    """
    return platform_doses.c.event.concat("") == ""


def _differs() -> sa.ColumnElement[bool]:
    """Return the condition that any field differs: ``doses.differences`` in SQL."""
    known = [
        column.is_not(None) & column.is_distinct_from(platform_doses.c[column.name])
        for column in (_PEOPLE.c.number, _PEOPLE.c.name_key, _PEOPLE.c.birth, _PEOPLE.c.sex)
    ]
    ours = (doses.c.vaccine_key, doses.c.lot_key, doses.c.dose_number, doses.c.day)
    return sa.or_(
        *known, *(column.is_distinct_from(platform_doses.c[column.name]) for column in ours)
    )


def _differing(connection: sa.Connection, of: Range) -> list[Finding]:
    entry = [column.label(f"p_{column.name}") for column in platform_doses.c]
    rows = connection.execute(
        told_doses()
        .add_columns(*entry)
        .join(platform_doses, platform_doses.c.id == dose_records.c.immunization)
        .where(of.holds(dose_records.c.dose), _IN_PLAY, _differs())
    )
    found: list[Finding] = []
    for row in rows:
        told = told_of(row)
        if told is not None:
            found += of_comparison(row.dose, row.site, differences(told, _held(row)))
    return found


def _doubled(connection: sa.Connection, of: Range) -> list[Finding]:
    """Return the doses that the Platform holds more than once, told or typed."""
    other = platform_doses.c.id != dose_records.c.immunization
    linked = sa.and_(of.holds(dose_records.c.dose), _IN_PLAY, other)
    told_twice = (
        sa.select(dose_records.c.dose, doses.c.site, platform_doses.c.id)
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(platform_doses, platform_doses.c.event == dose_records.c.dose)
        .where(linked, of.holds(platform_doses.c.event))
    )
    taken = _OTHERS.select().where(_OTHERS.c.immunization == platform_doses.c.id)
    typed_too = (
        sa.select(dose_records.c.dose, doses.c.site, platform_doses.c.id)
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(_PEOPLE, _PEOPLE.c.visit == doses.c.visit)
        .join(platform_doses, platform_doses.c.number == _PEOPLE.c.number)
        .where(linked, is_typed(), ~taken.exists())
    )
    both = sa.union(told_twice, typed_too).subquery()
    rows = connection.execute(
        sa.select(both.c.dose, both.c.site, sa.func.count()).group_by(both.c.dose, both.c.site)
    )
    return [
        finding
        for dose, site, number in rows
        for finding in of_comparison(dose, site, [Difference("record", "1", str(number + 1))])
    ]


def _missing(connection: sa.Connection, of: Range) -> list[Finding]:
    """Return the doses that the Platform held, or took, and does not show any more."""
    entry = platform_doses.c.id == dose_records.c.immunization
    lost = (dose_records.c.state == RecordState.RECONCILED.value) & platform_doses.c.id.is_(None)
    told_again = dose_records.c.immunization.is_(None) & (
        dose_records.c.reason == "not_on_platform"
    )
    rows = connection.execute(
        sa.select(dose_records.c.dose, doses.c.site)
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(platform_doses, entry, isouter=True)
        .where(of.holds(dose_records.c.dose), lost | told_again)
    )
    gone = [Difference("record", "1", "0")]
    return [finding for dose, site in rows for finding in of_comparison(dose, site, gone)]


def _tell(connection: sa.Connection, of: Range, found: Sequence[Finding], now: datetime) -> None:
    """Set the states: reconciled what is held and equal, then what is otherwise."""
    there = sa.select(platform_doses.c.id).where(platform_doses.c.id == dose_records.c.immunization)
    strange = sa.select(dose_discrepancies.c.id).where(
        dose_discrepancies.c.scope == "dose",
        dose_discrepancies.c.subject == dose_records.c.dose,
        dose_discrepancies.c.kind == "other_answer",
        dose_discrepancies.c.closed_at.is_(None),
    )
    connection.execute(
        sa.update(dose_records)
        .where(
            of.holds(dose_records.c.dose),
            dose_records.c.state.not_in(_SETTLED),
            there.exists(),
            ~strange.exists(),
        )
        .values(
            state=RecordState.RECONCILED.value,
            reconciled_at=now,
            reason=None,
            attempts=0,
            next_try_at=None,
        )
    )
    differ = [{"of": one.subject} for one in found if one.kind != "missing"]
    lost = [{"of": one.subject} for one in found if one.kind == "missing"]
    this = dose_records.c.dose == sa.bindparam("of")
    if differ:
        values: dict[str, Any] = {"state": "differs", "reason": "differs", "reconciled_at": None}
        connection.execute(sa.update(dose_records).where(this).values(values), differ)
    if lost:
        held = this & (dose_records.c.state == RecordState.RECONCILED.value)
        values = {"state": "accepted", "reason": "not_on_platform", "next_try_at": now}
        connection.execute(sa.update(dose_records).where(held).values(values), lost)


def _held(row: sa.Row[Any]) -> HeldDose:
    return HeldDose(
        id=row.p_id,
        event=row.p_event,
        patient=row.p_patient,
        number=row.p_number,
        name=row.p_name,
        birth=row.p_birth,
        sex=row.p_sex,
        vaccine=row.p_vaccine,
        lot=row.p_lot,
        dose_number=row.p_dose_number,
        day=row.p_day,
        site=row.p_site,
    )
