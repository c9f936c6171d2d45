"""Records of reactions in SQLAlchemy: told like doses, one by one."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.database import reading, store_errors
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.dose_following import NO_CHECK_IN
from central.adapters.rows import reaction_record_row, record_of, upsert
from central.adapters.tables_doses import dose_discrepancies, reaction_records
from central.adapters.tables_site import doses, reactions
from central.domain.comparison import Difference
from central.domain.findings import OF_DOSE, of_reaction
from central.domain.reactions import ToldReaction
from central.domain.records import OPEN_STATES, Record, RecordState, follow
from central.ports import Due

_VISITS, _PEOPLE = projection.visits, projection.identities


class SqlReactionRecords:
    """``ports.RecordStore`` of reactions on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, limit: int) -> list[Due[ToldReaction]]:
        query = (
            _told()
            .where(reaction_records.c.next_try_at <= now)
            .order_by(reaction_records.c.next_try_at)
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            return [Due(record_of(row), _told_of(row)) for row in connection.execute(query)]

    def save(self, record: Record, found: Sequence[Difference] | None, now: datetime) -> None:
        of = reaction_records.c
        same = (of.reaction == record.subject) & (of.stamp == record.stamp)
        changing = sa.update(reaction_records).where(same).values(reaction_record_row(record))
        with store_errors(), self._engine.begin() as connection:
            # Another check-in may have come to stand for the visit meanwhile: then this is stale.
            if connection.execute(changing).rowcount and found is not None:
                _settle(connection, record.subject, found, now)

    def mark_overdue(self, opened_before: datetime) -> int:
        of = reaction_records.c
        late = of.state.in_(OPEN_STATES) & (of.opened_at < opened_before)
        with store_errors():
            with reading(self._engine) as connection:
                if connection.scalar(sa.select(of.reaction).where(late).limit(1)) is None:
                    return 0
            with self._engine.begin() as connection:
                marking = sa.update(reaction_records).where(late)
                return connection.execute(marking.values(state=RecordState.OVERDUE.value)).rowcount


def follow_reactions(
    connection: sa.Connection, events: Collection[str], visits: Collection[str]
) -> None:
    """Give each reaction the record it needs: those of ``events``, and those of ``visits``."""
    if not events and not visits:
        return
    rows = connection.execute(
        sa.select(
            reactions.c.event,
            reactions.c.stamp,
            reactions.c.received_at,
            _VISITS.c.stamp.label("check_in"),
            _VISITS.c.identity_problem,
        )
        .join_from(reactions, _VISITS, _VISITS.c.visit == reactions.c.visit, isouter=True)
        .where(reactions.c.event.in_(events) | reactions.c.visit.in_(visits))
    ).all()
    named = reaction_records.c.reaction.in_([row.event for row in rows])
    held = connection.execute(sa.select(reaction_records).where(named))
    known = {row.reaction: record_of(row) for row in held}
    changed = [_followed(known.get(row.event), row) for row in rows]
    wanted = [reaction_record_row(record) for record in changed if record is not None]
    upsert(connection, reaction_records, "reaction", wanted)


def _followed(record: Record | None, row: sa.Row[*tuple[Any, ...]]) -> Record | None:
    if record is not None and row.check_in is None:
        # So it seems in the middle of a rebuild; what was agreed with the Platform stays.
        return None
    stamp = hashlib.sha256(f"{row.stamp} {row.check_in}".encode()).hexdigest()[:32]
    problem = NO_CHECK_IN if row.check_in is None else row.identity_problem
    return follow(record, row.event, stamp, row.received_at, problem)


def _settle(
    connection: sa.Connection, reaction: str, found: Sequence[Difference], now: datetime
) -> None:
    where = sa.select(reactions.c.site).where(reactions.c.event == reaction)
    owner = connection.scalar(where) or ""
    of = dose_discrepancies.c
    within = (of.scope == "reaction") & (of.subject == reaction)
    settle_findings(connection, within, OF_DOSE, of_reaction(reaction, owner, [*found]), now)


def _told() -> sa.Select[Any]:
    same_check_in = (_PEOPLE.c.visit == _VISITS.c.visit) & (_PEOPLE.c.stamp == _VISITS.c.stamp)
    dose = (
        sa.select(sa.func.max(doses.c.event))
        .where(doses.c.visit == reactions.c.visit, doses.c.standing)
        .scalar_subquery()
    )
    return (
        sa.select(
            reaction_records, reactions.c.visit, reactions.c.site, reactions.c.occurred_at,
            reactions.c.severity, reactions.c.staff, dose.label("of_dose"), _PEOPLE.c.number,
            _PEOPLE.c.name, _PEOPLE.c.birth, _PEOPLE.c.sex, _PEOPLE.c.nationality,
        )
        .join_from(reaction_records, reactions, reactions.c.event == reaction_records.c.reaction)
        .join(_VISITS, _VISITS.c.visit == reactions.c.visit, isouter=True)
        .join(_PEOPLE, same_check_in, isouter=True)
    )  # fmt: skip


def _told_of(row: sa.Row[Any]) -> ToldReaction | None:
    if row.number is None:
        return None
    return ToldReaction(
        reaction=row.reaction,
        visit=row.visit,
        site=row.site,
        occurred_at=row.occurred_at.isoformat(timespec="milliseconds"),
        severity=row.severity,
        staff=row.staff,
        dose=row.of_dose,
        number=row.number,
        name=row.name,
        birth=row.birth,
        sex=row.sex,
        nationality=row.nationality,
    )
