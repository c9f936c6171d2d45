"""Plots as shapes for inline SVG: bars and lines in a frame that a phone shows without shrinking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 360
HEIGHT: Final = 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 6, 12, 26
_MOST_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each label; None where there is none.

    Attributes:
        kind: ``provisional`` or ``reconciled``: each has colours of its own, and no plot adds them.
    """

    kind: str
    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """A column."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """Points that hang together, as SVG wants them."""

    kind: str
    points: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that a template draws, and the numbers for the table beneath."""

    labels: Sequence[str]
    series: Sequence[Series]
    bars: Sequence[Bar]
    lines: Sequence[Line]
    below: Sequence[Tick]
    beside: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    bottom: int = HEIGHT - _BOTTOM

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)


def bars(labels: Sequence[str], *series: Series) -> Plot:
    """Return columns, those of each label side by side."""
    top = _top(series)
    step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    width = step * 0.8 / len(series)
    drawn = [
        Bar(
            one.kind,
            round(_LEFT + step * (place + 0.1) + width * number, 1),
            round(_y(value, top), 1),
            round(width, 1),
            round(_y(0, top) - _y(value, top), 1),
        )
        for number, one in enumerate(series)
        for place, value in enumerate(one.values)
        if value
    ]
    return Plot(labels, series, drawn, (), _below(labels, step), _beside(top))


def line(labels: Sequence[str], one: Series) -> Plot:
    """Return a line with a point in the middle of each label."""
    top = _top([one])
    step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    points = " ".join(
        f"{_LEFT + step * (place + 0.5):.1f},{_y(value, top):.1f}"
        for place, value in enumerate(one.values)
        if value is not None
    )
    return Plot(labels, [one], (), [Line(one.kind, points)], _below(labels, step), _beside(top))


def _top(series: Sequence[Series]) -> int:
    """Return the upper end of the axis: a round number with a half that is whole."""
    highest = max((value or 0 for one in series for value in one.values), default=0)
    size = 1
    while True:
        for step in (2, 3, 4, 5, 6, 8, 10):
            if highest <= step * size and step * size % 2 == 0:
                return step * size
        size *= 10


def _y(value: float, top: int) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _below(labels: Sequence[str], step: float) -> list[Tick]:
    every = -(-len(labels) // _MOST_LABELS) or 1
    return [
        Tick(round(_LEFT + step * (place + 0.5), 1), text)
        for place, text in enumerate(labels)
        if place % every == 0
    ]


def _beside(top: int) -> list[Tick]:
    return [Tick(round(_y(value, top), 1), str(value)) for value in (0, top // 2, top)]
