"""The ingest loop: commit first, then acknowledge; nothing that is ill stops what is well."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.devices import AT, Card, event_bytes
from factories.waiting import until
from fakes.ingest import (
    AilingStore,
    CentreSigner,
    MemoryBroker,
    MemoryRegistry,
    RefusingBroker,
    StoppedClock,
    open_ack,
)

from central.adapters import database
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.overview_sql import SqlOverview
from central.domain.figures import day_of
from central.ports import StoreError
from central.services.ingest import WINDOW, Ingest
from protocol import topics

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def broker():
    return MemoryBroker()


@pytest.fixture
def store(engine):
    return AilingStore(SqlEventStore(engine))


async def no_wait(_seconds):
    await asyncio.sleep(0)


@asynccontextmanager
async def running(broker, store, *cards, **options):
    brokers = iter([broker] if isinstance(broker, MemoryBroker) else broker)
    ingest = Ingest(
        new_broker=lambda: next(brokers),
        registry=MemoryRegistry.of(*cards),
        store=store,
        signer=CentreSigner(),
        clock=StoppedClock(),
        sleep=options.pop("sleep", no_wait),
        **options,
    )
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ingest.run())
        await until(lambda: ingest.status().connected)
        yield ingest
        task.cancel()


def acks(broker, card):
    return [
        open_ack(payload)
        for topic, payload in broker.published
        if topic == topics.down(card.device, "ack")
    ]


def stored(engine):
    with database.reading(engine) as connection:
        table = database.raw_events.c
        return Counter(tuple(r) for r in connection.execute(sa.select(table.seq, table.hash)))


async def test_a_batch_is_committed_then_acknowledged_by_a_signed_watermark(engine, broker, store):
    card = Card().write(3)
    async with running(broker, store, card):
        broker.say(card, "batch", card.message(1, 3))
        await until(lambda: broker.published)

    [ack] = acks(broker, card)
    assert (ack.device, ack.epoch, ack.through, ack.head) == (
        card.device,
        card.epoch,
        3,
        card.hash_at(3),
    )
    assert (ack.window, ack.now) == (WINDOW, "2026-11-22T01:00:00.000Z")
    assert stored(engine) == Counter(card.facts(1, 3))


async def test_the_time_to_an_acknowledgement_is_measured_for_what_gets_one(broker, store):
    card, seconds = Card().write(1), []

    async with running(broker, store, card, acknowledged=seconds.append):
        broker.say(card, "state", b"{}")
        broker.say(card, "batch", card.message(1, 1))
        await until(lambda: acks(broker, card) and seconds)

    assert len(seconds) == 1
    assert 0 < seconds[0] < 60


async def test_nothing_is_acknowledged_while_the_database_is_down_and_all_once_it_is_back(
    engine, broker, store
):
    card = Card().write(4)
    silent_while_down = []

    async def look(_seconds):
        silent_while_down.append(broker.published == [])

    store.failures = 5
    async with running(broker, store, card, sleep=look) as ingest:
        broker.say(card, "batch", card.message(1, 2))
        broker.say(card, "batch", card.message(3, 4))
        await until(lambda: acks(broker, card) and acks(broker, card)[-1].through == 4)

    assert silent_while_down == [True] * 5
    assert ingest.status().store_failures == 5
    assert stored(engine) == Counter(card.facts(1, 4))


async def test_on_a_full_disk_nothing_is_acknowledged_nothing_lost_and_the_figures_answer(
    engine, broker, store
):
    card = Card().write(400)
    room = Room(engine)
    async with running(broker, store, card) as ingest:
        broker.say(card, "batch", card.message(1, 2))
        await until(lambda: broker.published)
        room.none_left()
        for first in range(3, 400, 100):
            broker.say(card, "batch", card.message(first, min(first + 99, 400)))
        await until(lambda: ingest.status().store_failures > 2)

        overview = SqlOverview(engine).overview(day_of(AT, ZONE), AT)
        assert [ack.through for ack in acks(broker, card)] == [2]
        assert [site.site for site in overview.sites] == [card.known.site]
        assert stored(engine) == Counter(card.facts(1, 2))

        room.again()
        await until(lambda: acks(broker, card)[-1].through == 400)

    assert stored(engine) == Counter(card.facts(1, 400))


class Room:
    """The room on the disk, as SQLite sees it on each of its connections."""

    def __init__(self, engine):
        self._engine = engine
        self._pages = 1 << 30
        sa.event.listen(engine, "begin", self._limit)

    def none_left(self):
        with database.reading(self._engine) as connection:
            self._pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def again(self):
        self._pages = 1 << 30

    def _limit(self, connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self._pages}")


async def test_a_database_that_fails_between_commit_and_hello_loses_and_doubles_nothing(
    engine, broker, store
):
    card, other = Card().write(2), Card("kiosk-0002").write(1)
    store.greet_failures = 2
    async with running(broker, store, card, other):
        broker.say(card, "batch", card.message(1, 2))
        broker.say(other, "hello", other.hello())
        await until(lambda: acks(broker, card) and acks(broker, other))

    assert store.greet_failures == 0
    assert stored(engine) == Counter(card.facts(1, 2))


async def test_what_cannot_be_held_is_dropped_counted_and_taken_when_it_is_sent_again(
    engine, broker, store
):
    card = Card().write(40)
    one = card.message(1, 20)
    store.failures = 1
    gate = asyncio.Event()

    async def at_the_gate(_seconds):
        await gate.wait()

    async with running(
        broker, store, card, sleep=at_the_gate, most_held_bytes=len(one) + 1000
    ) as ingest:
        broker.say(card, "batch", one)
        await until(lambda: ingest.status().store_failures == 1)
        broker.say(card, "batch", one)
        broker.say(card, "batch", card.message(21, 40))
        assert ingest.status().shed == 1
        gate.set()
        await until(lambda: len(broker.published) == 2)
        broker.say(card, "batch", card.message(21, 40))
        await until(lambda: acks(broker, card)[-1].through == 40)

    assert stored(engine) == Counter(card.facts(1, 40))


async def test_bad_messages_between_good_ones_are_kept_and_stop_nothing(engine, broker, store):
    card, unknown = Card().write(4), Card("kiosk-0099").write(1)
    strange = unknown.message(1, 1)
    async with running(broker, store, card) as ingest:
        broker.say(card, "batch", card.message(1, 2))
        broker.say(card, "batch", b"garbage")
        broker.say(unknown, "batch", strange)
        broker.say(card, "batch", card.message(3, 4))
        await until(lambda: acks(broker, card) and acks(broker, card)[-1].through == 4)
        await until(lambda: ingest.status().quarantined.total() == 2)

    assert ingest.status().quarantined == {"bad_cose": 1, "unknown_device": 1}
    assert acks(broker, unknown) == []
    with database.reading(engine) as connection:
        table = database.quarantine.c
        kept = connection.execute(sa.select(table.reason, table.data).order_by(table.reason)).all()
    assert [tuple(row) for row in kept] == [
        ("bad_cose", b"garbage"),
        ("unknown_device", strange),
    ]


async def test_an_unreadable_event_in_a_good_batch_is_stored_with_its_problem_and_acknowledged(
    engine, broker, store
):
    card = Card(journal=[event_bytes(1), b"\xff no event", event_bytes(3)])
    async with running(broker, store, card):
        broker.say(card, "batch", card.message(1, 3))
        await until(lambda: broker.published)

    assert acks(broker, card)[0].through == 3
    with database.reading(engine) as connection:
        table = database.raw_events.c
        rows = connection.execute(sa.select(table.data, table.problem).order_by(table.seq)).all()
    assert [tuple(row) for row in rows] == [
        (event_bytes(1), None),
        (b"\xff no event", "bad_event"),
        (event_bytes(3), None),
    ]


async def test_a_clock_three_years_off_changes_nothing_about_an_event(engine, broker, store):
    early = event_bytes(1, at=AT.replace(year=2023))
    late = event_bytes(2, at=AT.replace(year=2029))
    card = Card(journal=[early, late])
    async with running(broker, store, card):
        broker.say(card, "batch", card.message(1, 2))
        await until(lambda: broker.published)

    assert acks(broker, card)[0].through == 2
    assert stored(engine) == Counter(card.facts(1, 2))


async def test_a_replayed_batch_is_acknowledged_again(engine, broker, store):
    card = Card().write(3)
    async with running(broker, store, card):
        broker.say(card, "batch", card.message(1, 3))
        await until(lambda: len(broker.published) == 1)
        broker.say(card, "batch", card.message(1, 3))
        await until(lambda: len(broker.published) == 2)

    assert [ack.through for ack in acks(broker, card)] == [3, 3]
    assert stored(engine) == Counter(card.facts(1, 3))


async def test_a_gap_is_answered_by_what_is_missing(engine, broker, store):
    card = Card().write(9)
    async with running(broker, store, card):
        broker.say(card, "batch", card.message(1, 3))
        broker.say(card, "batch", card.message(7, 9))
        await until(lambda: broker.published)
        broker.say(card, "batch", card.message(4, 9))
        await until(lambda: acks(broker, card)[-1].through == 9)

    assert stored(engine) == Counter(card.facts(1, 9))


async def test_hello_is_answered_for_a_known_and_for_an_unknown_journal(broker, store):
    card, new = Card().write(3), Card("kiosk-0002").write(1)
    async with running(broker, store, card, new):
        broker.say(card, "batch", card.message(1, 3))
        await until(lambda: broker.published)
        broker.say(card, "hello", card.hello(through=3))
        broker.say(new, "hello", new.hello())
        await until(lambda: len(broker.published) == 3)

    assert acks(broker, card)[-1].through == 3
    assert [(ack.through, ack.head) for ack in acks(broker, new)] == [(0, new.genesis)]


async def test_each_of_two_cards_with_one_name_hears_of_its_own_facts(engine, broker, store):
    original = Card().write(2)
    clone = original.clone().write(2, mark="B")
    original.write(3)
    async with running(broker, store, original):
        broker.say(original, "batch", original.message(1, 5))
        await until(lambda: len(broker.published) == 1)
        broker.say(clone, "batch", clone.message(3, 4))
        await until(lambda: len(broker.published) == 2)

    answers = [(ack.through, ack.head) for ack in acks(broker, original)]
    assert answers == [(5, original.hash_at(5)), (4, clone.hash_at(4))]
    assert stored(engine) == Counter(original.facts(1, 5) | clone.facts(3, 4))


async def test_the_last_state_of_a_device_is_kept(engine, broker, store):
    card = Card().write(1)
    async with running(broker, store, card):
        broker.say(card, "state", b'{"online": true}')
        broker.say(card, "state", b'{"online": false}')
        broker.say(card, "batch", card.message(1, 1))
        await until(lambda: broker.published)

    with database.reading(engine) as connection:
        table = database.device_states.c
        rows = connection.execute(sa.select(table.device, table.data)).all()
    assert [tuple(row) for row in rows] == [("kiosk-0001", b'{"online": false}')]


async def test_a_lost_broker_is_sought_again_and_the_device_goes_on(engine, store):
    card = Card().write(2)
    first, second = MemoryBroker(), MemoryBroker()
    brokers = [RefusingBroker(), first, RefusingBroker(), RefusingBroker(), second]
    async with running(brokers, store, card) as ingest:
        first.drop()
        await until(lambda: second.connected and ingest.status().connected)
        second.say(card, "batch", card.message(1, 2))
        await until(lambda: second.published)

    assert stored(engine) == Counter(card.facts(1, 2))


async def test_a_connection_that_ends_before_the_answer_costs_only_the_answer(engine, store):
    card = Card().write(2)
    first, second = MemoryBroker(), MemoryBroker()
    async with running([first, second], store, card):
        first.connected = False
        first.say(card, "batch", card.message(1, 2))
        await until(lambda: stored(engine))
        first.drop()
        await until(lambda: second.connected)
        second.say(card, "batch", card.message(1, 2))
        await until(lambda: second.published)

    assert acks(second, card)[0].through == 2
    assert stored(engine) == Counter(card.facts(1, 2))


async def test_a_broken_store_ends_the_program(broker):
    class BrokenStore:
        def commit(self, *_):
            raise StoreError("no such table")

    card = Card().write(1)

    async def serve():
        async with running(broker, BrokenStore(), card):
            broker.say(card, "batch", card.message(1, 1))
            await until(lambda: False)

    with pytest.raises(ExceptionGroup) as caught:
        await serve()

    assert caught.group_contains(StoreError)


async def test_a_device_that_is_revoked_is_heard_no_more(broker, store):
    card = Card().write(2)
    async with running(broker, store, card) as ingest:
        registry = ingest._opener._registry
        broker.say(card, "batch", card.message(1, 1))
        await until(lambda: broker.published)
        registry.devices[card.signer.kid] = replace(card.known, revoked=True)
        broker.say(card, "batch", card.message(2, 2))
        await until(lambda: ingest.status().quarantined)

    assert len(broker.published) == 1
