"""A scan engine beside the camera, or instead of it."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from factories.documents import CARD_2021, DIRTY_ADDRESS
from factories.kiosks import DEVICE, ZONE, printing_bench
from factories.waiting import until

from edge.domain.facts import CameraFailed, CameraWorked, CodesSeen, TickPassed
from edge.domain.state import Rules
from edge.services.elapsed import milliseconds
from edge.services.engine import EngineScanning, wanted
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


async def test_what_an_engine_repeats_is_told_each_time_as_the_same_code() -> None:
    async with desk() as made:
        for code in (MAU, MAU, GIA):
            made.scanner.scan(code)
        await until(lambda: len(made.codes()) >= 3)

    first, again, other = (fact.codes[0].code for fact in made.codes())
    assert first == again != other


async def test_two_families_whose_cards_come_in_quick_order_both_get_their_slip(tmp_path) -> None:
    scanner = SimulatedScanner()
    async with printing_bench(tmp_path, rules=Rules()) as bench, asyncio.TaskGroup() as group:
        service = EngineScanning(
            build=lambda: scanner,
            reader=bench.reader,
            clock=bench.clock,
            tell=bench.facts.put,
            alone=False,
        )
        task = group.create_task(service.run())
        scanner.scan(MAU)
        scanner.scan(GIA)
        await until(lambda: bench.facts.qsize() == 2)
        await bench.hear()
        for _ in range(60):
            bench.clock.advance(seconds=0.25)
            await bench.kiosk.follow(TickPassed(milliseconds(bench.clock)))
        await until(lambda: len(bench.finished) == 2)
        task.cancel()

        assert [slip.split()[0] for slip in bench.printer.sent] == [b"A001", b"A002"]
        assert bench.types().count("checked_in") == 2


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
