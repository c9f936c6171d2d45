"""Whether anybody would notice that the kiosk's screen is dead."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from edge.domain.screen import Attract, Keypad
from edge.services.display import Display
from edge.simulated.clock import SimulatedClock
from edge.ui.guard import Guard
from edge.ui.heartbeat import Heartbeat, heartbeat_routes


class Kiosk:
    def __init__(self) -> None:
        self.display, self.clock = Display(), SimulatedClock()
        self.display.show(Attract())
        self.heartbeat = Heartbeat(self.display, self.clock)
        app = Starlette(
            routes=heartbeat_routes(self.heartbeat), middleware=[Middleware(Guard, hosts=())]
        )
        transport = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")

    async def asked(self) -> int:
        return (await self.http.get("/heartbeat")).status_code

    async def beat(self, screen: str) -> int:
        return (await self.http.post("/heartbeat", content=screen)).status_code


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk()


async def test_before_any_page_came_the_browser_is_not_there_but_nobody_is_told_of_a_fault(
    kiosk: Kiosk,
) -> None:
    assert await kiosk.asked() == 503
    assert kiosk.heartbeat.alive()


async def test_a_page_that_shows_what_it_should_lives(kiosk: Kiosk) -> None:
    await kiosk.beat("attract")
    kiosk.clock.advance(15)

    assert await kiosk.asked() == 204


async def test_a_page_that_fell_silent_is_dead(kiosk: Kiosk) -> None:
    await kiosk.beat("attract")
    kiosk.clock.advance(21)

    assert await kiosk.asked() == 503
    assert not kiosk.heartbeat.alive()


async def test_a_page_that_still_shows_an_old_screen_is_dead_though_it_talks(kiosk: Kiosk) -> None:
    await kiosk.beat("attract")
    kiosk.display.show(Keypad())
    for _ in range(6):
        kiosk.clock.advance(4)
        await kiosk.beat("attract")

    assert await kiosk.asked() == 503


async def test_a_page_cannot_say_much(kiosk: Kiosk) -> None:
    assert await kiosk.beat("x" * 41) == 413
