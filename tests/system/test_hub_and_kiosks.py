"""A hub and two kiosks as real programs: one number for one person, the hub killed in between."""

import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from factories import web
from factories.lan import asked
from factories.lan_programs import FIRST, HUB, SECOND, Site
from factories.waiting import wait_until

from edge.domain.lan import Run
from edge.ports import HubUnavailable

pytestmark = pytest.mark.system


@pytest.fixture
def site(tmp_path):
    with closing(Site(tmp_path)) as made:
        yield made


def test_one_person_at_two_kiosks_has_one_number_and_who_came_without_the_hub_is_not_lost(site):
    site.start(HUB, FIRST, SECOND)
    site.unlock()
    wait_until(lambda: site.key_of_the_day(FIRST) and site.key_of_the_day(SECOND), seconds=30)

    first = site.check_in(FIRST, "058185000123")
    second = site.check_in(SECOND, "058185000123")
    site.kill(HUB)
    alone = [site.check_in(FIRST, "058185000124"), site.check_in(SECOND, "058185000124")]
    told = site.check_in(SECOND, "058185000125")["bar"]["vi"]
    site.start(HUB)
    with closing(site.hub_as(FIRST)) as hub:
        wait_until(hub.who, seconds=10)
    wait_until(lambda: _handed_over(site), seconds=20)
    for device in (HUB, FIRST, SECOND):
        site.kill(device)

    assert second["ticket"] == first["ticket"]
    assert alone[0]["ticket"] != alone[1]["ticket"]
    assert "Chưa nối được với máy chủ điểm tiêm" in told
    written = [e for d in (FIRST, SECOND) for e in site.journal(d) if e.type == "checked_in"]
    assert Counter(body.event for body in site.arrivals()) == Counter(e.id for e in written)
    assert len(written) == 4


def _handed_over(site):
    return all(
        "Chưa nối được" not in web.get(f"{site.url(device)}/state").json()["bar"]["vi"]
        for device in (FIRST, SECOND)
    )


def test_a_hub_that_is_killed_between_claim_and_arrival_takes_the_check_in_once(site):
    site.start(HUB)
    hub = site.hub_as(FIRST)
    granted = hub.claim(asked("0191-of-the-kiosk"))
    site.kill(HUB)
    with pytest.raises(HubUnavailable):
        hub.claim(asked("another"))

    site.start(HUB)
    same = hub.claim(asked("0191-of-the-kiosk"))
    run = _a_run(site)
    hub.hand_over(run)
    site.kill(HUB)
    site.start(HUB)
    again = hub.hand_over(run)
    hub.close()
    site.kill(HUB)

    assert (granted.answer, same.answer) == ("granted", "granted")
    assert again.through == run.through
    assert len(site.arrivals()) == 1


def _a_run(site):
    """Return what a kiosk wrote alone."""
    site.start(FIRST)
    site.check_in(FIRST, "058185000123")
    site.kill(FIRST)
    events = [e for e in site.journal(FIRST) if e.type == "checked_in"]
    path = site.folder(FIRST) / "data" / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        epoch, last = connection.execute("SELECT epoch, max(seq) FROM entries").fetchone()
        (data,) = connection.execute(
            "SELECT data FROM entries WHERE seq = ?", (events[0].seq,)
        ).fetchone()
    return Run(epoch=epoch, after=0, through=last, events=(data,))
