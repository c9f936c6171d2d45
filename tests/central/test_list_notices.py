"""Devices hear at once that there is a new list for certificates: those that are there, and whoever comes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from factories.certificates import NOW
from factories.devices import Card, identity
from factories.waiting import until
from fakes.ingest import CentreSigner, MemoryBroker, MemoryRegistry, StoppedClock

from central.adapters.event_store_sql import SqlEventStore
from central.adapters.lists_sql import SqlLists
from central.domain.certificate_lists import ListKind
from central.ports import Issue, StoreUnavailable
from central.services.ingest import Ingest
from central.services.list_notices import ListNotices
from protocol import cose, topics
from protocol.certificates.notice import ListsNotice, decode_lists_notice


class AilingLists:
    """A real store of lists before which the database fails while it is told to."""

    def __init__(self, store):
        self._store = store
        self.ill = False

    def issue(self, kind):
        if self.ill:
            raise StoreUnavailable("the database does not answer")
        return self._store.issue(kind)

    def __getattr__(self, name):
        return getattr(self._store, name)


@pytest.fixture
def lists(engine):
    return AilingLists(SqlLists(engine))


def publish(lists, kind, content, later=0):
    at = NOW + timedelta(seconds=later)
    return lists.put(kind, Issue(int(at.timestamp()), at, 1, "a file"), content).serial


@asynccontextmanager
async def taking_in(engine, notices, broker, *cards):
    ingest = Ingest(
        new_broker=lambda: broker,
        registry=MemoryRegistry.of(*cards),
        store=SqlEventStore(engine),
        signer=CentreSigner(),
        clock=StoppedClock(),
        notices=notices,
    )
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ingest.run())
        await until(lambda: ingest.status().connected)
        yield
        task.cancel()


def notices(broker, card):
    key = identity("centre")[1].public_key()
    found = []
    for topic, message in list(broker.published):
        if topic == topics.down(card.device, "notice"):
            signed = cose.parse(message)
            cose.verify(signed, key)
            found.append(decode_lists_notice(signed))
    return found


def acked(broker, card):
    return any(topic == topics.down(card.device, "ack") for topic, _ in list(broker.published))


async def test_whoever_was_heard_is_told_of_a_new_issue_at_once(engine, lists):
    broker, card, other = MemoryBroker(), Card().write(1), Card("kiosk-0002").write(1)
    looking = ListNotices(lists, CentreSigner(), look_seconds=0.01)
    async with taking_in(engine, looking, broker, card, other):
        broker.say(card, "hello", card.hello())
        broker.say(other, "batch", other.message(1, 1))
        await until(lambda: acked(broker, card) and acked(broker, other))
        assert (notices(broker, card), notices(broker, other)) == ([], [])

        trust = publish(lists, ListKind.TRUST, b"one")
        await until(lambda: notices(broker, card) and notices(broker, other))
        revoked = publish(lists, ListKind.REVOCATIONS, b"two", later=5)
        await until(lambda: len(notices(broker, card)) == 2 and len(notices(broker, other)) == 2)

    assert notices(broker, card) == notices(broker, other)
    assert notices(broker, card) == [ListsNotice(trust, 0), ListsNotice(trust, revoked)]


async def test_whoever_comes_later_is_told_with_its_greeting_and_an_unchanged_list_once(
    engine, lists
):
    broker, card = MemoryBroker(), Card().write(1)
    trust = publish(lists, ListKind.TRUST, b"one")
    notifying = ListNotices(lists, CentreSigner())
    assert notifying.look()
    publish(lists, ListKind.TRUST, b"one", later=60)
    assert not notifying.look()
    async with taking_in(engine, notifying, broker, card):
        broker.say(card, "batch", card.message(1, 1))
        await until(lambda: acked(broker, card))
        before = notices(broker, card)
        broker.say(card, "hello", card.hello())
        await until(lambda: notices(broker, card))

    assert (before, notices(broker, card)) == ([], [ListsNotice(trust, 0)])


def test_a_database_that_does_not_answer_announces_nothing_and_forgets_nothing(lists):
    notifying = ListNotices(lists, CentreSigner())
    publish(lists, ListKind.TRUST, b"one")
    lists.ill = True
    assert [notifying.look(), notifying.look(), notifying.message] == [False, False, b""]

    lists.ill = False

    assert notifying.look()
    assert notifying.message
