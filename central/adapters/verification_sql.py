"""Verification rounds in the centre's database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.audit_sql import add_act
from central.adapters.database import alarms, reading, store_errors
from central.adapters.roster_sql import person_of_row, roster_people
from central.adapters.rows import within
from central.adapters.tables_verification import verification_lines as lines
from central.adapters.tables_verification import verification_rounds as rounds
from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.roster import RosterPerson
from central.domain.verification import RUNNING, Line, Round, RoundState
from protocol.identity import SiteId
from protocol.roster import Standing

OVERDUE: Final = "round_overdue"
_AT_A_TIME: Final = 500
_UNDER_WAY: Final = [state.value for state in RUNNING]


class SqlRounds:
    """``ports.verification.RoundStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def people(self, site: SiteId) -> Mapping[int, RosterPerson]:
        query = sa.select(roster_people).where(roster_people.c.site == site)
        with store_errors(), reading(self._engine) as connection:
            return {row.id: person_of_row(row) for row in connection.execute(query)}

    def running_people(self, site: SiteId) -> Sequence[int]:
        query = (
            sa.select(lines.c.person)
            .join(rounds, rounds.c.id == lines.c.round)
            .where(rounds.c.site == site, rounds.c.state.in_(_UNDER_WAY), lines.c.answer.is_(None))
        )
        with store_errors(), reading(self._engine) as connection:
            return list(connection.scalars(query))

    def add(self, site: SiteId, lines_: Sequence[Line], now: datetime, act: Act) -> Round:
        values = {
            "site": site, "state": RoundState.MADE.value, "people": len(lines_), "answered": 0,
            "made_at": now, "made_by": act.who[:80],
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            number = connection.execute(
                sa.insert(rounds).values(values).returning(rounds.c.id)
            ).scalar_one()
            rows = [{**asdict(one), "round": number} for one in lines_]
            if rows:
                connection.execute(sa.insert(lines), rows)
            add_act(connection, replace(act, record=f"round:{number}"), now)
        return Round(number, site, RoundState.MADE, len(lines_), 0, now)

    def round(self, number: int) -> Round | None:
        query = sa.select(rounds).where(rounds.c.id == number)
        with store_errors(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _round(row)

    def rounds(self, limit: int, sites: Sites = None) -> Sequence[Round]:
        with store_errors(), reading(self._engine) as connection:
            return [_round(row) for row in connection.execute(_of(sites).limit(limit))]

    def all(self, sites: Sites = None, *, running: bool = False) -> Iterator[Round]:
        query = _of(sites)
        if running:
            query = query.where(rounds.c.state.in_(_UNDER_WAY))
        with store_errors(), reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME)
            for row in streamed.execute(query):
                yield _round(row)

    def lines(self, number: int) -> Sequence[Line]:
        query = sa.select(lines).where(lines.c.round == number).order_by(lines.c.line)
        with store_errors(), reading(self._engine) as connection:
            return [_line(row) for row in connection.execute(query)]

    def save(
        self,
        one: Round,
        now: datetime,
        answers: Mapping[int, Standing] | None = None,
        act: Act | None = None,
    ) -> None:
        said = [{"of": line, "said": answer.value} for line, answer in (answers or {}).items()]
        state = {
            "state": one.state.value, "answered": one.answered, "sent_at": one.sent_at,
            "returned_at": one.returned_at, "closed_at": None if one.state in RUNNING else now,
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            if said:
                same = (lines.c.round == one.id) & (lines.c.line == sa.bindparam("of"))
                connection.execute(
                    sa.update(lines).where(same).values(answer=sa.bindparam("said")), said
                )
            connection.execute(sa.update(rounds).where(rounds.c.id == one.id).values(state))
            if one.state not in RUNNING:
                open_ones = _alarm_of(one) & alarms.c.cleared_at.is_(None)
                connection.execute(sa.update(alarms).where(open_ones).values(cleared_at=now))
            if act is not None:
                add_act(connection, act, now)

    def late(self, made_before: datetime) -> Sequence[Round]:
        query = sa.select(rounds).where(
            rounds.c.state.in_(_UNDER_WAY),
            rounds.c.made_at < made_before,
            rounds.c.escalated_at.is_(None),
        )
        with store_errors(), reading(self._engine) as connection:
            return [_round(row) for row in connection.execute(query)]

    def escalate(self, one: Round, act: Act, now: datetime) -> bool:
        same = (
            (rounds.c.id == one.id)
            & rounds.c.escalated_at.is_(None)
            & rounds.c.state.in_(_UNDER_WAY)
        )
        with store_errors(), self._engine.begin() as connection:
            marked = connection.execute(sa.update(rounds).where(same).values(escalated_at=now))
            if not marked.rowcount:
                return False
            alarm = {"kind": OVERDUE, "device": one.site, "detail": str(one.id), "raised_at": now}
            connection.execute(sa.insert(alarms).values(alarm))
            add_act(connection, act, now)
        return True

    def answered(self, number: int) -> int:
        query = sa.select(sa.func.count()).where(
            lines.c.round == number, lines.c.answer.is_not(None)
        )
        with store_errors(), reading(self._engine) as connection:
            return int(connection.scalar(query) or 0)


def _of(sites: Sites) -> sa.Select[Any]:
    """Return the query for the rounds of these sites, those under way first."""
    under_way = sa.case((rounds.c.state.in_(_UNDER_WAY), 0), else_=1)
    of_sites = within(rounds.c.site, sites)
    return sa.select(rounds).where(of_sites).order_by(under_way, rounds.c.id.desc())


def _alarm_of(one: Round) -> sa.ColumnElement[bool]:
    return (
        (alarms.c.kind == OVERDUE)
        & (alarms.c.device == one.site)
        & (alarms.c.detail == str(one.id))
    )


def _round(row: sa.Row[Any]) -> Round:
    return Round(
        row.id, row.site, RoundState(row.state), row.people, row.answered, row.made_at,
        row.sent_at, row.returned_at, row.escalated_at,
    )  # fmt: skip


def _line(row: sa.Row[Any]) -> Line:
    answer = None if row.answer is None else Standing(row.answer)
    return Line(row.line, row.person, row.number, row.name, row.birth, row.sex, answer)
