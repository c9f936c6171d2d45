"""The picture of a visit's way, found by walking through ``decide``: what is drawn is what runs."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from factories.queues import Hall

from edge.domain.queue import commands as ask
from edge.domain.queue.outcome import Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.stations import USUAL
from edge.domain.queue.visit import Visit

VISIT = "v00001"
Arrows = dict[tuple[str, str], set[str]]


def moves() -> Iterator[tuple[str, ask.Command]]:
    """Yield what desks may ask about a visit, with the words of the arrow."""
    by = {"visit": VISIT, "staff": "lan"}
    for station in USUAL:
        yield "call next", ask.CallNext(station=station.id, desk="1", staff="lan")
        number = ask.CallNumber(**by, station=station.id, desk="1")
        yield "call this number", number
        yield "transfer", ask.Transfer(**by, to=station.id)
        yield "send back", ask.SendBack(**by, to=station.id, reason="asked")
    yield "recall", ask.Recall(**by)
    yield "hold", ask.Hold(**by)
    yield "resume", ask.Resume(**by)
    yield "missed", ask.MarkMissed(**by)
    for conclusion in ("eligible", "deferred"):
        yield f"screened: {conclusion}", ask.RecordScreening(**by, conclusion=conclusion)
    dose = {"vaccine": "VX", "lot": "L1", "dose_number": 1, "injector": "hoa"}
    yield "dose", ask.RecordDose(**by, **dose)
    yield "start observation", ask.StartObservation(**by)
    yield "finish", ask.Finish(**by)
    yield "let go", ask.LetGo(**by)
    yield "let go for a reason", ask.LetGo(**by, reason="own_wish")


@cache
def walk() -> tuple[Arrows, Arrows]:
    """Return phase -> phase and station -> station, each with the words, for all that can be reached."""
    phases: Arrows = defaultdict(set)
    stations: Arrows = defaultdict(set)
    hall = Hall(Policy(recalls_most=1))
    hall.come()
    waiting, known = [hall], {_essence(hall)}
    while waiting:
        here = waiting.pop()
        before = here.visit(VISIT)
        for words, command in moves():
            if isinstance(here.ask(command), Refused):
                continue
            there = _fork(here)
            there.do(command)
            after = there.visit(VISIT)
            _note(phases, before.phase.value, after.phase.value, words)
            _note(stations, _place(before), _place(after), words)
            if _essence(there) not in known:
                known.add(_essence(there))
                waiting.append(there)
        _let_time_pass(here, known, waiting)
    return dict(phases), dict(stations)


def _note(arrows: Arrows, here: str, there: str, words: str) -> None:
    if here != there:
        arrows[here, there].add(words)


def _place(visit: Visit) -> str:
    return visit.station if visit.is_open else "left"


def _let_time_pass(here: Hall, known: set[object], waiting: list[Hall]) -> None:
    if here.visit(VISIT).observation_left_ms(here.now_ms):
        later = _fork(here)
        later.clock.advance(1800)
        if _essence(later) not in known:
            known.add(_essence(later))
            waiting.append(later)


def _fork(hall: Hall) -> Hall:
    """Return another hall in which the same has happened."""
    other = Hall(hall.policy)
    other.retell(hall)
    return other


def _essence(hall: Hall) -> object:
    """Return what of a visit decides which arrows lead from it."""
    visit = hall.visit(VISIT)
    observed = visit.observed_from_ms is not None
    done = visit.observation_done(hall.now_ms)
    dosed = bool(visit.doses)
    recalls = min(visit.recalls, hall.policy.recalls_most)
    return visit.phase, visit.station, visit.conclusion, dosed, observed, done, recalls


def queue_states_page() -> str:
    """Return the page of the documentation that shows the states of a visit."""
    phases, stations = walk()
    lines = [
        "# A visit in the site's queue",
        "",
        "Made by `make docs` from `edge/domain/queue`: every arrow was walked through `decide` with the usual five stations, so the pictures show what runs.",
        "A person who checked in twice is served by one visit; the other one is linked to it and waits in no line.",
        "",
        "## What a person does at a station",
        "",
        *_drawn(phases, "waiting"),
        "",
        "## From station to station",
        "",
        "*Transfer* leads from every station to every other one and *send back* to every earlier one; so does *let go for a reason* lead out. They are not drawn.",
        "",
        *_drawn(stations, "reception", {"transfer", "send back", "let go for a reason"}),
        "",
    ]
    return "\n".join(lines)


def _drawn(
    arrows: Arrows, first: str, without: frozenset[str] | set[str] = frozenset()
) -> list[str]:
    told = [
        f"    {here} --> {there}: {', '.join(sorted(words - without))}"
        for (here, there), words in sorted(arrows.items())
        if words - without
    ]
    return ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *told, "```"]
