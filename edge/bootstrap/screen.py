"""What the screen needs before all else: its pages, and where waits what people do there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette

from edge.bootstrap.core import Core
from edge.bootstrap.drivers import build_simulator
from edge.domain.facts import Fact
from edge.ports import Camera
from edge.services.inbox import new_inbox
from edge.ui.app import build_app
from edge.ui.heartbeat import Heartbeat
from edge.ui.server import PageServer
from edge.ui.simulator import Simulator


@dataclass(frozen=True)
class Screen:
    """The screen's pages, and what joins them to the conversation.

    Attributes:
        facts: What people did; the conversation, which begins later, takes it from here.
        camera: The camera that pages hold pictures up to, where it is simulated.
    """

    facts: asyncio.Queue[Fact]
    heartbeat: Heartbeat
    camera: Camera | None
    page: PageServer


def build_screen(core: Core) -> Screen:
    """Return the pages of a kiosk whose journal is open; nothing runs yet."""
    facts = new_inbox()
    heartbeat = Heartbeat(core.display, core.clock)
    simulated = build_simulator(core.settings)
    camera, simulator = simulated or (None, None)
    page = PageServer(build_pages(core, facts.put, simulator, heartbeat))
    return Screen(facts, heartbeat, camera, page)


def build_pages(
    core: Core,
    tell: Callable[[Fact], Awaitable[None]],
    simulator: Simulator | None = None,
    heartbeat: Heartbeat | None = None,
) -> Starlette:
    """Return the kiosk's pages."""
    return build_app(
        display=core.display,
        pages=core.pages,
        reader=core.reader,
        clock=core.clock,
        tell=tell,
        host=core.settings.ui.host,
        simulator=simulator,
        heartbeat=heartbeat,
        sound=core.languages.sound,
        drawing=core.languages.drawing,
    )
