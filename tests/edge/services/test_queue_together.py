"""Desks that press at the same time are written together: in order, durably, and none for another."""

import asyncio
import threading
from copy import deepcopy
from dataclasses import dataclass, field

import pytest
from factories.queues import (
    all_of,
    at_desk,
    facts,
    filled,
    queue_on,
    simulated_journal,
    sqlite_journal,
)
from factories.waiting import until

from edge.domain.queue.commands import CallNext, Finish, Prioritise, RecordScreening
from edge.domain.queue.outcome import Done, Refused
from edge.ports import DiskFull, Draft, Entry
from edge.simulated.clock import SimulatedClock
from protocol.events import CheckedIn, decode_event


def next_at(desk: int, station: str = "reception") -> CallNext:
    return CallNext(station=station, desk=str(desk), staff="lan")


@dataclass
class HeldJournal:
    """Lets a journal's writes wait until ``go_on``, and counts them and its reads."""

    journal: object
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    failure: DiskFull | None = None
    writes: list[int] = field(default_factory=list)
    reads: int = 0

    def __post_init__(self):
        self._loop = asyncio.get_running_loop()
        self.go_on.set()

    def __getattr__(self, name):
        return getattr(self.journal, name)

    def append(self, drafts, **more) -> list[Entry]:
        self.writes.append(len(drafts))
        asyncio.run_coroutine_threadsafe(self.go_on.wait(), self._loop).result(60)
        if self.failure is not None:
            raise self.failure
        return self.journal.append(drafts, **more)

    def entries(self, *args, **more):
        self.reads += 1
        return self.journal.entries(*args, **more)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
async def held(clock):
    return HeldJournal(simulated_journal(clock))


async def hall(held, clock, people):
    queue = await filled(queue_on(held, clock), people)
    held.writes.clear()
    held.reads = 0
    return queue


async def test_presses_that_wait_while_one_is_written_are_written_together(held, clock):
    queue = await hall(held, clock, 10)
    held.go_on.clear()

    async with asyncio.TaskGroup() as tasks:
        pressed = [tasks.create_task(queue.do(next_at(desk))) for desk in range(1, 11)]
        await until(lambda: held.writes)
        assert not any(each.done() for each in pressed)
        assert len(queue.state.waiting("reception")) == 10
        held.go_on.set()

    tickets = [each.result().visit.ticket for each in pressed]
    assert tickets == [f"H{number:03d}" for number in range(1, 11)]
    assert held.writes in ([10], [1, 9])


async def test_what_one_press_asks_is_one_write(held, clock):
    queue = await hall(held, clock, 2)
    first = await queue.do(next_at(1))
    held.writes.clear()

    done = await queue.do_all(
        [Finish(visit=first.visit.id, staff="lan", version=first.visit.version), next_at(1)]
    )

    assert [each.visit.ticket for each in done] == ["H001", "H002"]
    assert held.writes == [2]


async def test_a_later_command_of_a_press_is_on_the_visit_as_the_one_before_left_it(held, clock):
    queue = await hall(held, clock, 1)
    called = (await queue.do(next_at(1))).visit
    await queue.do(Finish(visit=called.id, staff="lan"))
    called = (await queue.do(next_at(1, "screening"))).visit
    conclusion = RecordScreening(
        visit=called.id, conclusion="eligible", staff="lan", version=called.version
    )

    done = await queue.do_all(
        [conclusion, Finish(visit=called.id, staff="lan", version=called.version)]
    )

    assert done[-1].visit.station == "injection"


async def test_a_refusal_ends_a_press_and_what_came_before_it_is_done(held, clock):
    queue = await hall(held, clock, 1)
    called = (await queue.do(next_at(1))).visit
    finish = Finish(visit=called.id, staff="lan")

    done = await queue.do_all([finish, next_at(1), finish])

    assert isinstance(done[0], Done)
    assert done[1:] == [Refused("nobody_waiting")]
    assert queue.state.visits[called.id].station == "screening"


async def test_nothing_is_asked_for_by_a_press_without_commands(held, clock):
    queue = await hall(held, clock, 1)

    assert await queue.do_all([]) == []


async def test_of_two_who_wait_with_the_same_visit_the_second_is_told(held, clock):
    queue = await hall(held, clock, 1)
    seen = queue.state.visits["visit-00001"].version
    order = Prioritise(
        visit="visit-00001", priority="urgent", reason="faint", staff="minh", version=seen
    )

    first, second = await all_of(queue.do(order), queue.do(order))

    assert first.visit.version == seen + 1
    assert second.reason == "changed_meanwhile"


async def test_a_full_disk_refuses_all_who_wait_together_and_changes_nothing(held, clock):
    queue = await hall(held, clock, 5)
    before = deepcopy(facts(queue.state))
    held.failure = DiskFull("no space left on device")

    told = await all_of(*(queue.do_all([next_at(n), next_at(n + 10)]) for n in range(1, 6)))

    assert told == 5 * [[Refused("not_stored", {"why": "no space left on device"})]]
    assert facts(queue.state) == before
    held.failure = None
    assert (await queue.do(next_at(1))).visit.ticket == "H001"


async def test_check_ins_and_calls_that_wait_together_are_each_done(held, clock):
    queue = await hall(held, clock, 2)

    done = await all_of(
        queue.do(next_at(1)),
        queue.do(at_desk(11)),
        queue.do(next_at(2)),
        queue.do_all([at_desk(12), Prioritise(**FIRST, version=1)]),
        queue.do(next_at(3)),
    )

    tickets = [each.visit.ticket for each in (*done[:3], *done[3], done[4])]
    assert tickets == ["H001", "H003", "H002", "H004", "H004", "H004"]


FIRST = {"visit": "visit-00012", "priority": "urgent", "reason": "faint", "staff": "lan"}


async def test_who_went_away_while_waiting_is_not_done(held, clock):
    queue = await hall(held, clock, 3)
    held.go_on.clear()

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(queue.do(next_at(1)))
        await until(lambda: held.writes)
        gone = tasks.create_task(queue.do(next_at(2)))
        third = tasks.create_task(queue.do(next_at(3)))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        held.go_on.set()

    assert (first.result().visit.ticket, third.result().visit.ticket) == ("H001", "H002")
    assert queue.state.at_desk("reception", "2") == []


async def test_who_went_away_while_all_is_written_takes_nobody_with_them(held, clock):
    queue = await hall(held, clock, 3)
    held.go_on.clear()

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(queue.do(next_at(1)))
        second = tasks.create_task(queue.do(next_at(2)))
        await until(lambda: held.writes)
        first.cancel()
        await asyncio.sleep(0)
        held.go_on.set()

    assert first.cancelled()
    assert second.result().visit.ticket == "H002"
    assert [each.ticket for each in queue.state.at_desk("reception", "1")] == ["H001"]


async def test_a_mistake_in_one_press_leaves_the_others_alone(held, clock):
    queue = await hall(held, clock, 2)
    broken = CallNext(station=None, desk=None, staff=7)  # type: ignore[arg-type]  # no desk's
    queue.state.lines[None] = queue.state.lines["reception"]  # type: ignore[index]

    outcomes = await asyncio.gather(
        queue.do(broken), queue.do(next_at(1)), queue.do(next_at(2)), return_exceptions=True
    )

    assert not isinstance(outcomes[0], Done)
    assert [each.visit.ticket for each in outcomes[1:]] == ["H001", "H002"]


async def test_what_the_kiosk_wrote_before_a_group_comes_before_it(held, clock):
    queue = await hall(held, clock, 2)
    append = held.journal.append

    def kiosk_first(drafts, **more):
        held.journal.append = append
        append([Draft("own", CheckedIn(ticket="A001", document="passport"), visit="v")])
        return append(drafts, **more)

    held.journal.append = kiosk_first
    done = await all_of(queue.do(next_at(1)), queue.do(next_at(2)))

    assert [each.visit.ticket for each in done] == ["H001", "H002"]
    assert list(queue.state.lines["reception"]) == ["v"]


async def test_who_went_away_after_the_kiosk_wrote_in_between_takes_nobody_with_them(held, clock):
    queue = await hall(held, clock, 3)
    append, read = held.journal.append, held.journal.entries
    reading, read_on = threading.Event(), threading.Event()

    def kiosk_first(drafts, **more):
        if len(drafts) == 2:
            append([Draft("own", CheckedIn(ticket="A001", document="passport"), visit="v")])
        return append(drafts, **more)

    def slowly(*args, **more):
        reading.set()
        assert read_on.wait(60)
        return read(*args, **more)

    held.journal.append, held.journal.entries = kiosk_first, slowly
    held.go_on.clear()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(queue.do(next_at(1)))
        await until(lambda: held.writes)
        first = tasks.create_task(queue.do(next_at(2)))
        second = tasks.create_task(queue.do(next_at(3)))
        await asyncio.sleep(0)
        held.go_on.set()
        await until(reading.is_set)
        first.cancel()
        await asyncio.sleep(0)
        read_on.set()

    assert first.cancelled()
    assert second.result().visit.ticket == "H003"
    assert [each.ticket for each in queue.state.at_desk("reception", "2")] == ["H002"]


async def test_the_journal_is_not_read_where_nobody_else_wrote(held, clock):
    queue = await hall(held, clock, 2)

    await queue.do(next_at(1))
    await queue.do(next_at(2))

    assert held.reads == 0


async def test_every_answered_press_of_a_group_is_on_the_disk(tmp_path, clock):
    journal = sqlite_journal(tmp_path, clock)
    queue = await filled(queue_on(journal, clock), 40)
    done = await all_of(*(queue.do(next_at(desk)) for desk in range(1, 41)))
    journal.close()

    again = sqlite_journal(tmp_path, clock)
    written = [decode_event(e.data) for e in again.entries(0, most=1000, most_bytes=10**7)]
    rebuilt = queue_on(again, clock)
    await rebuilt.start()
    again.close()

    assert sum(event.type == "called" for event in written) == len(done) == 40
    assert facts(rebuilt.state) == facts(queue.state)


async def test_each_press_waits_for_its_own_place_at_the_standby(clock):
    journal, asked = simulated_journal(clock), []
    queue = queue_on(journal, clock)

    async def confirmed(seq: int) -> None:
        asked.append(seq)

    queue._confirmed = confirmed
    await filled(queue, 2)
    asked.clear()

    await all_of(queue.do(next_at(1)), queue.do(next_at(2)))

    assert sorted(asked) == [3, 4]
