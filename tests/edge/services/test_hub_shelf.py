"""The hub keeps fetching, locked or not; nothing that fails ends it."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from factories.kept import AT, NUMBER, SITE, HubCopy, SigningCentre, told
from factories.rosters import entry
from factories.waiting import until
from structlog.testing import capture_logs

from edge.domain.kept import NEWS, ROSTER
from edge.domain.vault import SiteKeys
from edge.ports import Draft, JournalError, RosterUnavailable
from edge.services.copies import Copies
from edge.services.keeping import Keeping, Look
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.pages import SimulatedPages
from protocol.events import CertificatePrinted
from protocol.identity import DeviceId
from protocol.vault_keys import Secrets


class Bench:
    def __init__(self, before=None):
        """Args: ``before`` is the same Pi before its program began anew."""
        self.keys = before.keys if before else SimulatedKeys(DeviceId("hub-0001"))
        self.centre = (
            before.centre
            if before
            else SigningCentre(self.keys.centre, self.keys.site_seal.public_key())
        )
        if before is None:
            self.centre.people.put(entry())
            self.centre.book.take([told(code="HC1:ONE")])
        self.site_keys = SiteKeys(SITE, self.keys.site_seal.public_key())
        self.store = before.store if before else SimulatedPages()
        self.kept = HubCopy(
            self.centre, self.site_keys, self.keys, SimulatedClock(AT), store=self.store
        )

    def unlock(self):
        self.site_keys.unlock(Secrets(b"s" * 32, self.keys.site_seal))

    @asynccontextmanager
    async def running(self, **settings):
        shelf = self.kept.shelf(**({"roster_seconds": 0.02, "news_seconds": 0.02} | settings))
        running = asyncio.ensure_future(shelf.run())
        try:
            yield shelf
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.fixture
def hub():
    return Bench()


async def test_everything_is_fetched_while_nobody_has_logged_in_and_found_at_the_log_in(hub):
    async with hub.running() as shelf:
        await until(lambda: hub.store.places(ROSTER) and hub.store.places(NEWS))
        locked = shelf.doses(NUMBER).age_seconds, shelf.roster(0, "").age_seconds
        hub.unlock()
        await until(lambda: shelf.doses(NUMBER).doses)
        hub.centre.book.take([told("dose-2")])
        await until(lambda: len(shelf.doses(NUMBER).doses) == 2)

        assert locked == (None, None)
        assert shelf.roster(0, "").page
        assert shelf.news_age_seconds() == 0
        assert not shelf.copy("kiosk-0001", "dose-1")
        assert shelf.list_of("trust", 0) is None


async def test_without_the_centre_the_first_log_in_is_enough(hub):
    hub.kept.roster.look()
    hub.kept.news_pages.look()
    for source in (hub.centre.roster, hub.centre.news):
        source.fail_with(RosterUnavailable("no answer"))

    with capture_logs() as lines:
        async with hub.running() as shelf:
            await until(lambda: len(hub.centre.news.asked) > 1)
            hub.unlock()
            await until(lambda: shelf.doses(NUMBER).doses)

    failures = [line for line in lines if line["event"] == "kept_pages_stay_as_they_are"]
    assert len(failures) == 2


async def test_a_standby_keeps_the_same_and_opens_it_once_it_is_the_hub(hub):
    looks = [Look("roster", hub.kept.roster.look, 9), Look("news", hub.kept.news_pages.look, 9)]
    keeping = asyncio.ensure_future(Keeping(looks, SimulatedClock(AT)).run())
    await until(lambda: hub.store.places(ROSTER) and hub.store.places(NEWS))
    keeping.cancel()
    await asyncio.wait([keeping])
    promoted = Bench(hub)
    for source in (hub.centre.roster, hub.centre.news):
        source.fail_with(RosterUnavailable("no answer"))

    async with promoted.running() as shelf:
        promoted.unlock()
        await until(lambda: shelf.doses(NUMBER).doses)

        assert shelf.roster(0, "").page


async def test_where_no_centre_is_configured_nobody_is_asked(hub):
    async with hub.running(asks_centre=False) as shelf:
        await asyncio.sleep(0.05)

    assert hub.centre.roster.asked == []
    assert shelf.news_age_seconds() is None


async def test_what_was_printed_is_noted_before_anybody_asks_also_without_a_centre(hub):
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=SimulatedClock(AT))
    journal.append(
        [Draft("event-1", CertificatePrinted(job="job-1", dose="dose-1", proof="proven"))]
    )
    hub.kept.copies = Copies(store=hub.kept.site_store, history=journal, clock=hub.kept.clock)

    async with hub.running(asks_centre=False):
        await until(lambda: hub.kept.site_store.copied("dose-1"))


async def test_a_disk_that_fails_ends_nothing_and_later_it_goes_on(hub, monkeypatch):
    monkeypatch.setattr("edge.services.keeping._FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr("edge.services.keeping._LAST_RETRY_SECONDS", 0.02)
    hub.store.fail_with(JournalError("disk"))
    hub.unlock()
    with capture_logs() as lines:
        async with hub.running() as shelf:
            await until(lambda: any("disk" in str(line.get("problem")) for line in lines))
            hub.store.fail_with(None)
            await until(lambda: shelf.roster(0, "").page and shelf.doses(NUMBER).doses)


async def test_a_log_in_after_the_program_has_ended_disturbs_nothing(hub):
    async with hub.running() as shelf:
        pass
    shelf._loop = asyncio.new_event_loop()
    shelf._loop.close()

    hub.unlock()
