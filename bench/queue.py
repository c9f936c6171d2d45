"""Measure the site's queue: a desk's command on the real journal, and reading a day again.

    python -m bench.queue [--people 3000] [--commands 400] [--desks 40] [--presses 8]
                          [--directory DIR]

A day of ``people`` is journalled first (about eight events each, half of them still here), then read
by a fresh queue. ``command`` is a desk's call, finish or screening, from asking to being durable;
``decide`` is the same without the disk; ``board`` is what a board is sent.

``press`` is what 40 desks of screening press without a pause: conclusion, on to the next station, next
number. *each command alone* is the same with every command written by itself, one after the other; the
two take turns. With ``10 ms a write`` each write to the journal takes so much longer, as on a slow card.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.domain.queue.board import board
from edge.domain.queue.commands import (
    CallNext,
    CheckInAtDesk,
    Command,
    Finish,
    RecordDose,
    RecordScreening,
)
from edge.domain.queue.decide import decide
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.stations import USUAL
from edge.ports import Draft, Entry
from edge.services.numbers import Numbers
from edge.services.recording import new_id
from edge.services.site_queue import SiteQueue
from protocol import site_events as site
from protocol.events import CheckedIn
from protocol.identity import DeviceId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEALED = {"fedcba9876543210": "s" * 320}
ROUNDS = 4
SLOW_MS = 10.0


class SlowJournal(SqliteJournal):
    """A journal whose every write takes ``slow_ms`` longer."""

    slow_ms = 0.0
    writes = 0

    def append(self, *drafts: Any, **more: Any) -> list[Entry]:
        time.sleep(self.slow_ms / 1000)
        self.writes += 1
        return super().append(*drafts, **more)


def open_queue(directory: Path, clock: SystemClock) -> tuple[SlowJournal, SiteQueue]:
    """Return the journal in ``directory`` and a queue on it; the queue is not started."""
    journal = SlowJournal(directory / "hub.db", device=DeviceId("hub-0001"), clock=clock)
    numbers = Numbers(journal=journal, clock=clock, zone=ZONE, prefix="H")
    return journal, SiteQueue(journal=journal, clock=clock, zone=ZONE, numbers=numbers)


def visit_of(clock: SystemClock, number: int, *, gone: bool) -> list[Draft]:
    """Return the events of one visit: through to the end, or as far as the line of screening."""
    visit, ticket = f"visit-{number:06d}", f"A{number:04d}"
    by: dict[str, Any] = {"ticket": ticket, "staff": "lan"}
    first = CheckedIn(ticket=ticket, document="cccd_2021")
    bodies: list[site.SiteBody] = []
    for station, to in (("reception", "screening"), ("screening", "injection"))[: 1 + gone]:
        bodies.append(site.Called(**by, station=station, desk=f"{number % 20}"))
        bodies.append(site.Finished(**by, station=station, to=to))
    if gone:
        bodies.append(site.Screened(conclusion="eligible", staff="minh"))
        bodies.append(
            site.Vaccinated(vaccine="VX", lot="L1", dose_number=1, injector="h", staff="h")
        )
        bodies.append(site.ObservationStarted(minutes=30, staff="h"))
        bodies.append(site.Left(staff="h"))
    return [
        Draft(new_id(clock), first, visit=visit, person=f"{number:064x}", sealed=SEALED),
        *(Draft(new_id(clock), body, visit=visit) for body in bodies),
    ]


async def timed(queue: SiteQueue, commands: int) -> list[float]:
    """Return the milliseconds of each command; each is a desk's own, one after the other."""
    taken: list[float] = []
    desk = count()

    async def ask(command: object) -> Done:
        started = time.perf_counter()
        outcome = await queue.do(command)  # type: ignore[arg-type]  # commands of this file
        taken.append((time.perf_counter() - started) * 1000)
        if isinstance(outcome, Refused):
            raise SystemExit(f"refused: {outcome}")
        return outcome

    while len(taken) < commands:
        at = f"bench-{next(desk)}"
        called = await ask(CallNext(station="screening", desk=at, staff="minh"))
        if called.visit is None:
            raise SystemExit("a call without a visit")
        visit = called.visit.id
        await ask(RecordScreening(visit=visit, conclusion="eligible", staff="minh"))
        await ask(Finish(visit=visit, staff="minh"))
        await ask(
            RecordDose(visit=visit, vaccine="VX", lot="L1", dose_number=1, injector="h", staff="h")
        )
        new = f"new-{at}"
        await ask(CheckInAtDesk(visit=new, event=f"e-{new}", staff="lan", document="cccd_2021"))
    return taken


Way = Callable[[Sequence[Command]], Awaitable[Done | Refused]]


def ways_of(queue: SiteQueue) -> dict[str, Way]:
    """Return how a press is done: as the desks do it, and each of its commands alone."""
    one = asyncio.Lock()

    async def together(commands: Sequence[Command]) -> Done | Refused:
        return (await queue.do_all(commands))[-1]

    async def each_alone(commands: Sequence[Command]) -> Done | Refused:
        outcome: Done | Refused | None = None
        for command in commands:
            async with one:
                outcome = await queue.do(command)
        return outcome or Refused("bad_value")

    return {"together": together, "each command alone": each_alone}


async def pressed(way: Way, desks: int, presses: int, label: str) -> list[float]:
    """Return the milliseconds of each press of all desks; each desk presses once it has its answer."""
    taken: list[float] = []

    async def desk(number: int) -> None:
        call = CallNext(station="screening", desk=f"{label}-{number}", staff="minh")
        outcome = await way([call])
        for _ in range(presses):
            if isinstance(outcome, Refused) or outcome.visit is None:
                raise SystemExit(f"refused: {outcome}")
            visit = outcome.visit.id
            screened = RecordScreening(visit=visit, conclusion="eligible", staff="minh")
            started = time.perf_counter()
            outcome = await way([screened, Finish(visit=visit, staff="minh"), call])
            taken.append((time.perf_counter() - started) * 1000)

    async with asyncio.TaskGroup() as working:
        for number in range(desks):
            working.create_task(desk(number))
    return taken


async def measure_presses(journal: SlowJournal, queue: SiteQueue, desks: int, presses: int) -> None:
    """Print what a press takes, in turns."""
    clock, people = SystemClock(), count(1_000_000)
    turns = min(ROUNDS, presses)
    each_desk = presses // turns
    for slow_ms in (0.0, SLOW_MS):
        taken: dict[str, list[float]] = {name: [] for name in ways_of(queue)}
        writes, seconds = dict.fromkeys(taken, 0), dict.fromkeys(taken, 0.0)
        for turn in range(turns):
            for name, way in ways_of(queue).items():
                for _ in range(desks * (each_desk + 1)):
                    journal.append(visit_of(clock, next(people), gone=False))
                await queue.look()
                journal.slow_ms = slow_ms
                before, started = journal.writes, time.perf_counter()
                label = f"{name}-{slow_ms}-{turn}"
                taken[name] += await pressed(way, desks, each_desk, label)
                seconds[name] += time.perf_counter() - started
                writes[name] += journal.writes - before
                journal.slow_ms = 0.0
        for name, each in taken.items():
            what = f"press, {name}" + (f", {slow_ms:.0f} ms a write" if slow_ms else "")
            line = {"what": what, "desks": desks, "presses": len(each), "writes": writes[name]}
            rate = {"per_second": round(len(each) / seconds[name])}
            print(json.dumps({"bench": "queue", **line, **rate, **figures(each)}))


def figures(milliseconds: list[float]) -> dict[str, float]:
    """Return the percentiles that a reader asks for."""
    cuts = statistics.quantiles(milliseconds, n=100)
    return {
        "p50_ms": round(cuts[49], 3),
        "p99_ms": round(cuts[98], 3),
        "max_ms": round(max(milliseconds), 2),
    }


def repeated(what: object, times: int) -> list[float]:
    """Return the milliseconds of each call of ``what``."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        what()  # type: ignore[operator]  # a call without arguments
        taken.append((time.perf_counter() - started) * 1000)
    return taken


async def measure(directory: Path, people: int, commands: int, desks: int, presses: int) -> None:
    """Measure and print one JSON object a line."""
    clock = SystemClock()
    journal, _ = open_queue(directory, clock)
    events = 0
    for number in range(people):
        drafts = visit_of(clock, number, gone=number % 2 == 0)
        events += len(drafts)
        journal.append(drafts)
    journal.close()
    journal, queue = open_queue(directory, clock)
    started = time.perf_counter()
    await queue.start()
    print(
        json.dumps(
            {
                "bench": "queue",
                "what": "rebuild",
                "events": events,
                "visits": len(queue.state.visits),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
        )
    )
    state = queue.state
    call = CallNext(station=USUAL[1].id, desk="x", staff="minh")
    ways = {
        "decide": repeated(lambda: decide(state, call, queue.now_ms()), commands),
        "board": repeated(lambda: board(state, queue.now_ms()), commands),
        "command": await timed(queue, commands),
    }
    for way, taken in ways.items():
        print(json.dumps({"bench": "queue", "what": way, "people": people, **figures(taken)}))
    await measure_presses(journal, queue, desks, presses)
    journal.close()


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.queue",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--commands", type=int, default=400)
    parser.add_argument("--desks", type=int, default=40, help="that press at once (40)")
    parser.add_argument("--presses", type=int, default=8, help="of each desk, each way (8)")
    parser.add_argument("--directory", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        asyncio.run(
            measure(
                Path(directory), options.people, options.commands, options.desks, options.presses
            )
        )


if __name__ == "__main__":
    main()
