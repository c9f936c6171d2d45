"""Complaints in SQLAlchemy: two tables of complaints read as one, and the steps beside them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from central.adapters.audit_sql import add_act
from central.adapters.database import alarms, reading, store_errors
from central.adapters.rows import upsert, within
from central.adapters.tables_complaints import centre_complaints, complaint_cases, complaint_steps
from central.adapters.tables_projection import visits
from central.adapters.tables_site import complaints
from central.domain.audit import Act
from central.domain.complaints import (
    Answered,
    Complaint,
    Escalated,
    HandedOver,
    Level,
    Reopened,
    State,
    Step,
)
from central.ports.complaints import Complainant, Overtaken, PastStep, Wanted

_AT_A_TIME: Final = 500
OVERDUE: Final = "complaint_overdue"
_SHOWN = ("event", "site", "ticket", "subject", "source", "occurred_at")
_OF_PERSON = ("name", "number", "birth", "words", "problem")
"""As ``Complainant`` has them."""


class SqlComplaints:
    """``ports.complaints.ComplaintStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def cases(self, wanted: Wanted, limit: int) -> list[Complaint]:
        return self._cases(_wanted(wanted).limit(limit))

    def all_cases(self, wanted: Wanted) -> Iterator[Complaint]:
        with store_errors(), reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME)
            for row in streamed.execute(_wanted(wanted)):
                yield _case(row)

    def case(self, complaint: str) -> Complaint | None:
        found = self._cases(_joined()[0].where(_all.c.event == complaint))
        return found[0] if found else None

    def whole(self, complaint: str, act: Act, now: datetime) -> tuple[Complainant, list[PastStep]]:
        steps = complaint_steps
        query = sa.select(steps).where(steps.c.complaint == complaint).order_by(steps.c.step)
        with store_errors(), self._engine.begin() as connection:
            add_act(connection, act, now)
            who = _complainant(connection, complaint)
            past = [PastStep(r.kind, r.at, r.by, r.detail) for r in connection.execute(query)]
        return who, past

    def add(self, case: Complaint, who: Complainant, act: Act, now: datetime) -> None:
        row = {
            "event": case.id, "site": case.site, "ticket": case.ticket, "subject": case.subject,
            "source": case.source, "occurred_at": case.opened_at,
            **{name: getattr(who, name) or None for name in _OF_PERSON},
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.insert(centre_complaints).values(row))
            add_act(connection, act, now)

    def step(
        self, before: Complaint, after: Complaint, step: Step, act: Act, now: datetime
    ) -> None:
        row = {
            "complaint": before.id, "step": after.steps, "kind": type(step).__name__.lower(),
            "at": now, "by": act.who, "detail": _detail(step),
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            _insert_step(connection, row)
            upsert(connection, complaint_cases, "complaint", [_case_row(after)])
            _alarm(connection, after, step, now)
            add_act(connection, act, now)

    def overdue(self, opened_before: datetime) -> Sequence[Complaint]:
        one, state, level, _ = _joined()
        return self._cases(
            one.where(
                _all.c.occurred_at <= opened_before,
                state != State.ANSWERED.value,
                level == Level.COMMUNE.value,
            ).limit(500)
        )

    def _cases(self, query: sa.Select[Any]) -> list[Complaint]:
        with store_errors(), reading(self._engine) as connection:
            return [_case(row) for row in connection.execute(query)]


_all = sa.union_all(
    sa.select(*(complaints.c[name] for name in _SHOWN)),
    sa.select(*(centre_complaints.c[name] for name in _SHOWN)),
).subquery("all_complaints")


def unanswered(connection: sa.Connection, opened_before: datetime) -> tuple[int, int]:
    """Return how many complaints have no answer, and how many of them were opened before then."""
    query, state, _, _ = _joined()
    late = sa.func.coalesce(
        sa.func.sum(sa.case((_all.c.occurred_at <= opened_before, 1), else_=0)), 0
    )
    counted = query.with_only_columns(sa.func.count(), late).where(state != State.ANSWERED.value)
    number, overdue = connection.execute(counted).one()
    return int(number), int(overdue)


def _complainant(connection: sa.Connection, complaint: str) -> Complainant:
    """Return who complains, with the arrival that it is about if the site's desk said which."""
    of_site = sa.select(
        *(complaints.c[name] for name in _OF_PERSON), visits.c.visit, visits.c.ticket
    )
    here = of_site.join_from(complaints, visits, visits.c.visit == complaints.c.visit, isouter=True)
    nowhere = sa.literal("").label("visit"), sa.literal("").label("ticket")
    at_centre = sa.select(*(centre_complaints.c[name] for name in _OF_PERSON), *nowhere)
    for query, table in ((here, complaints), (at_centre, centre_complaints)):
        row = connection.execute(query.where(table.c.event == complaint)).first()
        if row is not None:
            return Complainant(*(value or "" for value in row))
    return Complainant()


def _insert_step(connection: sa.Connection, row: dict[str, Any]) -> None:
    try:
        connection.execute(sa.insert(complaint_steps).values(row))
    except IntegrityError:
        raise Overtaken("somebody else took a step on this complaint") from None


def _joined() -> tuple[sa.Select[Any], Any, Any, Any]:
    """Return the query for complaints with where they stand, and the columns to choose by."""
    cases = complaint_cases
    state = sa.func.coalesce(cases.c.state, State.OPEN.value)
    level = sa.func.coalesce(cases.c.level, Level.COMMUNE.value)
    owner = sa.func.coalesce(cases.c.owner, "")
    query = sa.select(
        _all, state.label("state"), level.label("level"), owner.label("owner"),
        cases.c.answered_at, sa.func.coalesce(cases.c.steps, 0).label("steps"),
    ).join_from(_all, cases, cases.c.complaint == _all.c.event, isouter=True)  # fmt: skip
    return query, state, level, owner


def _wanted(wanted: Wanted) -> sa.Select[Any]:
    """Return the query for complaints as a worklist has them: answered ones last."""
    query, state, level, owner = _joined()
    query = query.where(within(_all.c.site, wanted.sites))
    for column, value in ((state, wanted.state), (level, wanted.level), (owner, wanted.owner)):
        if value:
            query = query.where(column == value)
    answered = sa.case((state == State.ANSWERED.value, 1), else_=0)
    return query.order_by(answered, _all.c.occurred_at, _all.c.event)


def _case(row: sa.Row[Any]) -> Complaint:
    return Complaint(
        id=row.event,
        site=row.site,
        ticket=row.ticket,
        subject=row.subject,
        source=row.source,
        opened_at=row.occurred_at,
        state=State(row.state),
        level=Level(row.level),
        owner=row.owner,
        answered_at=row.answered_at,
        steps=row.steps,
    )


def _case_row(case: Complaint) -> dict[str, Any]:
    return {
        "complaint": case.id, "state": case.state.value, "level": case.level.value,
        "owner": case.owner, "answered_at": case.answered_at, "steps": case.steps,
    }  # fmt: skip


def _detail(step: Step) -> str:
    match step:
        case HandedOver(_, to, reason):
            return f"{to} {reason.value}"
        case Answered(_, words):
            return words.strip()
        case _:
            return ""


def _alarm(connection: sa.Connection, case: Complaint, step: Step, now: datetime) -> None:
    again = isinstance(step, Reopened) and case.level is Level.PROVINCE
    if again or isinstance(step, Escalated):
        # By the id: the numbers on slips begin anew every day.
        alarm = {"kind": OVERDUE, "device": case.site, "detail": case.id, "raised_at": now}
        connection.execute(sa.insert(alarms).values(alarm))
    elif isinstance(step, Answered):
        of_case = (alarms.c.kind == OVERDUE) & (alarms.c.detail == case.id)
        open_ones = of_case & alarms.c.cleared_at.is_(None)
        connection.execute(sa.update(alarms).where(open_ones).values(cleared_at=now))
