"""Kiosks of a site on the LAN: what they ask of the hub, and check-ins that they wrote."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.adapters.clock import SystemClock
from edge.adapters.keys_file import FileKeys
from edge.domain.commands import StoreCheckIn
from edge.domain.facts import CheckInStored
from edge.domain.lan import Claim, Run
from edge.domain.state import Given, State
from edge.ports import Clock, Hub, Keys
from edge.services.asking_first import AskingFirst
from edge.services.hub_client import HubClient, HubTiming
from edge.services.recording import Recorder
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.site_store import SimulatedSiteStore
from protocol.documents import model
from protocol.documents.model import DocumentClass
from protocol.events import Event, decode_event
from protocol.identity import DeviceId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUICK = HubTiming(
    answer_seconds=5, look_seconds=0.05, settle_seconds=0.3, again_seconds=0.02, wait_seconds=0.05
)
"""Looks often; waits for an answer as long as a machine under load may take."""
PATIENT = replace(QUICK, settle_seconds=5)


def asked(event: str = "event-1", person: str = "person-mau", **changes: object) -> Claim:
    """Return a kiosk's question about a person."""
    fields = {"visit": f"visit-of-{event}", "ticket": "A001"} | changes
    return Claim(event=event, person=person, **fields)  # type: ignore[arg-type]


def card(place: int = 123) -> model.Claim:
    """Return what the card of an invented person says."""
    return model.Claim(DocumentClass.CCCD_2021, f"058185{place:06d}", "Nguyễn Thị Mẫu")


class LanKiosk:
    """A kiosk without camera, screen and printer: it checks people in and knows its hub.

    Attributes:
        told: Facts that the hub's side of it told.
        reached: What it said of the hub, in turn.
    """

    def __init__(
        self,
        hub: Hub,
        device: str = "kiosk-0001",
        *,
        prefix: str = "A",
        keys: Keys | None = None,
        clock: Clock | None = None,
        timing: HubTiming = QUICK,
        own: bool = False,
    ) -> None:
        self.clock = clock or SystemClock()
        self.hub = hub
        self.keys = keys or SimulatedKeys(DeviceId(device))
        self.journal = SimulatedJournal(device=DeviceId(device), clock=self.clock)
        self.store = SimulatedSiteStore()
        self.told: list[object] = []
        self.reached: list[bool] = []
        self.state = State()
        self.recorder = Recorder(
            journal=self.journal,
            keys=self.keys,
            clock=self.clock,
            zone=ZONE,
            ticket_prefix=prefix,
            written=self._written,
        )
        self.client = HubClient(
            hub=hub,
            journal=None if own else self.journal,
            store=self.store,
            clock=self.clock,
            take_day_key=self.keys.take_day_key,
            tell=self._tell,
            on_reached=self.reached.append,
            timing=timing,
        )
        self.first = AskingFirst(
            recorder=self.recorder,
            clock=self.clock,
            ask=self.client.ask,
            former_persons=self.keys.former_persons,
            stations={"screening": "Khám sàng lọc"},
        )

    async def check_in(self, place: int = 123):
        """Return what comes of a card: stored here, or known to the hub already."""
        claim = card(place)
        order = StoreCheckIn(claim, self.keys.person(claim.number), "N. T. M***", "camera")
        found = await self.first.before(order, self.state)
        if found is not None and not hasattr(found, "event"):
            return found
        return self.write(order, found)

    def write(self, order: StoreCheckIn, planned=None) -> CheckInStored:
        return self.recorder.check_in(order, planned)

    def alone(self, place: int = 123) -> CheckInStored:
        """Check somebody in without asking anybody."""
        claim = card(place)
        return self.write(
            StoreCheckIn(claim, self.keys.person(claim.number), "N. T. M***", "camera")
        )

    def remember(self, stored: CheckInStored) -> None:
        """Let the conversation know who got which number, as its state does."""
        held = Given(stored.ticket, stored.masked_name, stored.at_ms, stored.visit)
        self.state = replace(self.state, given={stored.person: held})

    def events(self) -> list[Event]:
        entries = self.journal.entries(0, most=10_000, most_bytes=1 << 30)
        return [decode_event(entry.data) for entry in entries]

    def run(self, after: int = 0) -> Run:
        """Return all that it wrote, as one run."""
        place = self.journal.position()
        entries = self.journal.entries(after, most=100, most_bytes=1 << 20)
        return Run(
            epoch=place.epoch,
            after=after,
            through=place.last,
            events=tuple(entry.data for entry in entries),
        )

    def _written(self) -> None:
        self.client.notify()

    async def _tell(self, fact: object) -> None:
        self.told.append(fact)


def https_kiosk(hub: Hub, folder: Path, device: str, prefix: str, **settings: object) -> LanKiosk:
    """Return a kiosk with the keys that provisioning gave it, and a day key of its own."""
    keys = FileKeys(folder, day_key=device.encode().ljust(32, b"."), software="test")
    return LanKiosk(hub, device, prefix=prefix, keys=keys, **settings)  # type: ignore[arg-type]
