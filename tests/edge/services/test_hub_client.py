"""A kiosk and its hub: asked first, never waited for, and told everything later."""

from dataclasses import replace

from factories.lan import QUICK, LanKiosk, asked
from factories.waiting import until
from fakes.running import running

from edge.domain.facts import AlreadyHere, CheckInStored, WaitEstimated
from edge.domain.lan import ClaimAnswer
from edge.ports import HubError, HubUnavailable
from edge.simulated.clock import SimulatedClock
from edge.simulated.hub import SimulatedHub


def ids(kiosk):
    return [event.id for event in kiosk.events()]


async def test_a_granted_person_is_written_under_the_ids_that_the_hub_was_asked_with():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)

    stored = await kiosk.check_in()

    assert isinstance(stored, CheckInStored)
    again = hub.claim(asked(ids(kiosk)[0], kiosk.keys.person("058185000123")))
    assert again.answer == "granted"


async def test_a_person_who_is_known_is_not_written_again():
    hub = SimulatedHub()
    first, second = LanKiosk(hub), LanKiosk(hub, "kiosk-0002", prefix="B")
    stored = await first.check_in()
    await first.client.look()

    found = await second.check_in()

    assert (found.ticket, found.visit) == (stored.ticket, stored.visit)
    assert isinstance(found, AlreadyHere)
    assert second.events() == []


async def test_a_number_that_never_becomes_safe_at_the_hub_is_not_told_to_anybody():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    hub.claim(asked("of-a-kiosk-that-died", kiosk.keys.person("058185000123"), ticket="B012"))

    stored = await kiosk.check_in()

    assert isinstance(stored, CheckInStored)
    assert kiosk.reached == []


async def test_without_an_answer_the_kiosk_goes_on_alone_and_hands_over_later():
    hub = SimulatedHub()
    hub.fail_with(HubUnavailable("the cable is out"))
    kiosk = LanKiosk(hub)
    await kiosk.check_in(1)
    await kiosk.check_in(2)
    assert hub.taken == []

    async with running(kiosk.client.run()):
        hub.fail_with(None)
        await until(lambda: hub.taken == ids(kiosk))
        await until(lambda: kiosk.reached == [False, True])


async def test_a_hub_that_does_not_understand_stops_nobody():
    hub = SimulatedHub()
    hub.fail_with(HubError("403"))
    kiosk = LanKiosk(hub)

    assert isinstance(await kiosk.check_in(), CheckInStored)
    assert not await kiosk.client.look()


async def test_only_check_ins_and_complaints_go_to_the_hub():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    kiosk.recorder.start("tram-edge 1", "started")
    await kiosk.check_in()

    await kiosk.client.look()

    assert hub.taken == [ids(kiosk)[1]]
    assert kiosk.store.taken(f"hub/{kiosk.journal.position().epoch}") == 2


async def test_what_was_handed_over_is_not_handed_over_again():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    kiosk.alone(1)
    await kiosk.client.look()
    kiosk.alone(2)
    await kiosk.client.look()

    assert hub.taken == ids(kiosk)


async def test_more_than_a_run_holds_is_handed_over_in_several():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    for number in range(250):
        kiosk.alone(number)

    await kiosk.client.look()

    assert hub.taken == ids(kiosk)


async def test_a_hub_that_was_restored_gets_everything_again():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    kiosk.alone(1)
    await kiosk.client.look()
    hub.taken.clear()
    hub.forget()
    kiosk.alone(2)

    await kiosk.client.look()

    assert hub.taken == ids(kiosk)


class DeafHub(SimulatedHub):
    def hand_over(self, run):
        taken = super().hand_over(run)
        self.forget()
        return type(taken)(through=0)


async def test_a_hub_that_takes_nothing_is_not_asked_for_ever():
    kiosk = LanKiosk(DeafHub())
    kiosk.alone()

    assert not await kiosk.client.look()


async def test_the_day_key_is_taken_once_the_hub_has_it():
    hub = SimulatedHub()
    kiosk, other = LanKiosk(hub), LanKiosk(hub, "kiosk-0002")
    other.keys.take_day_key(b"its own")
    await kiosk.client.look()
    before = kiosk.keys.person("1")
    hub.key = b"k" * 32

    await kiosk.client.look()
    await other.client.look()

    assert kiosk.keys.person("1") == other.keys.person("1") != before


async def test_who_checked_in_under_the_kiosks_own_key_is_still_known_after_the_hubs_came():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    stored = await kiosk.check_in()
    kiosk.remember(stored)
    hub.key = b"k" * 32
    await kiosk.client.look()

    found = await kiosk.check_in()

    assert isinstance(found, AlreadyHere)
    assert found.ticket == stored.ticket


async def test_how_long_people_wait_is_told_to_the_conversation():
    hub = SimulatedHub()
    hub.minutes = (5, 15)
    kiosk = LanKiosk(hub, clock=SimulatedClock(), timing=replace(QUICK, wait_seconds=60))

    await kiosk.client.look()
    await kiosk.client.look()

    assert kiosk.told == [WaitEstimated((5, 15), 1_000)]


async def test_where_this_pi_is_the_hub_nothing_is_handed_over():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub, own=True)
    kiosk.alone()

    assert await kiosk.client.look()
    assert hub.taken == []


async def test_the_place_of_a_known_person_is_said_in_the_sites_words():
    hub = SimulatedHub()
    hub.answer_with(ClaimAnswer(answer="known", ticket="A001", visit="v", station="screening"))

    found = await LanKiosk(hub).check_in()

    assert found.desk == "Khám sàng lọc"
