"""Records of doses, and what the Platform holds of them, in SQLAlchemy."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters import tables_site as site
from central.adapters.database import reading, store_errors
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.erasing_sql import without_erased
from central.adapters.rows import dose_record_row, record_of, upsert
from central.adapters.tables_doses import (
    IMMUNIZATIONS,
    OPEN,
    dose_discrepancies,
    dose_records,
    platform_cursors,
    platform_doses,
)
from central.domain.comparison import Difference
from central.domain.dose_keys import lot_key, vaccine_key
from central.domain.doses import DosePage, HeldDose, ToldDose
from central.domain.findings import OF_DOSE, OF_LIST, Finding, of_comparison
from central.domain.records import Record, RecordState
from central.ports import Due
from protocol.documents.names import spelling_key

_KINDS = (*OF_DOSE, "other_answer")
_UNREAD = (dose_discrepancies.c.scope == "entry") & dose_discrepancies.c.kind.in_(OF_LIST)


class SqlDoseRecords:
    """``ports.RecordStore`` of doses on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, limit: int) -> list[Due[ToldDose]]:
        query = (
            told_doses()
            .where(dose_records.c.next_try_at <= now)
            .order_by(dose_records.c.next_try_at)
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            return [Due(record_of(row), told_of(row)) for row in connection.execute(query)]

    def save(self, record: Record, found: Sequence[Difference] | None, now: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            # A correction or another check-in may have come meanwhile: then this is stale.
            same = (dose_records.c.dose == record.subject) & (dose_records.c.stamp == record.stamp)
            saved = connection.execute(
                sa.update(dose_records).where(same).values(dose_record_row(record))
            )
            if saved.rowcount and (found is not None or record.state is RecordState.WITHDRAWN):
                self._settle(connection, record.subject, found or (), now)

    def mark_overdue(self, opened_before: datetime) -> int:
        late = sa.text(OPEN) & (dose_records.c.opened_at < opened_before)
        with store_errors():
            with reading(self._engine) as connection:
                if connection.scalar(sa.select(dose_records.c.dose).where(late).limit(1)) is None:
                    return 0
            with self._engine.begin() as connection:
                marking = sa.update(dose_records).where(late)
                return connection.execute(marking.values(state=RecordState.OVERDUE.value)).rowcount

    def _settle(
        self, connection: sa.Connection, dose: str, found: Sequence[Difference], now: datetime
    ) -> None:
        where = sa.select(site.doses.c.site).where(site.doses.c.event == dose)
        owner = connection.scalar(where) or ""
        within = (dose_discrepancies.c.scope == "dose") & (dose_discrepancies.c.subject == dose)
        settle_findings(connection, within, _KINDS, of_comparison(dose, owner, [*found]), now)


class SqlMirror:
    """``ports.DoseMirror`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def saw_person(self, number: str, held: Sequence[HeldDose], now: datetime) -> None:
        there = [one.id for one in held]
        with store_errors(), self._engine.begin() as connection:
            connection.execute(
                sa.delete(platform_doses).where(
                    platform_doses.c.number == number, platform_doses.c.id.not_in(there)
                )
            )
            rows = without_erased(connection, "dose", [mirror_row(one, now) for one in held])
            upsert(connection, platform_doses, "id", rows)

    def saw_page(self, page: DosePage, now: datetime, again: Sequence[str] = ()) -> None:
        with store_errors(), self._engine.begin() as connection:
            if page.gone:
                gone = platform_doses.c.id.in_(page.gone)
                connection.execute(sa.delete(platform_doses).where(gone))
            rows = without_erased(connection, "dose", [mirror_row(one, now) for one in page.held])
            upsert(connection, platform_doses, "id", rows)
            cursor = {"list": IMMUNIZATIONS, "through": page.through}
            upsert(connection, platform_cursors, "list", [cursor])
            _settle_unread(connection, page, again, now)

    def unread(self) -> Sequence[str]:
        of = dose_discrepancies.c
        query = sa.select(of.subject).where(_UNREAD, of.closed_at.is_(None)).order_by(of.subject)
        with store_errors(), reading(self._engine) as connection:
            return connection.scalars(query).all()

    def forget(self, doses: Sequence[str]) -> None:
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.delete(platform_doses).where(platform_doses.c.event.in_(doses)))

    def through(self) -> str:
        cursor = sa.select(platform_cursors.c.through).where(
            platform_cursors.c.list == IMMUNIZATIONS
        )
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(cursor) or ""


def is_read(connection: sa.Connection) -> bool:
    """Return whether the Platform's list was read, and no part of it is left out."""
    of = platform_cursors.c.list
    begun = sa.select(of).where(of == IMMUNIZATIONS)
    unread = sa.select(dose_discrepancies.c.id).where(
        _UNREAD, dose_discrepancies.c.closed_at.is_(None)
    )
    return (
        connection.execute(begun).first() is not None
        and connection.execute(unread.limit(1)).first() is None
    )


def _settle_unread(
    connection: sa.Connection, page: DosePage, again: Sequence[str], now: datetime
) -> None:
    """Name what gave no answer; what was asked for again, or was read now, is named no more."""
    found = [
        Finding("entry", one.what, "unread", one.site, theirs=one.reason) for one in page.unread
    ]
    read = {one.id for one in page.held} | {*page.gone}
    of = {*again, *(one.subject for one in found), *read}
    within = _UNREAD & dose_discrepancies.c.subject.in_(of)
    settle_findings(connection, within, OF_LIST, found, now)


def told_doses() -> sa.Select[Any]:
    """Return the query for records of doses with all that the Platform is told of each."""
    doses, visits, people = site.doses, projection.visits, projection.identities
    staff = site.staff_joined
    same_check_in = (people.c.visit == visits.c.visit) & (people.c.stamp == visits.c.stamp)
    injector = (staff.c.site == doses.c.site) & (staff.c.staff == doses.c.injector)
    return (
        sa.select(
            dose_records,
            doses.c.visit,
            doses.c.site,
            doses.c.occurred_at,
            doses.c.day,
            doses.c.vaccine,
            doses.c.lot,
            doses.c.expiry,
            doses.c.dose_number,
            doses.c.injector,
            staff.c.name.label("injector_name"),
            people.c.number,
            people.c.name,
            people.c.birth,
            people.c.sex,
            people.c.nationality,
        )
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .join(visits, visits.c.visit == doses.c.visit, isouter=True)
        .join(people, same_check_in, isouter=True)
        # A member's key is made of both; joined by it, the names cost one look each.
        .join(
            staff,
            (staff.c.member == doses.c.site + "/" + doses.c.injector) & injector,
            isouter=True,
        )
    )


def told_of(row: sa.Row[Any]) -> ToldDose | None:
    """Return what the Platform is told of a dose in a row of ``told_doses``."""
    if row.number is None:
        return None
    return ToldDose(
        dose=row.dose,
        visit=row.visit,
        site=row.site,
        occurred_at=row.occurred_at.isoformat(timespec="milliseconds"),
        day=row.day,
        vaccine=row.vaccine,
        lot=row.lot,
        expiry=_date_or_none(row.expiry),
        dose_number=row.dose_number,
        injector=row.injector,
        injector_name=row.injector_name,
        number=row.number,
        name=row.name,
        birth=row.birth,
        sex=row.sex,
        nationality=row.nationality,
    )


def mirror_row(held: HeldDose, now: datetime) -> dict[str, Any]:
    """Return the row that keeps what the Platform holds of a dose, with what it is compared by."""
    return {
        "id": held.id,
        "event": held.event,
        "patient": held.patient,
        "number": held.number,
        "name": held.name,
        "name_key": None if held.name is None else spelling_key(held.name)[:200],
        "birth": held.birth,
        "sex": held.sex,
        "vaccine": held.vaccine,
        "vaccine_key": vaccine_key(held.vaccine),
        "lot": held.lot,
        "lot_key": lot_key(held.lot),
        "dose_number": held.dose_number,
        "day": held.day,
        "site": held.site,
        "read_at": now,
    }


def _date_or_none(expiry: str) -> str | None:
    try:
        return date.fromisoformat(expiry).isoformat()
    except ValueError:
        return None
