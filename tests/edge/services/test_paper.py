"""The roll's count: what the printer says, what was pulled, when a new roll was put in."""

from contextlib import closing

import pytest
from fakes.kiosk_parts import FillingDisk

from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import JournalError, Paper, PrinterStatus, Roll
from edge.services.paper import PaperWatch
from edge.simulated.clock import SimulatedClock
from protocol.events import PaperChanged, decode_body, decode_event
from protocol.identity import DeviceId

ENOUGH = PrinterStatus(online=True, paper=Paper.ENOUGH)
NEAR_END = PrinterStatus(online=True, paper=Paper.NEAR_END)
OUT = PrinterStatus(online=False, paper=Paper.OUT)
COVER = PrinterStatus(online=False, paper=Paper.UNKNOWN, cover_open=True)
CANNOT_TELL = PrinterStatus(online=True, paper=Paper.UNKNOWN, knows=False)
ROLL_MM = 50_000


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def journal(tmp_path, clock):
    path = tmp_path / "journal.db"
    with closing(SqliteJournal(path, device=DeviceId("kiosk-0001"), clock=clock)) as journal:
        yield FillingDisk(journal)


@pytest.fixture
def watch(journal, clock):
    return PaperWatch(journal=journal, clock=clock, roll_mm=ROLL_MM)


def told(journal) -> list[PaperChanged]:
    return [decode_body(decode_event(e.data)) for e in journal.entries(0, most=99, most_bytes=1e9)]


def see(watch, *looks: PrinterStatus) -> list[bool]:
    return [watch.look(status) for status in looks]


def test_paper_that_is_there_at_the_start_is_no_event(watch, journal):
    assert see(watch, ENOUGH, ENOUGH) == [False, False]

    assert told(journal) == []
    assert watch.left_mm is None


def test_the_way_of_a_roll_is_journalled_once_at_each_turn(watch, journal):
    see(watch, ENOUGH)
    watch.pulled(49_000)
    see(watch, NEAR_END, NEAR_END)
    watch.pulled(900)
    see(watch, OUT, OUT)

    assert told(journal) == [
        PaperChanged(paper="near_end", used_mm=49_000),
        PaperChanged(paper="out", used_mm=49_900),
    ]


def test_paper_after_none_is_a_new_roll_and_the_count_begins_anew(watch, journal):
    see(watch, ENOUGH)
    watch.pulled(49_900)
    see(watch, OUT, ENOUGH)

    assert told(journal)[-1] == PaperChanged(
        paper="enough", used_mm=49_900, left_mm=ROLL_MM, roll_changed=True
    )
    assert watch.roll.used_mm == 0
    assert journal.roll() == watch.roll
    watch.pulled(1_000)
    assert watch.left_mm == ROLL_MM - 1_000


def test_a_roll_changed_before_its_end_is_noticed_by_the_open_cover(watch, journal):
    see(watch, ENOUGH, NEAR_END, COVER, ENOUGH)

    assert [body.roll_changed for body in told(journal)] == [False, True]


def test_a_wavering_sensor_changes_no_roll(watch, journal):
    see(watch, ENOUGH, NEAR_END, ENOUGH, NEAR_END)

    assert [body.roll_changed for body in told(journal)] == [False, False, False]
    assert watch.left_mm is None


def test_a_cover_opened_on_a_full_roll_changes_nothing(watch, journal):
    see(watch, ENOUGH, COVER, ENOUGH, NEAR_END, ENOUGH)

    assert [body.roll_changed for body in told(journal)] == [False, False]


def test_a_printer_that_cannot_tell_says_nothing_about_paper(watch, journal):
    assert see(watch, CANNOT_TELL) == [False]
    assert told(journal) == []


def test_a_roll_put_in_while_the_kiosk_was_off_is_still_noticed(watch, journal, clock):
    see(watch, ENOUGH, OUT)

    after = PaperWatch(journal=journal, clock=clock, roll_mm=ROLL_MM)
    see(after, ENOUGH)

    assert told(journal)[-1].roll_changed


def test_a_change_that_cannot_be_written_is_written_by_the_next_look(watch, journal):
    see(watch, ENOUGH)
    journal.full = True
    assert see(watch, OUT) == [False]
    journal.full = False

    assert see(watch, OUT) == [True]
    assert [body.paper for body in told(journal)] == ["out"]


@pytest.mark.parametrize(("used", "low"), [(47_000, False), (47_501, True), (60_000, True)])
def test_the_count_warns_where_no_sensor_does(watch, used, low):
    see(watch, OUT, ENOUGH)
    watch.pulled(used)

    assert watch.low is low


def test_nothing_is_known_while_the_journal_cannot_be_read(clock):
    class Unreadable:
        def roll(self):
            raise JournalError("the card is gone")

    watch = PaperWatch(journal=Unreadable(), clock=clock, roll_mm=ROLL_MM)

    assert watch.roll == Roll()
    assert not watch.low
