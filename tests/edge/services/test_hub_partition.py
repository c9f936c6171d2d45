"""Kiosks cut off from their hub and back again, over real https: nothing lost, nobody twice in line."""

import asyncio
from contextlib import AsyncExitStack, closing

import pytest
from factories.lan import PATIENT, QUICK, card, https_kiosk
from factories.waiting import until
from fakes.hubs import installed, running_hub, slow_way
from fakes.running import running

from edge.domain.facts import AlreadyHere, CheckInStored
from protocol.events import decode_body, decode_event
from protocol.site_events import Arrived

SIX = [f"kiosk-000{number}" for number in range(1, 7)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("installed"), *SIX)


def kiosk(hub, device, prefix, timing=QUICK, **settings):
    keys = hub.made.keys_of(device)
    return https_kiosk(hub.client(device, **settings), keys, device, prefix, timing=timing)


def arrived(hub):
    bodies = [decode_body(decode_event(data)) for data in hub.events()]
    return [body for body in bodies if isinstance(body, Arrived)]


def in_line(hub):
    return [visit.ticket for visit in hub.queue.state.waiting("reception")]


async def test_on_a_whole_network_one_person_at_two_kiosks_has_one_number(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        hub.unlock()
        first, second = kiosk(hub, "kiosk-0001", "A"), kiosk(hub, "kiosk-0002", "B")
        with closing(first.hub), closing(second.hub):
            await first.client.look()
            await second.client.look()
            stored = await first.check_in()
            await first.client.look()

            found = await second.check_in()

            assert (type(found), found.ticket) == (AlreadyHere, stored.ticket)
            assert second.events() == []
            assert [body.ticket for body in arrived(hub)] == ["A001"]


async def test_of_six_kiosks_that_see_one_person_at_once_one_gives_a_number(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        hub.unlock()
        kiosks = [
            kiosk(hub, device, "ABCDEF"[place], PATIENT, claim_seconds=20)
            for place, device in enumerate(SIX)
        ]
        for each in kiosks:
            await each.client.look()
        async with AsyncExitStack() as beside:
            for each in kiosks:
                await beside.enter_async_context(running(each.client.run()))
            results = await asyncio.gather(*(each.check_in() for each in kiosks))
        for each in kiosks:
            each.hub.close()

        stored = [each for each in results if isinstance(each, CheckInStored)]
        assert [type(each) for each in results].count(AlreadyHere) == 5
        assert {each.ticket for each in results} == {stored[0].ticket}
        assert in_line(hub) == [stored[0].ticket]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_after_a_partition_both_check_ins_are_kept_and_the_earlier_one_counts(
    made, tmp_path, order
):
    with running_hub(made, tmp_path / "hub") as hub:
        hub.unlock()
        port = hub.port
        kiosks = [kiosk(hub, "kiosk-0001", "A"), kiosk(hub, "kiosk-0002", "B")]
        for each in kiosks:
            await each.client.look()
    stored = [await each.check_in() for each in kiosks]
    assert [type(each) for each in stored] == [CheckInStored, CheckInStored]

    with running_hub(made, tmp_path / "hub", port) as hub:
        for number in order:
            assert await kiosks[number].client.look()
        visits = {visit.ticket: visit for visit in hub.queue.state.visits.values()}

        assert visits["A001"].duplicate_of is None
        assert visits["B001"].duplicate_of == visits["A001"].id
        assert in_line(hub) == ["A001"]
        for each in kiosks:
            each.hub.close()


async def test_who_came_while_the_hub_was_locked_is_linked_once_somebody_logs_in(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        kiosks = [kiosk(hub, "kiosk-0001", "A"), kiosk(hub, "kiosk-0002", "B")]
        stored = [await each.check_in() for each in kiosks]
        for each in kiosks:
            await each.client.look()
        assert [type(each) for each in stored] == [CheckInStored, CheckInStored]
        assert in_line(hub) == ["A001", "B001"]

        hub.unlock()

        await until(lambda: in_line(hub) == ["A001"])
        assert len(hub.queue.state.visits) == 2
        for each in kiosks:
            each.hub.close()


async def test_behind_a_slow_network_nobody_waits_and_nothing_is_lost(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        with slow_way(hub.port, 1.0) as port:
            there = [("127.0.0.1", port)]
            slow = kiosk(hub, "kiosk-0001", "A", addresses=there, claim_seconds=0.4)
            began = asyncio.get_running_loop().time()
            stored = await slow.check_in()
            took = asyncio.get_running_loop().time() - began
            slow.hub.close()
        near = kiosk(hub, "kiosk-0001", "A")
        with closing(near.hub):
            near.hub.hand_over(slow.run())

        assert isinstance(stored, CheckInStored)
        assert took < 0.9
        assert in_line(hub) == ["A001"]


async def test_what_the_hub_said_is_taken_survives_its_restart_and_is_not_taken_twice(
    made, tmp_path
):
    with running_hub(made, tmp_path / "hub") as hub:
        port, here = hub.port, kiosk(hub, "kiosk-0001", "A")
        here.alone(1)
        await here.client.look()
    here.alone(2)

    with running_hub(made, tmp_path / "hub", port) as hub:
        again = here.hub.hand_over(here.run())
        here.hub.close()

        assert again.through == 2
        assert [body.ticket for body in arrived(hub)] == ["A001", "A002"]


async def test_what_reaches_the_hub_names_nobody(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        here = kiosk(hub, "kiosk-0001", "A")
        await here.check_in()
        await here.client.look()
        here.hub.close()
        hub.unlock()
        written = b"".join(hub.events())

    claim = card()
    assert claim.number.encode() not in written
    assert claim.name.encode() not in written
    assert arrived_sealed(written)


def arrived_sealed(written):
    return b'"sealed"' in written
