"""Two ingest workers and two brokers, one of each killed again and again: the books are equal."""

import asyncio
import random
import time

import pytest
from factories.journals import check_in
from factories.length import length
from factories.postgres import postgres_server
from factories.scaled import Device, ScaledCentre, killed_at_the_end
from factories.waiting import until, wait_until

from central.adapters import database
from central.adapters.leases_sql import SqlLeases

pytestmark = pytest.mark.system

SECONDS = length(15, 180)
NAMES = [f"kiosk-{number:04d}" for number in range(1, 7)]


def holders(engine):
    return {row.holder for row in SqlLeases(engine).rows() if row.seconds_left > 0}


def shards_of(engine, worker):
    rows = SqlLeases(engine).rows()
    return {r.name for r in rows if r.holder == worker and r.seconds_left > 0}


async def test_workers_and_brokers_killed_at_random_lose_nothing_and_double_nothing(tmp_path):
    chance = random.Random(20211201)
    with postgres_server() as server:
        centre = ScaledCentre(tmp_path, server.new_database(), *NAMES)
        workers = [centre.worker("a"), centre.worker("b")]
        with killed_at_the_end(*workers, *centre.brokers):
            for process in (*centre.brokers, *workers):
                process.start()
            engine = database.connect(centre.url)
            await asyncio.to_thread(wait_until, lambda: both(engine), seconds=60)
            devices = [Device(centre, name, n % 2) for n, name in enumerate(NAMES)]
            kills = await random_kills(devices, centre.brokers, workers, chance)
            engine.dispose()
        journals = sum((device.books() for device in devices), start=type(devices[0].books())())
        for device in devices:
            device.journal.close()
        held = centre.books()

    assert kills >= length(2, 8)
    assert len(journals) > length(50, 500)
    assert held == journals
    assert max(held.values()) == 1


def both(engine):
    try:
        return len(shards_of(engine, "a")) == len(shards_of(engine, "b")) == 32
    except database.StoreError:
        return False  # no worker has made the tables yet


async def random_kills(devices, brokers, workers, chance):
    kills = 0
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(device.uplink.run()) for device in devices]
        end = time.monotonic() + SECONDS
        people = tasks.create_task(check_people_in(devices, end))
        while time.monotonic() < end:
            for victim in (chance.choice(brokers), chance.choice(workers)):
                await asyncio.sleep(chance.uniform(0.5, 3.0))
                await asyncio.to_thread(victim.kill)
                await asyncio.sleep(chance.uniform(0.2, 5.0))
                victim.start()
                kills += 1
        await people
        await until(lambda: all(sent(device) for device in devices), seconds=90)
        for task in running:
            task.cancel()
    return kills


async def check_people_in(devices, end):
    number = 0
    while time.monotonic() < end:
        number += 1
        for device in devices:
            await asyncio.to_thread(device.journal.append, [check_in(number)])
            device.uplink.notify()
        await asyncio.sleep(0.1)


def sent(device):
    place = device.journal.position()
    return place.acked == place.last


def test_a_killed_workers_shards_are_anothers_within_seconds_and_are_shared_again(tmp_path):
    with postgres_server() as server:
        centre = ScaledCentre(tmp_path, server.new_database(), brokers=1)
        a, b = centre.worker("a"), centre.worker("b")
        with killed_at_the_end(a, b, *centre.brokers):
            centre.brokers[0].start()
            a.start()
            b.start()
            engine = database.connect(centre.url)
            wait_until(lambda: both(engine), seconds=60)
            a.kill()
            killed = time.monotonic()
            wait_until(lambda: len(shards_of(engine, "b")) == 64, seconds=30)
            took = time.monotonic() - killed
            a.start()
            wait_until(lambda: both(engine), seconds=60)
            engine.dispose()

    assert took < 12
