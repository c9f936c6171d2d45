"""The hub's door with everything behind it, on a simulated clock and journal."""

from dataclasses import dataclass

from factories import vaults
from fakes.staff import MemorySessions, MemoryVault

from edge.domain.sessions import Limits
from edge.domain.vault import SiteKeys
from edge.ports import SessionStore, VaultStore
from edge.services.door import Door
from edge.services.staff import StaffList
from edge.services.staff_events import StaffEvents
from edge.services.vault import VaultKeeper
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from protocol.events import Event, decode_event
from protocol.identity import DeviceId
from protocol.vault import Vault, encode_vault
from protocol.vault_keys import NewMember, Secrets

LIMITS = Limits(session_seconds=12 * 3600, idle_seconds=3600)
ADDRESS = "192.0.2.7"


@dataclass
class Hub:
    """The parts that a test looks at."""

    clock: SimulatedClock
    keys: SimulatedKeys
    journal: SimulatedJournal
    vault: VaultStore
    sessions: SessionStore
    site_keys: SiteKeys
    keeper: VaultKeeper
    door: Door
    staff: StaffList

    def events(self) -> list[Event]:
        entries = self.journal.entries(0, most=1000, most_bytes=1 << 20)
        return [decode_event(entry.data) for entry in entries]

    def restarted(self) -> "Hub":
        """The hub after a power cut: what was in memory is gone."""
        return hub(
            clock=self.clock,
            keys=self.keys,
            journal=self.journal,
            vault=self.vault,
            sessions=self.sessions,
        )


def file_of(keys: SimulatedKeys, *members: NewMember) -> bytes:
    return encode_vault(vault_of(keys, *members), vaults.VAULT_KEY)


def vault_of(keys: SimulatedKeys, *members: NewMember) -> Vault:
    return vaults.vault(*members, of=Secrets(bytes(32), keys.site_seal))


def hub(
    *members: NewMember,
    clock: SimulatedClock | None = None,
    keys: SimulatedKeys | None = None,
    journal: SimulatedJournal | None = None,
    vault: VaultStore | None = None,
    sessions: SessionStore | None = None,
    limits: Limits = LIMITS,
) -> Hub:
    clock = clock or SimulatedClock()
    device = DeviceId("kiosk-0001")
    keys = keys or SimulatedKeys(device)
    journal = journal or SimulatedJournal(device=device, clock=clock)
    vault = vault or MemoryVault(file_of(keys, *members))
    sessions = sessions or MemorySessions()
    site_keys = SiteKeys(vaults.SITE, keys.site_seal.public_key())
    keeper = VaultKeeper(vault, site_keys, vaults.SITE)
    events = StaffEvents(journal=journal, keys=keys, clock=clock)
    door = Door(keeper=keeper, store=sessions, clock=clock, events=events, limits=limits)
    staff = StaffList(
        keeper=keeper, door=door, events=events, entropy=clock.entropy, kdf=vaults.QUICK
    )
    return Hub(clock, keys, journal, vault, sessions, site_keys, keeper, door, staff)
