"""What the port ``Journal`` promises, on every implementation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories.journals import DEVICE, IMPLEMENTATIONS, check_in, job, journal_of

from edge.ports import Counter, JobState, Journal, JournalError, Paper, Roll
from edge.simulated.clock import SimulatedClock
from protocol import chain
from protocol.errors import ProtocolMisuse
from protocol.events import decode_event


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture(params=IMPLEMENTATIONS)
def journal(
    request: pytest.FixtureRequest, tmp_path: Path, clock: SimulatedClock
) -> Iterator[Journal]:
    yield from journal_of(request.param, tmp_path, clock)


def test_an_empty_journal_stands_at_its_genesis(journal: Journal) -> None:
    position = journal.position()

    assert (position.last, position.acked) == (0, 0)
    assert position.head == chain.genesis(DEVICE, position.epoch)
    assert journal.entries(0, most=10, most_bytes=1000) == []


def test_events_get_places_without_gaps_across_appends(journal: Journal) -> None:
    first = journal.append([check_in(1), check_in(2)])
    second = journal.append([check_in(3)])

    assert [entry.seq for entry in first + second] == [1, 2, 3]
    assert [decode_event(entry.data).seq for entry in first + second] == [1, 2, 3]


def test_each_entry_is_linked_to_the_one_before(journal: Journal) -> None:
    entries = journal.append([check_in(1), check_in(2), check_in(3)])

    genesis = chain.genesis(DEVICE, journal.position().epoch)
    expected = chain.links(genesis, [entry.data for entry in entries])
    assert [entry.hash for entry in entries] == expected
    assert journal.position().head == expected[-1]
    assert [journal.hash_at(seq) for seq in range(4)] == [genesis, *expected]
    assert journal.hash_at(4) is None


def test_an_event_carries_every_clock_of_its_moment(
    journal: Journal, clock: SimulatedClock
) -> None:
    clock.set_wall(datetime(2018, 11, 22, 7, 30, 0, 250_000, tzinfo=UTC), ok=False)

    entry = journal.append([check_in()])[0]

    event = decode_event(entry.data)
    assert event.at == "2018-11-22T07:30:00.250Z"
    assert event.boot == "boot-1"
    assert event.boottime_ns == clock.boottime_ns()
    assert event.clock_ok is False


def test_the_logical_clock_never_goes_back_with_the_wall_clock(
    journal: Journal, clock: SimulatedClock
) -> None:
    before = decode_event(journal.append([check_in(1)])[0].data)
    clock.set_wall(datetime(1970, 1, 1, tzinfo=UTC), ok=False)

    after = decode_event(journal.append([check_in(2)])[0].data)

    assert after.at < before.at
    assert after.hlc > before.hlc


def test_a_clock_before_1970_stops_nobody(journal: Journal, clock: SimulatedClock) -> None:
    clock.set_wall(datetime(1901, 1, 1, tzinfo=UTC), ok=False)

    entry = journal.append([check_in()])[0]

    assert decode_event(entry.data).at == "1901-01-01T00:00:00.000Z"


def test_jobs_and_the_counter_are_written_with_the_event(journal: Journal) -> None:
    journal.append([check_in(7)], jobs=[job(7)], counter=Counter("2021-12-01", 7))

    assert journal.open_jobs() == [job(7)]
    assert journal.counter() == Counter("2021-12-01", 7)


def test_an_event_without_a_counter_leaves_the_counter(journal: Journal) -> None:
    journal.append([check_in(1)], counter=Counter("2021-12-01", 1))
    journal.append([check_in(2)])

    assert journal.counter() == Counter("2021-12-01", 1)


def test_a_job_leaves_the_open_ones_when_it_is_done(journal: Journal) -> None:
    journal.append([check_in(1), check_in(2)], jobs=[job(1), job(2)])

    journal.move_job("job-000001", JobState.SENT)
    journal.move_job("job-000002", JobState.PROVEN)

    assert [(j.id, j.state) for j in journal.open_jobs()] == [("job-000001", JobState.SENT)]


def test_a_job_may_end_in_the_transaction_of_its_event(journal: Journal) -> None:
    journal.append([check_in(1)], jobs=[job(1)])

    journal.append([check_in(2)], jobs=[replace(job(1), state=JobState.PROVEN)])

    assert journal.open_jobs() == []


def test_a_job_knows_what_its_slip_is_for(journal: Journal) -> None:
    correction = replace(job(1), kind="correction", reprint=True)

    journal.append([check_in(1)], jobs=[correction, job(2)])

    assert journal.open_jobs() == [correction, job(2)]


def test_the_roll_of_paper_is_kept_with_the_event(journal: Journal) -> None:
    assert journal.roll() == Roll()

    journal.append([check_in(1)], roll=Roll(Paper.ENOUGH, 120, "2021-12-01T01:00:00Z"))
    journal.append([check_in(2)])
    journal.append([], roll=Roll(Paper.NEAR_END, 240, "2021-12-01T01:00:00Z"))

    assert journal.roll() == Roll(Paper.NEAR_END, 240, "2021-12-01T01:00:00Z")


def test_a_job_that_was_never_queued_cannot_move(journal: Journal) -> None:
    with pytest.raises(JournalError, match="job-000009"):
        journal.move_job("job-000009", JobState.SENT)


def test_entries_stop_at_the_count_and_at_the_bytes(journal: Journal) -> None:
    journal.append([check_in(n) for n in range(1, 6)])
    size = len(journal.entries(0, most=1, most_bytes=1)[0].data)

    assert [e.seq for e in journal.entries(0, most=2, most_bytes=100_000)] == [1, 2]
    assert [e.seq for e in journal.entries(2, most=9, most_bytes=size * 2 + 10)] == [3, 4]
    assert [e.seq for e in journal.entries(4, most=9, most_bytes=1)] == [5]
    assert journal.entries(5, most=9, most_bytes=100_000) == []


def test_an_acknowledgement_moves_forward_and_back(journal: Journal) -> None:
    journal.append([check_in(n) for n in range(1, 4)])

    journal.acknowledge(3)
    forward = journal.position().acked
    journal.acknowledge(1)

    assert (forward, journal.position().acked) == (3, 1)
    assert [e.seq for e in journal.entries(1, most=9, most_bytes=100_000)] == [2, 3]


def test_acknowledged_entries_stay_for_seven_days_of_the_centres_clock(journal: Journal) -> None:
    entries = journal.append([check_in(n) for n in range(1, 4)])
    journal.acknowledge(2, now="2021-12-01T01:00:00Z")

    journal.acknowledge(3, now="2021-12-08T23:00:00Z")
    kept = journal.entries(0, most=9, most_bytes=100_000)
    journal.acknowledge(3, now="2021-12-09T01:00:00Z")

    assert [e.seq for e in kept] == [1, 2, 3]
    assert [e.seq for e in journal.entries(0, most=9, most_bytes=100_000)] == [3]
    assert journal.hash_at(2) == entries[1].hash
    assert journal.hash_at(1) is None


def test_where_room_is_scarce_acknowledged_entries_go_sooner_and_others_never(
    journal: Journal,
) -> None:
    journal.append([check_in(n) for n in range(1, 4)])
    journal.acknowledge(1, now="2021-12-01T01:00:00Z", days=1)

    journal.acknowledge(2, now="2021-12-02T23:00:00Z", days=1)
    kept = journal.entries(0, most=9, most_bytes=100_000)
    journal.acknowledge(2, now="2021-12-09T01:00:00Z", days=1)

    assert [e.seq for e in kept] == [1, 2, 3]
    assert [e.seq for e in journal.entries(0, most=9, most_bytes=100_000)] == [3]


def test_which_papers_were_printed_is_known_for_as_long_as_ever(journal: Journal) -> None:
    done = replace(job(1), state=JobState.PROVEN, queued_at="2021-12-01T01:00:00Z")
    journal.append([check_in(1)], jobs=[done])
    journal.acknowledge(1, now="2021-12-01T01:00:00Z", days=1)

    journal.acknowledge(1, now="2021-12-05T01:00:00Z", days=1)

    assert journal.entries(0, most=9, most_bytes=100_000) == []
    assert journal.printed(done.kind, done.ticket)


def test_a_journal_whose_entries_are_all_dropped_goes_on_counting(journal: Journal) -> None:
    last = journal.append([check_in(1), check_in(2)])[-1]
    journal.acknowledge(2, now="2021-12-01T01:00:00Z")
    journal.acknowledge(2, now="2022-12-01T01:00:00Z")

    following = journal.append([check_in(3)])[0]

    assert following.seq == 3
    assert following.hash == chain.link(last.hash, following.data)


def test_a_rewind_keeps_what_the_centre_lost_however_old(journal: Journal) -> None:
    journal.append([check_in(n) for n in range(1, 4)])
    journal.acknowledge(3, now="2021-12-01T01:00:00Z")

    journal.acknowledge(1, now="2021-12-02T01:00:00Z")
    journal.acknowledge(1, now="2022-12-02T01:00:00Z")

    assert [e.seq for e in journal.entries(1, most=9, most_bytes=100_000)] == [2, 3]


def test_an_unreadable_time_of_the_centre_drops_nothing(journal: Journal) -> None:
    journal.append([check_in(1)])
    journal.acknowledge(1, now="2021-12-01T01:00:00Z")

    journal.acknowledge(1, now="next year")

    assert journal.position().acked == 1
    assert len(journal.entries(0, most=9, most_bytes=100_000)) == 1


def test_an_event_too_large_for_any_batch_is_our_own_mistake(journal: Journal) -> None:
    with pytest.raises(ProtocolMisuse):
        journal.append([check_in(1), check_in(2, weight=20_000)])

    assert journal.position().last == 0


def test_an_unknown_epoch_is_an_error(journal: Journal) -> None:
    with pytest.raises(JournalError):
        journal.position("0" * 32)  # type: ignore[arg-type]  # an epoch by form


def test_closing_twice_is_safe(journal: Journal) -> None:
    journal.close()
    journal.close()


def test_the_last_place_is_known_without_reading(journal: Journal) -> None:
    assert journal.last() == 0

    journal.append([check_in(1), check_in(2)])

    assert journal.last() == journal.position().last == 2
