"""What the hall and a phone may see, and how long people wait."""

import json
from dataclasses import asdict

import pytest
from factories.queues import Hall

from edge.domain.queue.board import board, place_in_queue
from edge.domain.queue.commands import (
    CallNext,
    CloseSession,
    MarkMissed,
    Recall,
    RecordDose,
    StartObservation,
    Transfer,
)
from edge.domain.queue.visit import Phase
from edge.domain.queue.waiting_time import wait_of, wait_of_newcomer


@pytest.fixture
def hall():
    return Hall()


def call(hall: Hall, desk: str = "1") -> str:
    return hall.do(CallNext(station="reception", desk=desk, staff="lan"))[0].visit


def busy(hall: Hall, calls: int, every_seconds: float) -> None:
    """Let people come and be called at an even pace; then ten wait."""
    for number in range(calls + 10):
        hall.come(person=f"{number:064x}")
    for number in range(calls):
        call(hall, desk=str(number))
        hall.clock.advance(every_seconds)


def test_the_board_shows_numbers_desks_and_who_is_next(hall):
    for _ in range(8):
        hall.come()
    first = call(hall, "2")
    hall.clock.advance(5)
    call(hall, "1")
    hall.do(Recall(visit=first, staff="lan"))

    shown = board(hall.state, hall.now_ms, next_most=3).stations[0]

    assert [(each.ticket, each.desk, each.calls) for each in shown.calling] == [
        ("A001", "2", 2),
        ("A002", "1", 1),
    ]
    assert shown.next == ("A003", "A004", "A005")
    assert (shown.id, shown.name, shown.kind, shown.waiting) == (
        "reception",
        "Đón tiếp",
        "reception",
        6,
    )
    assert len({each.key for each in shown.calling}) == 2


def test_a_recall_is_a_new_call_to_be_said(hall):
    hall.come()
    visit = call(hall)
    before = board(hall.state, hall.now_ms).stations[0].calling[0].key
    hall.clock.advance(20)

    hall.do(Recall(visit=visit, staff="lan"))

    assert board(hall.state, hall.now_ms).stations[0].calling[0].key != before


def test_the_board_shows_who_was_missed_and_whose_observation_ends_when(hall):
    hall.come()
    hall.do(MarkMissed(visit=call(hall), staff="lan"))
    sitting = hall.come()
    dose = {"vaccine": "VX", "lot": "L1", "dose_number": 1, "injector": "hoa", "staff": "hoa"}
    hall.do(RecordDose(visit=sitting.id, **dose, seen=("not_screened",)))
    hall.do(Transfer(visit=sitting.id, to="observation", staff="lan"))
    hall.do(StartObservation(visit=sitting.id, staff="hoa"))
    hall.clock.advance(61)

    shown = board(hall.state, hall.now_ms)

    assert shown.stations[0].missed == ("A001",)
    assert [(o.ticket, o.minutes_left) for o in shown.stations[4].observed] == [("A002", 29)]
    assert (shown.day, shown.version) == ("2026-11-22", hall.state.version)
    assert place_in_queue(hall.state, sitting.id, hall.now_ms).minutes_left == 29


def test_nothing_of_a_person_is_on_the_board_or_the_phone(hall):
    secret = {
        "person": "5a" * 32,
        "visit": "v-secret",
        "document": "passport",
        "standing": "to_supplement",
        "priority": "pregnant",
        "exception": "Trần Thị Bịa",
        "warnings": ("birth_differs",),
        "differences": ("name",),
    }
    hall.come(**secret)
    hall.come()

    shown = json.dumps(asdict(board(hall.state, hall.now_ms)), ensure_ascii=False)
    phone = json.dumps(asdict(place_in_queue(hall.state, "v-secret", hall.now_ms)))

    for value in ("5a5a", "passport", "supplement", "pregnant", "Bịa", "differs", "name\\"):
        assert value not in shown
        assert value not in phone


def test_a_phone_shows_the_place_of_its_number(hall):
    hall.come()
    mine = hall.come()

    place = place_in_queue(hall.state, mine.id, hall.now_ms)

    assert (place.ticket, place.before, place.phase, place.instead) == (
        "A002",
        1,
        Phase.WAITING,
        "",
    )
    assert (place.wait_minutes, place.minutes_left) == (None, None)
    assert place_in_queue(hall.state, "nobody", hall.now_ms) is None


def test_a_phone_with_the_other_number_of_a_person_says_which_counts(hall):
    hall.come(person="an")
    other = hall.come(person="an")

    place = place_in_queue(hall.state, other.id, hall.now_ms)

    assert (place.instead, place.before) == ("A001", None)


def test_who_is_called_stands_in_no_line(hall):
    hall.come()
    visit = call(hall)

    place = place_in_queue(hall.state, visit, hall.now_ms)

    assert (place.before, place.wait_minutes, place.desk) == (None, None, "1")


def test_the_wait_is_a_range_of_what_the_station_did_today(hall):
    busy(hall, 30, 60)

    last = hall.state.waiting("reception")[-1]

    assert wait_of(hall.state, last, hall.now_ms) == (9, 11)
    assert wait_of_newcomer(hall.state, "reception", hall.now_ms) == (10, 12)


def test_the_range_holds_for_who_then_waits(hall):
    busy(hall, 30, 45)
    last = hall.state.waiting("reception")[-1]
    began = hall.now_ms
    least, most = wait_of(hall.state, last, began)

    number = 100
    while hall.visit(last.id).phase is Phase.WAITING:
        hall.clock.advance(45)
        call(hall, str(number))
        number += 1

    assert least <= (hall.now_ms - began) / 60_000 <= most


@pytest.mark.parametrize("calls", [0, 1, 8])
def test_too_few_calls_say_nothing(hall, calls):
    busy(hall, calls, 60)

    assert wait_of_newcomer(hall.state, "reception", hall.now_ms) is None


def test_a_station_that_has_called_nobody_for_long_says_nothing(hall):
    busy(hall, 20, 60)
    hall.clock.advance(10 * 60)

    assert wait_of_newcomer(hall.state, "reception", hall.now_ms) is None


def test_a_pause_is_not_taken_for_slow_desks(hall):
    busy(hall, 15, 60)
    hall.clock.advance(3600)
    busy_before = wait_of_newcomer(hall.state, "reception", hall.now_ms)
    for number in range(9):
        call(hall, f"after-{number}")
        hall.clock.advance(60)

    assert busy_before is None
    assert wait_of_newcomer(hall.state, "reception", hall.now_ms) == (1, 3)


def test_a_closed_day_says_nothing(hall):
    busy(hall, 20, 60)
    hall.do(CloseSession(staff="lan", seen=("visits_open",)))

    assert wait_of_newcomer(hall.state, "reception", hall.now_ms) is None
