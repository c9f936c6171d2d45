"""What a site decides for itself: who goes first, how often is called, how long people are observed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from edge.domain.queue.stations import USUAL, Station

APPOINTED: Final = "appointed"
CHILD: Final = "child"
USUAL_CLASS: Final = ""
HEAD_START_MINUTES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "urgent": 240,
        "pregnant": 30,
        "disability": 30,
        "elderly": 20,
        CHILD: 15,
        APPOINTED: 10,
        USUAL_CLASS: 0,
    }
)
"""A class goes before those of the usual one who came up to so many minutes earlier."""


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine that this site gives.

    Attributes:
        lots: Its lots as delivered; empty where the site does not list them.
        interval_days: Least number of days between two doses; None for no hint.
        doses: Doses of the usual course; None for no hint.
        vial_doses: Doses in one vial.
    """

    name: str
    lots: tuple[str, ...] = ()
    interval_days: int | None = None
    doses: int | None = None
    vial_doses: int = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """The site's own parameters.

    Attributes:
        passed_over_most: So many times in a row a station may pass over who came there first; then
            that person is called, whoever else came meanwhile. So nobody waits for ever.
        recalls_most: The recall after so many counts the person as missed.
        returned_minutes: Who was missed and is back stands as if they had come so long ago.
        observation_minutes: How long people are observed after the injection.
        training: Whether that time is one for trying things out; desks say so.
        early_minutes: So long before its slot an appointment counts already.
        late_minutes: So long after its slot it counts still; later it is a walk-in.
    """

    stations: tuple[Station, ...] = USUAL
    head_start_minutes: Mapping[str, int] = field(default_factory=lambda: HEAD_START_MINUTES)
    passed_over_most: int = 4
    recalls_most: int = 3
    returned_minutes: int = 10
    observation_minutes: int = 30
    training: bool = False
    early_minutes: int = 30
    late_minutes: int = 15
    vaccines: tuple[Vaccine, ...] = ()
