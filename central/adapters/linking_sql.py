"""Links records of doses with what the Platform holds of them, in sets.

Nearly every dose was told, stands there once and as it was told: those are linked and reconciled by
one statement, for each writing of a record costs as much as all the looking. What is left is few, and
only those are looked at further.
"""

import threading
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.ranges import Keys, Range, few_or_range, looking, narrowed, writing
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.tables_site import doses
from central.domain.records import GONE, RecordState

_PEOPLE = projection.identities
_OTHERS = dose_records.alias("other_records")
_SETTLED = (*(state.value for state in GONE), RecordState.RECONCILED.value)
_one_at_a_time = threading.Lock()
IN_PLAY = dose_records.c.state.not_in([state.value for state in GONE])


def link(engine: sa.Engine, of: Range, now: datetime) -> None:
    """Link a range of records; those that are plainly there and equal are reconciled, too."""
    dose = dose_records.c.dose
    with looking(engine) as connection:
        new = narrowed(connection, of, dose, dose_records.c.state.not_in(_SETTLED) | _unlinked())
    if new is None:
        return
    with writing(engine) as connection:
        _settle_plain(connection, new, now)
        unlinked = narrowed(connection, of, dose, _unlinked())
        if unlinked is not None:
            _link_told(connection, unlinked)
    # One at a time: a typed entry may fit doses of two ranges, and is linked with one.
    with _one_at_a_time:
        with looking(engine) as connection:
            unlinked = narrowed(connection, of, dose, _unlinked())
            typed = [] if unlinked is None else _typed(connection, unlinked)
        if typed:
            with writing(engine) as connection:
                connection.execute(_linking(), typed)


def doubtful(connection: sa.Connection, of: Range, now: datetime) -> Keys | None:
    """Return the records that are not reconciled, or are not equal any more with what they are linked with."""
    dose, state = dose_records.c.dose, dose_records.c.state
    # Nearly all of them were just found equal when everything is new.
    others = dose_records.c.reconciled_at.is_distinct_from(now)
    left = narrowed(connection, of, dose, others)
    if not isinstance(left, Range):
        return left
    plain = _plain(of).subquery()
    same = (plain.c.event == dose) & (plain.c.id == dose_records.c.immunization)
    strange = plain.c.event.is_(None) | (state != RecordState.RECONCILED.value)
    query = sa.select(dose).join_from(dose_records, plain, same, isouter=True).where(of.holds(dose))
    return few_or_range(connection.scalars(query.where(strange)).all(), of)


def unsettled(of: Keys) -> sa.ColumnElement[bool]:
    """Return the condition that one of these records is not where it belongs, and may go there.

    Those that may not are sought once, and not for each record: PostgreSQL would look through all of
    a table of discrepancies that was empty when it last counted.
    """
    strange = sa.select(dose_discrepancies.c.subject).where(
        dose_discrepancies.c.scope == "dose",
        of.holds(dose_discrepancies.c.subject),
        dose_discrepancies.c.kind == "other_answer",
        dose_discrepancies.c.closed_at.is_(None),
    )
    return dose_records.c.state.not_in(_SETTLED) & dose_records.c.dose.not_in(strange)


def settled(now: datetime) -> dict[str, Any]:
    """Return the values of a record that is reconciled."""
    return {
        "state": RecordState.RECONCILED.value,
        "reconciled_at": now,
        "reason": None,
        "attempts": 0,
        "next_try_at": None,
    }


def _settle_plain(connection: sa.Connection, of: Keys, now: datetime) -> None:
    """Link and reconcile what is plain."""
    plain = _plain(of).subquery()
    same = dose_records.c.immunization.is_(None) | (dose_records.c.immunization == plain.c.id)
    connection.execute(
        sa.update(dose_records)
        .where(of.holds(dose_records.c.dose), dose_records.c.dose == plain.c.event)
        .where(same, unsettled(of))
        .values(immunization=plain.c.id, patient=plain.c.patient, **settled(now))
    )


def _plain(of: Keys) -> sa.Select[Any]:
    """Return what was told, stands there once, is equal, and has no typed entry beside it.

    What is compared stands in a case, of which PostgreSQL guesses that it is nearly always so, as it is:
    of bare conditions it guesses that they leave no row, and looks for each row by itself.
    """
    visits, again = projection.visits, platform_doses.alias("again")
    beside = platform_doses.alias("beside")
    twice = sa.select(again.c.id).where(
        of.holds(again.c.event),
        again.c.event == platform_doses.c.event,
        again.c.id != platform_doses.c.id,
    )
    typed = sa.select(beside.c.id).where(beside.c.number == _PEOPLE.c.number, beside.c.event == "")
    otherwise = differs() | (_PEOPLE.c.stamp != visits.c.stamp)
    return (
        sa.select(doses.c.event, platform_doses.c.id, platform_doses.c.patient)
        .join_from(platform_doses, doses, doses.c.event == platform_doses.c.event)
        .join(visits, visits.c.visit == doses.c.visit)
        .join(_PEOPLE, _PEOPLE.c.visit == visits.c.visit)
        .where(of.holds(platform_doses.c.event), of.holds(doses.c.event))
        .where(sa.case((otherwise, 1), else_=0) != 1)
        .where(~twice.exists(), ~typed.exists())
    )


def _unlinked() -> sa.ColumnElement[bool]:
    """Return the condition that a record stands and is linked with nothing.

    Not by the index of what records are linked with, which would find all that are not for each range.
    """
    return (sa.func.coalesce(dose_records.c.immunization, "") == "") & IN_PLAY


def _link_told(connection: sa.Connection, of: Keys) -> None:
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
            _unlinked(),
        )
        .values(immunization=entries.c.id, patient=entries.c.patient)
    )


def _typed(connection: sa.Connection, of: Keys) -> list[dict[str, Any]]:
    """Return links of doses that nobody told with entries that staff typed into the Platform."""
    taken = _OTHERS.select().where(_OTHERS.c.immunization == platform_doses.c.id)
    rows = connection.execute(
        sa.select(dose_records.c.dose, platform_doses.c.id, platform_doses.c.patient)
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(_PEOPLE, _PEOPLE.c.visit == doses.c.visit)
        .join(platform_doses, platform_doses.c.number == _PEOPLE.c.number)
        .where(
            of.holds(dose_records.c.dose),
            of.holds(doses.c.event),
            _unlinked(),
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
    return (platform_doses.c.event == "") & two


def differs() -> sa.ColumnElement[bool]:
    """Return the condition that any field differs: ``doses.differences`` in SQL."""
    known = [
        column.is_not(None) & column.is_distinct_from(platform_doses.c[column.name])
        for column in (_PEOPLE.c.number, _PEOPLE.c.name_key, _PEOPLE.c.birth, _PEOPLE.c.sex)
    ]
    ours = (doses.c.vaccine_key, doses.c.lot_key, doses.c.dose_number, doses.c.day)
    return sa.or_(
        *known, *(column.is_distinct_from(platform_doses.c[column.name]) for column in ours)
    )
