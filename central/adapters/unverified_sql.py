"""Who of sites' lists is not verified, counted by the database."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.database import reading, store_errors
from central.adapters.roster_sql import person_of_row, roster_people
from central.adapters.rows import within
from central.adapters.tables_verification import verification_lines as lines
from central.adapters.tables_verification import verification_rounds as rounds
from central.domain.accounts import Sites
from central.domain.unverified import Listed, Open, Unverified
from central.domain.verification import RUNNING
from protocol.identity import SiteId
from protocol.roster import Standing

_UNDER_WAY: Final = [state.value for state in RUNNING]
_PEOPLE: Final = roster_people.c


class SqlUnverified:
    """``ports.verification.UnverifiedReader``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def counted(self, sites: Sites) -> Sequence[Listed]:
        waiting = _waiting(sites)
        state = sa.case(
            (~_is_open(), Open.NOTHING.value),
            (_came(), Open.NOTHING.value),
            (_PEOPLE.standing == Standing.TO_SUPPLEMENT.value, Open.TO_SUPPLEMENT.value),
            (waiting.c.person.is_not(None), Open.WAITING.value),
            else_=Open.NOT_SENT.value,
        ).label("open")
        query = (
            sa.select(_PEOPLE.site, _PEOPLE.appointment, state, sa.func.count().label("people"))
            .select_from(roster_people.outerjoin(waiting, waiting.c.person == _PEOPLE.id))
            .where(within(_PEOPLE.site, sites))
            .group_by(_PEOPLE.site, _PEOPLE.appointment, "open")
        )
        with store_errors(), reading(self._engine) as connection:
            return [
                Listed(row.site, row.appointment, Open(row.open), row.people)
                for row in connection.execute(query)
            ]

    def slots(self, site: SiteId) -> Sequence[str | None]:
        query = sa.select(_PEOPLE.appointment).where(_PEOPLE.site == site).distinct()
        with store_errors(), reading(self._engine) as connection:
            return connection.scalars(query).all()

    def people(self, site: SiteId) -> Sequence[Unverified]:
        waiting = _waiting(frozenset({site}))
        query = (
            sa.select(roster_people, waiting.c.person.label("waiting"))
            .select_from(roster_people.outerjoin(waiting, waiting.c.person == _PEOPLE.id))
            .where(_PEOPLE.site == site, _is_open(), ~_came())
        )
        with store_errors(), reading(self._engine) as connection:
            return [
                Unverified(person_of_row(row), row.waiting is not None)
                for row in connection.execute(query)
            ]


def _is_open() -> sa.ColumnElement[bool]:
    """Return the condition that somebody is to be verified and is not; of foreigners nobody is."""
    # A passport's number has letters; whatever was typed of its holder, they are never verified.
    a_citizens = _PEOPLE.number.is_(None) | (
        sa.func.upper(_PEOPLE.number) == sa.func.lower(_PEOPLE.number)
    )
    standings = (Standing.UNKNOWN.value, Standing.TO_SUPPLEMENT.value)
    return _PEOPLE.standing.in_(standings) & a_citizens


def _came() -> sa.ColumnElement[bool]:
    """Return the condition that somebody came since a list last named them; a new list asks anew."""
    return (
        sa.exists()
        .where(projection.identities.c.number == _PEOPLE.number)
        .where(projection.visits.c.visit == projection.identities.c.visit)
        .where(projection.visits.c.occurred_at >= _PEOPLE.listed_at)
    )


def _waiting(sites: Sites) -> sa.Subquery:
    """Return who is on rounds under way and not answered for, each once."""
    return (
        sa.select(lines.c.person)
        .join(rounds, rounds.c.id == lines.c.round)
        .where(within(rounds.c.site, sites), rounds.c.state.in_(_UNDER_WAY))
        .where(lines.c.answer.is_(None))
        .distinct()
        .subquery()
    )
