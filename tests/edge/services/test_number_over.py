"""Whoever is no longer in the hall gets a new number, at a kiosk that reaches its hub and at one that does not."""

from contextlib import asynccontextmanager

from factories.documents import CARD_2021
from factories.kiosks import make_bench
from factories.queues import HUB, MORNING, ZONE, queue_on, simulated_journal
from fakes.kiosk_parts import FillingDisk

from edge.adapters.hub_own import OwnHub
from edge.domain.lan import Claim, ClaimAnswer, DayKey, HubState, Run, Taken
from edge.domain.queue.commands import OpenSession
from edge.domain.screen import Done
from edge.domain.vault import SiteKeys
from edge.ports import Draft, HubUnavailable, JournalError
from edge.services.claims import Ledger
from edge.services.day_end import DayEnd
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.simulated.site_store import SimulatedSiteStore
from protocol.identity import DeviceId
from protocol.site_events import Left

KIOSK = "kiosk-0001"


def torn():
    raise JournalError("torn")


class LedgerOnTheLan(OwnHub):
    """The ledger of another Pi, in this process; it may be cut off."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, claim_seconds=5)
        self.cut = False

    def _reached(self) -> None:
        if self.cut:
            raise HubUnavailable("the cable is out")

    def claim(self, claim: Claim) -> ClaimAnswer:
        self._reached()
        return super().claim(claim)

    def hand_over(self, run: Run) -> Taken:
        self._reached()
        return self._in_loop(self._ledger.take(KIOSK, run), 5)

    def day_key(self) -> DayKey:
        self._reached()
        return super().day_key()

    def who(self) -> HubState:
        self._reached()
        return super().who()


class Site:
    """A hub whose day before is open, and a kiosk of it."""

    def __init__(self, folder) -> None:
        self.clock = SimulatedClock(MORNING, ok=False)
        self.journal = FillingDisk(simulated_journal(self.clock))
        self.queue = queue_on(self.journal, self.clock)
        ledger = Ledger(
            queue=self.queue,
            keys=SiteKeys("phuoc-dinh", SimulatedKeys(DeviceId(KIOSK)).site_seal.public_key()),
            store=SimulatedSiteStore(),
            clock=self.clock,
            zone=ZONE,
            hub=HubState(device=HUB, site="phuoc-dinh", epoch="e" * 32),
        )
        self.lan = LedgerOnTheLan(ledger)
        self.bench = make_bench(folder, clock=self.clock, hub=self.lan)
        kiosk = self.bench.kiosk
        self.day_end = DayEnd(
            clock=self.clock,
            zone=ZONE,
            day_ended=kiosk.day_ended,
            worked_ns=kiosk.newest_number_ns,
        )

    async def open_day(self, day: str) -> None:
        await self.queue.do(OpenSession(day=day, staff="truong-tram"))

    async def talk(self) -> bool:
        """Let the kiosk hand over and hear what there is."""
        reached = await self.bench.hub_client.look()
        await self.bench.hear()
        return reached

    async def rest(self, *, hours: float) -> None:
        """Let nobody come for so long, and the kiosk look whether a day ended."""
        self.clock.advance(hours * 3600)
        await self.day_end.look()
        await self.bench.hear()

    async def come(self) -> tuple[str, bool]:
        """Hold up the same card; return number, and whether it is called one from before."""
        self.clock.advance(60)
        await self.bench.scan(CARD_2021.encode())
        screen = self.bench.screen
        assert isinstance(screen, Done)
        return screen.ticket, screen.again

    def waiting(self) -> list[str]:
        return [visit.ticket for visit in self.queue.state.waiting("reception")]


@asynccontextmanager
async def site_of_yesterday(folder):
    site = Site(folder)
    await site.queue.start()
    await site.open_day("2026-11-21")
    assert await site.talk()
    assert await site.come() == ("A001", False)
    assert await site.talk()
    yield site
    site.bench.journal.close()


async def test_while_the_person_is_in_the_hall_their_number_stays(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        assert await site.come() == ("A001", True)
        assert site.waiting() == ["A001"]


async def test_a_day_opened_a_moment_ago_gives_a_new_number_before_the_kiosk_heard_of_it(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        await site.open_day("2026-11-22")

        assert await site.come() == ("A002", False)
        await site.talk()
        assert site.waiting() == ["A002"]


async def test_a_kiosk_that_heard_of_the_new_day_needs_nobody_to_give_a_new_number(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        await site.open_day("2026-11-22")
        await site.talk()
        site.lan.cut = True

        assert await site.come() == ("A002", False)
        assert await site.come() == ("A002", True)
        site.lan.cut = False
        assert await site.talk()
        assert site.waiting() == ["A002"]


async def test_a_kiosk_that_is_cut_off_over_a_night_without_a_date_gives_a_new_number(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        site.lan.cut = True
        await site.rest(hours=14)

        assert await site.come() == ("A002", False)
        await site.open_day("2026-11-22")
        site.lan.cut = False
        assert await site.talk()
        assert site.waiting() == ["A002"]


async def test_a_kiosk_that_is_cut_off_repeats_a_number_over_noon(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        site.lan.cut = True
        await site.rest(hours=4)

        assert await site.come() == ("A001", True)


async def test_a_moment_of_unsure_clock_after_a_long_quiet_gives_no_second_number(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        site.lan.cut = True
        site.clock.set_wall(MORNING, ok=True)
        await site.rest(hours=0)
        site.clock.set_wall(MORNING, ok=False)
        await site.rest(hours=7)

        assert await site.come() == ("A001", True)


async def test_whoever_left_and_comes_back_gets_a_new_number(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        [visit] = site.queue.state.visits
        site.journal.append([Draft("gone", Left(staff="tiep-don-1", reason="own_wish"), visit)])
        await site.queue.look()

        assert await site.come() == ("A002", False)
        await site.talk()
        assert site.waiting() == ["A002"]


async def test_what_the_hub_was_not_told_of_yet_still_counts(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        site.lan.cut = True
        await site.open_day("2026-11-22")
        assert await site.come() == ("A001", True)
        site.lan.cut = False
        await site.open_day("2026-11-23")
        await site.talk()
        assert await site.come() == ("A002", False)

        assert await site.come() == ("A002", True)


async def test_a_kiosk_that_cannot_read_what_it_wrote_keeps_to_its_numbers(tmp_path):
    async with site_of_yesterday(tmp_path) as site:
        await site.open_day("2026-11-22")
        site.bench.journal.epochs = torn

        assert await site.come() == ("A001", True)
