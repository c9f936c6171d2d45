"""The day in figures: sums that must agree."""

from factories.queues import Hall

from edge.domain.queue.commands import (
    CallNext,
    Hold,
    LetGo,
    OpenVial,
    RecordDose,
    RecordReaction,
    RecordScreening,
    StartObservation,
    Transfer,
)
from edge.domain.queue.figures import at_stations, figures, is_unattended, still_open, unattended

DOSE = {"vaccine": "A", "lot": "L1", "dose_number": 1, "injector": "tiem-1", "staff": "tiem-1"}


def through(hall: Hall, visit: str, **dose) -> None:
    """Let somebody be screened and vaccinated."""
    hall.do(RecordScreening(visit=visit, conclusion="eligible", staff="bs-1"))
    hall.do(RecordDose(visit=visit, **DOSE | dose))


def test_who_came_is_here_has_left_or_is_counted_by_another_number():
    hall = Hall()
    gone, here = hall.come(), hall.come()
    hall.come(person="x" * 64)
    hall.come(person="x" * 64)
    through(hall, gone.id)
    hall.do(LetGo(visit=gone.id, staff="td-1", reason="own_wish", certificate="pending"))

    found = figures(hall.state)

    assert (found.came, found.here, found.left, found.twice) == (4, 2, 1, 1)
    assert found.came == found.here + found.left + found.twice
    assert (found.left_early, found.certificates["pending"]) == (1, 1)
    assert found.certificates["printed"] == 0
    open_now = still_open(hall.state)
    assert [(station.id, len(visits)) for station, visits in open_now] == [("reception", 2)]
    assert here.id in [visit.id for _, visits in open_now for visit in visits]


def test_who_left_without_a_certificate_is_counted_by_the_reason():
    hall = Hall()
    ways = [
        {"certificate": "pending", "certificate_why": "unsigned"},
        {"certificate": "pending", "certificate_why": "unsigned"},
        {"certificate": "refused", "certificate_why": "not_wanted"},
        {"certificate": "printed"},
        {},
    ]
    for way in ways:
        visit = hall.come()
        through(hall, visit.id)
        hall.do(LetGo(visit=visit.id, staff="td-1", reason="own_wish", **way))
    hall.do(LetGo(visit=hall.come().id, staff="td-1", reason="own_wish"))

    assert figures(hall.state).without == {"unsigned": 2, "not_wanted": 1, "": 1}
    assert hall.state.visits[visit.id].certificate_why == ""


def test_doses_are_from_vials_of_the_book_or_without_one():
    hall = Hall()
    first, second = hall.come(), hall.come()
    hall.do(OpenVial(vial="1-1", vaccine="A", lot="L1", doses=6, staff="tiem-1"))
    through(hall, first.id, vial="1-1")
    through(hall, second.id)
    hall.do(RecordReaction(visit=first.id, severity="mild", staff="td-1"))

    found = figures(hall.state)

    assert (found.doses, found.from_vials, found.without_vial) == (2, 1, 1)
    assert (found.reactions, found.concluded["eligible"]) == (1, 2)


def test_a_station_says_who_is_there_and_how_long_the_first_waits():
    hall = Hall()
    first, aside, seated = hall.come(), hall.come(), hall.come()
    hall.come()
    hall.clock.advance(seconds=600)
    hall.do(CallNext(station="reception", desk="1", staff="td-1"))
    hall.do(Hold(visit=aside.id, staff="td-1"))
    through(hall, seated.id)
    hall.do(Transfer(visit=seated.id, to="observation", staff="td-1"))
    hall.do(StartObservation(visit=seated.id, staff="td-1"))

    found = {each.station.id: each for each in at_stations(hall.state, hall.now_ms)}

    reception = found["reception"]
    assert hall.visit(first.id).phase == "called"
    assert (reception.waiting, reception.called, reception.aside) == (1, 1, 1)
    assert reception.longest_minutes == 10
    assert found["observation"].observed == 1
    assert found["screening"].longest_minutes is None


def test_who_waits_where_nobody_works_is_called_by_nobody():
    hall = Hall()
    hall.come()
    to_a_desk, watched = hall.come(), hall.come()
    hall.do(Transfer(visit=to_a_desk.id, to="screening", to_desk="2", staff="lan"))
    hall.do(Transfer(visit=watched.id, to="observation", staff="lan"))

    def told(*staffed: tuple[str, str]) -> list[tuple[str, str, int]]:
        return [(at.id, desk, count) for at, desk, count in unattended(hall.state, staffed)]

    assert told() == [("reception", "", 1), ("screening", "2", 1)]
    assert told(("reception", "3"), ("screening", "1")) == [("screening", "2", 1)]
    assert told(("reception", "1"), ("screening", "2")) == []


def test_to_observation_nobody_is_called_so_nobody_is_missed_there():
    stations = {each.id: each for each in Hall().state.policy.stations}

    assert not is_unattended(stations["observation"], "", set())
    assert is_unattended(stations["screening"], "", set())
