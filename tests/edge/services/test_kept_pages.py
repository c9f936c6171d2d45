"""The hub's copy of the roster: sealed on disk, open in memory after a log-in, no older than allowed."""

from datetime import timedelta

import pytest
from factories.canaries import traces
from factories.kept import AT, DAY, SITE, HubCopy, SigningCentre
from factories.rosters import entry

from edge.adapters.pages_sqlite import SqlitePages
from edge.domain.kept import ROSTER, Kept, Place, SealedPage, sealed_as
from edge.domain.vault import SiteKeys
from edge.ports import JournalError, RosterError, RosterUnavailable
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.simulated.pages import SimulatedPages
from protocol.identity import DeviceId
from protocol.vault_keys import Secrets

NOBODY = RosterUnavailable("no answer")


class Bench:
    """One hub, which may lose its power and be another program afterwards."""

    def __init__(self, store=None):
        self.device_keys = SimulatedKeys(DeviceId("hub-0001"))
        self.secrets = Secrets(b"s" * 32, self.device_keys.site_seal)
        self.centre = SigningCentre(
            self.device_keys.centre, self.device_keys.site_seal.public_key()
        )
        self.centre.people.put(
            *(
                entry(row, number=f"05818500000{row}", name="Chamaléa Văn Thư")
                for row in range(1, 6)
            )
        )
        self.clock = SimulatedClock(AT)
        self.store = store or SimulatedPages()
        self.start()

    def start(self, *, load=True):
        self.keys = SiteKeys(SITE, self.device_keys.site_seal.public_key())
        copy = HubCopy(self.centre, self.keys, self.device_keys, self.clock, store=self.store)
        self.kept, self.room = copy.roster, copy.room
        if load:
            self.kept.load()

    def unlock(self):
        self.keys.unlock(self.secrets)

    def people(self):
        """Return everybody whom a kiosk gets to know from the hub."""
        found, since, head = {}, 0, ""
        while True:
            said = self.kept.after(since, head)
            assert said.age_seconds is not None
            if not said.page:
                return found
            page = self.device_keys.open_roster(said.page)
            found = {} if page.since == 0 else found
            found |= {each.id: each for each in page.people}
            for row in page.removed:
                found.pop(row, None)
            since, head = page.through, page.head
            if since == said.last:
                return found


@pytest.fixture
def hub():
    return Bench()


def test_while_nobody_has_logged_in_it_is_fetched_and_told_to_nobody(hub):
    hub.kept.look()

    assert hub.kept.after(0, "").age_seconds is None
    hub.unlock()
    assert sorted(hub.people()) == [1, 2, 3, 4, 5]


def test_only_what_changed_is_fetched_and_a_kiosk_is_led_on_from_where_it_stands(hub):
    hub.kept.look()
    hub.unlock()
    first = hub.kept.after(0, "")
    hub.centre.people.put(entry(6))
    hub.centre.people.remove(2)

    hub.kept.look()

    assert [since for since, _ in hub.centre.roster.asked] == [0, 3, 5]
    assert sorted(hub.people()) == [1, 3, 4, 5, 6]
    page = hub.device_keys.open_roster(first.page)
    assert hub.device_keys.open_roster(hub.kept.after(page.through, page.head).page).since == 3


def test_nothing_new_makes_it_fresh_and_adds_no_page(hub):
    hub.kept.look()
    hub.unlock()
    hub.clock.advance(300)
    aged = hub.kept.age_seconds()

    hub.kept.look()

    assert (aged, hub.kept.age_seconds()) == (300, 0)
    assert len(hub.store.places(ROSTER)) == 2


def test_that_nothing_is_new_is_noted_on_disk_only_now_and_then(hub):
    hub.kept.look()
    for seconds in (30, 30, 300):
        hub.clock.advance(seconds)
        hub.kept.look()
        noted = hub.store.kept(ROSTER).as_of
        hub.notes = [*getattr(hub, "notes", []), (hub.clock.now() - noted).total_seconds()]

    assert hub.notes == [30, 60, 0]
    assert hub.kept.age_seconds() == 0


def test_a_cut_is_resumed_by_the_next_program_and_half_a_list_is_told_to_nobody(hub):
    fetch = hub.centre.roster.page

    def cut(since, head):
        if since:
            raise NOBODY
        return fetch(since, head)

    hub.centre.roster.page = cut
    with pytest.raises(RosterUnavailable):
        hub.kept.look()
    hub.unlock()
    half = hub.kept.after(0, "")

    hub.start()
    hub.centre.roster.page = fetch
    hub.centre.roster.asked.clear()
    hub.kept.look()
    hub.unlock()

    assert half.age_seconds is None
    assert [since for since, _ in hub.centre.roster.asked] == [3]
    assert len(hub.people()) == 5


def test_after_a_power_cut_without_the_centre_the_first_log_in_brings_it_back_with_its_age(hub):
    hub.kept.look()
    hub.centre.roster.fail_with(NOBODY)
    hub.clock.advance(3600)

    hub.start()
    locked = hub.kept.after(0, "")
    hub.unlock()

    assert locked.age_seconds is None
    assert hub.kept.after(0, "").age_seconds == 3600
    assert len(hub.people()) == 5


def test_at_the_end_of_the_day_nothing_opens_any_more(hub):
    hub.kept.look()
    hub.unlock()
    [place, _] = hub.store.places(ROSTER)
    opened = hub.kept.after(0, "").page, hub.kept.page_at(place)

    hub.keys.lock()

    assert opened[0] == opened[1] != b""
    assert hub.kept.after(0, "").page == b""
    assert (hub.kept.page_at(place), hub.kept.next_after(0, "")) == (None, None)


def test_each_day_begins_anew_so_that_whom_the_centre_took_off_leaves_the_disk(hub):
    hub.kept.look()
    hub.centre.people.remove(2)
    hub.kept.look()
    hub.clock.advance(DAY)
    hub.centre.roster.asked.clear()

    hub.kept.look()
    hub.kept.look()

    hub.unlock()
    assert [since for since, _ in hub.centre.roster.asked] == [0, 4, 6]
    assert len(hub.store.places(ROSTER)) == 2
    assert sorted(hub.people()) == [1, 3, 4, 5]


def test_without_the_centre_yesterdays_stays_until_it_is_too_old_and_goes_then(hub):
    hub.kept.look()
    hub.unlock()
    hub.centre.roster.fail_with(NOBODY)

    hub.clock.advance(DAY)
    with pytest.raises(RosterUnavailable):
        hub.kept.look()
    yesterday = len(hub.people())
    hub.clock.advance(DAY)
    with pytest.raises(RosterUnavailable):
        hub.kept.look()

    assert yesterday == 5
    assert hub.kept.after(0, "").age_seconds is None
    assert hub.store.places(ROSTER) == []


def test_what_is_too_old_goes_at_the_first_look_of_a_standby_too(hub):
    hub.kept.look()
    hub.clock.advance(2 * DAY)
    hub.start(load=False)
    hub.centre.roster.fail_with(NOBODY)

    with pytest.raises(RosterUnavailable):
        hub.kept.look()

    assert hub.store.places(ROSTER) == []


def test_a_clock_that_nobody_believes_removes_nothing(hub):
    hub.kept.look()
    hub.clock.set_wall(AT + timedelta(days=900), ok=False)

    hub.start()

    assert len(hub.store.places(ROSTER)) == 2


def test_a_clock_that_is_put_back_leaves_no_list_of_a_day_to_come(hub):
    hub.kept.look()
    hub.clock.set_wall(AT + timedelta(days=1500), ok=False)
    hub.kept.look()
    hub.clock.set_wall(AT, ok=True)
    for _ in range(2):
        hub.clock.advance(30)
        hub.kept.look()

    hub.clock.advance(48 * 3600)
    hub.start()

    assert hub.kept.age_seconds() is None
    assert hub.store.kept(ROSTER).as_of is None


def test_what_is_too_old_goes_at_the_start_too(hub):
    hub.kept.look()
    hub.clock.advance(2 * DAY)

    hub.start()

    assert hub.store.places(ROSTER) == []


def test_while_nobody_knows_the_date_no_day_begins(hub):
    hub.kept.look()
    hub.clock.set_wall(AT + timedelta(days=1), ok=False)
    hub.centre.roster.asked.clear()

    hub.kept.look()

    assert [since for since, _ in hub.centre.roster.asked] == [5]


def test_a_centre_of_another_past_begins_anew(hub):
    hub.kept.look()
    hub.centre.people.restore("b" * 16)
    hub.centre.people.remove(5)

    hub.kept.look()

    hub.unlock()
    assert sorted(hub.people()) == [1, 2, 3, 4]


def test_an_empty_list_is_a_list(hub):
    for row in range(1, 6):
        hub.centre.people.remove(row)
    empty = SigningCentre(hub.device_keys.centre, hub.device_keys.site_seal.public_key())
    hub.centre.roster.page = empty.roster_page
    hub.unlock()

    hub.kept.look()
    hub.kept.look()

    assert hub.kept.after(0, "").age_seconds == 0
    assert len(hub.store.places(ROSTER)) == 1


@pytest.mark.parametrize("page", ["strange", "of_another_site", "leap", "endless"])
def test_what_the_centre_does_not_say_like_that_is_not_kept(hub, page):
    hub.centre.roster.page = _wrong(hub)[page]

    with pytest.raises(RosterError):
        hub.kept.look()

    hub.unlock()
    assert hub.kept.after(0, "").age_seconds is None


def _wrong(hub):
    from factories.rosters import page

    from protocol.roster import encode_page

    signer = hub.device_keys.centre
    return {
        "strange": lambda *_: b"not signed",
        "of_another_site": lambda *_: encode_page(page([entry()], site="bac-ai"), signer),
        "leap": lambda *_: encode_page(page([entry()], 7), signer),
        "endless": lambda since, _: encode_page(page([entry(since + 1)], since, last=9999), signer),
    }


def test_a_page_in_the_place_of_another_one_is_not_believed_and_fetched_again(hub):
    hub.kept.look()
    [first, second] = [hub.store.page(ROSTER, place) for place in hub.store.places(ROSTER)]
    hub.store.drop(ROSTER)
    hub.store.add(ROSTER, SealedPage(first.place, second.sealed), "2026-11-22")
    hub.store.complete(ROSTER, AT)
    hub.unlock()

    told = hub.kept.after(0, "")
    hub.kept.look()

    assert told.age_seconds is None
    assert len(hub.people()) == 5


def test_a_page_that_opens_and_says_another_place_is_not_believed(hub):
    hub.kept.look()
    place = hub.store.places(ROSTER)[1]
    message = hub.centre.roster_page(0, "")
    sealed = hub.keys.seal_to_site(message, sealed_as(ROSTER, SITE, place))
    hub.store.drop(ROSTER)
    hub.store.add(ROSTER, SealedPage(place, sealed), "2026-11-22")
    hub.store.complete(ROSTER, AT)
    hub.unlock()

    assert hub.kept.next_after(0, "") is None
    assert hub.kept.after(0, "").age_seconds is None


def test_a_store_that_fails_is_told_and_leaves_nobody_without_an_answer(hub):
    hub.kept.look()
    hub.store.fail_with(JournalError("disk"))
    hub.unlock()

    with pytest.raises(JournalError):
        hub.kept.look()
    with pytest.raises(JournalError):
        hub.kept.load()
    assert hub.kept.after(0, "").age_seconds is None
    assert hub.kept.next_after(0, "") is None
    assert hub.kept.page_at(Place(0, 3, 5, "")) is None
    hub.store.fail_with(None)
    assert len(hub.people()) == 5


def test_a_page_that_was_just_replaced_is_nobodys_answer(hub):
    hub.kept.look()
    hub.unlock()
    hub.store.page = lambda *_: None

    assert hub.kept.after(0, "").age_seconds is None
    assert hub.kept.next_after(0, "") is None


def test_no_name_and_no_number_lies_in_any_byte_of_the_file(tmp_path):
    store = SqlitePages(tmp_path / "kept.db")
    hub = Bench(store)
    hub.kept.look()
    hub.unlock()
    assert hub.people()[1].name == "Chamaléa Văn Thư"
    disk = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    store.close()

    secrets = ("Chamaléa Văn Thư", "058185000001")
    assert [s for s in secrets for form in traces(s) if len(form) >= 7 and form in disk] == []


def test_a_disk_that_is_nearly_full_gets_its_room_back_and_later_all_comes_again(hub):
    hub.unlock()
    hub.kept.look()
    there = len(hub.people())

    hub.room.measured(20 << 20)
    hub.kept.look()
    hub.kept.look()
    given_up = hub.store.kept(ROSTER), hub.kept.age_seconds()
    hub.room.measured(500 << 20)
    hub.kept.look()

    assert given_up == (Kept(), None)
    assert there == len(hub.people()) == 5
