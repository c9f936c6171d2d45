"""A day of a site without any line to the outside: power lost, kiosks cut off, and every number kept.

Real programs on networks of their own; people at scan engines and keypads, staff at their pages over
https, boards at their stream. The driver keeps a book; in the evening the line comes back, and the
centre must hold what the book holds.
"""

import json
import shutil
from collections import Counter
from datetime import datetime

import pytest
from factories import day_people
from factories.day_evening import evening_of, morning
from factories.day_installation import HUB
from factories.day_reckoning import calls_of, expected, is_whole, passed_over, ways
from factories.day_site import day_site
from factories.length import length
from factories.simulated_day import SimulatedDay, cut_off, power_cut, quiet

from protocol.events import decode_body
from protocol.site_events import Arrived, SessionClosed

pytestmark = pytest.mark.system

PEOPLE, KIOSKS, BOARDS = length(150, 300), 3, 2
DESKS = {"reception": 2, "screening": 2, "injection": 2, "data_entry": 1, "observation": 1}
SEED = 20211201
FIRST, SECOND, THIRD = (f"kiosk-{place:04d}" for place in (1, 2, 3))
BREAKS = (
    quiet(1, 4),
    power_cut(SECOND, 0.5),
    cut_off(THIRD, FIRST, 1.5),
    quiet(0, 2),
    power_cut(HUB, 0.5),
    quiet(0, 2),
    power_cut(FIRST, 0.5),
    power_cut(HUB, 1.0),
    quiet(0, 1),
    power_cut(THIRD, 0.5),
)


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    assert shutil.which("nft"), "nftables is missing: make setup"
    with day_site(tmp_path_factory.mktemp("day"), KIOSKS, DESKS) as site:
        heard = morning(site)
        day = SimulatedDay(site, PEOPLE, BOARDS, pause_seconds=0.1, seed=SEED)
        day.live(BREAKS)
        yield evening_of(site, day, heard)


def test_nobody_heard_of_the_day_before_its_evening(evening):
    assert evening.told_by_day == 0
    assert evening.heard


def test_the_centre_holds_every_entry_of_every_journal_once(evening):
    held = evening.held()

    assert held == evening.site.journal_keys()
    assert max(held.values()) == 1


def test_everything_did_happen_on_this_day(evening):
    book = evening.book

    assert len(book.given) == PEOPLE + evening.day.twice
    assert [device for device, *_ in book.kills] == [SECOND, HUB, FIRST, HUB, THIRD]
    assert len([way for way in book.ways.values() if ("missed", "reception") in way]) > 3
    assert len([way for way in book.ways.values() if ("sent_back", "screening") in way]) > 3
    # Whom an observer looks at in the few moments before their time is over is chance.
    assert book.refused_early


def test_the_way_of_everybody_is_what_the_book_says(evening):
    book = {visit: expected(way) for visit, way in evening.book.ways.items()}

    assert ways(evening.hub) == book


def test_everybody_went_all_the_way_once(evening):
    whole = Counter(
        evening.identities[visit] for visit, way in ways(evening.hub).items() if is_whole(way)
    )

    assert whole - evening.came_back() == Counter(dict.fromkeys(evening.book.given, 1))


def test_everybody_has_the_number_that_the_kiosk_showed(evening):
    shown = {(p, t) for p, tickets in evening.book.given.items() for t in tickets}
    held = evening.site.centre(
        "SELECT i.number, v.ticket FROM visits v JOIN identities i ON i.visit = v.visit"
    )

    assert shown <= set(held)
    assert {person for person, _ in held} == set(evening.book.given)


def test_no_number_was_given_twice(evening):
    tickets = Counter(row[0] for row in evening.site.centre("SELECT ticket FROM visits"))

    assert max(tickets.values()) == 1
    assert sum(tickets.values()) >= PEOPLE


def test_the_hub_took_every_check_in_once(evening):
    written = [
        event.id
        for device in evening.site.kiosks
        for event in evening.site.events(device)
        if event.type == "checked_in"
    ]
    taken = [body.event for body in map(decode_body, evening.hub) if isinstance(body, Arrived)]

    assert Counter(taken) == Counter(written)


def test_nobody_is_called_while_somebody_stands_there_longer(evening):
    assert passed_over(evening.hub, evening.several()) == []


def test_who_came_at_two_kiosks_is_served_once(evening):
    served = {visit for visit, _, _ in calls_of(evening.hub)}
    twice = {day_people.number(each) for people in evening.book.twice for each in people}
    of_person = {
        person: {visit for visit, number in evening.identities.items() if number == person}
        for person in twice
    }

    again = evening.came_back()
    assert any(len(visits) == 2 for visits in of_person.values())
    assert {
        person: len(visits & served) - again[person] for person, visits in of_person.items()
    } == (dict.fromkeys(twice, 1))


def test_each_vial_gave_what_the_book_says(evening):
    given = Counter(
        step[4] for way in ways(evening.hub).values() for step in way if step[0] == "vaccinated"
    )
    opened = evening.site.centre("SELECT number, vaccine, lot, doses FROM vials")

    assert {name: tuple(rest) for name, *rest in opened} == evening.book.vials
    assert max(given.values()) <= 10
    assert set(given) <= set(evening.book.vials)


def test_the_projection_of_the_centre_says_the_same(evening):
    doses = evening.site.centre("SELECT visit, lot, vial, injector FROM doses WHERE standing")
    gone = evening.site.centre("SELECT visit, reason, certificate FROM departures")
    book = {visit: expected(way) for visit, way in evening.book.ways.items()}

    assert Counter(doses) == Counter(
        (visit, step[2], step[4], step[3])
        for visit, way in book.items()
        for step in way
        if step[0] == "vaccinated"
    )
    assert Counter(gone) == Counter(
        (visit, *step[1:]) for visit, way in book.items() for step in way if step[0] == "left"
    )


def test_the_day_ends_with_who_still_sits_in_observation_and_nobody_else(evening):
    (closed,) = [body for body in map(decode_body, evening.hub) if isinstance(body, SessionClosed)]
    sits = [way for way in ways(evening.hub).values() if way[-1] == ("observation_started",)]

    assert closed.open_visits == len(sits)


def test_boards_come_back_by_themselves(evening):
    assert [screen.opened >= 3 for screen in evening.day.screens] == [True] * BOARDS


def test_boards_show_calls_that_were_and_none_twice(evening):
    called = {(body.ticket, body.station, body.desk) for _, body, _ in calls_of(evening.hub)}
    shown = [_shown(screen) for screen in evening.day.screens]
    most = Counter((body.ticket, body.station) for _, body, _ in calls_of(evening.hub))

    for keys in shown:
        assert {key[:3] for key in keys} <= called
        assert not Counter(key[:2] for key in keys) - most


def test_boards_show_every_call_that_lasts(evening):
    lasting = _lasting(evening)
    shown = {key[:3] for screen in evening.day.screens for key in _shown(screen)}

    assert lasting
    assert lasting <= shown


def test_nobody_is_named_in_public(evening):
    streams = [b"".join(line for _, line in screen.heard) for screen in evening.day.screens]

    assert all(len(stream) > 10_000 for stream in streams)
    assert [day_people.found_in(stream, evening.marks) for stream in streams] == [[]] * BOARDS


def test_nobody_is_named_in_topics_or_payloads(evening):
    devices = {topic.split("/")[3] for topic, _ in evening.heard}
    named = [
        t for t, data in evening.heard if day_people.found_in(t.encode() + data, evening.marks)
    ]

    assert devices >= set(evening.site.devices)
    assert named == []


def test_nobody_is_named_in_any_log(evening):
    logs = evening.site.logs()

    assert {log.stem for log in logs} == {*evening.site.devices, "broker", "centre"}
    assert day_people.found_in_files(iter(logs), evening.marks) == {}


def test_a_hub_and_kiosks_that_are_switched_off_know_nobody(evening):
    names = Counter(path.name for path in evening.site.device_files())

    assert {"journal.db", "site.db", "sessions.db", "vault.json"} <= set(names)
    assert sum(event.sealed is not None for event in evening.hub) >= PEOPLE
    assert evening.on_disk == {}


def _shown(screen):
    """Return number, station, desk and moment of each call that a board was told."""
    found = set()
    for _, line in screen.heard:
        if line.startswith(b"data: {") and b'"stations"' in line:
            for station in json.loads(line[6:])["stations"]:
                for call in station["calling"]:
                    found.add((call["ticket"], station["id"], call["desk"], call["key"]))
    return found


def _lasting(evening):
    """Return the calls that stood for long enough to be seen, but for those around the hub's outages."""
    ends, found = {}, set()
    outages = [(gone - 0.3, back + 2) for device, gone, back in evening.book.kills if device == HUB]
    for event in reversed(evening.hub):
        body, now = decode_body(event), datetime.fromisoformat(event.at).timestamp()
        seen = ends.get(event.visit, now) - now > 0.25
        if event.type == "called" and seen and not any(a < now < b for a, b in outages):
            found.add((body.ticket, body.station, body.desk))
        if event.visit is not None:
            ends[event.visit] = now
    return found
