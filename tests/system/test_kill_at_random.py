"""Kill kiosk, broker and centre at random points of a busy hour: the books must be equal."""

import json
import random
from collections import Counter

import httpx
import pytest
from factories.local_sites import RunningSite, running_site, wait_for

from provisioning.domain import local_site

pytestmark = pytest.mark.system

PEOPLE = 60
VICTIMS = [local_site.KIOSK, local_site.BROKER, local_site.CENTRE]


def test_nothing_is_lost_and_nothing_doubled_whatever_is_killed(tmp_path):
    chance = random.Random(20211201)
    with running_site(tmp_path) as site:
        shown = busy_hour(site, chance)
        site.drained()
        wait_for(lambda: all_reconciled(site, shown), "every visit to be reconciled", 120)
        slips = [slip for slip in site.slips() if slip["complete"]]
        site.site.stop_all()

        journal, centre = site.journal_keys(), site.centre_keys()
        events = [json.loads(data) for data in site.journal_events()]

    assert journal == centre
    assert max(centre.values()) == 1
    tickets = Counter(e["body"]["ticket"] for e in events if e["type"] == "checked_in")
    assert max(tickets.values()) == 1
    assert set(shown) <= set(tickets)
    printed = sum(e["type"] == "slip_printed" for e in events)
    assert len(slips) <= printed
    assert sum(e["type"] in ("slip_printed", "print_failed") for e in events) == len(tickets)


def busy_hour(site: RunningSite, chance: random.Random) -> list[str]:
    """Check people in while programs die; return the numbers that were seen on the screen."""
    shown: list[str] = []
    for number in range(PEOPLE):
        ticket = serve(site, f"058185{number:06d}")
        if ticket:
            shown.append(ticket)
        if chance.random() < 0.35:
            site.site.restart_after_kill(chance.choice(VICTIMS))
    return shown


def serve(site: RunningSite, number: str) -> str | None:
    """Type one person's number; return the ticket when the screen showed it."""
    try:
        site.type_number(number)
        ticket = site.wait_for_screen("done")["ticket"]
        site.http.post(f"{site.kiosk_url}/touch/back")
    except httpx.TransportError:
        return None
    return ticket


def all_reconciled(site: RunningSite, tickets: list[str]) -> bool:
    states = {visit["ticket"]: visit["state"] for visit in site.visits()}
    return all(states.get(ticket) == "reconciled" for ticket in tickets)
