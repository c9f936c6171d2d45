"""Who hears what is a person's own: the loop before the headphone socket."""

import asyncio
from contextlib import asynccontextmanager, suppress

from factories.waiting import until

from edge.services.display import Display
from edge.services.headphones import HeadphoneWatch
from edge.simulated.jack import SimulatedJack


@asynccontextmanager
async def watched(jack: SimulatedJack):
    heard: list[bool] = []
    watch = HeadphoneWatch(jack=jack, changed=heard.append, first_wait_seconds=0.01)
    with suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(watch.run())
            yield heard
            task.cancel()


async def test_plugging_in_and_pulling_out_are_told_once_each():
    jack = SimulatedJack()
    async with watched(jack) as heard:
        jack.put_in()
        await until(lambda: heard == [True])
        jack.pull_out()
        await until(lambda: heard == [True, False])


async def test_without_a_socket_that_can_tell_nobody_wears_headphones():
    jack = SimulatedJack(headphones=True)
    jack.there = False
    async with watched(jack) as heard:
        await asyncio.to_thread(jack.close)
        assert heard == []

        jack.there = True
        await until(lambda: heard == [True])


async def test_a_socket_that_goes_away_takes_the_headphones_with_it():
    jack = SimulatedJack(headphones=True)
    async with watched(jack) as heard:
        await until(lambda: heard == [True])
        jack.there = False
        await until(lambda: heard == [True, False])


async def test_pages_are_told_and_only_when_it_changed():
    display = Display()
    before = display.shown.number

    display.plug(headphones=True)
    display.plug(headphones=True)

    assert display.shown.headphones
    assert display.shown.number == before + 1
