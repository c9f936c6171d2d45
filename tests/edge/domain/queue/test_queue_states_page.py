"""The picture of a visit's way is what the code does."""

from itertools import pairwise
from pathlib import Path

from factories.queue_states import queue_states_page, walk

from edge.domain.queue.visit import Phase

PAGE = Path(__file__).resolve().parents[4] / "docs" / "queue-states.md"


def test_the_page_shows_what_the_code_does():
    assert PAGE.read_text(encoding="utf-8") == queue_states_page(), "run `make docs`"


def test_every_phase_is_reached_and_every_one_but_the_last_is_left():
    phases, _ = walk()

    assert {there for _, there in phases} == {phase.value for phase in Phase}
    assert {here for here, _ in phases} == {phase.value for phase in Phase} - {"left"}


def test_the_usual_way_leads_through_every_station():
    _, stations = walk()

    way = ["reception", "screening", "injection", "data_entry", "observation", "left"]
    assert all("finish" in stations[pair] for pair in pairwise(way))


def test_nobody_comes_from_screening_to_injection_but_by_finish_and_transfer():
    _, stations = walk()

    assert stations["screening", "injection"] == {"finish", "transfer"}
    assert "finish" in stations["screening", "left"]
