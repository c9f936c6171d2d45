"""The loop before the camera: frame, codes, fact. A camera that fails is tried again for ever.

The kiosk goes on without it: the screen says so and offers the keypad.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.facts import CameraFailed, CameraWorked, CodesSeen, Fact
from edge.ports import Camera, CameraError, Clock, Code, Decoder
from edge.services.reading import Reader
from edge.services.recording import milliseconds

WANTED = frozenset({"QRCode"})
"""Symbologies that an identity document may carry; others, such as a medicine's bar code, are not seen."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0

log = structlog.get_logger("scanning")


class Scanning:
    """Feeds what the camera sees to the conversation."""

    def __init__(
        self,
        *,
        build: Callable[[], tuple[Camera, Decoder]],
        reader: Reader,
        clock: Clock,
        tell: Callable[[Fact], Awaitable[None]],
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            build: Makes camera and decoder; called once, in a thread, because drivers are slow to
                import and the screen does not wait for them.
        """
        self._build = build
        self._reader = reader
        self._clock = clock
        self._tell = tell
        self._first_wait = first_wait_seconds
        self._failing = False
        self._forget = False

    def forget(self) -> None:
        """Drop the decoder's kept frames before the next one is read."""
        self._forget = True

    async def run(self) -> None:
        """Scan until cancelled."""
        camera, decoder = await asyncio.to_thread(self._build)
        wait = self._first_wait
        while True:
            try:
                await asyncio.to_thread(camera.open)
                while True:
                    codes = await asyncio.to_thread(self._look, camera, decoder)
                    wait = self._first_wait
                    await self._seen(codes)
            except CameraError as error:
                await self._failed(error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            finally:
                # Quick and safe to call twice; also when the loop is cancelled.
                camera.close()

    def _look(self, camera: Camera, decoder: Decoder) -> list[Code]:
        frame = camera.frame()
        if self._forget:
            self._forget = False
            decoder.forget()
        return decoder.decode(frame)

    async def _seen(self, codes: list[Code]) -> None:
        if self._failing:
            self._failing = False
            log.info("camera_works")
            await self._tell(CameraWorked(milliseconds(self._clock)))
        wanted = tuple(self._reader.code(c.payload) for c in codes if c.symbology in WANTED)
        if wanted:
            await self._tell(CodesSeen(wanted, milliseconds(self._clock)))

    async def _failed(self, error: CameraError) -> None:
        if self._failing:
            return
        self._failing = True
        log.warning("camera_failed", problem=str(error))
        await self._tell(CameraFailed(milliseconds(self._clock)))
