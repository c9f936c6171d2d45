"""How large letters must be to be read from afar, on a screen of known size.

Heights are of capitals, as the eye measures them. A letter is read without effort from 200 times its
height: 1 cm for each 2 m. Source: ISO 9241-303, 5.5.4 (16 minutes of arc at least, which is D/215;
20 to 22 are preferred for what is read often, which is why the number called is far larger).
"""

import math
from dataclasses import dataclass
from typing import Final

_DISTANCE_OF_HEIGHT: Final = 200
_CAPITAL_OF_EM: Final = 0.714
"""Noto Sans: height of a capital by the size of the letters."""
_WIDE, _HIGH = 16, 9


@dataclass(frozen=True, slots=True)
class Letters:
    """The least size of letters on one screen.

    Attributes:
        capital_mm: Height of a capital.
        size_percent: Size of the letters, in percent of the screen's height.
    """

    capital_mm: float
    size_percent: float


def letters(reading_metres: float, screen_inches: float) -> Letters:
    """Return the least letters for who stands ``reading_metres`` from a screen of 16:9.

    >>> letters(6, 55)
    Letters(capital_mm=30.0, size_percent=6.1)
    """
    screen_mm = screen_inches * 25.4 * _HIGH / math.hypot(_WIDE, _HIGH)
    capital_mm = 1000 * reading_metres / _DISTANCE_OF_HEIGHT
    return Letters(capital_mm, round(100 * capital_mm / _CAPITAL_OF_EM / screen_mm, 1))
