"""Measure one check-in without decoding: a code's bytes in, durable on disk, the slip's bytes out.

    python -m bench.checkin [--rounds N] [--directory DIR]

*ours* is the running kiosk's own path: read, decide, seal, journal (WAL, synchronous=FULL), hand over
to the printing task, sign the QR, draw. *usual* splits the text, inserts by sqlite-utils and draws with qrcode, a
grey Pillow picture and python-escpos; *lean* is a bare INSERT and the leanest drawing. Neither seals,
chains, checks or survives anything. The three take turns, so that a disturbance hits all of them.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import sqlite_utils
import structlog

from bench.slip import lean, percentiles, slip, usual_way
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.printer_none import NoPrinter
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.domain.facts import CodesSeen
from edge.domain.state import Rules
from edge.ports import Slip
from edge.services.display import Display
from edge.services.elapsed import milliseconds
from edge.services.inbox import new_inbox
from edge.services.kiosk import Kiosk
from edge.services.printing import Printing
from edge.services.reading import Reader
from edge.services.recording import Recorder
from edge.services.slip_words import SlipWriter
from edge.simulated.keys import SimulatedKeys
from protocol.identity import DeviceId

WARM_UP = 20
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DEVICE = DeviceId("kiosk-0001")
Way = Callable[[bytes, int], float]


def payload(number: int) -> bytes:
    """Return the card of one of many invented people."""
    text = f"058185{number:06d}||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh, Thuận Nam|05052021"
    return text.encode()


class HurriedClock(SystemClock):
    """Time since boot runs ten seconds ahead with each person, so that none waits for the one before."""

    people = 0

    def boottime_ns(self) -> int:
        """Return the time since boot, hurried."""
        return super().boottime_ns() + self.people * 10_000_000_000


class TimedRenderer:
    """Draws the slip that all ways draw, and notes when its bytes were there."""

    def __init__(self) -> None:
        self._renderer = PillowSlipRenderer(80)
        self.done = asyncio.Event()
        self.at = 0.0
        self.loop = asyncio.get_running_loop()

    def render(self, what: Slip) -> bytes:
        """Return the bytes, those of the QR that the kiosk signed among them."""
        data = self._renderer.render(what)
        self.at = perf_counter()
        self.loop.call_soon_threadsafe(self.done.set)
        return data

    def paper_mm(self, data: bytes) -> int:
        """Return how much paper the slip pulls."""
        return self._renderer.paper_mm(data)


class Ours:
    """A kiosk of real services; its printer does not answer, so that only our own work is timed."""

    def __init__(self, directory: Path) -> None:
        self.clock = HurriedClock()
        self.journal = SqliteJournal(directory / "ours.db", device=DEVICE, clock=self.clock)
        keys, self.renderer, facts = SimulatedKeys(DEVICE), TimedRenderer(), new_inbox()
        self.printing = Printing(
            build=lambda: (NoPrinter(), self.renderer),
            journal=self.journal,
            clock=self.clock,
            writer=SlipWriter(
                "Trạm Y tế Phước Dinh", "Quầy đón tiếp", self.clock, sign=keys.sign_reentry
            ),
            tell=self._finished,
        )
        self.kiosk = Kiosk(
            facts=facts,
            recorder=Recorder(
                journal=self.journal, keys=keys, clock=self.clock, zone=ZONE, ticket_prefix="A"
            ),
            display=Display(),
            clock=self.clock,
            print_slip=self.printing.submit,
            reprint=self.printing.reprint,
            ask=lambda _: None,
            forget_frames=lambda: None,
            software="bench",
            # Without the seconds in which a person may say "that is not me".
            rules=Rules(confirm_ms=0),
        )
        self.reader = Reader(keys=keys, clock=self.clock, zone=ZONE)
        self.settled = asyncio.Event()

    async def _finished(self, _fact: object) -> None:
        self.settled.set()

    async def check_in(self, data: bytes) -> float:
        """Check one person in; return the seconds until the slip's bytes were there."""
        self.clock.people += 1
        self.renderer.done.clear()
        self.settled.clear()
        begun = perf_counter()
        seen = self.reader.code(data)
        await self.kiosk.follow(CodesSeen((seen,), milliseconds(self.clock)))
        await self.renderer.done.wait()
        taken = self.renderer.at - begun
        await self.settled.wait()
        return taken


def usual(directory: Path) -> Way:
    """Return what most programs do."""
    database = sqlite_utils.Database(directory / "usual.db")
    database.conn.execute("PRAGMA journal_mode = WAL")
    database.conn.execute("PRAGMA synchronous = FULL")
    render = usual_way()

    def check_in(data: bytes, number: int) -> float:
        begun = perf_counter()
        fields = data.decode().split("|")
        with database.conn:
            database["visits"].insert({"number": fields[0], "name": fields[2], "ticket": number})
        render(slip(number))
        return perf_counter() - begun

    return check_in


def floor(directory: Path) -> Way:
    """Return the least that is durable and draws such a slip."""
    connection = sqlite3.connect(directory / "lean.db", isolation_level=None)
    for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE visits (number TEXT, name TEXT, ticket INTEGER)")

    def check_in(data: bytes, number: int) -> float:
        begun = perf_counter()
        fields = data.decode().split("|")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO visits VALUES (?, ?, ?)", (fields[0], fields[2], number))
        connection.execute("COMMIT")
        lean(slip(number))
        return perf_counter() - begun

    return check_in


async def measure(directory: Path, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each way, taken in turn."""
    ours, others = Ours(directory), {"usual": usual(directory), "lean": floor(directory)}
    taken: dict[str, list[float]] = {"ours": [], "usual": [], "lean": []}
    async with asyncio.TaskGroup() as group:
        printing = group.create_task(ours.printing.run())
        for number in range(rounds + WARM_UP):
            seconds = {"ours": await ours.check_in(payload(number))}
            seconds |= {name: way(payload(number), number) for name, way in others.items()}
            if number >= WARM_UP:
                for name, value in seconds.items():
                    taken[name].append(value * 1000)
        printing.cancel()
    ours.journal.close()
    return taken


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.checkin",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--directory", type=Path, default=None, help="a folder on the disk to use")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.directory) as directory,
        Path("/dev/null").open("w") as nowhere,
    ):
        # Log lines are made as in the program, and not read by anybody.
        structlog.configure(
            processors=[structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(nowhere),
        )
        taken = asyncio.run(measure(Path(directory), options.rounds))
    figures = {name: percentiles(milliseconds) for name, milliseconds in taken.items()}
    for name, found in figures.items():
        print(json.dumps({"bench": "checkin", "way": name, "rounds": options.rounds, **found}))
    for other, goal in (("usual", 0.6), ("lean", 1.3)):
        ratios = {p: round(v / figures[other][p], 2) for p, v in figures["ours"].items()}
        line = {"bench": "checkin", "ratio": f"ours/{other}", **ratios, "goal_p99": goal}
        print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
