"""Levels that a share of values lies below, as numpy has them but without what it loads for them.

``np.percentile`` and ``np.median`` load ``numpy.ma``, which takes ten megabytes and gives few back; a
Pi with 1 GB needs them for its browser.
"""

from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]


def levels(values: Values, *percents: float) -> tuple[float, ...]:
    """Return what ``percents`` of all ``values`` lie below; between two values in proportion."""
    return tuple(float(found) for found in _levels(values.reshape(-1), percents))


def median(values: Values) -> float:
    """Return the middle of all ``values``."""
    return levels(values, 50)[0]


def levels_of_layers(layers: Values, *percents: float) -> list[Values]:
    """Return for each place of ``layers`` (count, …) what ``percents`` of its values lie below."""
    return _levels(layers, percents)


def _levels(values: Values, percents: tuple[float, ...]) -> list[Values]:
    places = [percent / 100 * (len(values) - 1) for percent in percents]
    wanted = sorted({whole for place in places for whole in (floor(place), ceil(place))})
    ordered = np.partition(values, wanted, axis=0)
    return [_at(ordered, place) for place in places]


def _at(ordered: Values, place: float) -> Values:
    below, above = (np.asarray(ordered[n], np.float64) for n in (floor(place), ceil(place)))
    return below + (above - below) * (place - floor(place))
