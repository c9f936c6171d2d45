"""One check-in over HTTP: a desk of ours beside the redeem call of pretix, the nearest peer.

    python -m bench.beside_pretix --pretix DIR [--rounds N] [--ours N] [--theirs N]

Both on SQLite, as programs, asked by the same clients: 1, 8 and 32 of them, each with one connection,
asking for the next person as soon as it is answered. *pretix* (DIR is an environment of its own) runs
under gunicorn and is asked over bare HTTP with a scanner's token. *ours* is the hub of a site: a member of
staff, logged in over https, gives somebody who is not here yet their number. Each answer of ours has been
decided on, sealed and fsynced; at the end the hub is killed and every number that was given must be in its
journal. They take turns. Without ``--pretix`` ours alone is measured.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import sqlite3  # noqa: E402 - the path is set above

from factories.brokers import free_port  # noqa: E402
from factories.site_hubs import PASSWORD, STAFF, SiteHub, running_hub  # noqa: E402
from factories.waiting import wait_until  # noqa: E402

from bench import pretix_server  # noqa: E402
from bench.http_load import Client, Succeeded, Taken, load  # noqa: E402
from bench.processor import cpu_seconds, family_seconds  # noqa: E402
from protocol.events import decode_event  # noqa: E402
from protocol.identity import uuid7  # noqa: E402

CLIENTS = (1, 8, 32)
GOALS = {"requests": 20, "p99": 0.1}
PATH = "/desk/reception/1/check-in"


@dataclass
class Side:
    """One of the two.

    Attributes:
        each: Requests in one turn.
        requests: Those never sent before.
        spent: Says the processor time used so far.
        checked_in: How many were, the warm-up's among them.
    """

    name: str
    each: int
    requests: Iterator[bytes]
    succeeded: Succeeded
    client: Callable[[], Client]
    spent: Callable[[], float]
    checked_in: int = 0


def come(number: int) -> dict[str, str]:
    """Return the form in which a desk checks the person of that number in."""
    card = f"058185{number:06d}"
    now = time.time_ns() // 1_000_000
    ids = (uuid7(now, os.urandom(10)) for _ in range(3))
    once, visit, job = ids
    typed = {"how": "number", "number": card, "again": card}
    return {**typed, "once": once, "new_visit": visit, "job": job}


def ours(hub: SiteHub, cookies: str) -> Iterator[bytes]:
    """Yield requests of people who were not here yet."""
    for number in count(1):
        body = urlencode(come(number)).encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{hub.pages}\r\nOrigin: {hub.url}\r\n"
            f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def given(status: int, answer: bytes) -> bool:
    """Tell whether a desk was sent on to the new visit's slip."""
    return status == 303 and b"/slip/" in answer.partition(b"\r\n\r\n")[0]


def hub_side(stack: ExitStack, folder: Path, each: int) -> tuple[Side, SiteHub]:
    """Run our hub, with somebody logged in at its reception."""
    hub = stack.enter_context(running_hub(folder))
    staff = stack.enter_context(hub.logged_in(STAFF[0].login, PASSWORD))
    cookies = "; ".join(f"{each.name}={each.value}" for each in staff.cookies.jar)
    process = hub.process
    assert process is not None
    client = partial(Client, hub.pages, hub.trust())
    spent = partial(cpu_seconds, process.pid)
    return Side("ours", each, ours(hub, cookies), given, client, spent), hub


def pretix_side(stack: ExitStack, environment: Path, each: int, rounds: int) -> Side:
    """Run pretix with enough people."""
    people = 1 + (1 + rounds * len(CLIENTS)) * each
    server = stack.enter_context(pretix_server.serving(environment, free_port(), people))
    wait_until(lambda: pretix_server.answers(server), seconds=120)
    return Side(
        f"pretix {server.version}",
        each,
        map(server.request, server.secrets[1:]),
        pretix_server.redeemed,
        partial(Client, server.port, None),
        partial(family_seconds, server.pid),
    )


def measure(sides: Sequence[Side], rounds: int) -> dict[tuple[str, int], tuple[Taken, float]]:
    """Return, by side and number of clients, what was taken and the processor time of it."""
    for side in sides:
        turn(side, CLIENTS[1])
    taken = {(side.name, clients): (Taken(), 0.0) for clients in CLIENTS for side in sides}
    for _ in range(rounds):
        for clients in CLIENTS:
            for side in sides:
                more, used = turn(side, clients)
                whole, before = taken[side.name, clients]
                whole.add(more)
                taken[side.name, clients] = whole, before + used
    return taken


def turn(side: Side, clients: int) -> tuple[Taken, float]:
    """Let so many clients ask one side; return what was taken and its processor time."""
    asked, before = list(islice(side.requests, side.each)), side.spent()
    those = [side.client() for _ in range(clients)]
    more = load(those, asked, side.succeeded)
    for client in those:
        client.close()
    side.checked_in += len(more.milliseconds)
    return more, side.spent() - before


def figures(taken: Taken, used: float) -> dict[str, object]:
    """Return the figures of one line."""
    answered = len(taken.milliseconds)
    cuts = statistics.quantiles(taken.milliseconds, n=100, method="inclusive")
    asked = answered + sum(taken.statuses.values())
    return {
        "requests": asked,
        "per_second": round(answered / taken.seconds, 1),
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "cpu_ms_each": round(1000 * used / asked, 2),
        "server_errors": sum(n for status, n in taken.statuses.items() if status >= 500),
        "other_failures": sum(n for status, n in taken.statuses.items() if status < 500),
    }


def check(hub: SiteHub, numbers: int) -> None:
    """Pull the hub's plug; fail unless every number that was given is in its journal, once."""
    hub.kill()
    with closing(sqlite3.connect(hub.folder / "data" / "journal.db")) as journal:
        rows = journal.execute("SELECT data FROM entries").fetchall()
    found = [event for (data,) in rows if (event := decode_event(data)).type == "checked_in"]
    if len(found) < numbers or len({event.person for event in found}) < len(found):
        raise SystemExit(f"{numbers} numbers were given, {len(found)} are in the journal")


def say(sides: Sequence[Side], taken: dict[tuple[str, int], tuple[Taken, float]]) -> None:
    """Print a line a side and number of clients, then the ratios."""
    found = {key: figures(*of) for key, of in taken.items()}
    for (name, clients), figure in found.items():
        what = {"bench": "beside_pretix", "what": f"{name}, clients {clients}"}
        print(json.dumps({**what, **figure}), flush=True)
    if len(sides) < 2:
        return
    mine, theirs = (side.name for side in sides)
    for clients in CLIENTS:
        one, other = found[mine, clients], found[theirs, clients]
        line: dict[str, object] = {
            "bench": "beside_pretix",
            "what": f"ours/pretix, clients {clients}",
            "requests_ratio": round(
                float(str(one["per_second"])) / float(str(other["per_second"])), 1
            ),
            "p99_ratio": round(float(str(one["p99_ms"])) / float(str(other["p99_ms"])), 3),
        }
        goal = (
            {"goal_p99_ratio": GOALS["p99"]}
            if clients == 1
            else {"goal_requests_ratio": GOALS["requests"]}
        )
        print(json.dumps(line | goal), flush=True)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.beside_pretix",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pretix", type=Path, metavar="DIR", help="the environment of pretix")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", type=int, default=500, help="requests of ours in each turn")
    parser.add_argument("--theirs", type=int, default=200, help="requests of pretix in each turn")
    options = parser.parse_args()
    environment = options.pretix and options.pretix.absolute()
    try:
        if environment is None:
            print(pretix_server.HOW_TO_INSTALL, file=sys.stderr)
        else:
            pretix_server.version_of(environment)
    except pretix_server.NotInstalledError as missing:
        print(missing, file=sys.stderr)
        return 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tram-bench-")))
        theirs = (
            [pretix_side(stack, environment, options.theirs, options.rounds)] if environment else []
        )
        side, hub = hub_side(stack, folder, options.ours)
        sides = [side, *theirs]
        taken = measure(sides, options.rounds)
        check(hub, side.checked_in)
    say(sides, taken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
