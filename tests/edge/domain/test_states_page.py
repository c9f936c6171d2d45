"""The picture of the conversation against the conversation, and what must hold on every way."""

from pathlib import Path

from factories.states import CERTIFICATE_SHOWN, arrows, states_page, station_arrows

PAGE = Path(__file__).parents[3] / "docs" / "kiosk-states.md"


def boxes():
    return {box for arrow in arrows() for box in arrow}


def test_the_drawn_states_are_those_of_the_code():
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run `make docs`"


def reached_by_going_back(box):
    seen, waiting = set(), [box]
    while waiting:
        here = waiting.pop()
        seen.add(here)
        waiting += [b for (a, b), words in arrows().items() if a == here and "back" in words
                    and b not in seen]  # fmt: skip
    return seen


def test_from_every_page_the_beginning_is_reached_by_going_back():
    pages = boxes() - {"Attract", "Busy", "OutOfOrder"}

    assert {box for box in pages if "Attract" not in reached_by_going_back(box)} == set()


def test_staff_can_be_called_from_every_page():
    pages = boxes() - {"Busy", "StaffWanted"}

    assert {box for box in pages if "call staff" not in arrows()[box, "StaffWanted"]} == set()


def test_nobody_gets_a_number_but_by_the_fact_that_it_is_stored():
    ends = {"Done", "Complained"}
    ways = {here for here, there in arrows() if there in ends and here != there}

    assert ways == {"Busy"}


def test_a_certificate_leads_nowhere_but_onto_the_page_of_who_showed_it():
    ways = {arrow for arrow, words in arrows().items() if CERTIFICATE_SHOWN in words}

    assert ways == {("Read", "Read"), ("Done", "Done"), ("Done_again", "Done_again")}


def test_a_verify_station_checks_nobody_in_and_always_comes_back():
    ways = station_arrows()
    pages = {box for arrow in ways for box in arrow}

    assert pages == {"VerifyReady", "Verified", "NoCertificate", "StaffWanted"}
    assert all(ways[box, "VerifyReady"] & {"back", "time"} for box in pages - {"VerifyReady"})
