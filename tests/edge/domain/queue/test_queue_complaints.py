"""Complaints of the day: the hub's own, and those that other devices hand over; each once."""

import msgspec
import pytest
from factories.queues import Hall

from edge.domain.arrivals import read_arrival
from edge.domain.queue.handed import Handed, taken_over
from protocol.errors import WireError
from protocol.events import Booted, ComplaintOpened, Event, encode_event

MISSING = ComplaintOpened(subject="dose_missing", ticket="PB012")


def of_kiosk(event: str = "c-1", visit: str | None = "c-visit") -> Event:
    """Return a complaint as another kiosk wrote it."""
    return Event(
        id=event,
        type="complaint_opened",
        seq=1,
        at="2026-11-22T00:20:00.000Z",
        boot="b",
        boottime_ns=1,
        clock_ok=True,
        hlc="019a8e01c5e0-0000",
        body=msgspec.Raw(msgspec.json.encode(MISSING)),
        visit=visit,
    )


def test_a_complaint_that_is_handed_over_is_noted_once_and_stands_after_a_restart():
    hall = Hall()
    handed = [Handed("kiosk-0002", of_kiosk())]

    (planned,) = taken_over(hall.state, [*handed, *handed])
    hall.happen(planned.body, planned.visit)

    assert taken_over(hall.state, handed) == []
    (complaint,) = hall.state.complaints.values()
    assert (complaint.ticket, complaint.subject, complaint.device) == (
        "PB012", "dose_missing", "kiosk-0002",
    )  # fmt: skip
    assert hall.rebuilt().complaints == hall.state.complaints
    assert hall.state.visits == {}


def test_the_hubs_own_complaint_is_of_no_other_device():
    hall = Hall()
    hall.happen(MISSING, "c-visit", event="c-1")
    hall.happen(MISSING, "c-visit", event="c-1")

    (complaint,) = hall.state.complaints.values()
    assert (complaint.device, complaint.at) == ("", hall.clock.now())


def test_a_complaint_without_a_trusted_clock_has_no_time():
    hall = Hall()
    hall.clock.set_wall(hall.clock.now(), ok=False)
    hall.happen(MISSING, "c-visit")

    (complaint,) = hall.state.complaints.values()
    assert complaint.at is None


def test_a_new_day_begins_without_complaints():
    hall = Hall()
    hall.happen(MISSING, "c-visit")
    hall.clock.advance(86_400)
    hall.happen(Booted(software="test"))

    assert hall.state.complaints == {}


def test_a_complaint_is_an_arrival_if_it_says_whose_visit_it_is():
    found = read_arrival(encode_event(of_kiosk()))

    assert found is not None
    assert found.id == "c-1"
    with pytest.raises(WireError):
        read_arrival(encode_event(of_kiosk(visit=None)))
