"""In what order things give way when the disk fills."""

import pytest

from edge.domain.health import FaultCode, Vitals, assess
from edge.domain.room import Room, is_telemetry, kept_days, room_for
from protocol.events import (
    Booted,
    CheckedIn,
    PaperChanged,
    PrintFailed,
    ScanRefused,
    SelfTested,
    SlipPrinted,
)

MIB = 1 << 20


def test_a_disk_that_fills_gives_up_telemetry_first_then_copies_and_never_facts() -> None:
    filling = [500, 310, 299, 100, 63, 3, 0]

    rooms = [room_for(free * MIB) for free in filling]

    assert [room.name for room in rooms] == [
        "TELEMETRY", "TELEMETRY", "COPIES", "COPIES", "FACTS", "FACTS", "FACTS",
    ]  # fmt: skip


def test_what_was_given_up_comes_back_only_once_there_is_plenty() -> None:
    room = room_for(60 * MIB)
    for free in (200, 350, 399):
        room = room_for(free * MIB, room)
        assert room is Room.FACTS

    assert room_for(401 * MIB, room) is Room.TELEMETRY


def test_where_nobody_can_tell_it_stays_as_it_was() -> None:
    assert room_for(None) is Room.TELEMETRY
    assert room_for(None, Room.COPIES) is Room.COPIES


@pytest.mark.parametrize("free", [299 * MIB, 64 * MIB, 10 * MIB])
def test_whoever_gives_something_up_says_that_the_disk_is_nearly_full(free: int) -> None:
    assert assess(Vitals(disk_free_bytes=free)) == (FaultCode.DISK_NEARLY_FULL,)


def test_telemetry_is_what_tells_of_the_machine_alone() -> None:
    test_slip = SlipPrinted(job="j", ticket="", proof="proven", kind="test")
    no_test_slip = PrintFailed(job="j", ticket="", reason="paper_out", kind="test")
    refused = ScanRefused(document="unknown", reason="not_known")
    self_test = SelfTested(
        frames=1, read=1, sharpness=1, light=1, glare=0, contrast=1, module_px=4, decode_ms=9,
        remarks=("good",),
    )  # fmt: skip

    telemetry = [refused, PaperChanged(paper="out", used_mm=1), self_test, test_slip, no_test_slip]

    assert all(is_telemetry(body) for body in telemetry)


def test_what_happened_to_people_and_what_a_journal_is_tried_with_is_none() -> None:
    facts = [
        CheckedIn(ticket="A001", document="cccd_2021"),
        SlipPrinted(job="j", ticket="A001", proof="proven"),
        PrintFailed(job="j", ticket="A001", reason="paper_out"),
        Booted(software="test", reason="journal_recovered"),
    ]

    assert not any(is_telemetry(body) for body in facts)


def test_what_the_centre_has_is_kept_for_a_week_and_for_two_days_when_copies_go() -> None:
    assert [kept_days(room) for room in reversed(Room)] == [7, 7, 1]
