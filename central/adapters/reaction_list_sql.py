"""The list of reactions in SQLAlchemy: each with its dose and its record for the Platform."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import reading, store_errors
from central.adapters.rows import within
from central.adapters.tables_doses import reaction_records as records
from central.adapters.tables_projection import visits
from central.adapters.tables_site import doses, reactions
from central.domain.erasure import ERASED
from central.domain.reaction_list import SEVERITIES, ReactionRow
from central.domain.records import RecordState
from central.ports.reaction_list import ReactionCounts, ReactionsChosen

_AT_A_TIME: Final = 500
_UNTOLD: Final = records.c.adverse_event.is_(None)


class SqlReactionList:
    """``ports.reaction_list.ReactionReader``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def page(
        self, chosen: ReactionsChosen, limit: int, offset: int = 0
    ) -> tuple[Sequence[ReactionRow], ReactionCounts]:
        which = _which(chosen)
        untold, severe = _UNTOLD, _UNTOLD & (reactions.c.severity == "severe")
        counts: list[Any] = [sa.func.count(), _number_of(untold), _number_of(severe)]
        with store_errors(), reading(self._engine) as connection:
            rows = connection.execute(_listed(which).limit(limit).offset(offset)).all()
            counted = connection.execute(_joined(sa.select(*counts)).where(which)).one()
        return [_row(row) for row in rows], ReactionCounts(*(int(each) for each in counted))

    def all(self, chosen: ReactionsChosen) -> Iterator[ReactionRow]:
        with store_errors(), reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME)
            for row in streamed.execute(_listed(_which(chosen))):
                yield _row(row)


def _number_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _which(chosen: ReactionsChosen) -> sa.ColumnElement[bool]:
    which = [within(reactions.c.site, chosen.sites)]
    if chosen.site:
        which.append(reactions.c.site == chosen.site)
    if chosen.severity:
        which.append(reactions.c.severity == chosen.severity)
    if chosen.told:
        which.append(_UNTOLD if chosen.told == "no" else ~_UNTOLD)
    return sa.and_(*which)


def _joined(query: sa.Select[Any]) -> sa.Select[Any]:
    same = records.c.reaction == reactions.c.event
    return query.select_from(reactions).join(records, same, isouter=True)


def _listed(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    newest = (
        sa.select(sa.func.max(doses.c.event))
        .where(doses.c.visit == reactions.c.visit, doses.c.standing)
        .correlate(reactions)
        .scalar_subquery()
    )
    severity = sa.case(
        {name: place for place, name in enumerate(SEVERITIES)},
        value=reactions.c.severity,
        else_=len(SEVERITIES),
    )
    query = sa.select(
        reactions.c.event, reactions.c.site, reactions.c.severity, reactions.c.staff,
        reactions.c.occurred_at, visits.c.visit, visits.c.ticket, doses.c.vaccine, doses.c.lot,
        doses.c.dose_number, records.c.state, records.c.reason, records.c.adverse_event,
        records.c.submitted_at,
    )  # fmt: skip
    return (
        _joined(query)
        .join(visits, visits.c.visit == reactions.c.visit, isouter=True)
        .join(doses, doses.c.event == newest, isouter=True)
        .where(which)
        .order_by(
            sa.case((_UNTOLD, 0), else_=1), severity, reactions.c.occurred_at, reactions.c.event
        )
    )


def _row(row: sa.Row[Any]) -> ReactionRow:
    told = row.adverse_event is not None
    # What the Platform says of a refusal may quote the person; that we erased them is our own code.
    quotes = row.state == RecordState.REFUSED and row.reason != ERASED
    return ReactionRow(
        event=row.event,
        visit=row.visit or "",
        site=row.site,
        ticket=row.ticket or "",
        severity=row.severity,
        staff=row.staff,
        occurred_at=row.occurred_at,
        vaccine=row.vaccine or "",
        lot=row.lot or "",
        dose_number=row.dose_number,
        state=row.state or "",
        reason="" if quotes else row.reason or "",
        told=told,
        told_at=row.submitted_at if told else None,
    )
