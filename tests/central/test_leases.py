"""Leases: shared fairly, taken over from the dead, and a worker that lost one commits nothing."""

import asyncio

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories.databases import DATABASES, ready_engine
from factories.devices import AT, Card
from factories.waiting import until, wait_until

from central.adapters import database, tables_projection
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.leases_sql import SqlLeases
from central.adapters.visit_store import LEASE, SqlProjection
from central.domain.projection import facts_of
from central.ports import StoreUnavailable
from central.ports.leases import LeaseLost
from central.services.leases import LeaseKeeper
from central.services.projection import Projector
from protocol.identity import shard_of

NAMES = [f"s{number:02d}" for number in range(8)]


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def leases(engine):
    return SqlLeases(engine)


def test_one_worker_alone_holds_everything(leases):
    assert leases.keep(NAMES, "a", {}, 60).keys() == set(NAMES)


def test_a_second_worker_gets_its_share_as_soon_as_the_first_gives_it_back(leases):
    a = leases.keep(NAMES, "a", {}, 60)
    b = leases.keep(NAMES, "b", {}, 60)
    assert b == {}

    a = leases.keep(NAMES, "a", a, 60)
    b = leases.keep(NAMES, "b", b, 60)

    assert len(a) == len(b) == 4
    assert a.keys() | b.keys() == set(NAMES)


def test_the_leases_of_a_dead_worker_are_taken_over_with_a_higher_token(leases):
    a = leases.keep(NAMES, "a", {}, 0.05)
    wait_until(lambda: all(row.seconds_left < 0 for row in leases.rows()))

    b = leases.keep(NAMES, "b", {}, 60)

    assert b == {name: token + 1 for name, token in a.items()}
    assert leases.keep(NAMES, "a", a, 60).keys().isdisjoint(b)


def test_leases_given_back_are_free_at_once(leases):
    leases.release("a", leases.keep(NAMES, "a", {}, 60))

    assert leases.keep(NAMES, "b", {}, 60).keys() == set(NAMES)


def test_a_worker_that_starts_again_goes_on_at_once_and_fences_its_former_self_out(leases):
    before = leases.keep(NAMES, "a", {}, 60)

    after = leases.keep(NAMES, "a", {}, 60)

    assert after == {name: token + 1 for name, token in before.items()}
    assert leases.keep(NAMES, "a", before, 60) == {}


def test_a_worker_that_lost_a_shard_commits_nothing_for_it(engine, leases):
    card = Card().write(3)
    shard = shard_of(card.device)
    mine = leases.keep([shard], "a", {}, 0.05)
    store = SqlEventStore(engine, lambda: mine)
    store.commit([card.delivery(1, 1)], [], AT)
    wait_until(lambda: leases.rows()[0].seconds_left < 0)
    theirs = leases.keep([shard], "b", {}, 60)

    with pytest.raises(LeaseLost, match=shard):
        store.commit([card.delivery(2, 3)], [], AT)
    with pytest.raises(LeaseLost):
        store.greet([card.greeting(1)], AT)

    assert count(engine) == 1
    SqlEventStore(engine, lambda: theirs).commit([card.delivery(2, 3)], [], AT)
    assert count(engine) == 3


def test_a_projector_that_lost_its_lease_writes_nothing(engine, leases):
    card = Card().write(2)
    SqlEventStore(engine).commit([card.delivery(1, 2)], [], AT)
    held = leases.keep([LEASE], "a", {}, 60)
    lost = SqlProjection(engine, dict)

    with pytest.raises(LeaseLost):
        lost.advance(lambda event: facts_of(event, lambda *_: b""), 10)

    holder = SqlProjection(engine, lambda: held)
    assert holder.advance(lambda event: facts_of(event, lambda *_: b""), 10) == 2


class AwayLeases:
    """Gives once and is then away."""

    def __init__(self, names):
        self._names = names
        self.asked = 0
        self.released = 0

    def keep(self, names, *_):
        self.asked += 1
        if self.asked > 1:
            raise StoreUnavailable("away")
        return dict.fromkeys(names, 1)

    def release(self, *_):
        self.released += 1
        raise StoreUnavailable("away")

    def rows(self):
        return []


async def test_a_worker_whose_database_is_away_for_long_believes_to_hold_nothing():
    store = AwayLeases(NAMES)
    keeper = LeaseKeeper(store, NAMES, "a", lease_seconds=0.05, renew_seconds=0.01)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(keeper.run())
        await until(lambda: keeper.held)
        await until(lambda: not keeper.held)
        running.cancel()
    assert store.released == 1


async def test_work_runs_while_its_lease_is_held_and_stops_with_it(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path}/central.db")
    database.migrate(engine)
    leases = SqlLeases(engine)
    keeper = LeaseKeeper(leases, ["reconcile"], "a", lease_seconds=0.2, renew_seconds=0.02)
    works = []

    async def work():
        works.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            works.append("ended")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run(), name="keeper")
        running = tasks.create_task(keeper.while_held("reconcile", work))
        await until(lambda: works == ["begun"])
        seize(engine)
        await until(lambda: works[:2] == ["begun", "ended"])
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if task is running or task.get_name() == "keeper":
                task.cancel()
    engine.dispose()


def seize(engine):
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE leases SET holder='b', token=token+1, until=:u"), {"u": 4e9}
        )


def count(engine):
    with database.reading(engine) as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(database.raw_events)
        ).scalar_one()


async def test_a_projector_whose_lease_is_lost_waits_and_goes_on_when_it_has_it_again(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path}/central.db")
    database.migrate(engine)
    SqlEventStore(engine).commit([Card().write(2).delivery(1, 2)], [], AT)
    held, asked = {}, []

    def now_held():
        asked.append(None)
        return dict(held)

    projector = Projector(
        SqlProjection(engine, now_held), X25519PrivateKey.generate(), interval_seconds=0.01
    )
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(projector.run())
        await until(lambda: len(asked) > 1)
        held.update(SqlLeases(engine).keep([LEASE], "a", {}, 60))
        await until(lambda: not projector_has_work(engine))
        running.cancel()
    engine.dispose()


def projector_has_work(engine):
    with database.reading(engine) as connection:
        cursors = tables_projection.projection_cursors
        return connection.execute(sa.select(cursors.c.projected)).scalar() != 2
