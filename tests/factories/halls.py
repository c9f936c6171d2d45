"""A hub with its boards and phones on a port of this machine, in a thread, with the machine's own clock.

``stop`` takes it away as a power cut does, ``start`` brings it back with what its journal holds.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from factories import doors
from factories.hub_pages import write_hub_certificate
from factories.queues import ZONE, at_desk, queue_on
from fakes.staff import MemorySessions, MemoryVault

from edge.adapters.clock import SystemClock
from edge.adapters.recordings_none import NoRecordings
from edge.adapters.splicer_numpy import NumpySplicer
from edge.adapters.voice_espeak import EspeakVoice
from edge.domain.queue.commands import CallNext, CheckInAtDesk, Command, Finish
from edge.domain.queue.outcome import Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.stations import Station
from edge.domain.queue.visit import Visit
from edge.services.board_feed import BoardFeed
from edge.services.calling import CallVoice
from edge.services.site_queue import SiteQueue
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.ui.site.app import build_site_app, site_routes
from edge.ui.site.board import BoardSettings, board_screen_routes
from edge.ui.site.entry import Entry
from edge.ui.site.fanout import Fanout
from edge.ui.site.pages import SitePages
from edge.ui.site.server import SiteServer, certificate_hosts
from edge.ui.words import built_in
from protocol.identity import DeviceId

STATIONS = (
    Station("reception", "Đón tiếp", "reception", ("1", "2")),
    Station("screening", "Khám sàng lọc", "screening", ("3", "4", "5")),
    Station("injection", "Tiêm", "injection", ("6", "7")),
    Station("data_entry", "Nhập liệu", "data_entry", ("8",)),
    Station("observation", "Theo dõi sau tiêm", "observation", ("9",)),
)


class VouchedClock(SystemClock):
    """The machine's clock; machines that run tests seldom keep it in step."""

    def clock_ok(self) -> bool:
        return True


More = Callable[["Hall", Entry, SiteQueue], list[Any]]


class Hall:
    """The hub of a hall, and the hands of its staff."""

    def __init__(
        self, folder: Path, *, settings: BoardSettings | None = None, more: More | None = None
    ) -> None:
        self.folder = folder
        self.clock = VouchedClock()
        self.journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=self.clock)
        self.keys = SimulatedKeys(DeviceId("hub-0001"))
        self.vault = MemoryVault(doors.file_of(self.keys))
        self.sessions = MemorySessions()
        self.settings = settings or BoardSettings(languages=("vi", "en"))
        self._more = more
        self._port = 0
        self._come = 0
        write_hub_certificate(folder, "127.0.0.1", "localhost")

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Come up on the same port as before."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)))
        self._thread.start()
        assert ready.wait(60), "the hub did not come up"

    def stop(self) -> None:
        """Be gone."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._loop.call_soon_threadsafe(self.fanout.end)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        """Return the answer of a coroutine of the hub's loop."""
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(20)

    def call_in_loop(self, what: Callable[[], None]) -> None:
        """Let the hub's loop do something soon."""
        self._loop.call_soon_threadsafe(what)

    def do(self, command: Command) -> Visit | None:
        done = self.ask(self.queue.do(command))
        assert not isinstance(done, Refused), done
        return done.visit

    def come(self, people: int, **fields: Any) -> list[Visit]:
        """Let so many people check in."""
        found = []
        for _ in range(people):
            self._come += 1
            check_in: CheckInAtDesk = replace(at_desk(self._come), **fields)
            found.append(self.do(check_in))
        return found

    def call(self, station: str, desk: str) -> Visit:
        """Call the next one to a desk; whoever sits there goes on."""
        for visit in self.queue.state.at_desk(station, desk):
            self.do(Finish(visit=visit.id, staff="lan"))
        return self.do(CallNext(station=station, desk=desk, staff="lan"))

    def board_code(self) -> str:
        """Return what somebody types at a new television."""
        return self.ask(self.door.new_board("Sảnh chờ"))

    async def _run(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        hub = doors.hub(
            clock=self.clock,
            keys=self.keys,
            journal=self.journal,
            vault=self.vault,
            sessions=self.sessions,
        )
        self.door = hub.door
        await hub.door.open()
        self.queue = queue_on(self.journal, self.clock, policy=Policy(stations=STATIONS))
        await self.queue.start()
        entry = Entry(hub.door, SitePages(site_name="Trạm Y tế Phước Dinh", device="hub-0001"))
        self.fanout = Fanout()
        feed = BoardFeed(queue=self.queue, clock=self.clock, zone=ZONE, send=self.fanout.send)
        voice = CallVoice(
            words=built_in(),
            voice=EspeakVoice(),
            recordings=NoRecordings(),
            splicer=NumpySplicer(),
        )
        routes = [
            *site_routes(entry, hub.staff, self.clock.entropy, session_seconds=43_200),
            *board_screen_routes(entry, self.fanout, feed, voice, STATIONS, self.settings),
            *(self._more(self, entry, self.queue) if self._more else ()),
        ]
        app = build_site_app(routes, hosts=certificate_hosts(self.folder))
        self._server = SiteServer(app, self.folder)
        with socket.create_server(("127.0.0.1", self._port)) as listening:
            self._port = listening.getsockname()[1]
            async with asyncio.TaskGroup() as group:
                running = group.create_task(feed.run())
                serving = group.create_task(self._server.serve([listening]))
                await self._server.answers.wait()
                ready.set()
                await serving
                running.cancel()


@contextmanager
def hall(folder: Path, **how: Any) -> Iterator[Hall]:
    """Run a hub until the test ends."""
    found = Hall(folder, **how)
    found.start()
    try:
        yield found
    finally:
        if found._thread.is_alive():
            found.stop()
