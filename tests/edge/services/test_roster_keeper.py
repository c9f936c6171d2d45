"""The roster in the kiosk's memory: fresh, or said to be old; there or not, nobody is refused."""

import asyncio
from datetime import timedelta

import pytest
from factories.rosters import PlannedSource, claim, entry, page
from factories.waiting import until

from edge.domain.roster import Desks, Standing
from edge.ports import RosterError, RosterUnavailable
from edge.services.roster import RosterKeeper
from edge.simulated.clock import SimulatedClock
from edge.simulated.roster import SimulatedRoster
from protocol.identity import SiteId

HOUR = 3600.0


def keeper(source, clock=None, **changes):
    settings = {"desks": Desks(), "limit_seconds": 36 * HOUR} | changes
    return RosterKeeper(
        source=source, person=lambda number: number, clock=clock or SimulatedClock(), **settings
    )


@pytest.fixture
def centre():
    found = SimulatedRoster(SiteId("phuoc-dinh"), most=2)
    found.put(entry(1), entry(2, number="058185000124"), entry(3, number="058185000125"))
    return found


def test_before_the_roster_came_everybody_is_unknown_and_nobody_is_refused(centre):
    found = keeper(centre).match(claim())

    assert (found.standing, found.told) == (Standing.UNKNOWN, "no_list")


async def test_a_list_of_nobody_is_no_list():
    kept = keeper(SimulatedRoster(SiteId("phuoc-dinh"), most=2))
    await kept.refresh()

    assert kept.match(claim()).told == "no_list"


async def test_once_it_came_people_are_known(centre):
    kept = keeper(centre)

    assert await kept.refresh()

    assert kept.match(claim()).told == "verified"
    assert kept.match(claim(number="058185000999", name="Không Có Tên")).told == "not_listed"
    assert kept.state().people == 3


async def test_a_change_at_the_centre_is_known_after_the_next_look(centre):
    kept = keeper(centre)
    await kept.refresh()
    centre.put(entry(1, standing=Standing.TO_SUPPLEMENT, desk="Bàn 2"))

    await kept.refresh()

    assert kept.match(claim()).desk == "Bàn 2"


async def test_without_the_centre_the_roster_stays_and_ages_until_it_counts_for_nothing(centre):
    clock, states = SimulatedClock(), []
    kept = keeper(centre, clock, on_state=states.append)
    await kept.refresh()
    fetched_at = clock.now()
    centre.fail_with(RosterUnavailable("no answer"))

    clock.advance(35 * HOUR)
    assert not await kept.refresh()
    assert kept.match(claim()).standing is Standing.VERIFIED
    clock.advance(2 * HOUR)
    await kept.refresh()

    assert kept.match(claim()).told == "no_list"
    assert [(s.as_of, s.too_old) for s in states] == [
        (fetched_at, False),
        (fetched_at, False),
        (fetched_at, True),
    ]


async def test_when_somebody_may_know_by_now_it_is_fetched_at_once(centre):
    kept = keeper(centre, refresh_seconds=600)
    kept.nudge()
    centre.fail_with(RosterUnavailable("locked"))
    running = asyncio.ensure_future(kept.run())
    await until(lambda: kept._failures)
    centre.fail_with(None)

    kept.nudge()
    await until(lambda: kept.state().people == 3)

    running.cancel()


async def test_a_list_by_the_hub_is_as_old_as_the_hub_says():
    clock = SimulatedClock()
    source = PlannedSource([page([entry()])], age=3600)
    kept = keeper(source, clock, limit_seconds=2 * HOUR)
    await kept.refresh()
    young = kept.state()

    clock.advance(HOUR + 1)

    assert clock.now() - young.as_of > timedelta(seconds=2 * HOUR)
    assert (young.too_old, kept.state().too_old) == (False, True)


async def test_a_look_that_finds_nothing_new_makes_it_fresh(centre):
    clock = SimulatedClock()
    kept = keeper(centre, clock)
    await kept.refresh()

    clock.advance(35 * HOUR)
    await kept.refresh()
    clock.advance(35 * HOUR)

    assert kept.match(claim()).standing is Standing.VERIFIED


async def test_a_wall_clock_that_jumps_makes_no_roster_old(centre):
    clock = SimulatedClock()
    kept = keeper(centre, clock)
    await kept.refresh()

    clock.set_wall(clock.now().replace(year=2040), ok=False)

    assert kept.match(claim()).standing is Standing.VERIFIED


async def test_what_came_before_the_line_was_cut_is_not_asked_for_again():
    source = PlannedSource(
        [
            page([entry(1)], last=2),
            RosterUnavailable("cut"),
            page([entry(2, number="058185000124")], 1),
        ]
    )
    kept = keeper(source)

    assert not await kept.refresh()
    assert kept.state().people == 0
    assert await kept.refresh()

    assert source.asked == [(0, ""), (1, "ab" * 8), (1, "ab" * 8)]
    assert kept.state().people == 2


@pytest.mark.parametrize("answer", [page([entry()]), RosterUnavailable("cut")])
async def test_no_connection_is_kept_between_two_looks(answer):
    source = PlannedSource([answer])

    await keeper(source).refresh()

    assert source.closed


async def test_half_of_a_new_roster_does_not_replace_a_whole_old_one():
    source = PlannedSource(
        [
            page([entry(1)]),
            page([entry(7, number="058185000777")], 0, last=5, head="cd" * 8),
            RosterUnavailable("cut"),
        ]
    )
    kept = keeper(source)
    await kept.refresh()

    await kept.refresh()

    assert kept.match(claim()).standing is Standing.VERIFIED


async def test_a_roster_that_the_centre_did_not_sign_changes_nothing(centre):
    kept = keeper(centre)
    await kept.refresh()
    centre.fail_with(RosterError("not a roster that the centre signed: bad_signature"))

    assert not await kept.refresh()

    assert kept.match(claim()).standing is Standing.VERIFIED


async def test_a_centre_without_an_end_is_given_up():
    class Endless(PlannedSource):
        def fetch(self, since, head):  # noqa: ARG002 - the port's
            return page([entry(1)], since, last=since + 2)

    assert not await keeper(Endless([])).refresh()


async def test_the_site_names_the_desks():
    kept = keeper(PlannedSource([]), desks=Desks(unknown="Bàn 3"))

    assert kept.match(claim()).desk == "Bàn 3"


async def test_pauses_are_jittered_and_longer_after_failures(centre):
    kept = keeper(centre, refresh_seconds=300)
    await kept.refresh()
    fresh = [kept._pause() for _ in range(50)]
    centre.fail_with(RosterUnavailable("no answer"))
    for _ in range(9):
        await kept.refresh()
    failing = [kept._pause() for _ in range(50)]

    assert 270 <= min(fresh) < max(fresh) <= 330
    assert 2 <= min(failing) < max(failing) <= 120
