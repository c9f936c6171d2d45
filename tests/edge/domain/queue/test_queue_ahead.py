"""What waits together is decided on what those before it will make of the queue; the queue stays as it is."""

from copy import deepcopy

from factories.queues import Hall, facts
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.domain.queue import commands as ask
from edge.domain.queue.ahead import Ahead, can_be_foreseen
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import USUAL
from protocol import site_events as site
from protocol.events import CheckedIn

STATIONS = [station.id for station in USUAL]


def ahead_of(hall: Hall) -> Ahead:
    return Ahead(hall.state, hall.moment(), len(hall.events))


def test_the_second_call_is_for_the_second_in_line_and_the_queue_has_called_nobody():
    hall = Hall()
    hall.come(), hall.come()
    ahead = ahead_of(hall)

    calls = [ahead.decide(ask.CallNext(station="reception", desk=d, staff="lan")) for d in "12"]

    assert [planned[0].body.ticket for planned in calls] == ["A001", "A002"]
    assert len(hall.state.waiting("reception")) == 2


def test_the_last_in_line_is_not_called_twice():
    hall = Hall()
    hall.come()
    ahead = ahead_of(hall)
    ahead.decide(ask.CallNext(station="reception", desk="1", staff="lan"))

    again = ahead.decide(ask.CallNext(station="reception", desk="2", staff="lan"))

    assert again == Refused("nobody_waiting")


def test_a_visit_has_the_version_that_it_will_have():
    hall = Hall()
    visit = hall.come()
    ahead = ahead_of(hall)
    ahead.decide(ask.CallNext(station="reception", desk="1", staff="lan"))

    assert ahead.version_of(visit.id) == visit.version + 1
    assert ahead.version_of("nobody") is None


def test_one_command_alone_needs_no_copy():
    hall = Hall()
    hall.come()
    ahead = ahead_of(hall)

    ahead.decide(ask.CallNext(station="reception", desk="1", staff="lan"))

    assert ahead.state is hall.state


def test_arrivals_vials_and_days_are_written_before_anything_else_is_decided():
    vial = Planned(site.VialDiscarded(vial="V1", doses=1, reason="broken", staff="hoa"))
    arrival = Planned(CheckedIn(ticket="A001", document="passport"), "v")
    moved = Planned(site.Finished(ticket="A001", station="a", to="b", staff="lan"), "v")

    assert can_be_foreseen([moved])
    assert not can_be_foreseen([moved, arrival])
    assert not can_be_foreseen([vial])


def everything(state: SiteState) -> dict[str, object]:
    """Return a copy of all that a state knows, what is looked up included; nothing where ids differ."""
    known = facts(state) | {
        "tickets": state.tickets,
        "persons": state.persons._visits,
        "families": (state.families._members, state.families._since),
        "timeline": (state.era, state.last_ms, state.noted, state.gone),
    }
    known["called"] = {key: each for key, each in state.called.items() if each}
    known["visits"] = {
        name: replace(visit, screening_event="", forms=(), doses=len(visit.doses))
        for name, visit in state.visits.items()
    }
    return deepcopy(known)


def some_hall(draw) -> Hall:
    hall = Hall()
    for number in range(draw(st.integers(1, 6))):
        person = draw(st.sampled_from([None, "p1", "p2"]))
        first = draw(st.sampled_from([None, *hall.state.visits]))
        hall.come(person=person, companion_of=first)
        hall.clock.advance(number)
    return hall


def any_command(draw, hall: Hall) -> ask.Command:
    visit = draw(st.sampled_from(sorted(hall.state.visits)))
    station = draw(st.sampled_from(STATIONS))
    by = {"visit": visit, "staff": "lan"}
    dose = {"vaccine": "VX", "lot": "L1", "dose_number": 1, "injector": "hoa"}
    doubts = ("not_screened", "not_eligible", "dose_repeated")
    return draw(
        st.sampled_from(
            [
                ask.CallNext(station=station, desk="1", staff="lan"),
                ask.CallNext(station=hall.visit(visit).station, desk="2", staff="lan"),
                ask.CallNumber(**by, station=hall.visit(visit).station, desk="3"),
                ask.Recall(**by),
                ask.Hold(**by),
                ask.Resume(**by),
                ask.MarkMissed(**by),
                ask.Transfer(**by, to=station),
                ask.SendBack(**by, to=station, reason="asked"),
                ask.Finish(**by),
                ask.Prioritise(**by, priority="urgent", reason="faint"),
                ask.RecordScreening(**by, conclusion="eligible"),
                ask.RecordDose(**by, **dose, seen=doubts),
                ask.StartObservation(**by),
                ask.RecordReaction(**by, severity="mild"),
                ask.LetGo(**by, reason="own_wish"),
            ]
        )
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_foreseen_is_what_comes_and_nothing_changes_before(data):
    hall = some_hall(data.draw)
    for _ in range(data.draw(st.integers(0, 6))):
        command = any_command(data.draw, hall)
        if not isinstance(hall.ask(command), Refused):
            hall.do(command)
    before, ahead = everything(hall.state), ahead_of(hall)
    commands = [any_command(data.draw, hall) for _ in range(4)]

    foreseen = [ahead.decide(command) for command in commands]
    ahead.version_of("")

    assert everything(hall.state) == before
    for command, planned in zip(commands, foreseen, strict=True):
        assert hall.ask(command) == planned
        if not isinstance(planned, Refused):
            assert can_be_foreseen(planned)
            hall.do(command)
    assert everything(hall.state) == everything(ahead.state)
