"""The loop before a scan engine, an equal source beside the camera. One that fails is tried for ever."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.facts import CameraFailed, CameraWorked, CodesSeen, Fact
from edge.ports import Clock, Scanner, ScannerUnavailable
from edge.services.elapsed import milliseconds
from edge.services.reading import Reader

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0

log = structlog.get_logger("engine")

_SYMBOLOGY = re.compile(rb"\][A-Za-z][0-9A-Za-z]")


def wanted(code: bytes) -> bytes | None:
    """Return the payload of a QR code; None for another symbology.

    An engine that is told to says which one it read, in three letters before the payload. Without
    them, digits alone are taken for a bar code: no document's QR holds nothing else.

    Source: ISO/IEC 15424, "Symbology identifiers": ``]Q`` is a QR code.
    """
    if _SYMBOLOGY.match(code):
        return code[3:] if code.startswith(b"]Q") else None
    return None if code.isdigit() else code


class EngineScanning:
    """Feeds what a scan engine reads to the conversation, repeats included.

    An engine that reads by itself repeats a card that is left there, one that waits for a card gives it
    once. Only the conversation knows which of them were answered.
    """

    def __init__(
        self,
        *,
        build: Callable[[], Scanner],
        reader: Reader,
        clock: Clock,
        tell: Callable[[Fact], Awaitable[None]],
        alone: bool,
        on_works: Callable[[bool], None] = lambda _: None,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            build: Makes the engine; called once, in a thread.
            alone: There is no camera: the screen asks for the keypad while the engine is away.
            on_works: Gets whether the engine answers, whenever that changes.
        """
        self._build = build
        self._reader = reader
        self._clock = clock
        self._tell = tell
        self._alone = alone
        self._on_works = on_works
        self._first_wait = first_wait_seconds
        self._works: bool | None = None

    async def run(self) -> None:
        """Scan until cancelled."""
        engine = await asyncio.to_thread(self._build)
        wait = self._first_wait
        while True:
            try:
                await asyncio.to_thread(engine.open)
                await self._changed(works=True)
                while True:
                    await self._read(await asyncio.to_thread(engine.read))
                    wait = self._first_wait
            except ScannerUnavailable as error:
                log.warning("engine_failed", problem=str(error), again_seconds=wait)
                await self._changed(works=False)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            finally:
                engine.close()

    async def _read(self, code: bytes) -> None:
        payload = wanted(code) if code else None
        if payload is None:
            return
        seen = (self._reader.code(payload),)
        await self._tell(CodesSeen(seen, milliseconds(self._clock), source="engine"))

    async def _changed(self, *, works: bool) -> None:
        if works is self._works:
            return
        self._works = works
        self._on_works(works)
        if self._alone:
            kind = CameraWorked if works else CameraFailed
            await self._tell(kind(milliseconds(self._clock)))
