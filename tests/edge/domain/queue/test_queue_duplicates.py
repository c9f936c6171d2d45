"""One person with two numbers: both are kept, linked, and one counts, whatever came first."""

from itertools import permutations

import pytest
from factories.queues import MORNING, Hall
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.domain.queue.arriving import identify
from edge.domain.queue.commands import CallNext, CallNumber, LetGo
from edge.domain.queue.persons import regrouped
from protocol.hlc import Hlc
from protocol.site_events import Arrived

AT_MS = int(MORNING.timestamp() * 1000) - 3_600_000
"""An hour before the hall's morning."""


def arrived(number: int, at_ms: int, **fields) -> Arrived:
    usual = {
        "event": f"k-{number}",
        "device": "kiosk-0002",
        "hlc": str(Hlc(at_ms, number)),
        "ticket": f"B{number:03d}",
    }
    return Arrived(**usual | fields)


arrivals = st.lists(
    st.tuples(
        st.integers(0, 3_500),
        st.sampled_from(["an", "binh", "chi", None]),
        st.sampled_from(["", "elderly", "pregnant"]),
        st.sampled_from([None, 0, 1, 2]),
    ),
    min_size=1,
    max_size=7,
)


def told(hall: Hall) -> dict[str, object]:
    state = hall.state
    return {
        "line": [state.visits[each].ticket for each in state.lines["reception"]],
        "links": {each.id: (each.duplicate_of, each.passed_over) for each in state.visits.values()},
        "came": {each.id: each.entered_ms for each in state.visits.values()},
    }


def hall_of(people, order) -> Hall:
    hall = Hall()
    hall.come(ticket="A999", visit="own")
    for number in order:
        seconds, person, priority, helper = people[number]
        family = None if helper in (None, number) else f"v-{helper}"
        body = arrived(number, AT_MS + 1000 * seconds, priority=priority, companion_of=family)
        hall.take(body, f"v-{number}", person)
        hall.clock.advance(0.0137)
    return hall


@given(people=arrivals, data=st.data())
@settings(max_examples=250, deadline=None)
def test_the_order_in_which_check_ins_arrive_changes_nothing(people, data):
    order = data.draw(st.permutations(range(len(people))))

    assert told(hall_of(people, order)) == told(hall_of(people, range(len(people))))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_earliest_of_one_persons_check_ins_counts(order):
    people = [(30, "an", "", None), (10, "an", "", None), (20, "an", "", None)]

    hall = hall_of(people, order)

    assert told(hall)["links"] == {
        "own": (None, False),
        "v-0": ("v-1", True),
        "v-1": (None, False),
        "v-2": ("v-1", True),
    }
    assert told(hall)["line"] == ["B001", "A999"]


def test_of_two_at_the_same_moment_the_smaller_id_counts():
    first = arrived(1, AT_MS, hlc=str(Hlc(AT_MS, 0)), event="b")
    second = arrived(2, AT_MS, hlc=str(Hlc(AT_MS, 0)), event="a")
    hall = Hall()

    hall.take(first, "v-1", "an")
    hall.take(second, "v-2", "an")

    assert hall.visit("v-1").duplicate_of == "v-2"


def test_who_was_called_already_is_not_called_by_the_other_number():
    hall = Hall()
    late = hall.come(person="an")
    hall.do(CallNext(station="reception", desk="1", staff="lan"))

    early = hall.take(arrived(1, AT_MS), "v-1", "an")

    assert early.passed_over
    assert hall.visit(late.id).duplicate_of == early.id
    refusal = hall.refused(CallNumber(visit="v-1", station="reception", desk="2", staff="lan"))
    assert (refusal.reason, refusal.details["ticket"]) == ("duplicate", late.ticket)


def test_the_other_number_of_who_has_left_is_not_called_either():
    hall = Hall()
    served = hall.come(person="an")
    hall.come(person="an")
    hall.do(CallNext(station="reception", desk="1", staff="lan"))
    hall.clock.advance(60)
    hall.do(LetGo(visit=served.id, staff="lan", reason="own_wish"))

    assert list(hall.state.lines["reception"]) == []
    assert hall.state.open_visits() == 0
    refusal = hall.refused(CallNumber(visit="v00002", station="reception", desk="1", staff="lan"))
    assert refusal.details["ticket"] == served.ticket


def test_who_comes_back_later_is_served_and_linked():
    hall = Hall()
    served = hall.come(person="an")
    hall.do(CallNext(station="reception", desk="1", staff="lan"))
    hall.do(LetGo(visit=served.id, staff="lan", reason="own_wish"))
    hall.clock.advance(3600)

    back = hall.come(person="an")

    assert back.duplicate_of == served.id
    assert list(hall.state.lines["reception"]) == [back.id]
    assert hall.state.of_person(back) == [hall.visit(served.id)]


def test_the_second_number_takes_the_place_of_one_that_was_given_up_uncalled():
    hall = Hall()
    first, second = hall.come(person="an"), hall.come(person="an")

    hall.do(LetGo(visit=first.id, staff="lan", reason="wrong_slip"))

    assert list(hall.state.lines["reception"]) == [second.id]


def test_a_person_found_out_to_be_another_is_linked_anew():
    hall = Hall()
    first, second = hall.come(person="an"), hall.come(person="an")

    identify(hall.state, second.id, "binh")
    identify(hall.state, second.id, "binh")

    assert hall.visit(second.id).duplicate_of is None
    assert list(hall.state.lines["reception"]) == [first.id, second.id]


def test_a_person_of_whom_nothing_was_known_is_linked_when_it_is():
    hall = Hall()
    first, second = hall.come(person="an"), hall.come()

    identify(hall.state, second.id, "an")

    assert hall.visit(second.id).duplicate_of == first.id
    assert list(hall.state.lines["reception"]) == [first.id]


def test_the_links_of_one_person_are_the_same_however_often_they_are_made():
    hall = hall_of([(3, "an", "", None), (1, "an", "", None)], [0, 1])
    group = [hall.visit(each) for each in hall.state.persons.of("an")]

    assert regrouped(group) == group
