"""The demo's day of invented people: whole, in order, and never among real ones."""

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from factories.queues import queue_on

from edge.cli.sample_day import JournalThere, run
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.sample_day import BEFORE, PEOPLE, beginning, opening, write_day
from protocol.events import decode_event
from protocol.identity import DeviceId

DAY, ZONE = date(2026, 11, 22), ZoneInfo("Asia/Ho_Chi_Minh")


def test_the_day_holds_something_of_everything_in_the_order_in_which_it_happened():
    device, clock = DeviceId("hub-0001"), SimulatedClock(beginning(DAY, ZONE))
    journal = SimulatedJournal(device=device, clock=clock)

    number = write_day(journal, SimulatedKeys(device), clock, DAY, ZONE)

    events = [decode_event(one.data) for one in journal.entries(0, most=1000, most_bytes=1 << 20)]
    kinds = Counter(one.type for one in events)
    assert len(events) == number
    assert kinds["checked_in"] == PEOPLE + BEFORE
    # One was deferred, one left early, one was forgotten, one's number mistyped: each must be looked at.
    assert kinds["vaccinated"] == PEOPLE + BEFORE - 4
    assert kinds["reaction_recorded"] == 1
    assert kinds["complaint_opened"] == 1
    assert [one.at for one in events] == sorted(one.at for one in events)
    assert (events[0].type, events[-1].type) == ("session_opened", "session_closed")
    assert (kinds["session_opened"], kinds["session_closed"]) == (2, 2)
    assert all(one.sealed for one in events if one.type == "checked_in")


def test_it_refuses_in_words_where_a_journal_is_there(capsys):
    def refused(_config, _day):
        raise JournalThere("journal.db is there already: a sample day begins a journal")

    assert run(["--day", "2026-11-22"], "edge.toml", refused) == 1
    assert run(["--day", "2026-11-22", "--if-empty"], "edge.toml", refused) == 0
    assert "is there already" in capsys.readouterr().err
    assert run(["--day", "2026-11-22"], "edge.toml", lambda *_: 99) == 0


async def test_a_hub_with_a_sure_clock_begins_the_next_day_open_and_with_an_empty_hall():
    device, clock = DeviceId("hub-0001"), SimulatedClock(beginning(DAY, ZONE))
    journal = SimulatedJournal(device=device, clock=clock)
    write_day(journal, SimulatedKeys(device), clock, DAY, ZONE)
    clock.set_wall(opening(date(2026, 11, 23), ZONE), ok=True)
    queue = queue_on(journal, clock)
    await queue.start()
    await queue.look()

    state = queue.state
    assert (state.day, state.session, state.open_visits()) == ("2026-11-23", "open", 0)
