"""Which page of the hub leads a reader on, and what a kiosk and its hub say of it."""

import msgspec
import pytest

from edge.domain import shelf
from edge.domain.arrivals import read_copy, wanted
from edge.domain.kept import ROSTER, Place, next_place, sealed_as
from edge.domain.shelf import CopyAsked, PageSaid
from edge.ports import Draft
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from protocol.errors import WireError
from protocol.events import CertificatePrinted, SlipPrinted
from protocol.identity import DeviceId

FIRST, SECOND, THIRD = Place(0, 3, 5, "aa"), Place(3, 5, 5, "ab"), Place(5, 6, 6, "ac")
CHAIN = [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("since", "mark", "leads_to"),
    [
        (0, "", FIRST),
        (3, "aa", SECOND),
        (5, "ab", THIRD),
        (3, "of another past", FIRST),
        (4, "aa", FIRST),
        (99, "ac", FIRST),
    ],
)
def test_a_reader_is_led_on_from_where_it_stands_and_of_another_past_from_the_beginning(
    since, mark, leads_to
):
    assert next_place(CHAIN, since, mark) == leads_to


def test_who_knows_everything_is_led_nowhere():
    assert next_place(CHAIN, 6, "ac") is None
    assert next_place([], 0, "") is None


def test_a_place_says_whether_anything_follows():
    assert [place.completes for place in CHAIN] == [False, True, True]
    assert Place(6, 6, 6, "ac").says_nothing_new


def test_no_two_places_of_a_site_are_sealed_as_the_same():
    assert len({sealed_as(ROSTER, "phuoc-dinh", place) for place in CHAIN}) == 3


def test_what_is_said_is_read_again():
    said = PageSaid(page=b"\xff\x00", last=5, age_seconds=3)

    assert shelf.decode(PageSaid, msgspec.json.encode(said)) == said


@pytest.mark.parametrize("data", [b"", b"\xff", b'{"dose":""}', b'{"dose":7}', b"[" * 5000])
def test_strange_bytes_are_refused_without_being_quoted(data):
    with pytest.raises(WireError, match="not a CopyAsked as JSON"):
        shelf.decode(CopyAsked, data)


def test_of_a_printer_a_hub_wants_to_know_the_certificates():
    journal = SimulatedJournal(device=DeviceId("kiosk-0001"), clock=SimulatedClock())
    slip = SlipPrinted(job="j", ticket="A001", proof="proven")
    copy = CertificatePrinted(job="k", dose="dose-1", proof="doubtful")
    journal.append([Draft("event-1", slip), Draft("event-2", copy)])

    slip_data, copy_data = (e.data for e in journal.entries(0, most=9, most_bytes=9999))

    assert (read_copy(slip_data), wanted(slip_data)) == (None, None)
    assert read_copy(copy_data) == "dose-1"
    assert wanted(copy_data) is not None
