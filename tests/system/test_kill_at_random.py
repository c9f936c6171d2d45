"""Kill kiosk, broker and centre at random moments of a busy hour: the books must be equal."""

import itertools
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from factories.length import length
from factories.local_sites import RunningSite, running_site, wait_for

from provisioning.domain import local_site

pytestmark = pytest.mark.system

KILLS_OF_EACH = length(2, 5)
PATIENCE_SECONDS = 4


def test_nothing_is_lost_and_nothing_doubled_whatever_is_killed(tmp_path):
    with running_site(tmp_path) as site:
        seen_on_screen = set(busy_hour(site, random.Random(20211201)))
        # The last start settles the slips that the last kill left open.
        site.site.restart_after_kill(local_site.KIOSK)
        site.drained()
        wait_for(lambda: all_reconciled(site, seen_on_screen), "every visit to be reconciled", 120)
        slips = len(site.slips())
        site.site.stop_all()

        journal, centre = site.journal_keys(), site.centre_keys()
        events = [json.loads(data) for data in site.journal_events()]

    assert len(seen_on_screen) >= KILLS_OF_EACH
    assert journal == centre
    assert max(centre.values()) == 1
    checked_in = Counter(e["body"]["ticket"] for e in events if e["type"] == "checked_in")
    assert max(checked_in.values()) == 1
    assert seen_on_screen <= set(checked_in)
    printed = [e["body"] for e in events if e["type"] == "slip_printed"]
    assert sum(body["proof"] == "proven" for body in printed) <= slips <= len(printed)
    ended = Counter(e["visit"] for e in events if e["type"] in ("slip_printed", "print_failed"))
    assert ended == Counter(e["visit"] for e in events if e["type"] == "checked_in")


def busy_hour(site: RunningSite, chance: random.Random) -> list[str]:
    """Kill each program several times while people check in; return the tickets they saw."""
    victims = KILLS_OF_EACH * [local_site.KIOSK, local_site.BROKER, local_site.CENTRE]
    chance.shuffle(victims)
    over = threading.Event()
    with ThreadPoolExecutor(1) as people:
        served = people.submit(serve_until, site, over)
        try:
            for victim in victims:
                time.sleep(chance.uniform(0.1, 1.5))
                site.site.restart_after_kill(victim)
        finally:
            over.set()
    return served.result()


def serve_until(site: RunningSite, over: threading.Event) -> list[str]:
    """Check one person in after another; return the tickets that came on the screen."""
    people = itertools.takewhile(lambda _: not over.is_set(), itertools.count())
    shown = (serve(site, f"058185{number:06d}") for number in people)
    return [ticket for ticket in shown if ticket]


def serve(site: RunningSite, number: str) -> str | None:
    """Type one person's number; return the ticket if the screen came to show it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    typed = False
    while time.monotonic() < deadline:
        try:
            if not typed:
                site.type_number(number)
                typed = True
            screen = site.screen()
            if screen["screen"] == "done":
                site.http.post(f"{site.kiosk_url}/touch/back")
                time.sleep(0.1)  # people come one after another, not in a burst
                return str(screen["ticket"])
        except httpx.HTTPError:
            pass  # it was just killed; the person tries until out of patience
        time.sleep(0.02)
    return None


def all_reconciled(site: RunningSite, tickets: set[str]) -> bool:
    states = site.summary()["states"]
    return (
        states.get("reconciled", 0) >= len(tickets) and sum(states.values()) == states["reconciled"]
    )
