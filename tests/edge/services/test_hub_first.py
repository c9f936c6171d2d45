"""A kiosk asks its hub first, the centre otherwise, and is told nothing older than what it has."""

import pytest
from factories.kept import AT, SITE
from factories.rosters import PlannedSource, claim, entry, page
from factories.shelves import Site

from edge.domain.roster import Standing
from edge.domain.shelf import PageSaid
from edge.ports import (
    ListsUnavailable,
    RosterError,
    RosterUnavailable,
)
from edge.services.hub_first import (
    ListsHubLast,
    printed_elsewhere,
)
from edge.simulated.keys import SimulatedKeys
from edge.simulated.roster import SimulatedRoster
from protocol.identity import DeviceId
from protocol.roster import encode_page


@pytest.fixture
def site():
    return Site()


async def test_a_kiosk_without_a_way_to_the_centre_knows_people_once_the_hub_is_open(site):
    site.kept.roster.look()
    keeper, _ = site.kiosk()
    before = await keeper.refresh(), keeper.match(claim()).standing
    site.unlock()

    assert await keeper.refresh()

    assert before == (False, Standing.UNKNOWN)
    assert keeper.match(claim()).standing is Standing.VERIFIED
    assert keeper.state().people == 8


async def test_its_list_is_as_old_as_the_hubs_and_changes_come_by_the_hub(site):
    site.kept.roster.look()
    site.unlock()
    site.clock.advance(3600)
    keeper, _ = site.kiosk()
    await keeper.refresh()
    old = keeper.state()
    site.centre.people.put(entry(1, desk="Bàn 2"))
    site.kept.roster.look()

    await keeper.refresh()

    assert (old.as_of, old.too_old) == (AT, False)
    assert keeper.match(claim()).desk == "Bàn 2"
    assert keeper.state().as_of == site.clock.now()


async def test_a_list_that_is_too_old_at_the_hub_counts_for_nothing_at_the_kiosk(site):
    site.kept.roster.look()
    site.unlock()
    site.clock.advance(37 * 3600)
    keeper, _ = site.kiosk()

    await keeper.refresh()

    assert keeper.state().too_old
    assert keeper.match(claim()).standing is Standing.UNKNOWN


@pytest.mark.parametrize("why", ["silent", "locked"])
async def test_where_the_hub_does_not_help_the_centre_is_asked(site, why):
    site.kept.roster.look()
    site.shelf.silent = why == "silent"
    keeper, source = site.kiosk(site.centre.people)

    assert await keeper.refresh()

    assert keeper.state().people == 8
    assert source.age_seconds() == 0


async def test_a_silent_hub_and_no_centre_are_told(site):
    site.shelf.silent = True
    _, source = site.kiosk()

    with pytest.raises(RosterUnavailable, match="no hub"):
        source.fetch(0, "")


async def test_of_an_old_list_the_centre_is_asked_first_and_its_silence_changes_nothing(site):
    site.kept.roster.look()
    site.unlock()
    site.centre.people.put(entry(1, desk="Bàn 2"))
    site.clock.advance(3600)
    keeper, _ = site.kiosk(site.centre.people)
    await keeper.refresh()
    by_centre = keeper.match(claim()).desk
    site.centre.people.fail_with(RosterUnavailable("no answer"))
    without, _ = site.kiosk(site.centre.people)

    assert await without.refresh()

    assert by_centre == "Bàn 2"
    assert without.match(claim()).standing is Standing.VERIFIED


async def test_a_hub_that_is_behind_does_not_take_a_kiosk_back(site):
    site.kept.roster.look()
    site.unlock()
    site.clock.advance(600)
    site.centre.people.put(entry(1, desk="Bàn 2"))
    site.shelf.silent = True
    keeper, _ = site.kiosk(site.centre.people)
    await keeper.refresh()
    site.shelf.silent = False
    site.centre.people.fail_with(RosterUnavailable("no answer"))

    assert not await keeper.refresh()

    assert keeper.match(claim()).desk == "Bàn 2"


@pytest.mark.parametrize("what", ["unsigned", "of_another_site"])
async def test_a_page_by_the_hub_is_believed_by_the_centres_signature_alone(site, what):
    signer = SimulatedKeys(DeviceId("hub-0002")).centre if what == "unsigned" else site.keys.centre
    message = encode_page(page([entry()], site="bac-ai"), signer)
    site.shelf.pages = [PageSaid(page=message, last=1, age_seconds=0)]
    _, source = site.kiosk(site.centre.people)

    with pytest.raises(RosterError):
        source.fetch(0, "")


def test_its_connection_to_the_centre_is_released(site):
    centre = PlannedSource([])

    site.kiosk(centre)[1].close()
    site.kiosk()[1].close()

    assert centre.closed


class Lists:
    closed = False

    def __init__(self, answer):
        self.answer = answer

    def fetch(self, _name, _serial):
        if self.answer is None:
            raise ListsUnavailable("no answer")
        return self.answer

    def close(self):
        self.closed = True


def test_lists_come_from_the_centre_and_from_the_hub_where_it_is_silent(site):
    site.shelf.lists = {("trust", 3): b"the hub's"}
    centre, silent = Lists(b"the centre's"), Lists(None)

    answers = [ListsHubLast(each, site.shelf).fetch("trust", 3) for each in (centre, silent, None)]
    ListsHubLast(centre, site.shelf).close()
    ListsHubLast(None, site.shelf).close()

    assert answers == [b"the centre's", b"the hub's", b"the hub's"]
    assert centre.closed
    site.shelf.silent = True
    with pytest.raises(ListsUnavailable):
        ListsHubLast(silent, site.shelf).fetch("trust", 3)


def test_before_it_prints_a_kiosk_asks_its_hub_and_waits_for_nobody(site):
    asked = printed_elsewhere(site.shelf)
    answers = [asked("dose-1"), asked("dose-1")]
    site.shelf.silent = True

    assert [*answers, asked("dose-1")] == [False, True, False]


def test_a_simulated_centre_counts_as_asked_itself():
    assert SimulatedRoster(SITE).age_seconds() == 0
