"""What the kiosk says of itself, to the person before it and to the fleet."""

import asyncio
from dataclasses import replace

from factories.waiting import until

from edge.domain.facts import HealthChanged
from edge.domain.health import FaultCode
from edge.services.display import Bar, PrinterMood
from edge.services.health import HealthWatch
from edge.simulated.clock import SimulatedClock
from edge.simulated.machine import WELL, SimulatedMachine


class Watched:
    """A kiosk's health with everything that it is made of."""

    def __init__(self) -> None:
        self.machine, self.bar = SimulatedMachine(), Bar(printer=PrinterMood.READY)
        self.told, self.changes = [], 0
        self.watch = HealthWatch(
            machine=self.machine,
            clock=SimulatedClock(),
            bar=lambda: self.bar,
            tell=self.tell,
            changed=self.count,
            look_seconds=0.001,
        )

    async def tell(self, fact) -> None:
        self.told.append(fact)

    def count(self) -> None:
        self.changes += 1

    def codes(self) -> list[list[str]]:
        return [[fault.value for fault in fact.faults] for fact in self.told]


async def test_a_kiosk_that_is_well_says_nothing() -> None:
    kiosk = Watched()

    await kiosk.watch.look()

    assert (kiosk.told, kiosk.changes) == ([], 0)


async def test_a_fault_is_told_once_and_told_again_when_it_is_mended() -> None:
    kiosk = Watched()

    kiosk.bar = replace(kiosk.bar, printer=PrinterMood.PAPER_OUT)
    await kiosk.watch.look()
    await kiosk.watch.look()
    kiosk.bar = replace(kiosk.bar, printer=PrinterMood.READY)
    await kiosk.watch.look()

    assert kiosk.codes() == [["P01"], []]
    assert kiosk.changes == 2


async def test_everything_that_can_fail_is_watched() -> None:
    kiosk = Watched()
    kiosk.machine.now = replace(WELL, disk_free_bytes=0, celsius=90.0, under_voltage=True)
    kiosk.bar = Bar(clock_ok=False, printer=PrinterMood.COVER_OPEN)
    kiosk.watch.camera(False)
    kiosk.watch.scanner(False)

    await kiosk.watch.look()

    assert kiosk.codes() == [["D01", "P03", "C01", "C02", "H01", "H02", "T01"]]
    assert kiosk.watch.faults[0] is FaultCode.DISK_FULL


async def test_a_machine_that_can_tell_nothing_is_not_called_ill() -> None:
    kiosk = Watched()
    kiosk.machine.now = replace(WELL, disk_free_bytes=None, celsius=None, under_voltage=None)

    await kiosk.watch.look()

    assert kiosk.told == []


async def test_the_watch_goes_on_by_itself() -> None:
    kiosk = Watched()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.watch.watch())
        kiosk.watch.camera(False)
        await until(lambda: kiosk.codes() == [["C01"]])
        kiosk.watch.camera(True)
        await until(lambda: kiosk.codes() == [["C01"], []])
        task.cancel()

    assert all(isinstance(fact, HealthChanged) for fact in kiosk.told)
