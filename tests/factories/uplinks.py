"""A kiosk's uplink between a journal and a centre, with nothing real in between."""

from dataclasses import dataclass

from factories.journals import DEVICE, check_in
from fakes.centre import RecordingCentre

from edge.services.room import RoomLeft
from edge.services.uplink import Timing, Uplink
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.link import SimulatedExchange
from protocol.identity import Epoch

QUICK = Timing(ack_seconds=0.15, least_seconds=0.01, most_seconds=0.03)


@dataclass
class Scene:
    """A kiosk's journal and uplink, a broker and a centre."""

    clock: SimulatedClock
    journal: SimulatedJournal
    keys: SimulatedKeys
    centre: RecordingCentre
    exchange: SimulatedExchange
    uplink: Uplink
    room: RoomLeft

    def check_in(self, first: int, last: int) -> None:
        """Journal check-ins of these numbers and tell the uplink."""
        self.journal.append([check_in(n) for n in range(first, last + 1)])
        self.uplink.notify()

    @property
    def acked(self) -> int:
        """Return how far the journal is acknowledged."""
        return self.journal.position().acked

    @property
    def epoch(self) -> Epoch:
        """Return the journal's epoch."""
        return self.journal.position().epoch


def centre_of(keys: SimulatedKeys) -> RecordingCentre:
    """Return a centre that knows the device of ``keys``."""
    return RecordingCentre(keys.device, keys.signer.key.public_key(), keys.centre)


def new_scene() -> Scene:
    """Return a kiosk with an empty journal, whose centre answers."""
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DEVICE, clock=clock)
    keys = SimulatedKeys(DEVICE)
    centre = centre_of(keys)
    exchange = SimulatedExchange(answer=centre.answer)
    room = RoomLeft()
    uplink = Uplink(
        journal=journal, keys=keys, clock=clock, new_link=exchange.new_link, timing=QUICK, room=room
    )
    return Scene(clock, journal, keys, centre, exchange, uplink, room)
