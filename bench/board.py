"""From a change of the queue to a thousand boards: ours, and a bare server of such streams, in turn in one run.

    python -m bench.board [--screens N] [--rounds N]

*bare*: asyncio over the same TLS, one write of bytes that were made beforehand to each connection;
nothing else. *ours*: the hub's listener, guard and routes; each change is projected from the queue's
state, encoded, framed and written. The screens are one process of their own, so that it is timed what
they all have heard; both servers wait while the other one speaks.
"""

import argparse
import asyncio
import json
import multiprocessing
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.adapters.clock import SystemClock
from edge.domain.queue.apply import apply
from edge.domain.queue.policy import Policy
from edge.domain.queue.state import SiteState
from edge.domain.stamp import Moment, complete
from edge.services.board_feed import BoardFeed
from edge.ui.site.fanout import Fanout, Stream
from edge.ui.site.guard import SiteGuard
from edge.ui.site.server import SiteServer, page_context
from protocol import hlc
from protocol.events import Body, CheckedIn
from protocol.site_events import Called, Finished
from provisioning.adapters.authority_x509 import X509Authority
from provisioning.adapters.clock import SystemClock as Calendar
from provisioning.domain import certificates

WARM_UP = 10
PAUSE_SECONDS = 0.15
GOAL = 1.5
PATH = b"GET /board/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
MARK = b"event: board\n"
Say = Callable[[int], Awaitable[None]]


def certificate(folder: Path) -> None:
    """Write a hub's certificate."""
    maker, now = X509Authority(), Calendar().now()
    root, key = maker.new_key(), maker.new_key()
    ca = maker.self_signed(root, "Bench root", certificates.ROOT, now)
    asked = maker.request(key, "hub.local")
    hub = maker.issue(asked, certificates.SERVER, ("127.0.0.1",), (ca, root), now)
    (folder / "hub.crt").write_bytes(hub)
    (folder / "hub.key").write_bytes(key)


class BusyQueue:
    """The state of a queue of three hundred people; each change is a call."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.state = SiteState(Policy(), ZoneInfo("Asia/Ho_Chi_Minh"))
        self._news = asyncio.Event()
        self._count = 0
        self._last: tuple[str, str] | None = None
        for number in range(1, 301):
            body = CheckedIn(ticket=f"A{number:03d}", document="cccd_2021")
            self._happen(body, f"v{number}")

    def _moment(self) -> Moment:
        clock = self.clock
        return Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), True)  # noqa: FBT003

    def now_ms(self) -> int:
        """Return now, on the site's timeline."""
        return self.state.now_ms(self._moment())

    async def changed(self, version: int) -> int:
        """Wait for a newer version."""
        while self.state.version <= version:
            await self._news.wait()
        return self.state.version

    def call(self) -> None:
        """Send on who sits at the desk, and call the next."""
        if self._last is not None:
            ticket, visit = self._last
            to = "screening"
            self._happen(Finished(ticket=ticket, station="reception", staff="a", to=to), visit)
        visit = next(iter(self.state.lines["reception"]))
        ticket = self.state.visits[visit].ticket
        self._last = (ticket, visit)
        self._happen(Called(ticket=ticket, station="reception", desk="1", staff="a"), visit)
        self._news.set()
        self._news = asyncio.Event()

    def _happen(self, body: Body, visit: str) -> None:
        self._count += 1
        done = complete(
            event_id=f"e{self._count}",
            body=body,
            seq=self._count,
            hlc=hlc.tick(hlc.ZERO, self._moment().wall_ms),
            moment=self._moment(),
            visit=visit,
        )
        apply(self.state, done)


def serve(way: str, folder: Path, pipe: Connection) -> None:
    """Serve one way in a process of its own."""
    asyncio.run(_bare(folder, pipe) if way == "bare" else _ours(folder, pipe))


async def _answer(pipe: Connection, say: Callable[[], None]) -> None:
    """Change something whenever asked, and tell when that was."""
    while await asyncio.to_thread(pipe.recv):
        told = time.monotonic_ns()
        say()
        pipe.send(told)


async def _bare(folder: Path, pipe: Connection) -> None:
    writers: list[asyncio.StreamWriter] = []
    feed = BoardFeed(
        queue=BusyQueue(), clock=SystemClock(), zone=ZoneInfo("UTC"), send=lambda _: None
    )
    message = feed.message()
    chunk = b"%x\r\n%b\r\n" % (len(message), message)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        writers.append(writer)

    def say() -> None:
        for writer in writers:
            writer.write(chunk)

    server = await asyncio.start_server(
        connected, "127.0.0.1", 0, ssl=page_context(folder), backlog=2048
    )
    pipe.send(server.sockets[0].getsockname()[1])
    async with server:
        await _answer(pipe, say)


async def _ours(folder: Path, pipe: Connection) -> None:
    queue, fanout = BusyQueue(), Fanout()
    feed = BoardFeed(queue=queue, clock=queue.clock, zone=ZoneInfo("UTC"), send=fanout.send)

    async def events(_: Request) -> Response:
        return Stream(fanout, b"retry: 1000\n\n", lambda: True)

    app = Starlette(
        routes=[Route("/board/events", events)], middleware=[Middleware(SiteGuard, hosts=())]
    )
    server = SiteServer(app, folder)
    server.config.limit_concurrency = 10_000
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    server.config.host, server.config.port = "127.0.0.1", port
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve())
        running = group.create_task(feed.run())
        await server.answers.wait()
        pipe.send(port)
        await _answer(pipe, queue.call)
        server.stop()
        fanout.end()
        running.cancel()
        await serving


class Screens:
    """All boards of one server: note when each one has heard a whole message."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    async def connect(self, port: int, count: int) -> None:
        """Open ``count`` streams, some at a time."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        loop = asyncio.get_running_loop()
        for start in range(0, count, 50):
            opened = [
                loop.create_connection(lambda: _Screen(self.heard), "127.0.0.1", port, ssl=context)
                for _ in range(min(50, count - start))
            ]
            await asyncio.gather(*opened)

    async def all_heard(self, count: int) -> None:
        """Wait until every screen has heard the message."""
        end = time.monotonic() + 30
        while len(self.heard) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.heard)} of {count} screens heard it")
            await asyncio.sleep(0.005)


class _Screen(asyncio.Protocol):
    def __init__(self, heard: list[int]) -> None:
        self._heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(PATH)  # type: ignore[attr-defined]  # a connection can be written to

    def data_received(self, data: bytes) -> None:
        if MARK in data:
            self._heard.append(time.monotonic_ns())


async def measure(
    pipes: dict[str, Connection], screens: int, rounds: int
) -> dict[str, list[float]]:
    """Return the milliseconds from change to each screen, the ways taken in turn."""
    halls = {way: Screens() for way in pipes}
    for way, pipe in pipes.items():
        await halls[way].connect(pipe.recv(), screens)
    await asyncio.sleep(1)
    taken: dict[str, list[float]] = {way: [] for way in pipes}
    for turn in range(rounds + WARM_UP):
        for way, pipe in pipes.items():
            halls[way].heard.clear()
            pipe.send(True)  # noqa: FBT003 - go on
            await halls[way].all_heard(screens)
            told = pipe.recv()
            if turn >= WARM_UP:
                taken[way] += [(each - told) / 1e6 for each in halls[way].heard]
            await asyncio.sleep(PAUSE_SECONDS)
    return taken


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {f"p{p}_ms": round(cuts[p - 1], 2) for p in (50, 95, 99)}


def main() -> int:
    """Print one line a way, then the ratio beside its goal."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.board",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--screens", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    with tempfile.TemporaryDirectory() as name:
        certificate(Path(name))
        pipes: dict[str, Connection] = {}
        children = []
        for way in ("bare", "ours"):
            pipes[way], theirs = multiprocessing.Pipe()
            child = multiprocessing.Process(target=serve, args=(way, Path(name), theirs))
            child.start()
            children.append(child)
        taken = asyncio.run(measure(pipes, options.screens, options.rounds))
        for pipe, child in zip(pipes.values(), children, strict=True):
            pipe.send(False)  # noqa: FBT003 - end
            child.join(20)
            child.kill()
    figures = {way: percentiles(values) for way, values in taken.items()}
    for way, figure in figures.items():
        line = {"bench": "board", "way": way, "screens": options.screens, **figure}
        print(json.dumps(line))
    ratios = {p: round(value / figures["bare"][p], 2) for p, value in figures["ours"].items()}
    print(json.dumps({"bench": "board", "ratio": "ours/bare", **ratios, "goal_p99": GOAL}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
