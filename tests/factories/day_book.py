"""The driver's own book of a day: who came where, and what was done for them, in its order."""

import threading
import zlib
from collections import defaultdict
from dataclasses import dataclass, field

Step = tuple[str, ...]
_PLACES = {"called", "sent_back", "resumed"}


def chance(ticket: str, of: int, salt: str) -> bool:
    """Return whether a number is one of so many to whom something happens; the same for all who ask."""
    return zlib.crc32(f"{salt}/{ticket}".encode()) % of == 0


@dataclass
class DayBook:
    """What all hands of the day write into.

    Attributes:
        given: ID number -> the numbers that kiosks showed to that person, and where.
        visits: Visit -> its number.
        ways: Visit -> what was done for it.
        vials: Vial -> vaccine, lot and doses.
        kills: When a program was killed and when it served again, by the wall clock.
    """

    given: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    visits: dict[str, str] = field(default_factory=dict)
    ways: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    vials: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    kills: list[tuple[str, float, float]] = field(default_factory=list)
    taken_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    twice: list[range] = field(default_factory=list)
    refused_early: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shown(self, person: str, ticket: str, device: str) -> None:
        """Note the number that a kiosk showed to somebody."""
        with self._lock:
            self.given[person].setdefault(ticket, device)

    def note(self, visit: str, ticket: str, *step: str) -> None:
        """Note a step of a visit; what is tried again after the hub was away is one step."""
        with self._lock:
            self.visits[visit] = ticket
            way = self.ways[visit]
            if step[0] == "called":
                if [each for each in way if each[0] in _PLACES][-1:] != [step]:
                    way.append(step)
            elif way and way[-1][0] == step[0]:
                way[-1] = step
            else:
                way.append(step)

    def has(self, visit: str, *step: str) -> bool:
        """Return whether a visit's way has this step."""
        with self._lock:
            return step in self.ways[visit]

    def took(self, what: str, seconds: float) -> None:
        """Note how long something took that went through at once."""
        with self._lock:
            self.taken_ms[what].append(1000 * seconds)
