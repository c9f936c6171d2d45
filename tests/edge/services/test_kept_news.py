"""News of doses at the hub: sealed on disk, found by person after a log-in, with what was printed."""

from dataclasses import replace

import pytest
from factories.kept import AT, DAY, NUMBER, OTHER_NUMBER, SITE, ZONE, HubCopy, SigningCentre, told
from fakes.certificates import kept_in_memory

from central.services.dose_news import NewsKeeper
from edge.adapters.pages_sqlite import SqlitePages
from edge.domain.kept import NEWS
from edge.domain.vault import SiteKeys
from edge.ports import RosterUnavailable
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.simulated.pages import SimulatedPages
from protocol.certificates.news import DoseNews, NewsPage, encode_news
from protocol.identity import DeviceId
from protocol.vault_keys import Secrets


class Bench:
    def __init__(self):
        self.device_keys = SimulatedKeys(DeviceId("hub-0001"))
        self.centre = SigningCentre(
            self.device_keys.centre, self.device_keys.site_seal.public_key()
        )
        self.clock = SimulatedClock(AT)
        self.store = SimulatedPages()
        self.start()

    def start(self):
        self.keys = SiteKeys(SITE, self.device_keys.site_seal.public_key())
        self.kept = HubCopy(self.centre, self.keys, self.device_keys, self.clock, store=self.store)
        self.kept.news_pages.load()

    def unlock(self):
        self.keys.unlock(Secrets(b"s" * 32, self.device_keys.site_seal))

    def look(self):
        self.kept.news_pages.look()
        self.kept.news.refresh()

    def doses(self, number=NUMBER):
        return self.kept.news.of_person(number)


@pytest.fixture
def hub():
    made = Bench()
    made.centre.book.take([told(code="HC1:ONE"), told("dose-2", OTHER_NUMBER)])
    return made


def test_a_persons_doses_are_found_once_somebody_has_logged_in(hub):
    hub.look()
    locked = hub.doses()
    hub.unlock()
    hub.kept.news.refresh()

    [one] = hub.doses().doses
    assert locked.age_seconds is None
    assert (one.news.dose, one.details.code, one.news.sealed) == ("dose-1", "HC1:ONE", {})
    assert [each.news.dose for each in hub.doses(OTHER_NUMBER).doses] == ["dose-2"]


def test_of_somebody_without_a_dose_the_news_say_so_with_their_age(hub):
    hub.unlock()
    hub.look()
    hub.clock.advance(60)

    assert (hub.doses("058185999999").doses, hub.doses().age_seconds) == ((), 60)


def test_before_any_news_came_nothing_is_said_to_be_not_there(hub):
    hub.unlock()
    hub.kept.news.refresh()
    hub.kept.news_pages.look()

    assert hub.doses().age_seconds is None


def test_what_changed_is_taken_in_and_a_corrected_number_moves_the_dose(hub):
    hub.unlock()
    hub.look()
    hub.centre.book.take([told(number=OTHER_NUMBER, code="HC1:TWO"), told("dose-3")])

    hub.look()

    assert [each.news.dose for each in hub.doses().doses] == ["dose-3"]
    assert {each.details.code for each in hub.doses(OTHER_NUMBER).doses} == {"HC1:TWO", ""}
    assert [since for since, _ in hub.centre.news.asked] == [0, 2]


def test_another_book_and_another_day_begin_anew(hub):
    hub.unlock()
    hub.look()
    other = SigningCentre(hub.device_keys.centre, hub.device_keys.site_seal.public_key())
    other.book.take([told("dose-9")])
    hub.centre.news.page = other.news_page

    hub.look()
    after_restart = [each.news.dose for each in hub.doses().doses]
    hub.clock.advance(DAY)
    hub.look()

    assert after_restart == ["dose-9"]
    assert [each.news.dose for each in hub.doses().doses] == ["dose-9"]


class Platform:
    """Nothing is issued there, and nothing asked for."""

    def changed(self, _since):
        return ()

    def close(self):
        return


class OfSite:
    """Doses of the last days and who they are of, as the centre's database has them."""

    def __init__(self, *told):
        self.doses = [one.of for one in told]

    def since(self, _day):
        return self.doses

    def held(self, _kind):
        return None

    def erase(self, number):
        self.doses = [replace(d, number=None) if d.number == number else d for d in self.doses]


def keeper_of(centre, doses, clock):
    return NewsKeeper(
        *kept_in_memory(Platform(), clock), doses, doses, centre.book, clock, ZONE,
        days=7, interval_seconds=1,
    )  # fmt: skip


@pytest.mark.parametrize("restarted", [False, True])
def test_whoever_is_erased_leaves_memory_and_disk_of_a_hub_that_was_away_meanwhile(
    tmp_path, restarted
):
    hub = Bench()
    hub.store = SqlitePages(tmp_path / "kept.db")
    hub.start()
    doses = OfSite(told(), told("dose-2", OTHER_NUMBER))
    keeper = keeper_of(hub.centre, doses, hub.clock)
    keeper.look()
    hub.unlock()
    hub.look()
    found = [bool(hub.doses(number).doses) for number in (NUMBER, OTHER_NUMBER)]
    [page] = [hub.store.page(NEWS, place) for place in hub.store.places(NEWS)]
    [sealed] = page.sealed.values()
    piece = sealed[200:260].encode()
    on_disk = piece in disk(tmp_path)

    doses.erase(NUMBER)
    if restarted:
        hub.centre.begin_anew()
        keeper = keeper_of(hub.centre, doses, hub.clock)
    keeper.look()
    hub.look()

    left = [bool(hub.doses(number).doses) for number in (NUMBER, OTHER_NUMBER)]
    assert (found, left) == ([True, True], [False, True])
    assert NUMBER not in hub.kept.news._index.doses_of
    assert (on_disk, piece in disk(tmp_path)) == (True, False)
    assert [one.dose for one in hub.centre.book.page(SITE, 0, "").news] == ["dose-2"]
    hub.store.close()


def disk(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_after_a_power_cut_without_the_centre_the_first_log_in_brings_certificates_back(hub):
    hub.look()
    hub.centre.news.fail_with(RosterUnavailable("no answer"))
    hub.start()
    hub.unlock()
    hub.kept.news.refresh()

    assert hub.doses().doses[0].details.code == "HC1:ONE"


def test_at_the_end_of_the_day_nobody_is_found_any_more(hub):
    hub.unlock()
    hub.look()

    hub.keys.lock()
    hub.kept.news.refresh()

    assert hub.doses().age_seconds is None
    assert hub.kept.news._index.doses_of == {}


def test_a_lock_while_news_are_read_leaves_nothing_in_memory(hub):
    hub.unlock()
    hub.kept.news_pages.look()
    read = hub.kept.news._read

    def lock_meanwhile(message):
        hub.keys.lock()
        return read(message)

    hub.kept.news._read = lock_meanwhile
    hub.kept.news.refresh()

    assert hub.kept.news._index.doses_of == {}


def test_while_a_page_is_just_replaced_nobody_says_anything(hub):
    hub.unlock()
    hub.look()
    hub.store.page = lambda *_: None

    assert hub.doses().age_seconds is None
    assert hub.doses("058185999999").age_seconds == 0


def test_a_log_out_in_the_midst_of_an_answer_leaves_it_unsaid(hub, monkeypatch):
    hub.unlock()
    hub.look()
    monkeypatch.setattr(type(hub.keys), "open_form", lambda *_: None)

    assert hub.doses().age_seconds is None


def test_what_was_printed_elsewhere_is_told(hub):
    hub.unlock()
    hub.look()

    hub.kept.site_store.note_copies(["dose-1"])

    assert (hub.doses().printed, hub.doses(OTHER_NUMBER).printed) == (("dose-1",), ())


def test_a_centre_without_the_sites_key_leaves_nobody_with_a_wrong_no(hub):
    hub.unlock()
    unsealed = NewsPage(
        site=SITE, book="b", since=0, through=1, last=1,
        news=(DoseNews(dose="dose-1", visit="v", recorded="accepted"),),
    )  # fmt: skip
    hub.centre.news.page = lambda *_: encode_news(unsealed, hub.device_keys.centre)

    hub.look()

    assert hub.doses().age_seconds is None


def test_one_that_does_not_open_stops_none_behind_it(hub):
    hub.unlock()
    good = hub.centre.book.page(SITE, 0, "").news
    bad = DoseNews(dose="dose-8", visit="v", recorded="accepted", sealed=good[0].sealed)
    page = NewsPage(site=SITE, book="b", since=0, through=3, last=3, news=(bad, *good))
    hub.centre.news.page = lambda *_: encode_news(page, hub.device_keys.centre)

    hub.look()

    assert [each.news.dose for each in hub.doses().doses] == ["dose-1"]
