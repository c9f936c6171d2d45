"""Measure what the hint costs and how soon it is told: frame out of the camera → hint told.

    python -m bench.aim [--people N] [--idle-frames N]

*hint* runs the kiosk's own scanning loop, with its real decoder, on drawn frames at 10 a second: an
empty room, then a card that is shaken too much to be read. Counted from the first frame with the card, and from the
frame that decided. *idle* is the processor time of camera loop, aimer and decoder with nobody there.
"""

import argparse
import asyncio
import json
import statistics
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402 - the path is set above
import structlog  # noqa: E402
from factories import frames  # noqa: E402 - the path is set above

from edge.adapters.aim_opencv import OpencvAimer  # noqa: E402
from edge.adapters.clock import SystemClock  # noqa: E402
from edge.adapters.decoder_burst import kiosk_decoder  # noqa: E402
from edge.domain.facts import AimJudged, Fact  # noqa: E402
from edge.ports import CameraUnavailable, Frame  # noqa: E402
from edge.services.pacing import Pace  # noqa: E402
from edge.services.reading import Reader  # noqa: E402
from edge.services.scanning import Scanning  # noqa: E402
from edge.simulated.keys import SimulatedKeys  # noqa: E402
from protocol.identity import DeviceId  # noqa: E402

PER_SECOND = 10
ROOM_FRAMES = 8


class Film:
    """A camera that shows given frames at the kiosk's pace, notes when, and then goes away."""

    def __init__(self, shown: list[Frame]) -> None:
        self._shown = iter(shown)
        self._pace = Pace(PER_SECOND)
        self.ended = threading.Event()
        self.at: list[float] = []

    def open(self) -> None:
        pass

    def frame(self) -> Frame:
        self._pace.wait()
        try:
            frame = next(self._shown)
        except StopIteration:
            self.ended.set()
            raise CameraUnavailable("the film ended") from None
        self.at.append(time.perf_counter())
        return frame

    def close(self) -> None:
        pass


async def watch(film: Film) -> list[tuple[float, Fact]]:
    """Run the kiosk's loop on ``film`` to its end; return what was told, and when."""
    clock, told = SystemClock(), []
    keys = SimulatedKeys(DeviceId("kiosk-0001"))

    async def tell(fact: Fact) -> None:
        told.append((time.perf_counter(), fact))

    scanning = Scanning(
        build=lambda: (film, kiosk_decoder(), OpencvAimer()),
        reader=Reader(keys=keys, clock=clock, zone=ZoneInfo("Asia/Ho_Chi_Minh")),
        clock=clock,
        tell=tell,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(scanning.run())
        await asyncio.to_thread(film.ended.wait)
        task.cancel()
    return told


def person(seed: int) -> tuple[float, float]:
    """Return milliseconds to the hint from the first frame with a card, and from the deciding one."""
    rng = np.random.default_rng(seed)
    room = frames.scene(1280, rng)
    sheet = frames.card(frames.modules(frames.card_text(rng)), rng)
    card = frames.place(sheet, room, rng, px_per_mm=7)
    shaken = [frames.moved(np.roll(card, 25 * (n % 2), 1), 14, 20) for n in range(8)]
    shown = [room] * ROOM_FRAMES + shaken
    film = Film([frames.noisy(frame, 2, rng) for frame in shown])
    told = asyncio.run(watch(film))
    at = next((at for at, fact in told if isinstance(fact, AimJudged) and fact.hint), None)
    if at is None:
        raise SystemExit(f"no hint was told to person {seed}")
    deciding = max(moment for moment in film.at if moment <= at)
    return (at - film.at[ROOM_FRAMES]) * 1000, (at - deciding) * 1000


def idle(count: int) -> dict[str, float]:
    """Return the share of a core that watching an empty room takes, without and with the hint."""
    rng = np.random.default_rng(1)
    room = frames.scene(1280, rng)
    shown = [frames.noisy(room, 2, rng) for _ in range(20)]
    decoder, aimer = kiosk_decoder(), OpencvAimer()
    used = {"decoder": 0.0, "aimer": 0.0}
    for number in range(count):
        frame = shown[number % len(shown)].copy()
        begun = time.process_time()
        aimer.measure(frame, number * 100)
        between = time.process_time()
        decoder.decode(frame)
        used["aimer"] += between - begun
        used["decoder"] += time.process_time() - between
    shares = {f"{name}_cpu": round(s / count * PER_SECOND, 4) for name, s in used.items()}
    return {**shares, "cpu": round(sum(used.values()) / count * PER_SECOND, 4)}


def main() -> int:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    parser = argparse.ArgumentParser(
        prog="python -m bench.aim",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--idle-frames", type=int, default=300)
    options = parser.parse_args()
    found = [person(seed) for seed in range(options.people)]
    for name, times in zip(("first_frame", "deciding_frame"), zip(*found, strict=True), strict=True):  # fmt: skip
        line = {"p50_ms": round(statistics.median(times), 1), "max_ms": round(max(times), 1)}
        print(json.dumps({"bench": "hint", "from": name, "people": len(times), **line, "goal_ms": 150}))  # fmt: skip
    print(json.dumps({"bench": "idle_with_hint", **idle(options.idle_frames), "goal_cpu": 0.15}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
