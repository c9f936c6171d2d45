"""The clock of verification rounds: 48 hours, then the province is told, once."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE
from factories.devices import AT
from factories.rosters import person
from factories.waiting import until

from central.adapters.audit_sql import SqlAudit
from central.adapters.database import alarms, reading
from central.adapters.roster_sql import SqlRosters
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.verification_sql import SqlRounds
from central.domain.roster import plan_import
from central.ports import StoreUnavailable
from central.services.overdue_rounds import OverdueRounds
from central.services.verification import VerificationDesk
from protocol.identity import SiteId
from protocol.roster import Standing

SITE = SiteId("phuoc-dinh")


class Hands:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = AT

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def desk(engine, clock):
    """Return the desk, with a round under way."""
    wanted = [person(standing=Standing.UNKNOWN)]
    SqlRosters(engine).change(
        SITE, lambda there: plan_import(there, wanted, replace=False), AT, "list.xlsx"
    )
    desk = VerificationDesk(SqlRounds(engine), SqlRosters(engine), XlsxSheet(), clock)
    desk.make(SITE, PROVINCE)
    return desk


def test_an_overdue_round_is_told_to_the_province_once_until_it_is_back(desk, engine, clock):
    watch = OverdueRounds(SqlRounds(engine), clock)
    clock.at = AT + timedelta(hours=48)
    assert watch.escalate() == 0
    clock.at += timedelta(seconds=1)

    assert (watch.escalate(), watch.escalate()) == (1, 0)

    assert raised(engine) == [("round_overdue", SITE, "1", None)]
    assert desk.round(1).escalated_at == clock.at
    acts = [row.act for row in SqlAudit(engine).newest(1)]
    assert [(one.who, one.what, one.record) for one in acts] == [
        ("clock", "round_escalated", "round:1")
    ]
    desk.call_off(1, PROVINCE)
    assert raised(engine) == [("round_overdue", SITE, "1", clock.at)]


def raised(engine):
    columns = (alarms.c.kind, alarms.c.device, alarms.c.detail, alarms.c.cleared_at)
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns))]


async def test_the_watch_goes_on_when_the_database_was_away(desk, engine, clock):
    clock.at = AT + timedelta(hours=49)
    rounds = AwayOnce(SqlRounds(engine))
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(OverdueRounds(rounds, clock).run(0.01))
        await until(lambda: desk.round(1).escalated_at is not None)
        watching.cancel()

    assert rounds.asked > 1


class AwayOnce:
    """The rounds of a database that is away at first."""

    def __init__(self, there):
        self._there = there
        self.asked = 0
        self.escalate = there.escalate

    def late(self, made_before):
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailable("away")
        return self._there.late(made_before)
