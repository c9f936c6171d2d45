"""Injected and not on the Platform: by site and injector for the page, dose by dose for the file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.database import reading, store_errors
from central.adapters.rows import within
from central.adapters.tables_doses import dose_discrepancies as discrepancies
from central.adapters.tables_doses import dose_records
from central.adapters.tables_site import doses
from central.domain.accounts import Sites
from central.domain.figures import DoseDiscrepancyRow, LiabilityRow, OpenDose
from central.domain.records import RecordState

_LISTED = 200
_AT_A_TIME = 1000
_OF_ALL = (sa.func.count().over(), sa.func.sum(sa.func.count()).over())
"""Beside each row of a grouped list: how many rows there are before the limit, and their sum."""


class SqlLiabilities:
    """``ports.LiabilityReader`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open_doses(self, now: datetime, sites: Sites = None) -> Iterator[OpenDose]:
        visits = projection.visits
        query = (
            sa.select(doses, dose_records.c.state, dose_records.c.reason, visits.c.ticket)
            .join_from(doses, dose_records, dose_records.c.dose == doses.c.event)
            .join(visits, visits.c.visit == doses.c.visit, isouter=True)
            .where(_open(), within(doses.c.site, sites))
            .order_by(doses.c.site, doses.c.injector, doses.c.occurred_at, doses.c.event)
        )
        with store_errors(), reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=_AT_A_TIME).execute(query)
            for row in rows:
                yield _open_dose(row, now)


def liabilities(
    connection: sa.Connection, sites: Sites = None
) -> tuple[tuple[LiabilityRow, ...], int, int]:
    """Return who injected what is not on the Platform, the oldest first; of how many; all doses."""
    oldest = sa.func.min(doses.c.occurred_at)
    refused = sa.func.sum(sa.case((dose_records.c.state == RecordState.REFUSED.value, 1), else_=0))
    columns: list[Any] = [
        doses.c.site,
        doses.c.injector,
        sa.func.count(),
        oldest,
        refused,
        *_OF_ALL,
    ]
    rows = connection.execute(
        sa.select(*columns)
        .join_from(doses, dose_records, dose_records.c.dose == doses.c.event)
        .where(_open(), within(doses.c.site, sites))
        .group_by(doses.c.site, doses.c.injector)
        .order_by(oldest, doses.c.site, doses.c.injector)
        .limit(_LISTED)
    ).all()
    return tuple(LiabilityRow(*row[:-2]) for row in rows), *_totals(rows)


def dose_states(connection: sa.Connection, sites: Sites = None) -> dict[str, int]:
    """Return how many records of doses stand in which state."""
    state = dose_records.c.state
    rows = connection.execute(
        sa.select(state, sa.func.count())
        .join_from(dose_records, doses, doses.c.event == dose_records.c.dose)
        .where(within(doses.c.site, sites))
        .group_by(state)
    )
    return dict(sorted((name, number) for name, number in rows))


def dose_discrepancies(
    connection: sa.Connection, sites: Sites = None
) -> tuple[tuple[DoseDiscrepancyRow, ...], int, int]:
    """Return what is open between doses and the Platform, the oldest first; of how many rows; in all."""
    oldest = sa.func.min(discrepancies.c.opened_at)
    of = (discrepancies.c.kind, discrepancies.c.field, discrepancies.c.site, discrepancies.c.owner)
    columns: list[Any] = [*of, sa.func.count(), oldest, *_OF_ALL]
    rows = connection.execute(
        sa.select(*columns)
        .where(discrepancies.c.closed_at.is_(None), within(discrepancies.c.site, sites))
        .group_by(*of)
        .order_by(oldest, *of)
        .limit(_LISTED)
    ).all()
    return tuple(DoseDiscrepancyRow(*row[:-2]) for row in rows), *_totals(rows)


def _totals(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> tuple[int, int]:
    """Return what each row says of all: how many rows there are, and the sum of what they count."""
    return (int(rows[0][-2]), int(rows[0][-1])) if rows else (0, 0)


def _open() -> sa.ColumnElement[bool]:
    return doses.c.standing & dose_records.c.immunization.is_(None)


def _open_dose(row: sa.Row[Any], now: datetime) -> OpenDose:
    return OpenDose(
        dose=row.event,
        site=row.site,
        injector=row.injector,
        ticket=row.ticket or "",
        vaccine=row.vaccine,
        lot=row.lot,
        dose_number=row.dose_number,
        injected_at=row.occurred_at,
        age_hours=round((now - row.occurred_at).total_seconds() / 3600, 1),
        state=row.state,
        reason="" if row.state == RecordState.REFUSED else row.reason or "",
    )
