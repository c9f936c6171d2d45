"""Measure a visit as its person sees it: card in view → what was read → number → slip out.

    python -m bench.visit [--people N]

Real programs: kiosk with its simulated camera at 10 frames a second, broker, centre, virtual printer. Each
person holds up a photograph of a card of their own. *read* is from the moment the camera is offered the card to the page being
told what was read; *number* from there to the number, of which the pause for "that is not me" is deliberate and
named; *slip* from the number to the slip lying cut in the printer's tray.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import httpx  # noqa: E402 - the path is set above
from factories.local_sites import (  # noqa: E402 - the path is set above
    CONFIRM_SECONDS,
    RunningSite,
    person,
    photo,
    running_site,
    wait_for,
)

from bench.slip import percentiles  # noqa: E402 - the path is set above


class Watcher:
    """A page that notes when each screen was told to it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.seen: dict[str, float] = {}
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with httpx.stream("GET", f"{self._url}/events", timeout=None) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self.seen.setdefault(json.loads(line[6:])["screen"], time.perf_counter())

    def first(self, screen: str) -> float:
        return wait_for(lambda: self.seen.get(screen), f"the screen {screen}")


def visits(site: RunningSite, people: int) -> Iterator[dict[str, float]]:
    """Yield the milliseconds of each person's visit, by part."""
    watcher = Watcher(site.kiosk_url)
    for number in range(people):
        picture = photo(person(700 + number), seed=number)
        slips = len(site.slips())
        watcher.seen.clear()
        site.hold_up(picture).raise_for_status()
        held_up = time.perf_counter()
        read, shown = watcher.first("read"), watcher.first("done")
        out = wait_for(
            lambda slips=slips: time.perf_counter() if len(site.slips()) > slips else None,
            "the slip",
        )
        yield {
            "read": 1000 * (read - held_up),
            "number_without_pause": 1000 * (shown - read - CONFIRM_SECONDS),
            "slip": 1000 * (out - shown),
        }
        # The card stays in view for a moment; the next person's is another one.
        site.http.post(f"{site.kiosk_url}/touch/back")
        site.wait_for_screen("attract")


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.visit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=20, help="how many people (20)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        taken = list(visits(site, options.people))
    for part in taken[0]:
        figures = percentiles([visit[part] for visit in taken])
        print(json.dumps({"bench": "visit", "what": part, "people": len(taken), **figures}))


if __name__ == "__main__":
    main()
