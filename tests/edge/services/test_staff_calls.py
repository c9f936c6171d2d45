"""A call for staff on its way from a kiosk to the desks, and back."""

import asyncio
from pathlib import Path

import pytest
from factories.kiosks import make_bench

from edge.domain.facts import Fact, HelpWanted, StaffTold
from edge.domain.lan import StaffAnswer, StaffCall
from edge.domain.screen import StaffWanted
from edge.ports import HubError, HubUnavailable
from edge.services.elapsed import milliseconds
from edge.services.staff_call import MOST_SECONDS, CallForStaff
from edge.services.staff_calls import FORGOTTEN_SECONDS, StaffCalls
from edge.simulated.clock import SimulatedClock
from edge.simulated.hub import SimulatedHub


class Caller:
    """A kiosk's side before a hub in memory."""

    def __init__(self) -> None:
        self.hub, self.clock = SimulatedHub(), SimulatedClock()
        self.facts: list[Fact] = []
        self.call = CallForStaff(self.hub, self.clock, self._tell)

    async def _tell(self, fact: Fact) -> None:
        self.facts.append(fact)


async def test_nobody_is_told_of_anything_while_nobody_calls() -> None:
    caller = Caller()

    await caller.call.say()

    assert caller.hub.called == []


async def test_a_call_is_said_until_somebody_came_and_the_screen_hears_once_that_it_was_heard() -> (
    None
):
    caller = Caller()
    caller.call.want(True)
    await caller.call.say()
    caller.clock.advance(seconds=4)
    await caller.call.say()
    first, second = caller.hub.called
    caller.hub.arrived.add(first.call)
    await caller.call.say()
    await caller.call.say()

    assert (second.call, second.seconds, second.over) == (first.call, 4, False)
    assert len(caller.hub.called) == 3
    assert [type(fact) for fact in caller.facts] == [StaffTold]


async def test_a_call_that_the_network_swallowed_is_said_when_it_is_back() -> None:
    caller = Caller()
    caller.call.want(True)
    caller.hub.fail_with(HubUnavailable("cut"))
    with pytest.raises(HubUnavailable):
        await caller.call.say()
    caller.hub.fail_with(None)
    caller.clock.advance(seconds=90)
    await caller.call.say()

    assert [said.seconds for said in caller.hub.called] == [90]


async def test_a_call_that_ended_is_said_to_be_over_and_then_no_more() -> None:
    caller = Caller()
    caller.call.want(True)
    await caller.call.say()
    caller.call.want(False)
    await caller.call.say()
    await caller.call.say()

    assert [said.over for said in caller.hub.called] == [False, True]


async def test_a_new_call_after_the_end_of_one_is_another() -> None:
    caller = Caller()
    for wanted in (True, True, False, True):
        caller.call.want(wanted)
        await caller.call.say()

    first, same, over, other = [said.call for said in caller.hub.called]
    assert first == same == over
    assert other != first


async def test_a_call_that_nobody_answers_is_over_after_a_while() -> None:
    caller = Caller()
    caller.call.want(True)
    caller.clock.advance(seconds=MOST_SECONDS)
    await caller.call.say()
    await caller.call.say()

    assert [said.over for said in caller.hub.called] == [True]
    assert caller.facts == []


async def test_a_hub_that_knows_no_such_calls_is_asked_once() -> None:
    caller = Caller()
    caller.call.want(True)
    caller.hub.fail_with(HubError("404"))
    await caller.call.say()
    caller.hub.fail_with(None)
    await caller.call.say()

    assert (caller.hub.called, caller.facts) == ([], [])


async def test_the_page_says_that_the_desks_were_told_only_once_they_were(tmp_path: Path) -> None:
    hub = SimulatedHub()
    bench = make_bench(tmp_path, hub=hub)
    try:
        hub.fail_with(HubUnavailable("cut"))
        await bench.kiosk.follow(HelpWanted(milliseconds(bench.clock)))
        assert bench.hub_client is not None
        await bench.hub_client.look()
        await bench.hear()
        cut = bench.screen
        hub.fail_with(None)
        await bench.hub_client.look()
        await bench.hear()
    finally:
        bench.journal.close()

    assert (cut, bench.screen) == (StaffWanted(), StaffWanted(told=True))
    assert len(hub.called) == 1


def test_the_hub_holds_a_call_with_the_time_at_which_it_began() -> None:
    clock = SimulatedClock()
    calls = StaffCalls(clock)
    calls.say("kiosk-0002", StaffCall(call="c1", seconds=30))
    clock.advance(seconds=5)
    calls.say("kiosk-0002", StaffCall(call="c1", seconds=35))
    calls.say("kiosk-0001", StaffCall(call="c9"))

    now = calls.now()

    assert [each.device for each in now] == ["kiosk-0002", "kiosk-0001"]
    assert (clock.now() - now[0].since).total_seconds() == 35


def test_whoever_is_there_ends_that_call_and_no_other_of_the_kiosk() -> None:
    calls = StaffCalls(SimulatedClock())
    calls.say("kiosk-0002", StaffCall(call="c1"))
    calls.arrived("kiosk-0002", "c0")
    still = calls.now()
    calls.arrived("kiosk-0002", "c1")
    answer = calls.say("kiosk-0002", StaffCall(call="c1"))

    assert (len(still), answer, calls.now()) == (1, StaffAnswer(arrived=True), [])
    assert calls.say("kiosk-0002", StaffCall(call="c2")) == StaffAnswer()
    assert len(calls.now()) == 1


def test_a_kiosk_ends_its_own_call_and_no_later_one() -> None:
    calls = StaffCalls(SimulatedClock())
    calls.say("kiosk-0002", StaffCall(call="c2"))
    calls.say("kiosk-0002", StaffCall(call="c1", over=True))
    still = len(calls.now())
    calls.say("kiosk-0002", StaffCall(call="c2", over=True))

    assert (still, calls.now()) == (1, [])


def test_a_call_of_a_kiosk_that_is_heard_of_no_more_ends_by_itself() -> None:
    clock = SimulatedClock()
    calls = StaffCalls(clock)
    calls.say("kiosk-0002", StaffCall(call="c1"))
    clock.advance(seconds=FORGOTTEN_SECONDS + 1)

    assert calls.now() == []


async def test_pages_hear_that_a_call_came_and_that_it_ended_and_nothing_of_repeats() -> None:
    calls = StaffCalls(SimulatedClock())
    async with asyncio.TaskGroup() as group:
        heard = group.create_task(calls.changed(0))
        await asyncio.sleep(0)
        calls.say("kiosk-0002", StaffCall(call="c1"))
    calls.say("kiosk-0002", StaffCall(call="c1"))

    assert (heard.result(), calls.version) == (1, 1)
    calls.arrived("kiosk-0002", "c1")
    assert calls.version == 2
