"""The picture of the conversation against the conversation, and what must hold on every way."""

from pathlib import Path

import pytest
from factories.states import arrows, states_page

PAGE = Path(__file__).parents[3] / "docs" / "kiosk-states.md"
ARROWS = arrows()
BOXES = {box for arrow in ARROWS for box in arrow}


def test_the_drawn_states_are_those_of_the_code():
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run `make docs`"


@pytest.mark.parametrize("box", sorted(BOXES - {"Attract", "Busy", "OutOfOrder"}))
def test_from_every_page_the_beginning_is_reached_by_going_back(box):
    seen, waiting = set(), [box]
    while waiting:
        here = waiting.pop()
        seen.add(here)
        waiting += [b for (a, b), words in ARROWS.items() if a == here and "back" in words
                    and b not in seen]  # fmt: skip

    assert "Attract" in seen


@pytest.mark.parametrize("box", sorted(BOXES - {"Busy", "StaffWanted"}))
def test_staff_can_be_called_from_every_page(box):
    assert "call staff" in ARROWS[box, "StaffWanted"]


def test_nobody_gets_a_number_but_by_the_fact_that_it_is_stored():
    ways = {here for (here, there) in ARROWS if there in {"Done", "Complained"}}

    assert ways == {"Busy"}
