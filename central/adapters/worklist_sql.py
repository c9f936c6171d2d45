"""The worklist of discrepancies: those of visits and those of doses read as one list."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from central.adapters.audit_sql import add_act
from central.adapters.database import reading, store_errors
from central.adapters.rows import within
from central.adapters.tables_doses import dose_discrepancies as of_doses
from central.adapters.tables_levels import discrepancy_steps as steps
from central.adapters.tables_projection import discrepancies as of_visits
from central.adapters.tables_projection import visits
from central.adapters.tables_site import doses, reactions
from central.domain.audit import Act
from central.domain.discrepancies import Discrepancy, Handover, Values
from central.ports.complaints import Overtaken
from central.ports.discrepancies import Chosen

_AT_A_TIME: Final = 500


class SqlWorklist:
    """``ports.discrepancies.DiscrepancyStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open_ones(
        self, chosen: Chosen, limit: int, offset: int = 0
    ) -> tuple[Sequence[Discrepancy], int]:
        which = _which(chosen)
        query = _shown(which).limit(limit).offset(offset)
        number = sa.select(sa.func.count()).select_from(_all).where(which)
        with store_errors(), reading(self._engine) as connection:
            rows = [_discrepancy(row) for row in connection.execute(query)]
            return rows, connection.scalar(number) or 0

    def all_open(self, chosen: Chosen) -> Iterator[Discrepancy]:
        with store_errors(), reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME)
            for row in streamed.execute(_shown(_which(chosen))):
                yield _discrepancy(row)

    def one(self, key: str) -> Discrepancy | None:
        source, number = _parted(key)
        query = _shown((_all.c.source == source) & (_all.c.id == number))
        with store_errors(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _discrepancy(row)

    def whole(self, key: str, act: Act, now: datetime) -> tuple[Values, Sequence[Handover]]:
        source, number = _parted(key)
        table = of_doses if source == "dose" else of_visits
        subject = of_doses.c.subject if source == "dose" else of_visits.c.visit
        values = sa.select(subject, table.c.ours, table.c.theirs).where(table.c.id == number)
        past = sa.select(steps).where(steps.c.discrepancy == key).order_by(steps.c.step)
        with store_errors(), self._engine.begin() as connection:
            add_act(connection, act, now)
            row = connection.execute(values).first()
            taken = [
                Handover(one.at, one.by, one.owner_before, one.owner, one.reason, one.note)
                for one in connection.execute(past)
            ]
        return Values(*row) if row is not None else Values("", "", ""), taken

    def hand_over(self, before: Discrepancy, step: Handover, act: Act) -> None:
        self._step(before, step, act, {"owner": step.owner})

    def explain(self, before: Discrepancy, step: Handover, act: Act) -> None:
        self._step(before, step, act, {"closed_at": step.at})

    def _step(
        self, before: Discrepancy, step: Handover, act: Act, after: Mapping[str, object]
    ) -> None:
        source, number = _parted(before.key)
        table = of_doses if source == "dose" else of_visits
        row = {
            "discrepancy": before.key, "step": before.steps + 1, "at": step.at, "by": step.by,
            "owner_before": step.before, "owner": step.owner, "reason": step.reason,
            "note": step.note,
        }  # fmt: skip
        still = (table.c.id == number) & table.c.closed_at.is_(None)
        with store_errors(), self._engine.begin() as connection:
            try:
                connection.execute(sa.insert(steps).values(row))
            except IntegrityError:
                raise Overtaken("somebody else took a step with this discrepancy") from None
            given = connection.execute(sa.update(table).where(still).values(after))
            if not given.rowcount:
                raise Overtaken("this discrepancy was settled meanwhile")
            add_act(connection, act, step.at)


def _both() -> sa.Subquery:
    visit_of = sa.case(
        (of_doses.c.scope == "dose", doses.c.visit),
        (of_doses.c.scope == "reaction", reactions.c.visit),
        (of_doses.c.scope == "visit", of_doses.c.subject),
    )
    of_reaction = (of_doses.c.scope == "reaction") & (reactions.c.event == of_doses.c.subject)
    from_doses = (
        sa.select(
            sa.literal("dose").label("source"), of_doses.c.id, of_doses.c.scope, of_doses.c.kind,
            of_doses.c.field, of_doses.c.site, sa.func.coalesce(visits.c.ticket, "").label("ticket"),
            of_doses.c.owner, of_doses.c.opened_at, of_doses.c.closed_at,
            sa.func.coalesce(visits.c.visit, "").label("visit"), of_doses.c.also,
        )
        .join_from(
            of_doses, doses, (of_doses.c.scope == "dose") & (doses.c.event == of_doses.c.subject),
            isouter=True,
        )
        .join(reactions, of_reaction, isouter=True)
        .join(visits, visits.c.visit == visit_of, isouter=True)
    )  # fmt: skip
    from_visits = sa.select(
        sa.literal("visit"), of_visits.c.id, sa.literal("visit"), sa.literal("differs"),
        of_visits.c.field, visits.c.site, visits.c.ticket, of_visits.c.owner,
        of_visits.c.opened_at, of_visits.c.closed_at, visits.c.visit, sa.literal(""),
    ).join_from(of_visits, visits, visits.c.visit == of_visits.c.visit)  # fmt: skip
    return sa.union_all(from_doses, from_visits).subquery("worklist")


_all = _both()


def _which(chosen: Chosen) -> sa.ColumnElement[bool]:
    # What is about two sites is one row, whichever of them somebody may see.
    seen = within(_all.c.site, chosen.sites) | within(_all.c.also, chosen.sites)
    which: list[sa.ColumnElement[bool]] = [_all.c.closed_at.is_(None), seen]
    if chosen.site:
        which.append((_all.c.site == chosen.site) | (_all.c.also == chosen.site))
    for column, value in ((_all.c.kind, chosen.kind), (_all.c.owner, chosen.owner)):
        if value:
            which.append(column == value)
    if chosen.opened_before is not None:
        which.append(_all.c.opened_at < chosen.opened_before)
    return sa.and_(*which)


def _shown(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    key = _all.c.source.concat(":").concat(sa.cast(_all.c.id, sa.String))
    taken = (
        sa.select(sa.func.count())
        .where(steps.c.discrepancy == key)
        .correlate(_all)
        .scalar_subquery()
    )
    # What has been open longest is what is overdue.
    return (
        sa.select(_all, taken.label("steps"))
        .where(which)
        .order_by(_all.c.opened_at, _all.c.source, _all.c.id)
    )


def _parted(key: str) -> tuple[str, int]:
    source, _, number = key.partition(":")
    return source, int(number)


def _discrepancy(row: sa.Row[Any]) -> Discrepancy:
    return Discrepancy(
        key=f"{row.source}:{row.id}",
        scope=row.scope,
        kind=row.kind,
        field=row.field,
        site=row.site,
        ticket=row.ticket,
        owner=row.owner,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        steps=row.steps,
        visit=row.visit,
        also=row.also,
    )
