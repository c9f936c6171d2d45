"""What events say of a day, in the words of the driver's book, and whether anybody was passed over."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from factories.day_book import Step

from protocol import hlc
from protocol import site_events as site
from protocol.events import Body, CheckedIn, Event, decode_body

_NEXT = {
    "reception": "screening",
    "screening": "injection",
    "injection": "data_entry",
    "data_entry": "observation",
}
_WORDS = {
    site.Called: ("station", "desk"),
    site.Missed: ("station",),
    site.Resumed: ("station",),
    site.SentBack: ("to",),
    site.Finished: ("station", "to"),
    site.Screened: ("conclusion", "staff"),
    site.Vaccinated: ("vaccine", "lot", "injector", "vial"),
    site.Left: ("reason", "certificate"),
}
"""What the book holds of each; of every other event it knows that there was one."""


def ways(events: Iterable[Event]) -> dict[str, list[Step]]:
    """Return visit -> what the hub wrote of it, in its order."""
    found: dict[str, list[Step]] = defaultdict(list)
    for event in events:
        step = _step(event.type, decode_body(event))
        if step is not None and event.visit is not None:
            found[event.visit].append(step)
    return dict(found)


def _step(kind: str, body: Body | None) -> Step | None:
    if isinstance(body, site.Arrived | CheckedIn):
        return None
    return (kind, *(getattr(body, name) for name in _WORDS.get(type(body), ())))


def expected(way: Sequence[Step]) -> list[Step]:
    """Return what the hub must have written of a visit for which the book has ``way``."""
    found: list[Step] = []
    for step, after in zip(way, (*way[1:], ("",)), strict=True):
        found += [step, *_follows(step, after[0])]
    return found


def _follows(step: Step, after: str) -> Iterator[Step]:
    kind, *words = step
    if kind == "screened" and words[0] != "eligible":
        yield from [("finished", "screening", ""), ("left", words[0], "")]
    elif kind == "screened":
        yield ("finished", "screening", "injection")
    elif kind == "vaccinated":
        yield ("finished", "injection", "data_entry")
    elif kind == "called" and after not in ("screened", "vaccinated", "missed", "sent_back"):
        yield ("finished", words[0], _NEXT[words[0]])
        if words[0] == "data_entry":
            yield ("observation_started",)


def is_whole(way: Sequence[Step]) -> bool:
    """Return whether somebody went all the way: to the seats of observation, or was sent home."""
    return ("observation_started",) in way or any(step[0] == "left" for step in way)


def passed_over(events: Sequence[Event], apart: set[str]) -> list[tuple[str, str, str]]:
    """Return station, who was called, and who stood there longer, wherever that happened.

    A model of its own: at each station a plain queue by the time of coming there.

    Args:
        apart: Visits of people who have two of them; one of those waits for nothing.
    """
    line: dict[str, dict[str, tuple[int, str, str]]] = defaultdict(dict)
    entered: dict[str, tuple[int, str, str]] = {}
    found = []
    behind_ms = _behind_ms(events[0])
    for event in events:
        visit, now_ms, body = event.visit or "", event.boottime_ns // 1_000_000, decode_body(event)
        if visit in apart:
            continue
        match body:
            case site.Arrived():
                came = min(now_ms, hlc.parse(body.hlc).wall_ms - behind_ms)
                entered[visit] = (came, body.hlc, body.event)
                line["reception"][visit] = entered[visit]
            case site.Called():
                mine = line[body.station].pop(visit)
                longer = [each for each, place in line[body.station].items() if place < mine]
                found += [(body.station, visit, each) for each in longer]
            case site.Finished() | site.SentBack() if body.to in _NEXT:
                entered[visit] = (now_ms, *entered[visit][1:])
                line[body.to][visit] = entered[visit]
            case site.Resumed():
                line[body.station][visit] = entered[visit]
    return found


def _behind_ms(event: Event) -> int:
    """Return what the time since boot is behind the wall clock, as the hub's first event has it."""
    return hlc.parse(event.hlc).wall_ms - event.boottime_ns // 1_000_000


def calls_of(events: Iterable[Event]) -> list[tuple[str, site.Called, Event]]:
    """Return visit, call and event of every call."""
    found = ((event.visit or "", decode_body(event), event) for event in events)
    return [(visit, body, event) for visit, body, event in found if isinstance(body, site.Called)]


def came_back(events: Sequence[Event], of_person: Mapping[str, str]) -> Counter[str]:
    """Return how often each person checked in again after they had left: they are served again.

    Args:
        of_person: Visit -> ID number.
    """
    left_ms: dict[str, int] = {}
    found = Counter[str]()
    for event in events:
        person, body = of_person.get(event.visit or "", ""), decode_body(event)
        if isinstance(body, site.Arrived) and person in left_ms:
            found[person] += hlc.parse(body.hlc).wall_ms > left_ms[person]
        if isinstance(body, site.Left):
            left_ms[person] = hlc.parse(event.hlc).wall_ms
    return found
