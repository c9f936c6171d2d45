"""A centre, a hub with what it keeps of it, and a kiosk's way to that hub, all in one process."""

from factories.kept import AT, SITE, HubCopy, SigningCentre
from factories.rosters import entry

from edge.domain.roster import Desks
from edge.domain.vault import SiteKeys
from edge.ports import HubUnavailable
from edge.services.hub_first import RosterHubFirst
from edge.services.roster import RosterKeeper
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from protocol.identity import DeviceId
from protocol.vault_keys import Secrets

SILENT = HubUnavailable("no hub answers")


class Shelf:
    """The port ``SiteShelf`` on a hub in this process, which may fall silent."""

    def __init__(self, kept):
        self.kept = kept
        self.silent = False
        self.pages = None
        self.told = None
        self.copies = []
        self.lists = {}

    def roster(self, since, head):
        self._must_answer()
        return self.pages.pop(0) if self.pages else self.kept.roster.after(since, head)

    def doses(self, number):
        self._must_answer()
        return self.told or self.kept.news.of_person(number)

    def copy(self, dose):
        self._must_answer()
        self.copies.append(dose)
        return len(self.copies) > 1

    def list_of(self, name, serial):
        self._must_answer()
        return self.lists.get((name, serial))

    def close(self):
        return

    def _must_answer(self):
        if self.silent:
            raise SILENT


class Site:
    """A centre, a hub that may be unlocked, and a kiosk with its list."""

    def __init__(self):
        self.keys = SimulatedKeys(DeviceId("hub-0001"))
        self.centre = SigningCentre(self.keys.centre, self.keys.site_seal.public_key())
        self.clock = SimulatedClock(AT)
        self.site_keys = SiteKeys(SITE, self.keys.site_seal.public_key())
        self.kept = HubCopy(self.centre, self.site_keys, self.keys, self.clock)
        self.shelf = Shelf(self.kept)
        self.centre.people.put(
            entry(1), *(entry(row, number=f"0581850{row:05d}") for row in range(2, 9))
        )

    def unlock(self):
        self.site_keys.unlock(Secrets(b"s" * 32, self.keys.site_seal))

    def kiosk(self, centre=None):
        """Return a kiosk's keeper of the list, and its source."""
        source = RosterHubFirst(
            self.shelf, centre, site=SITE, open_page=self.keys.open_roster, clock=self.clock,
            fresh_seconds=900,
        )  # fmt: skip
        keeper = RosterKeeper(
            source=source, person=lambda number: number, clock=self.clock, desks=Desks(),
            limit_seconds=36 * 3600,
        )  # fmt: skip
        return keeper, source
