"""The one writer of the queue, on the real journal."""

import asyncio

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

from edge.domain.queue.commands import CallNext, Finish, OpenSession, OpenVial, Prioritise, Recall
from edge.domain.queue.handed import Handed
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.visit import Phase
from edge.ports import DiskFull, Draft
from edge.simulated.clock import SimulatedClock
from protocol.events import CheckedIn, Event, decode_event, encode_body


def next_at(desk: int, station: str = "reception") -> CallNext:
    return CallNext(station=station, desk=str(desk), staff="lan")


def check_in(number: int, **fields) -> Event:
    kind, raw = encode_body(CheckedIn(ticket=f"B{number:03d}", document="cccd_2021"))
    usual = {
        "id": f"k-{number}",
        "seq": number,
        "type": kind,
        "at": "2026-11-22T00:30:00.000Z",
        "hlc": f"019aa{number:07x}-0000",
        "boot": "kiosk-boot",
        "boottime_ns": 1,
        "clock_ok": True,
        "visit": f"kv-{number}",
        "person": f"{number:064x}",
        "body": raw,
    }
    return Event(**usual | fields)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def journal(tmp_path, clock):
    journal = sqlite_journal(tmp_path, clock)
    yield journal
    journal.close()


async def test_a_hundred_desks_that_call_at_once_get_a_hundred_numbers(journal, clock):
    queue = await filled(queue_on(journal, clock), 100)

    outcomes = await all_of(*(queue.do(next_at(desk)) for desk in range(1, 101)))

    assert all(isinstance(each, Done) for each in outcomes)
    assert len({each.visit.ticket for each in outcomes}) == 100
    bodies = [decode_event(e.data) for e in journal.entries(0, most=1000, most_bytes=10**7)]
    assert sum(event.type == "called" for event in bodies) == 100


async def test_the_hundred_and_first_desk_is_told_that_nobody_waits(journal, clock):
    queue = await filled(queue_on(journal, clock), 3)

    outcomes = await all_of(*(queue.do(next_at(desk)) for desk in range(1, 5)))

    assert [each for each in outcomes if isinstance(each, Refused)] == [Refused("nobody_waiting")]


async def test_what_was_done_is_there_after_a_restart(tmp_path, clock):
    journal = sqlite_journal(tmp_path, clock)
    queue = await filled(queue_on(journal, clock), 5)
    called = await queue.do(next_at(1))
    await queue.do(Finish(visit=called.visit.id, staff="lan", version=called.visit.version))
    journal.close()

    again = sqlite_journal(tmp_path, clock)
    rebuilt = queue_on(again, clock)
    await rebuilt.start()
    again.close()

    assert facts(rebuilt.state) == facts(queue.state)
    assert rebuilt.state.visits[called.visit.id].station == "screening"


async def test_the_check_in_of_the_own_kiosk_is_called_without_being_told(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    journal.append([Draft("own", CheckedIn(ticket="A001", document="passport"), visit="v")])

    done = await queue.do(next_at(1))

    assert done.visit.ticket == "A001"


async def test_what_the_kiosk_writes_between_decision_and_writing_comes_first(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 1)
    append = journal.append

    def kiosk_first(drafts, **more):
        journal.append = append
        append([Draft("own", CheckedIn(ticket="A001", document="passport"), visit="v")])
        return append(drafts, **more)

    journal.append = kiosk_first
    done = await queue.do(next_at(1))

    assert done.visit.ticket == "H001"
    assert list(queue.state.lines["reception"]) == ["v"]


async def test_a_full_disk_is_told_in_words_and_changes_nothing(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 1)
    before = facts(queue.state)
    journal.fail_with(DiskFull("no space left on device"))

    called = await queue.do(next_at(1))
    taken = await queue.take_arrivals([Handed("kiosk-0002", check_in(1))])

    assert called == taken == Refused("not_stored", {"why": "no space left on device"})
    assert facts(queue.state) == before
    journal.fail_with(None)
    assert isinstance(await queue.do(next_at(1)), Done)


async def test_who_asked_and_went_away_leaves_no_half_done_call(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 2)
    append, started, go_on = journal.append, asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(drafts, **more):
        journal.append = append
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(60)
        return append(drafts, **more)

    journal.append = slow
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(queue.do(next_at(1)))
        await started.wait()
        first.cancel()
        second = tasks.create_task(queue.do(next_at(2)))
        await asyncio.sleep(0)
        go_on.set()

    assert first.cancelled()
    assert second.result().visit.ticket == "H002"
    assert [v.ticket for v in queue.state.at_desk("reception", "1")] == ["H001"]


async def test_who_went_away_from_a_failing_disk_is_not_kept(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 1)
    started, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def failing(_drafts, **_more):
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(60)
        raise DiskFull("no space left on device")

    journal.append = failing
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(queue.do(next_at(1)))
        await started.wait()
        first.cancel()
        go_on.set()

    assert first.cancelled()
    assert queue.state.at_desk("reception", "1") == []


async def test_listeners_wake_with_the_next_version(journal, clock):
    queue = await filled(queue_on(journal, clock), 1)
    before = queue.state.version

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(queue.changed(before))
        await queue.do(next_at(1))

    assert waiting.result() > before


async def test_desks_get_numbers_of_one_row_and_a_slip_each(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()

    done = await all_of(*(queue.do(at_desk(n, print_job=f"job-{n}")) for n in range(1, 6)))

    assert sorted(each.visit.ticket for each in done) == [f"H00{n}" for n in range(1, 6)]
    assert {job.ticket for job in journal.open_jobs()} == {each.visit.ticket for each in done}
    assert journal.counter().value == 5


async def test_a_check_in_that_is_sent_twice_is_one(journal, clock):
    queue = await filled(queue_on(journal, clock), 1)

    again = await queue.do(at_desk(1))

    assert again.visit.ticket == "H001"
    assert len(queue.state.visits) == 1


async def test_a_paper_slip_keeps_its_number(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()

    done = await queue.do(at_desk(1, ticket="G007", source="paper"))

    assert done.visit.ticket == "G007"
    assert journal.counter() is None
    assert await queue.do(at_desk(2, ticket="G007")) == Refused("ticket_taken", {"ticket": "G007"})


async def test_arrivals_are_taken_once_however_often_they_are_handed_over(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    handed = [Handed("kiosk-0002", check_in(n), sealed={"site": "s"}) for n in (1, 2)]

    await queue.take_arrivals(handed)
    await queue.take_arrivals([*handed, handed[0]])

    assert sorted(queue.state.visits) == ["kv-1", "kv-2"]
    assert journal.position().last == 2


async def test_what_is_no_check_in_passes_by_when_it_is_handed_over(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    malformed = check_in(1, body=b"{}")

    done = await queue.take_arrivals(
        [
            Handed("kiosk-0002", check_in(2, type="of_a_later_version")),
            Handed("kiosk-0002", check_in(3, type="booted", body=b'{"software":"x"}')),
            Handed("kiosk-0002", malformed),
        ]
    )

    assert isinstance(done, Done)
    assert not queue.state.visits


async def test_a_person_who_is_known_later_is_linked_then(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    await queue.take_arrivals([Handed("kiosk-0002", check_in(n, person=None)) for n in (1, 2)])

    await queue.identify("kv-1", "p")
    await queue.identify("kv-2", "p")
    await queue.identify("nobody", "p")

    assert queue.state.visits["kv-2"].duplicate_of == "kv-1"
    assert list(queue.state.lines["reception"]) == ["kv-1"]


async def test_two_desks_with_the_same_visit_open_do_not_overwrite_each_other(journal, clock):
    queue = await filled(queue_on(journal, clock), 1)
    seen = queue.state.visits["visit-00001"].version
    order = Prioritise(
        visit="visit-00001", priority="urgent", reason="faint", staff="minh", version=seen
    )

    first, second = await all_of(queue.do(order), queue.do(order))

    assert isinstance(first, Done)
    assert second.reason == "changed_meanwhile"
    assert (second.details["by"], second.details["what"]) == ("minh", "prioritised")


async def test_a_command_on_the_day_is_done_without_a_visit(journal, clock):
    told = []
    queue = queue_on(journal, clock, written=lambda: told.append(1))
    await queue.start()

    opened = await queue.do(OpenVial(vial="V1", vaccine="VX", lot="L1", doses=10, staff="hoa"))
    again = await queue.do(OpenSession(day="2021-12-01", staff="hoa"))

    assert opened.visit is None
    assert again.visit is None
    assert queue.state.session == "open"
    assert len(told) == 2
    assert (await queue.do(Recall(visit="x", staff="hoa"))).reason == "unknown_visit"


async def test_a_day_goes_over_while_nobody_asks(journal, clock):
    queue = await filled(queue_on(journal, clock), 2)
    clock.advance(24 * 3600)

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(queue.run())
        await until(lambda: queue.state.session == "open")
        running.cancel()

    assert queue.state.day == "2021-12-02"
    assert not queue.state.visits
    types = [decode_event(e.data).type for e in journal.entries(2, most=9, most_bytes=10**6)]
    assert types == ["session_closed", "session_opened"]


async def test_an_ill_journal_ends_no_loop(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 1)
    clock.advance(24 * 3600)
    journal.fail_with(DiskFull("no space left on device"))

    await queue.look()

    assert queue.state.day == "2021-12-01"


async def test_salvaged_entries_of_an_earlier_epoch_are_read_too(clock):
    journal = simulated_journal(clock)
    queue = await filled(queue_on(journal, clock), 2)
    await queue.do(next_at(1))
    journal.begin_epoch()

    rebuilt = queue_on(journal, clock)
    await rebuilt.start()
    done = await rebuilt.do(next_at(2))

    assert done.visit.ticket == "H002"
    assert rebuilt.state.visits["visit-00001"].phase is Phase.CALLED


async def test_days_before_yesterday_are_not_read_again(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    for day in range(1, 5):
        await queue.do(OpenSession(day=f"2021-12-0{day}", staff="lan"))
        await queue.do(at_desk(day))
        await queue.do(next_at(1))
        clock.advance(24 * 3600)

    rebuilt = queue_on(journal, clock)
    read = []
    take = rebuilt._take
    rebuilt._take = lambda entries: (read.extend(entries), take(entries))
    await rebuilt.start()

    types = [decode_event(entry.data).type for entry in read]
    assert types.count("checked_in") == 2
    assert list(rebuilt.state.visits) == ["visit-00004"]
    assert rebuilt.state.previous == ("2021-12-03", 1)
    assert rebuilt.state.has_taken("event-00003")
    assert not rebuilt.state.has_taken("event-00002")


async def test_yesterdays_check_in_that_is_handed_over_again_is_not_todays(journal, clock):
    queue = queue_on(journal, clock)
    await queue.start()
    handed = [Handed("kiosk-0002", check_in(1))]
    await queue.take_arrivals(handed)
    await queue.do(OpenSession(day="2021-12-02", staff="lan"))

    await queue.take_arrivals(handed)

    assert not queue.state.visits


async def test_the_board_hears_of_the_own_kiosks_check_in_at_once(journal, clock):
    queue = queue_on(journal, clock)
    queue.notify()
    await queue.start()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(queue.run())
        await queue.do(at_desk(1))
        before = queue.state.version
        own = Draft("own", CheckedIn(ticket="A001", document="passport"), visit="v")
        await asyncio.to_thread(journal.append, [own])
        await asyncio.to_thread(queue.notify)
        async with asyncio.timeout(2):
            await queue.changed(before)
        running.cancel()

    assert "v" in queue.state.visits
