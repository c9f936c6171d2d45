"""Measure a whole day of a site: its hub, kiosks, desks and boards, the line to the centre cut.

    python -m bench.day [--people N] [--kiosks N] [--pause SECONDS] [--hub-power-cuts N] [--close-early]

Real programs, each device on a network of its own: people hold cards to scan engines, 20 desks work
over https as staff do, boards listen, one of them in a Chromium at 1920 × 1080. Hub and kiosks lose
their power at random moments, kiosks their way to the hub. In the evening everything is switched off,
its disks are searched for anybody's name or number, and the centre hears of the day; where it holds
anything else than the driver's book, there are no figures but an error. Needs root.

*desk action* is from sending a form to its answer, *event to pixel* from the hub's own time of a call to
the frame in which the board shows it. Driver, browser and all programs share this machine's cores.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from factories.chromium import chromium  # noqa: E402 - the path is set above
from factories.day_evening import Evening, evening_of, morning  # noqa: E402
from factories.day_installation import HUB, PAGE_PORT  # noqa: E402
from factories.day_reckoning import calls_of, expected, is_whole, passed_over, ways  # noqa: E402
from factories.day_site import DaySite, day_site  # noqa: E402
from factories.simulated_day import SimulatedDay, cut_off, power_cut, quiet  # noqa: E402

from bench.slip import percentiles  # noqa: E402

DESKS = {"reception": 4, "screening": 5, "injection": 5, "data_entry": 3, "observation": 3}
SEED = 20211202
WATCH = """
window.pixels = new Map();
new MutationObserver(() => {
  const fresh = [...document.querySelectorAll("ol.called > li")].map(
    (li) => `${li.textContent}/${li.closest("section").dataset.station}/${li.dataset.desk}`
  ).filter((key) => !window.pixels.has(key));
  for (const key of fresh) window.pixels.set(key, 0);
  // The second frame begins when the first one was painted.
  if (fresh.length) requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const key of fresh) window.pixels.set(key, performance.timeOrigin + performance.now());
  }));
}).observe(document, { childList: true, subtree: true });
"""


class PixelBoard(threading.Thread):
    """A board in a real browser that notes when each call came to its screen."""

    def __init__(self, cookies: dict[str, str], url: str) -> None:
        super().__init__()
        self._cookies, self._url = cookies, url
        self.over = threading.Event()
        self.ready = threading.Event()
        self.seen: dict[str, float] = {}

    def run(self) -> None:
        with chromium(whole=True) as browser:
            context = browser.new_context(
                ignore_https_errors=True, viewport={"width": 1920, "height": 1080}
            )
            context.add_cookies(
                [{"name": n, "value": v, "url": self._url} for n, v in self._cookies.items()]
            )
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto(f"{self._url}/board?stations=reception,screening,injection&metres=2")
            page.wait_for_selector("body[data-state=live]")
            self.ready.set()
            while not self.over.is_set():
                # Each look lets the browser's own events through.
                self.seen |= dict(page.evaluate("[...window.pixels]"))
                page.wait_for_timeout(500)


def breaks(
    kiosks: list[str], hub_power_cuts: int, seconds: float
) -> list[Callable[[SimulatedDay], None]]:
    """Return what breaks in the course of a day."""
    chance, between = random.Random(SEED), seconds / (2 * len(kiosks) + hub_power_cuts)
    found: list[Callable[[SimulatedDay], None]] = [power_cut(each, 1) for each in kiosks]
    found += [power_cut(HUB, 1) for _ in range(hub_power_cuts)]
    found += [cut_off(each, near, between / 4) for each, near in _pairs(kiosks)]
    chance.shuffle(found)
    return [step for each in found for step in (quiet(between / 4, between), each)]


def _pairs(kiosks: list[str]) -> Iterator[tuple[str, str]]:
    for place in range(0, len(kiosks) - 1, 2):
        yield kiosks[place + 1], kiosks[place]


def check(evening: Evening) -> None:
    """Stop where the books are not equal, or anybody is named."""
    book = {visit: expected(way) for visit, way in evening.book.ways.items()}
    found = ways(evening.hub)
    whole = [evening.identities[visit] for visit, way in found.items() if is_whole(way)]
    again = evening.came_back()
    wrong = {
        "the centre holds other entries than the journals": evening.held()
        != evening.site.journal_keys(),
        "the centre tells of other ways than the book": found != book,
        "somebody was served twice or never": sorted(whole)
        != sorted([*evening.book.given, *again.elements()]),
        "somebody was passed over": passed_over(evening.hub, evening.several()) != [],
        "somebody's name or number is on a disk": evening.on_disk != {},
        "the centre heard of the day before its evening": evening.told_by_day > 0,
    }
    for words, is_so in wrong.items():
        if is_so:
            raise SystemExit(words)


def pixels(evening: Evening, seen: dict[str, float]) -> list[float]:
    """Return the milliseconds from each call to its pixels, but for calls around the hub's outages."""
    outages = [(gone - 1, back + 4) for device, gone, back in evening.book.kills if device == HUB]
    found = {}
    for _, body, event in calls_of(evening.hub):
        at = datetime.fromisoformat(event.at).timestamp()
        key = f"{body.ticket}/{body.station}/{body.desk}"
        shown = seen.get(key, 0)
        if shown and key not in found and not any(a < at < b for a, b in outages):
            found[key] = shown - 1000 * at
    return list(found.values())


def figures(
    evening: Evening, seen: dict[str, float], seconds: float
) -> Iterator[dict[str, object]]:
    """Yield the lines of the table."""
    site, book = evening.site, evening.book
    yield {
        "what": "the day",
        "people": len(book.given),
        "kiosks": len(site.kiosks),
        "desks": sum(map(len, site.desks.values())),
        "boards": evening.day.boards + 1,
        "seconds": round(seconds),
        "power_cuts": len(book.kills),
        "kiosks_cut_off": len(book.twice),
        "came_to_two_kiosks": sum(map(len, book.twice)),
        "events_of_the_hub": len(evening.hub),
        "entries_at_the_centre": sum(evening.held().values()),
        "books": "equal",
    }
    for what, name in (("POST", "desk action"), ("GET", "desk page"), ("check_in", "check-in")):
        taken = book.taken_ms[what]
        yield {"what": name, "count": len(taken), **percentiles(taken)}
    for name in (HUB, site.kiosks[0]):
        yield {
            "what": name,
            "most_resident_mib": site.peak_mib[name],
            "cpu_seconds": round(site.cpu_seconds[name], 1),
            "cpu_share": round(site.cpu_seconds[name] / seconds, 3),
        }
    shown = pixels(evening, seen)
    if len(shown) < 2:
        raise SystemExit(
            f"the browser's board showed {len(seen)} calls, {len(shown)} of them known"
        )
    yield {"what": "call to pixel of the board", "count": len(shown), **percentiles(shown)}


def measure(
    people: int, kiosks: int, pause_seconds: float, *, hub_power_cuts: int, all_leave: bool
) -> None:
    """Let the day pass and print one JSON object a line."""
    with tempfile.TemporaryDirectory() as folder, day_site(Path(folder), kiosks, DESKS) as site:
        heard = morning(site)
        day = SimulatedDay(
            site, people, boards=2, pause_seconds=pause_seconds, seed=SEED, all_leave=all_leave
        )
        lasts = people / kiosks * (pause_seconds + 0.15)
        began = time.perf_counter()
        board = _watch(day, site)
        try:
            day.live(breaks(site.kiosks, hub_power_cuts, lasts))
        finally:
            board.over.set()
            board.join()
        seconds = time.perf_counter() - began
        evening = evening_of(site, day, heard, patience_seconds=600)
        check(evening)
        for line in figures(evening, board.seen, seconds):
            print(json.dumps({"bench": "day", **line}, ensure_ascii=False), flush=True)


def _watch(day: SimulatedDay, site: DaySite) -> PixelBoard:
    """Open the browser's board before anybody comes."""
    day.open()
    cookies = day.let_board_in("Chromium").cookies
    board = PixelBoard(cookies, f"https://{site.hub_host}:{PAGE_PORT}")
    board.start()
    assert board.ready.wait(60), "the browser does not come up"
    return board


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.day",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=3000, help="who come (3000)")
    parser.add_argument("--kiosks", type=int, default=6, help="where they check in (6)")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two at a kiosk")
    parser.add_argument(
        "--hub-power-cuts", type=int, default=3, help="how often the hub loses its power (3)"
    )
    parser.add_argument(
        "--close-early", action="store_true", help="close while people still sit in observation"
    )
    options = parser.parse_args()
    measure(
        options.people,
        options.kiosks,
        options.pause,
        hub_power_cuts=options.hub_power_cuts,
        all_leave=not options.close_early,
    )


if __name__ == "__main__":
    main()
