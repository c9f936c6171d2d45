"""Hybrid logical clock: an order across devices that wall clocks cannot spoil.

A stamp is ``wall_ms-counter`` in fixed-width hexadecimal, so that text order is time order.

Source: Kulkarni et al., "Logical Physical Clocks" (2014), section 3.
"""

import re
from dataclasses import dataclass

from protocol.errors import WireError

_COUNTER_MAX = 0xFFFF
# Stamps end at half of what 12 digits hold (the year 6429): one ill device must not push the others
# to where no later stamp fits.
_STAMP = re.compile(r"([0-7][0-9a-f]{11})-([0-9a-f]{4})\Z")


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """One stamp; ``wall_ms`` never goes back on one device, whatever its clock does."""

    wall_ms: int
    counter: int

    def __str__(self) -> str:
        return f"{self.wall_ms:012x}-{self.counter:04x}"


ZERO = Hlc(0, 0)


def parse(text: str) -> Hlc:
    """Return the stamp that ``text`` holds.

    Raises:
        WireError: ``bad_hlc``.
    """
    match = _STAMP.match(text)
    if match is None:
        raise WireError("bad_hlc", "a stamp is 12 and 4 lower-case hexadecimal digits")
    return Hlc(int(match[1], 16), int(match[2], 16))


def tick(last: Hlc, wall_ms: int) -> Hlc:
    """Return the stamp of a new local event after ``last``, read at ``wall_ms``."""
    if wall_ms > last.wall_ms:
        return Hlc(wall_ms, 0)
    if last.counter < _COUNTER_MAX:
        return Hlc(last.wall_ms, last.counter + 1)
    return Hlc(last.wall_ms + 1, 0)


def receive(last: Hlc, seen: Hlc, wall_ms: int) -> Hlc:
    """Return the stamp after taking in another device's stamp ``seen``."""
    return tick(max(last, seen), wall_ms)
