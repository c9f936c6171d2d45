"""The camera's self-test: looks at several frames of the printed target and sums them up."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge.domain.self_test import TARGET, Measured
from edge.ports import Decoder, Frame

Corners = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Gauged:
    """The measures of one frame; see ``Measured``."""

    sharpness: float
    light: float
    glare: float
    contrast: float
    module_px: float


Gauge = Callable[[Frame, Corners], Gauged]


def examine(frames: Iterable[Frame], decoder: Decoder, gauge: Gauge) -> Measured:
    """Return what ``frames`` of the target come to: medians of those in which it was read."""
    read: list[Gauged] = []
    unread: list[Gauged] = []
    times: list[float] = []
    for frame in frames:
        begun = time.perf_counter()
        codes = decoder.decode(frame)
        times.append((time.perf_counter() - begun) * 1000)
        ours = [code for code in codes if code.payload == TARGET.encode()]
        corners = ours[0].corners if ours else ()
        (read if ours else unread).append(gauge(frame, corners))
        # Each frame by itself: the test is of the camera, not of what several frames save.
        decoder.forget()
    return _summed(read, unread, times)


def _summed(read: list[Gauged], unread: list[Gauged], times: list[float]) -> Measured:
    if not times:
        return Measured(frames=0, read=0)
    used = read or unread

    def median(pick: Callable[[Gauged], float]) -> float:
        return round(statistics.median(pick(gauged) for gauged in used), 3)

    return Measured(
        frames=len(times),
        read=len(read),
        sharpness=median(lambda gauged: gauged.sharpness),
        light=median(lambda gauged: gauged.light),
        glare=median(lambda gauged: gauged.glare),
        contrast=median(lambda gauged: gauged.contrast),
        module_px=median(lambda gauged: gauged.module_px),
        decode_ms=round(statistics.median(times), 1),
    )
