"""What many ask for at once is read once, and never before they asked."""

import asyncio
import threading

import pytest
from factories.waiting import until

from central.ports import StoreUnavailable
from central.services.sharing import Shared


class Reader:
    """Counts readings; each goes on until it is let go."""

    def __init__(self, *, held=False):
        self.begun = []
        self._go = threading.Semaphore(0)
        self._held = held

    def __call__(self, key):
        self.begun.append(key)
        number = len(self.begun)
        if self._held and not self._go.acquire(timeout=10):
            raise TimeoutError
        return f"{key} {number}"

    def let_go(self):
        self._go.release()


async def test_who_asks_while_something_is_read_waits_with_all_others_for_the_next_reading():
    reader = Reader(held=True)
    shared = Shared(reader)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(shared.get("all"))
        await until(lambda: reader.begun == ["all"])
        later = [tasks.create_task(shared.get("all")) for _ in range(50)]
        await asyncio.sleep(0)
        reader.let_go()
        await until(lambda: len(reader.begun) == 2)
        reader.let_go()

    assert first.result() == "all 1"
    assert {one.result() for one in later} == {"all 2"}
    assert len(reader.begun) == 2


async def test_who_asks_for_something_else_does_not_wait():
    reader = Reader(held=True)
    shared = Shared(reader)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(shared.get("a"))
        tasks.create_task(shared.get("b"))
        await until(lambda: sorted(reader.begun) == ["a", "b"])
        reader.let_go()
        reader.let_go()


async def test_who_asks_afterwards_gets_a_new_reading():
    shared = Shared(Reader())

    assert [await shared.get("all") for _ in range(3)] == ["all 1", "all 2", "all 3"]


async def test_what_took_long_serves_nine_times_as_long():
    now = 0.0

    def read(_key):
        nonlocal now
        now += 3
        return now

    shared = Shared(read, lambda: now)
    first = await shared.get("all")
    now += 26.9
    assert await shared.get("all") == first
    now += 0.2

    assert await shared.get("all") > first


async def test_a_database_that_was_away_only_after_a_long_wait_is_asked_again_by_the_next():
    now, away = 0.0, True

    def read(_key):
        nonlocal now
        now += 5
        if away:
            raise StoreUnavailable("away")
        return "there"

    shared = Shared(read, lambda: now)
    with pytest.raises(StoreUnavailable):
        await shared.get("all")
    away = False

    assert await shared.get("all") == "there"


async def test_a_database_that_is_away_is_told_to_all_who_wait_and_asked_again_by_the_next():
    reader = Reader(held=True)

    def read(key):
        if reader(key) == "all 2":
            raise StoreUnavailable("away")
        return "there"

    shared = Shared(read)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(shared.get("all"))
        await until(lambda: len(reader.begun) == 1)
        waiting = asyncio.gather(*(shared.get("all") for _ in range(5)), return_exceptions=True)
        await asyncio.sleep(0)
        for _ in range(3):
            reader.let_go()
        said = await waiting

    assert first.result() == "there"
    assert [type(one) for one in said] == [StoreUnavailable] * 5
    assert len(reader.begun) == 2
    assert await shared.get("all") == "there"


async def test_who_gives_up_leaves_the_reading_to_the_next():
    reader = Reader(held=True)
    shared = Shared(reader)
    async with asyncio.TaskGroup() as tasks:
        gone = tasks.create_task(shared.get("all"))
        await until(lambda: len(reader.begun) == 1)
        next_one = tasks.create_task(shared.get("all"))
        await asyncio.sleep(0)
        gone.cancel()
        reader.let_go()
        reader.let_go()

    assert next_one.result() == "all 2"
    with pytest.raises(asyncio.CancelledError):
        await gone
