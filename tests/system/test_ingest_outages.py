"""The ingest on a real PostgreSQL that is cut off, and through a real broker that is killed."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from factories.brokers import MosquittoServer
from factories.devices import Card, ProvisionedCard
from factories.postgres import postgres_server
from factories.waiting import until
from fakes.ingest import CentreSigner, MemoryBroker, MemoryRegistry, open_ack

from central.adapters import database
from central.adapters.broker_paho import PahoBroker
from central.adapters.clock import SystemClock
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.keys_file import FileKeys
from central.adapters.registry_file import FileRegistry
from central.services.ingest import Ingest
from edge.adapters.link_paho import PahoLink
from edge.ports import LinkUnavailable
from protocol import cose, messages

pytestmark = pytest.mark.system


def stored(engine):
    with database.reading(engine) as connection:
        table = database.raw_events.c
        return Counter(tuple(r) for r in connection.execute(sa.select(table.seq, table.hash)))


@asynccontextmanager
async def running(ingest):
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ingest.run())
        await until(lambda: ingest.status().connected)
        yield
        task.cancel()


async def test_postgresql_cut_off_and_back_loses_nothing_and_acknowledges_nothing_meanwhile():
    card = Card().write(6)
    broker = MemoryBroker()
    with postgres_server() as server:
        engine = database.connect(server.new_database())
        database.migrate(engine)
        ingest = Ingest(
            new_broker=lambda: broker,
            registry=MemoryRegistry.of(card),
            store=SqlEventStore(engine),
            signer=CentreSigner(),
            clock=SystemClock(),
        )
        async with running(ingest):
            broker.say(card, "batch", card.message(1, 2))
            await until(lambda: len(broker.published) == 1)
            await asyncio.to_thread(server.stop)
            broker.say(card, "batch", card.message(3, 4))
            broker.say(card, "batch", card.message(5, 6))
            await until(lambda: ingest.status().store_failures >= 2, seconds=30)
            assert len(broker.published) == 1

            await asyncio.to_thread(server.start)
            await until(lambda: open_ack(broker.published[-1][1]).through == 6, seconds=60)

        assert stored(engine) == Counter(card.facts(1, 6))
        engine.dispose()


async def test_a_broker_killed_again_and_again_loses_nothing(tmp_path):
    with MosquittoServer.running(tmp_path, "kiosk-0001") as server:
        folder = server.provisioned / "devices" / "kiosk-0001"
        card = ProvisionedCard(folder=folder).write(40)
        keys = server.provisioned / "centre"
        engine = database.connect(f"sqlite:///{tmp_path}/central.db")
        database.migrate(engine)
        certificate = cose.load_certificate((keys / "registry.crt").read_bytes())
        ingest = Ingest(
            new_broker=lambda: PahoBroker("127.0.0.1", server.port, keys),
            registry=FileRegistry(keys / "registry.cose", certificate),
            store=SqlEventStore(engine),
            signer=FileKeys(keys),
            clock=SystemClock(),
        )
        async with running(ingest):
            for round_ in range(4):
                await send_ten(server, card, round_ * 10, keys)
                await asyncio.to_thread(server.kill)
                await until(lambda: not ingest.status().connected)
                await asyncio.to_thread(server.start)
                await until(lambda: ingest.status().connected, seconds=60)

        assert stored(engine) == Counter(card.facts(1, 40))
        engine.dispose()


async def send_ten(server, card, after, keys):
    """Publish ten entries, two a batch, and wait for the centre's word on them."""
    acknowledged = []
    ack_key = cose.load_certificate((keys / "ack.crt").read_bytes()).public_key()

    def on_ack(payload):
        signed = cose.parse(payload)
        cose.verify(signed, ack_key)
        acknowledged.append(messages.decode_ack(signed).through)

    link = PahoLink("127.0.0.1", server.port, card.device, card.folder, will=b"{}")
    try:
        await asyncio.to_thread(link.connect, on_ack, lambda _: None)
        for first in range(after + 1, after + 11, 2):
            link.publish("batch", card.message(first, first + 1))
        await until(lambda: acknowledged and acknowledged[-1] == after + 10)
    except LinkUnavailable as error:
        raise AssertionError("the broker was up") from error
    finally:
        await asyncio.to_thread(link.close)
