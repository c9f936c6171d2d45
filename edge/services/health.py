"""Watches what may fail beneath a check-in: room, heat, power, clock, printer, camera, scan engine.

What it finds goes to the conversation, which shows it, and to the fleet in ``up/state``; codes only.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.facts import Fact, HealthChanged
from edge.domain.health import FaultCode, Vitals, assess
from edge.ports import Clock, Machine
from edge.services.display import Bar
from edge.services.elapsed import milliseconds
from edge.services.room import RoomLeft

LOOK_SECONDS = 2.0

log = structlog.get_logger("health")


class HealthWatch:
    """Looks at the machine now and then; ``watch`` lives in the program's task group."""

    def __init__(
        self,
        *,
        machine: Machine,
        clock: Clock,
        bar: Callable[[], Bar],
        tell: Callable[[Fact], Awaitable[None]],
        screen: Callable[[], bool] = lambda: True,
        changed: Callable[[], None] = lambda: None,
        room: RoomLeft | None = None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            bar: What the state bar says now of printer and clock.
            screen: Whether the browser's page lives.
            changed: Called when the list of faults is another one: the fleet is to hear of it.
            room: Gets what room there is on the disk.
        """
        self._machine = machine
        self._clock = clock
        self._bar = bar
        self._tell = tell
        self._screen = screen
        self._changed = changed
        self._room = room or RoomLeft()
        self._look_seconds = look_seconds
        self._camera_works = True
        self._scanner_works = True
        self.faults: tuple[FaultCode, ...] = ()

    def camera(self, works: bool) -> None:  # noqa: FBT001 - the one thing that is said
        """Say whether the camera gives frames."""
        self._camera_works = works

    def scanner(self, works: bool) -> None:  # noqa: FBT001 - the one thing that is said
        """Say whether the scan engine answers."""
        self._scanner_works = works

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._look_seconds)

    async def look(self) -> None:
        """Tell what is wrong now, if that is another thing than before."""
        condition = await asyncio.to_thread(self._machine.condition)
        self._room.measured(condition.disk_free_bytes)
        bar = self._bar()
        vitals = Vitals(
            disk_free_bytes=condition.disk_free_bytes,
            celsius=condition.celsius,
            under_voltage=condition.under_voltage,
            clock_ok=bar.clock_ok,
            printer=bar.printer.value,
            camera_works=self._camera_works,
            scanner_works=self._scanner_works,
            screen_works=self._screen(),
        )
        faults = assess(vitals, self.faults)
        if faults == self.faults:
            return
        self.faults = faults
        log.warning("health", faults=[fault.value for fault in faults])
        self._changed()
        await self._tell(HealthChanged(faults, milliseconds(self._clock)))
