"""A kiosk of real services on a journal on disk, with parts that can be made to fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fakes.kiosk_parts import FillingDisk, NotingPrinter, PlainSlips

from edge.adapters.journal_sqlite import SqliteJournal
from edge.domain.facts import CodesSeen, Fact, NumberEntered, PrintFinished
from edge.domain.screen import Done
from edge.domain.state import Rules
from edge.ports import Clock, Hub, Journal, Keys, Printer
from edge.services.asking import Asking
from edge.services.asking_first import AskingFirst
from edge.services.display import Display
from edge.services.elapsed import milliseconds
from edge.services.hub_client import HubClient
from edge.services.inbox import new_inbox
from edge.services.kiosk import Kiosk
from edge.services.printing import Printing, PrintRules
from edge.services.reading import Reader
from edge.services.recording import Recorder
from edge.services.room import RoomLeft
from edge.services.slip_words import OnPaper, SlipWriter
from edge.services.trust import Judge, without_lists
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.simulated.records import SimulatedRecords
from edge.simulated.sample_records import SAMPLE_ANSWERS
from edge.simulated.site_store import SimulatedSiteStore
from protocol.events import Event, decode_event
from protocol.identity import DeviceId

DEVICE = DeviceId("kiosk-0001")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Bench:
    """A kiosk's services, wired as in the program, without camera, pages and uplink."""

    journal: FillingDisk
    clock: SimulatedClock
    keys: SimulatedKeys
    printer: Printer
    reader: Reader
    recorder: Recorder
    printing: Printing
    display: Display
    kiosk: Kiosk
    facts: asyncio.Queue[Fact]
    finished: list[PrintFinished]
    asking: Asking
    records: SimulatedRecords
    hub_client: HubClient | None = None

    async def scan(self, *payloads: bytes) -> None:
        """Hold up codes, and let the kiosk follow to the end."""
        seen = tuple(self.reader.code(payload) for payload in payloads)
        await self.kiosk.follow(CodesSeen(seen, milliseconds(self.clock)))

    async def type_number(self, text: str) -> None:
        """Type and confirm a number."""
        await self.kiosk.follow(NumberEntered(self.reader.typed(text), milliseconds(self.clock)))

    async def hear(self) -> None:
        """Let the kiosk follow what the printer told meanwhile."""
        while not self.facts.empty():
            await self.kiosk.follow(self.facts.get_nowait())

    @property
    def screen(self):
        return self.display.shown.screen

    @property
    def ticket(self) -> str:
        assert isinstance(self.screen, Done)
        return self.screen.ticket

    def events(self) -> list[Event]:
        """Return what stands in the journal."""
        entries = self.journal.entries(0, most=10_000, most_bytes=1 << 30)
        return [decode_event(entry.data) for entry in entries]

    def types(self) -> list[str]:
        """Return the types of what stands in the journal."""
        return [event.type for event in self.events()]


def make_bench(
    directory: Path,
    *,
    clock: SimulatedClock | None = None,
    printer: Printer | None = None,
    journal=None,
    build=None,
    rules: Rules | None = None,
    print_rules: PrintRules | None = None,
    hub: Hub | None = None,
    judge: Judge = without_lists,
    on_paper: OnPaper | None = None,
    room: RoomLeft | None = None,
) -> Bench:
    """Return a kiosk that stands still; ``journal`` and ``build`` replace the usual ones.

    Args:
        hub: The site's hub, if it has one.
    """
    clock = clock or SimulatedClock()
    printer = printer or NotingPrinter()
    kept = journal or FillingDisk(
        SqliteJournal(directory / "journal.db", device=DEVICE, clock=clock)
    )
    keys, display, facts = SimulatedKeys(DEVICE), Display(), new_inbox()
    finished: list[PrintFinished] = []

    async def tell(fact: Fact) -> None:
        if isinstance(fact, PrintFinished):
            finished.append(fact)
        await facts.put(fact)

    recorder = Recorder(
        journal=kept, keys=keys, clock=clock, zone=ZONE, ticket_prefix="A", room=room
    )
    printing = Printing(
        build=build or (lambda: (printer, PlainSlips())),
        journal=kept,
        clock=clock,
        writer=SlipWriter(
            "Trạm Y tế Phước Dinh",
            "Bàn đón tiếp",
            clock,
            sign=keys.sign_reentry,
            on_paper=on_paper,
        ),
        tell=tell,
        rules=print_rules or PrintRules(settle_seconds=0),
        room=room,
    )
    records = SimulatedRecords(SAMPLE_ANSWERS)
    asking = Asking(certificates=records, records=records, clock=clock, tell=tell)
    hub_client = _hub_client(hub, kept, keys, clock, tell)
    kiosk = Kiosk(
        facts=facts,
        recorder=recorder,
        display=display,
        clock=clock,
        print_slip=printing.submit,
        reprint=printing.reprint,
        ask=asking.submit,
        forget_frames=lambda: None,
        software="test",
        rules=rules or Rules(confirm_ms=0),
        judge=judge,
        print_certificate=printing.certificate,
        asking_first=_asking_first(hub_client, recorder, keys, clock),
        call_staff=hub_client.call_staff if hub_client is not None else lambda _: None,
    )
    reader = Reader(keys=keys, clock=clock, zone=ZONE)
    return Bench(
        kept, clock, keys, printer, reader, recorder, printing, display, kiosk, facts, finished,
        asking, records, hub_client,
    )  # fmt: skip


def _hub_client(
    hub: Hub | None,
    journal: Journal,
    keys: Keys,
    clock: Clock,
    tell: Callable[[Fact], Awaitable[None]],
) -> HubClient | None:
    if hub is None:
        return None
    return HubClient(
        hub=hub,
        journal=journal,
        store=SimulatedSiteStore(),
        clock=clock,
        take_day_key=keys.take_day_key,
        tell=tell,
    )


def _asking_first(
    client: HubClient | None, recorder: Recorder, keys: Keys, clock: Clock
) -> AskingFirst | None:
    if client is None:
        return None
    return AskingFirst(
        recorder=recorder,
        clock=clock,
        ask=client.ask,
        former_persons=keys.former_persons,
        stations={},
    )


@asynccontextmanager
async def printing_bench(directory: Path, **parts) -> AsyncIterator[Bench]:
    """Yield a kiosk whose printer runs beside; close its journal afterwards."""
    bench = make_bench(directory, **parts)
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(bench.printing.run())
            yield bench
            task.cancel()
    finally:
        bench.journal.close()
