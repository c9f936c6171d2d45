"""What every Pi of a site is told alike: its hub, list, queue, boards, stations and vaccines."""

from typing import Annotated, Literal

from msgspec import Meta, field

from edge.config.section import Port, Section


class RosterSettings(Section, frozen=True):
    """How the site's roster is kept fresh, and from which age on nothing is read from it."""

    refresh_minutes: Annotated[float, Meta(gt=0, le=24 * 60)] = 5.0
    limit_hours: Annotated[float, Meta(gt=0, le=7 * 24)] = 36.0


class DeskSettings(Section, frozen=True):
    """Where the slip sends people of each standing; empty is ``first_stage``."""

    verified: str = ""
    to_supplement: str = ""
    exempt: str = ""
    unknown: str = ""


class HubSettings(Section, frozen=True):
    """The site's hub: whether this Pi is it, and where it is found.

    Attributes:
        addresses: Names or addresses at which kiosks of the site find the hub, the fixed one first.
            Without any there is no hub: each kiosk works alone.
        answer_ms: How long a kiosk waits for the hub's word on a person before it goes on alone.
        session_hours: After how long a log-in ends, whatever is done with it.
        idle_minutes: After how long without any action it ends.
        standby: Device that stands by to take this hub's place.
        standby_of: Device whose place this one takes by a signed command; until then it only listens.
        other_addresses: Where the other of the two is.
    """

    enabled: bool = False
    standby: str = ""
    standby_of: str = ""
    addresses: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    answer_ms: Annotated[int, Meta(ge=50, le=2000)] = 400
    bind: str = "0.0.0.0"  # noqa: S104 - desks and kiosks are elsewhere; both must show who they are
    device_port: Port = 8445
    page_port: Port = 8446
    session_hours: Annotated[float, Meta(gt=0, le=24)] = 12.0
    idle_minutes: Annotated[float, Meta(gt=0, le=24 * 60)] = 60.0

    def __post_init__(self) -> None:
        if self.enabled and self.device_port == self.page_port:
            raise ValueError("device_port and page_port must differ")

    @property
    def peer(self) -> str:
        """Return the device that takes turns with this one as the site's hub; empty without one."""
        return self.standby or self.standby_of


PriorityClass = Literal["urgent", "pregnant", "disability", "elderly", "child", "appointed"]


class QueueSettings(Section, frozen=True):
    """What a site decides about its queue.

    Attributes:
        late_minutes: How late somebody with an appointment may come and still counts as in time.
        early_minutes: How early likewise.
        training_observation_minutes: Where people try it out, nobody sits for half an hour; the
            observation desk says that this is no real observation.
        passed_over_most: So often in a row a station may pass over who came there first.
        recalls_most: The recall after so many counts the person as missed.
        head_start_minutes: A class goes before usual people who came so much earlier.
    """

    observation_minutes: Annotated[int, Meta(ge=30, le=240)] = 30
    training_observation_minutes: Annotated[int, Meta(ge=1, lt=30)] | None = None
    late_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 30
    early_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 15
    passed_over_most: Annotated[int, Meta(ge=1, le=100)] = 4
    recalls_most: Annotated[int, Meta(ge=1, le=20)] = 3
    head_start_minutes: dict[PriorityClass, Annotated[int, Meta(ge=0, le=24 * 60)]] = field(
        default_factory=dict
    )
    elderly_years: Annotated[int, Meta(ge=1, le=150)] = 65


class BoardSettings(Section, frozen=True):
    """How the boards of the hall look and sound.

    Attributes:
        languages: What calls are said in, one after the other; empty: tones alone.
        reading_metres: From where a board must be read; letters are at least that large.
        screen_inches: Diagonal of the screen, 16:9.
        next_shown: How many numbers a station shows before they are called.
    """

    languages: tuple[Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")], ...] = ("vi",)
    reading_metres: Annotated[float, Meta(gt=0, le=60)] = 6.0
    screen_inches: Annotated[float, Meta(gt=0, le=200)] = 55.0
    next_shown: Annotated[int, Meta(ge=0, le=20)] = 5


_STATION_ID = r"^[a-z][a-z0-9_]{0,31}$"
DeskName = Annotated[str, Meta(min_length=1, max_length=8, pattern=r"^[0-9A-Za-z]+$")]


class StationSettings(Section, frozen=True):
    """One station of the site; people pass the stations in the order of the settings."""

    id: Annotated[str, Meta(pattern=_STATION_ID)]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    kind: Literal["reception", "screening", "injection", "data_entry", "observation"]
    desks: Annotated[tuple[DeskName, ...], Meta(min_length=1, max_length=100)] = ("1",)

    def __post_init__(self) -> None:
        if len(set(self.desks)) != len(self.desks):
            raise ValueError(f"two desks of station {self.id} have one name")


class VaccineSettings(Section, frozen=True):
    """A vaccine that the site gives; with ``lots`` a dose of another lot is warned about.

    Attributes:
        doses: In one vial.
        interval_days: Sooner after the dose before is warned about; None: never.
        course_doses: Doses of the usual course, more are warned about; None: never.
    """

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    lots: tuple[str, ...] = ()
    doses: Annotated[int, Meta(ge=1, le=1000)] = 10
    interval_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    course_doses: Annotated[int, Meta(ge=1, le=20)] | None = None


STATIONS = (
    StationSettings(id="reception", name="Đón tiếp", kind="reception", desks=("1", "2")),
    StationSettings(id="screening", name="Khám sàng lọc", kind="screening", desks=("1", "2")),
    StationSettings(id="injection", name="Tiêm", kind="injection", desks=("1", "2")),
    StationSettings(id="data_entry", name="Nhập liệu", kind="data_entry", desks=("1", "2")),
    StationSettings(id="observation", name="Theo dõi sau tiêm", kind="observation", desks=("1",)),
)


def stations_differ(stations: tuple[StationSettings, ...]) -> tuple[StationSettings, ...]:
    """Return the stations, each of which has an id of its own.

    Raises:
        ValueError: Two have one.
    """
    if len({station.id for station in stations}) != len(stations):
        raise ValueError("two stations have one id")
    return stations
