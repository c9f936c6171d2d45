"""Our doses against the Platform's, in sets: linked, compared, and each told where it stands.

Written so that neither a dose nor a field is asked for by itself: a range of doses is joined with
what the Platform holds, and only what differs leaves the database.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.dose_store import told_doses, told_of
from central.adapters.linking_sql import (
    IN_PLAY,
    differs,
    doubtful,
    is_typed,
    link,
    settled,
    unsettled,
)
from central.adapters.ranges import Keys, Range, looking, writing
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.tables_site import doses
from central.domain.comparison import Difference
from central.domain.doses import HeldDose, differences
from central.domain.findings import OF_DOSE, Finding, of_comparison
from central.domain.records import RecordState

_PEOPLE = projection.identities
_OTHERS = dose_records.alias("other_records")


def compare_doses(engine: sa.Engine, of: Range, now: datetime) -> int:
    """Bring the records and the discrepancies of a range of doses to what the Platform holds now.

    Returns how many discrepancies are open among them. Several ranges may be compared at once.
    """
    link(engine, of, now)
    found: list[Finding] = []
    with looking(engine) as connection:
        left = doubtful(connection, of, now)
        if left is not None:
            for look in (_differing, _doubled, _missing):
                found += look(connection, left)
    within = (dose_discrepancies.c.scope == "dose") & of.holds(dose_discrepancies.c.subject)
    with writing(engine) as connection:
        if left is not None:
            _tell(connection, left, found, now)
        settle_findings(connection, within, OF_DOSE, found, now)
    return len(found)


def _among(of: Keys) -> sa.ColumnElement[bool]:
    return of.holds(dose_records.c.dose) & of.holds(doses.c.event)


def _differing(connection: sa.Connection, of: Keys) -> list[Finding]:
    entry = [column.label(f"p_{column.name}") for column in platform_doses.c]
    rows = connection.execute(
        told_doses()
        .add_columns(*entry)
        .join(platform_doses, platform_doses.c.id == dose_records.c.immunization)
        .where(_among(of), IN_PLAY, differs())
    )
    found: list[Finding] = []
    for row in rows:
        told = told_of(row)
        if told is not None:
            found += of_comparison(row.dose, row.site, differences(told, _held(row)))
    return found


def _doubled(connection: sa.Connection, of: Keys) -> list[Finding]:
    """Return the doses that the Platform holds more than once, told or typed."""
    other = platform_doses.c.id != dose_records.c.immunization
    linked = sa.and_(_among(of), IN_PLAY, other)
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


def _missing(connection: sa.Connection, of: Keys) -> list[Finding]:
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
        .where(_among(of), lost | told_again)
    )
    gone = [Difference("record", "1", "0")]
    return [finding for dose, site in rows for finding in of_comparison(dose, site, gone)]


def _tell(connection: sa.Connection, of: Keys, found: Sequence[Finding], now: datetime) -> None:
    """Set the states: reconciled what is held and equal, then what is otherwise."""
    there = sa.select(platform_doses.c.id).where(platform_doses.c.id == dose_records.c.immunization)
    connection.execute(
        sa.update(dose_records)
        .where(of.holds(dose_records.c.dose), unsettled(of), there.exists())
        .values(settled(now))
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
