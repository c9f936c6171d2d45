"""A disk that fills: what is still written, what is given up, and that it comes back."""

from dataclasses import replace

import pytest
import structlog
from factories.documents import CARD_2021, HEALTH_INSURANCE
from factories.kiosks import make_bench

from edge.domain.facts import Fact
from edge.ports import Paper, PrinterStatus
from edge.services.display import Bar
from edge.services.health import HealthWatch
from edge.services.room import RoomLeft
from edge.simulated.clock import SimulatedClock
from edge.simulated.machine import WELL, SimulatedMachine
from protocol.events import PaperChanged, ScanRefused

MIB = 1 << 20
SCAN_REFUSED = ScanRefused(document="unknown", reason="not_known")


@pytest.fixture
def room() -> RoomLeft:
    return RoomLeft()


@pytest.fixture
def bench(tmp_path, room):
    made = make_bench(tmp_path, room=room)
    yield made
    made.journal.close()


async def told_by_health(room: RoomLeft, *free: int) -> list[str]:
    """Look at a disk that has so much room, and return the faults that were told."""
    told: list[str] = []

    async def tell(fact: Fact) -> None:
        told.append(" ".join(fact.faults))

    machine = SimulatedMachine()
    watch = HealthWatch(
        machine=machine, clock=SimulatedClock(), bar=Bar, tell=tell, room=room
    )  # fmt: skip
    for each in free:
        machine.now = replace(WELL, disk_free_bytes=each)
        await watch.look()
    return told


async def test_as_the_disk_fills_telemetry_goes_before_copies_and_is_told_before_either(
    room,
) -> None:
    told = await told_by_health(room, 500 * MIB)
    plenty = room.takes(SCAN_REFUSED), room.for_copies, room.kept_days
    told += await told_by_health(room, 200 * MIB)
    scarce = room.takes(SCAN_REFUSED), room.for_copies, room.kept_days
    told += await told_by_health(room, 20 * MIB)
    last = room.takes(SCAN_REFUSED), room.for_copies, room.kept_days

    assert told == ["D03", "D03"]
    assert (plenty, scarce, last) == ((True, True, 7), (False, True, 7), (False, False, 1))


async def test_what_was_left_out_is_counted_in_the_log(room) -> None:
    room.measured(200 * MIB)

    with structlog.testing.capture_logs() as lines:
        refused = [room.takes(SCAN_REFUSED), room.takes(PaperChanged(paper="out", used_mm=1))]
        room.measured(500 * MIB)

    assert refused == [False, False]
    assert [(line["left_for"], line["left_out"]) for line in lines] == [("telemetry", 2)]


async def test_a_kiosk_without_room_for_telemetry_writes_check_ins_and_shows_what_it_refuses(
    bench, room
) -> None:
    room.measured(200 * MIB)

    await bench.scan(HEALTH_INSURANCE.encode())
    seen = type(bench.screen).__name__
    bench.clock.advance(30)
    await bench.scan(CARD_2021.encode())

    assert seen == "Refused"
    assert bench.types() == ["checked_in"]


async def test_the_roll_goes_on_being_counted_while_its_changes_are_not_told(bench, room) -> None:
    paper = bench.printing._paper
    room.measured(200 * MIB)

    paper.look(PrinterStatus(online=True, paper=Paper.NEAR_END))

    assert bench.types() == []
    assert bench.journal.roll().paper is Paper.NEAR_END
