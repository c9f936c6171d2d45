"""What the camera's self-test measured, and what somebody on a ladder should do about it."""

from dataclasses import dataclass
from enum import StrEnum

TARGET = "TRAM-TEST-1|Bài kiểm tra máy quét|Phường Ví Dụ"
"""What the printed target's code says: nobody's card, with letters that only UTF-8 carries."""


class Remark(StrEnum):
    """One thing that the test found."""

    GOOD = "good"
    NO_TARGET = "no_target"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    FLAT = "flat"
    BLURRED = "blurred"
    TOO_SMALL = "too_small"
    SLOW = "slow"


ADVICE: dict[Remark, str] = {
    Remark.GOOD: "the camera is ready",
    Remark.NO_TARGET: "the target is not seen: print it at 100 %, hold it where a card is held, flat and still; if it is there, focus the lens first",
    Remark.TOO_DARK: "too dark: switch the light on, or turn it towards the card",
    Remark.TOO_BRIGHT: "too bright: turn lamp or window away, dim the light, or use a matt target",
    Remark.FLAT: "hardly any contrast: clean the lens, keep light from shining into it",
    Remark.BLURRED: "not sharp: turn the lens until the star is crisp to its middle, then fix it",
    Remark.TOO_SMALL: "the code is too small: bring the card's place nearer, or ask for larger frames",
    Remark.SLOW: "reading takes long: look at light and focus first, then at what else this machine does",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What several frames of the target came to.

    Attributes:
        frames: How many were looked at.
        read: In how many the code was read.
        sharpness: How crisp edges are; 1 is fair, 2 is in focus.
        light: Mean brightness of the target, 0 to 1.
        glare: Share of the target that is blown out to white.
        contrast: Between the target's black and white, 0 to 1.
        module_px: Pixels that one module of the code takes; 2 are needed for comfort.
        decode_ms: Median time of reading a frame.
    """

    frames: int
    read: int
    sharpness: float = 0.0
    light: float = 0.0
    glare: float = 0.0
    contrast: float = 0.0
    module_px: float = 0.0
    decode_ms: float = 0.0


def remarks(measured: Measured) -> tuple[Remark, ...]:
    """Return what is to be mended, in the order in which to do it; only ``good`` when nothing is."""
    if measured.read == 0 and measured.module_px == 0:
        dark = measured.frames > 0 and measured.light < 0.12
        return (Remark.TOO_DARK, Remark.NO_TARGET) if dark else (Remark.NO_TARGET,)
    checks = {
        Remark.TOO_DARK: measured.light < 0.2,
        Remark.TOO_BRIGHT: measured.glare > 0.3,
        Remark.FLAT: measured.contrast < 0.3,
        Remark.TOO_SMALL: measured.module_px < 2.0,
        Remark.BLURRED: measured.sharpness < 1.0,
        Remark.SLOW: measured.decode_ms > 100,
    }
    found = tuple(remark for remark, holds in checks.items() if holds)
    if measured.read < measured.frames and not found:
        return (Remark.BLURRED,)
    return found or (Remark.GOOD,)
