"""Hub and standby in one process: two machines, the way between them, and a vault's file."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.adapters.clock import SystemClock
from edge.adapters.replica_sqlite import SqliteReplica
from edge.domain.lan import HubState
from edge.domain.replica import Ask, Page
from edge.ports import HubUnavailable
from edge.services.lineage import Lineage
from edge.services.numbers import Numbers
from edge.services.replicating import Replicating
from edge.services.site_queue import SiteQueue
from edge.simulated.journal import SimulatedJournal
from protocol.identity import DeviceId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, SECOND = "hub-0001", "hub-0002"


class Machine:
    """One of the two: its journal, its copies of the other's, and its queue when it leads."""

    def __init__(self, device: str, prefix: str, folder: Path) -> None:
        first = device == FIRST
        self.device = device
        self.clock = SystemClock()
        self.journal = SimulatedJournal(device=DeviceId(device), clock=self.clock)
        self.copies = SqliteReplica(folder / f"{device}.db")
        self.numbers = Numbers(journal=self.journal, clock=self.clock, zone=ZONE, prefix=prefix)
        self.lineage = Lineage(self.journal, self.copies, device, first=first)

    async def lead(self, serial: int = 0, confirmed=None) -> SiteQueue:
        if serial:
            self.lineage.promote(serial, f"0192f0c4-0000-7000-8000-{serial:012d}")
        queue = SiteQueue(
            journal=self.journal,
            clock=self.clock,
            zone=ZONE,
            numbers=self.numbers,
            lineage=self.lineage,
            confirmed=confirmed,
        )
        await queue.start()
        return queue

    def copy_from(self, other: "Machine", most: int) -> None:
        """Take over ``most`` entries of the other's journal at the most, one by one."""
        position = other.journal.position()
        through, _ = self.copies.last(other.device, position.epoch)
        for entry in other.journal.entries(through, most=most, most_bytes=1 << 30):
            self.copies.append(other.device, position.epoch, b"", [entry])


class Direct:
    """The peer without a network."""

    def __init__(self, replicating: Replicating, loop: asyncio.AbstractEventLoop) -> None:
        self.replicating, self.loop = replicating, loop
        self.cut = False
        self.state = HubState(device=FIRST, site="phuoc-dinh")
        self.heard: list[bytes] = []
        self.vault_now: bytes | None = None

    def who(self) -> HubState:
        if self.cut:
            raise HubUnavailable("cut")
        return self.state

    def tell(self, command: bytes) -> HubState:
        self.heard.append(command)
        return self.state

    def journal(self, ask: Ask) -> Page:
        if self.cut:
            raise HubUnavailable("cut")
        return asyncio.run_coroutine_threadsafe(self.replicating.page(ask), self.loop).result(10)

    def vault(self) -> bytes | None:
        return self.vault_now

    def close(self) -> None:
        return


class Vault:
    """A vault's file in memory."""

    def __init__(self) -> None:
        self.data: bytes | None = None

    def own(self) -> bytes | None:
        return self.data

    def provisioned(self) -> bytes | None:
        return None

    def write(self, data: bytes) -> None:
        self.data = data
