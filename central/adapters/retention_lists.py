"""Old people on sites' lists and on verification rounds go."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.roster_sql import remove_people, roster_people
from central.adapters.tables_verification import verification_lines as lines
from central.adapters.tables_verification import verification_rounds as rounds
from central.domain.verification import RUNNING
from central.ports.retention import Batch

_UNDER_WAY: Final = [state.value for state in RUNNING]
_NOBODY: Final[dict[str, Any]] = {"number": None, "name": "", "birth": None, "sex": None}
_ROUNDS: Final = 20
SOURCE: Final = "kept long enough"


def old_rosters(connection: sa.Connection, before: datetime, limit: int, run_at: datetime) -> Batch:
    """Take people off the list of one site whom no list named since; its kiosks hear of it.

    Whoever is on a round under way stays, and whoever came to any site since: they may come again.
    """
    people = roster_people.c
    on_round = (
        sa.exists()
        .where(lines.c.person == people.id)
        .where(rounds.c.id == lines.c.round, rounds.c.state.in_(_UNDER_WAY))
    )
    came = (
        sa.exists()
        .where(projection.identities.c.number == people.number)
        .where(projection.visits.c.visit == projection.identities.c.visit)
        .where(projection.visits.c.occurred_at >= before)
    )
    due = (people.listed_at < before) & ~on_round & ~came
    site = connection.scalar(sa.select(people.site).where(due).order_by(people.site).limit(1))
    if site is None:
        return Batch(0, more=False)
    # Locked where the database locks rows: a list that names them now waits, and is then refused.
    query = sa.select(people.id).where(due, people.site == site).order_by(people.id).limit(limit)
    ids = connection.scalars(query.with_for_update()).all()
    if ids:
        remove_people(connection, site, ids, run_at, SOURCE)
    return Batch(len(ids), more=bool(ids))


def old_rounds(connection: sa.Connection, before: datetime, _limit: int, run_at: datetime) -> Batch:
    """Make the people on rounds that ended before nobody; how many they were and what was said stays."""
    of = rounds.c
    due = of.closed_at.is_not(None) & (of.closed_at < before) & of.erased_at.is_(None)
    ids = connection.scalars(sa.select(of.id).where(due).order_by(of.id).limit(_ROUNDS)).all()
    whole = lines.c.round.in_(ids) & (lines.c.name != "")
    gone = connection.execute(sa.update(lines).where(whole).values(_NOBODY)).rowcount
    connection.execute(sa.update(rounds).where(of.id.in_(ids)).values(erased_at=run_at))
    return Batch(gone, len(ids) >= _ROUNDS)
