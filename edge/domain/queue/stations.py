"""The stations of a site and their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["reception", "screening", "injection", "data_entry", "observation"]
"""What is done at a station; ``observation`` calls nobody: people sit there until their time is over."""


@dataclass(frozen=True, slots=True)
class Station:
    """One step of a visit and the desks where it is done.

    Attributes:
        id: As events name it.
        name: As the board and the slip word it.
        desks: Ids of its desks, such as ``1``; a desk that is not listed may work as well.
    """

    id: str
    name: str
    kind: Kind
    desks: tuple[str, ...] = ()


USUAL: Final = (
    Station("reception", "Đón tiếp", "reception"),
    Station("screening", "Khám sàng lọc", "screening"),
    Station("injection", "Tiêm chủng", "injection"),
    Station("data_entry", "Nhập liệu", "data_entry"),
    Station("observation", "Theo dõi sau tiêm", "observation"),
)
"""The stations of a site that configures none."""


def find(stations: Sequence[Station], station: str) -> Station | None:
    """Return the station with that id, or None."""
    return next((each for each in stations if each.id == station), None)


def following(stations: Sequence[Station], station: str) -> Station | None:
    """Return the station after ``station`` in the usual order, or None after the last one."""
    ids = [each.id for each in stations]
    place = ids.index(station) + 1 if station in ids else len(ids)
    return stations[place] if place < len(stations) else None


def is_earlier(stations: Sequence[Station], station: str, than: str) -> bool:
    """Return whether ``station`` comes before ``than`` in the usual order."""
    ids = [each.id for each in stations]
    return station in ids and than in ids and ids.index(station) < ids.index(than)


def meant_by(stations: Sequence[Station], words: str) -> tuple[Station, str]:
    """Return the station, and the desk or nothing, to which a slip's ``words`` send a person.

    Words that name no station of this site lead to its first one.
    """
    for station in stations:
        if words in (station.id, station.name):
            return station, ""
    for station in stations:
        if words and words in station.desks:
            return station, words
    return stations[0], ""
