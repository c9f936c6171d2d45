"""The loop before the camera: frame, hint, codes, fact. A camera that fails is tried again for ever.

The kiosk goes on without it: the screen says so and offers the keypad. A frame that cannot be read is
searched for longer than the next one takes to come, and hints do not wait for that: while it lasts,
frames are looked at for the hint alone.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.aim import Aim, Look, judge
from edge.domain.facts import AimJudged, CameraFailed, CameraWorked, CodesSeen, Fact
from edge.ports import Aimer, Camera, CameraError, Clock, Code, Decoder, Frame
from edge.services.elapsed import milliseconds
from edge.services.reading import Reader

WANTED = frozenset({"QRCode"})
"""Symbologies that an identity document may carry; others, such as a medicine's bar code, are not seen."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0
PATIENCE_SECONDS = 0.05
"""How long a frame waits for the search in the one before it; then it was good for the hint alone."""

Eyes = tuple[Camera, Decoder, Aimer]

log = structlog.get_logger("scanning")


class Scanning:
    """Feeds what the camera sees to the conversation."""

    def __init__(
        self,
        *,
        build: Callable[[], Eyes],
        reader: Reader,
        clock: Clock,
        tell: Callable[[Fact], Awaitable[None]],
        on_works: Callable[[bool], None] = lambda _: None,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            build: Makes camera, decoder and aimer; called once, in a thread, because drivers are
                slow to import and the screen does not wait for them.
            on_works: Gets whether the camera gives frames, whenever that changes.
        """
        self._build = build
        self._reader = reader
        self._clock = clock
        self._tell = tell
        self._on_works = on_works
        self._first_wait = first_wait_seconds
        self._patience = patience_seconds
        self._failing = False
        self._aimer_forgets = self._decoder_forgets = False
        self._aim = Aim()
        self._search: asyncio.Task[None] | None = None

    def forget(self) -> None:
        """Drop what aimer and decoder keep of earlier frames before they get the next one."""
        self._aimer_forgets = self._decoder_forgets = True

    async def run(self) -> None:
        """Scan until cancelled."""
        eyes = await asyncio.to_thread(self._build)
        async with asyncio.TaskGroup() as searches:
            await self._watch(eyes, searches)

    async def _watch(self, eyes: Eyes, searches: asyncio.TaskGroup) -> None:
        camera = eyes[0]
        wait = self._first_wait
        while True:
            try:
                await asyncio.to_thread(camera.open)
                while True:
                    await self._look(eyes, searches)
                    wait = self._first_wait
            except CameraError as error:
                await self._failed(error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            finally:
                # Quick and safe to call twice; also when the loop is cancelled.
                camera.close()

    async def _look(self, eyes: Eyes, searches: asyncio.TaskGroup) -> None:
        """Take one frame and tell the hint; then a code is sought in it, unless the last search goes on."""
        camera, decoder, aimer = eyes
        frame, look = await asyncio.to_thread(self._measured, camera, aimer)
        await self._worked()
        await self._judged(judge(self._aim, look))
        if self._search is not None:
            await asyncio.wait({self._search}, timeout=self._patience)
        if self._search is None or self._search.done():
            self._search = searches.create_task(self._seek(decoder, frame), name="search")

    def _measured(self, camera: Camera, aimer: Aimer) -> tuple[Frame, Look]:
        frame = camera.frame()
        if self._aimer_forgets:
            self._aimer_forgets = False
            aimer.forget()
        return frame, aimer.measure(frame, milliseconds(self._clock))

    async def _seek(self, decoder: Decoder, frame: Frame) -> None:
        await self._seen(await asyncio.to_thread(self._codes, decoder, frame))

    def _codes(self, decoder: Decoder, frame: Frame) -> list[Code]:
        if self._decoder_forgets:
            self._decoder_forgets = False
            decoder.forget()
        return decoder.decode(frame)

    async def _judged(self, aim: Aim) -> None:
        told, self._aim = self._aim.hint, aim
        if aim.hint is not told:
            await self._tell(AimJudged(aim.hint, milliseconds(self._clock)))

    async def _seen(self, codes: list[Code]) -> None:
        wanted = tuple(self._reader.code(c.payload) for c in codes if c.symbology in WANTED)
        if wanted:
            await self._judged(Aim())
            await self._tell(CodesSeen(wanted, milliseconds(self._clock)))

    async def _worked(self) -> None:
        if self._failing:
            self._failing = False
            log.info("camera_works")
            self._on_works(True)  # noqa: FBT003 - says that it works
            await self._tell(CameraWorked(milliseconds(self._clock)))

    async def _failed(self, error: CameraError) -> None:
        await self._judged(Aim())
        if self._failing:
            return
        self._failing = True
        log.warning("camera_failed", problem=str(error))
        self._on_works(False)  # noqa: FBT003 - says that it does not
        await self._tell(CameraFailed(milliseconds(self._clock)))
