"""A scan engine beside the camera, or instead of it."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from factories.documents import CARD_2021, DIRTY_ADDRESS
from factories.kiosks import DEVICE, ZONE
from factories.waiting import until

from edge.domain.facts import CameraFailed, CameraWorked, CodesSeen
from edge.services.engine import SAME_AGAIN_MS, EngineScanning, wanted
from edge.services.reading import Reader
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.simulated.scanner import SimulatedScanner

MAU, GIA = CARD_2021.encode(), DIRTY_ADDRESS.encode()


class Desk:
    def __init__(self) -> None:
        self.scanner, self.clock = SimulatedScanner(), SimulatedClock()
        self.facts, self.works = [], []

    async def tell(self, fact) -> None:
        self.facts.append(fact)

    def codes(self):
        return [fact for fact in self.facts if isinstance(fact, CodesSeen)]


@asynccontextmanager
async def desk(*, alone: bool = False, plugged: bool = True):
    made = Desk()
    if not plugged:
        made.scanner.unplug()
    service = EngineScanning(
        build=lambda: made.scanner,
        reader=Reader(keys=SimulatedKeys(DEVICE), clock=made.clock, zone=ZONE),
        clock=made.clock,
        tell=made.tell,
        alone=alone,
        on_works=made.works.append,
        first_wait_seconds=0.001,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(service.run())
        yield made
        task.cancel()


async def test_a_card_is_told_as_the_engines() -> None:
    async with desk() as made:
        made.scanner.scan(MAU)
        await until(made.codes)

    (fact,) = made.codes()
    assert fact.source == "engine"
    assert fact.codes[0].reading.number == "058185000123"


async def test_a_card_that_an_engine_repeats_is_told_once() -> None:
    async with desk() as made:
        for code in (MAU, MAU, MAU, GIA):
            made.scanner.scan(code)
        await until(lambda: len(made.codes()) >= 2)

    assert len(made.codes()) == 2
    assert made.codes()[0].codes[0].code != made.codes()[1].codes[0].code


async def test_the_same_card_later_is_told_again() -> None:
    async with desk() as made:
        made.scanner.scan(MAU)
        await until(made.codes)
        made.clock.advance(seconds=SAME_AGAIN_MS / 1000 + 1)
        made.scanner.scan(MAU)
        await until(lambda: len(made.codes()) == 2)

    assert len(made.codes()) == 2


async def test_an_engine_that_is_pulled_out_is_said_once_and_works_again_when_put_back() -> None:
    async with desk() as made:
        await until(lambda: made.works == [True])
        made.scanner.unplug()
        await until(lambda: made.works == [True, False])
        made.scanner.plug_in()
        made.scanner.scan(MAU)
        await until(made.codes)

    assert made.works == [True, False, True]
    assert not any(isinstance(fact, CameraFailed) for fact in made.facts)


async def test_without_a_camera_the_screen_offers_the_keypad_while_the_engine_is_away() -> None:
    async with desk(alone=True, plugged=False) as made:
        await until(lambda: made.facts)
        made.scanner.plug_in()
        await until(lambda: len(made.facts) == 2)

    assert [type(fact) for fact in made.facts] == [CameraFailed, CameraWorked]


@pytest.mark.parametrize(
    ("code", "payload"),
    [
        (b"]Q1" + MAU, MAU),
        (MAU, MAU),
        (b"]C18934673001234", None),
        (b"]E08934673001234", None),
        (b"8934673001234", None),
        (b"058185000123", None),
        (b"]Q3058185000123", b"058185000123"),
    ],
)
def test_only_qr_codes_are_wanted_as_with_the_camera(code: bytes, payload: bytes | None) -> None:
    assert wanted(code) == payload
