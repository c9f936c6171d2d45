"""The kiosk's pages on a port of this machine, with whatever screen a test puts up; no conversation."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from edge.domain.catalogue import Words
from edge.domain.facts import Fact
from edge.domain.screen import Screen
from edge.services.display import Bar, Display
from edge.services.reading import Reader
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.ui.app import build_app
from edge.ui.heartbeat import Heartbeat
from edge.ui.pages import Pages
from edge.ui.pictograms import Drawing
from edge.ui.server import PageServer, listen
from edge.ui.sound import QUIET, Sound
from edge.ui.words import built_in
from protocol.identity import device_id

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Stage:
    """A running server; ``show`` puts a screen up from the test's own thread."""

    def __init__(self, words: Words | None, sound: Sound, drawing: Drawing | None) -> None:
        self.told: list[Fact] = []
        self.url = ""
        self._words = words or built_in()
        self._sound = sound
        self._drawing = drawing
        self._ready = threading.Event()

    def show(self, screen: Screen, **more: int) -> None:
        self._loop.call_soon_threadsafe(lambda: self._display.show(screen, **more))

    def plug(self, *, headphones: bool) -> None:
        self._loop.call_soon_threadsafe(lambda: self._display.plug(headphones=headphones))

    def tell(self, bar: Bar) -> None:
        self._loop.call_soon_threadsafe(lambda: self._display.tell(bar))

    def run(self) -> None:
        asyncio.run(self._serve())

    def wait(self) -> None:
        assert self._ready.wait(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._display.close()
        self._page.stop()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._display = Display()
        clock = SimulatedClock()
        app = build_app(
            display=self._display,
            pages=Pages(
                device="kiosk-0001",
                site_name="Trạm Y tế Phước Dinh",
                zone=ZONE,
                words=self._words,
            ),
            reader=Reader(keys=SimulatedKeys(device_id("kiosk-0001")), clock=clock, zone=ZONE),
            clock=clock,
            tell=self._tell,
            host="127.0.0.1",
            sound=self._sound,
            drawing=self._drawing,
            heartbeat=Heartbeat(self._display, clock),
        )
        with listen("127.0.0.1", 0) as listening:
            self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            self._page = PageServer(app)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._page.serve([listening]))
                await self._page.answers.wait()
                self._ready.set()

    async def _tell(self, fact: Fact) -> None:
        self.told.append(fact)


@contextmanager
def staged(
    *, words: Words | None = None, sound: Sound = QUIET, drawing: Drawing | None = None
) -> Iterator[Stage]:
    """Run the pages while the block runs."""
    stage = Stage(words, sound, drawing)
    thread = threading.Thread(target=stage.run)
    thread.start()
    try:
        stage.wait()
        yield stage
    finally:
        stage.stop()
        thread.join(10)
