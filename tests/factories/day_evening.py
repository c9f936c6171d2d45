"""The evening of a simulated day: everything is switched off and searched, then the centre hears of it."""

from collections import Counter
from dataclasses import dataclass

from factories import day_people
from factories.day_book import DayBook
from factories.day_installation import HUB
from factories.day_reckoning import came_back
from factories.day_site import DaySite
from factories.simulated_day import SimulatedDay
from factories.waiting import wait_until

from protocol.events import Event, decode_event


@dataclass
class Evening:
    """What was found when the day was over.

    Attributes:
        marks: Every form in which a trace of the day's people and staff could be left.
        on_disk: File of hub or kiosks, switched off -> traces in it.
        told_by_day: Messages at the broker before the evening.
        heard: Topic and payload of everything that was said there.
        hub: Events of the hub, as the centre holds them.
        identities: Visit -> ID number, as the centre opened them.
    """

    site: DaySite
    day: SimulatedDay
    marks: set[bytes]
    on_disk: dict[str, list[bytes]]
    told_by_day: int
    heard: list[tuple[str, bytes]]
    hub: list[Event]
    identities: dict[str, str]

    @property
    def book(self) -> DayBook:
        return self.day.book

    def held(self) -> "Counter[tuple[str, str, int, bytes]]":
        """Return device, epoch, seq and hash of everything that the centre holds."""
        return Counter(
            self.site.centre(
                "SELECT j.device, j.epoch, e.seq, e.hash FROM raw_events e"
                " JOIN journals j ON j.id = e.journal_id"
            )
        )

    def came_back(self) -> Counter[str]:
        return came_back(self.hub, self.identities)

    def several(self) -> set[str]:
        """Return the visits of people who have more than one."""
        most = Counter(self.identities.values())
        return {visit for visit, person in self.identities.items() if most[person] > 1}


def morning(site: DaySite) -> list[tuple[str, bytes]]:
    """Start everything, with the line to the centre cut; return what is heard at the broker."""
    site.cut_wan()
    site.start_centre()
    heard = site.listen()
    site.start(*site.devices)
    return heard


def evening_of(
    site: DaySite, day: SimulatedDay, heard: list[tuple[str, bytes]], patience_seconds: float = 60
) -> Evening:
    """Switch everything off, search its disks, and let the centre hear of the day."""
    told_by_day = len(heard)
    site.kill(*site.devices)
    marks = day_people.marks(day.people, *site.staff.values())
    on_disk = day_people.found_in_files(site.device_files(), marks)
    site.join_wan()
    site.start(*site.devices)
    wait_until(lambda: set(site.unsent().values()) == {0}, seconds=patience_seconds)
    wait_until(lambda: _projected(site), seconds=patience_seconds)
    site.kill(*site.devices, "centre", "broker")
    hub = site.centre(
        "SELECT e.data FROM raw_events e JOIN journals j ON j.id = e.journal_id"
        f" WHERE j.device = '{HUB}' ORDER BY e.seq"
    )
    return Evening(
        site,
        day,
        marks,
        on_disk,
        told_by_day,
        heard,
        [decode_event(data) for (data,) in hub],
        dict(site.centre("SELECT visit, number FROM identities")),
    )


def _projected(site: DaySite) -> bool:
    """Tell whether the centre has made visits of all that it holds."""
    behind = site.centre(
        "SELECT count(*) FROM journals j LEFT JOIN projection_cursors p ON p.journal_id = j.id"
        " WHERE coalesce(p.projected, 0) < j.through"
    )
    return behind == [(0,)]
